package dev.headrace.ml.registry;

import dev.headrace.core.graph.Graph;
import dev.headrace.core.ledger.DayRanges;
import dev.headrace.core.ledger.Ledger;
import dev.headrace.core.ledger.Publication;
import dev.headrace.core.ledger.RunRecord;
import dev.headrace.core.ledger.StepRecord;
import dev.headrace.core.plan.Published;
import dev.headrace.core.project.Names;
import dev.headrace.core.run.StepContext;
import dev.headrace.data.lake.Change;
import dev.headrace.data.lake.Commit;
import dev.headrace.data.lake.Lake;
import dev.headrace.data.lake.Layout;
import dev.headrace.data.lake.Snapshot;
import dev.headrace.data.lake.VersionId;
import dev.headrace.data.release.Staged;
import dev.headrace.ml.learn.Frame;
import dev.headrace.ml.learn.FrameReader;
import dev.headrace.ml.learn.Model;
import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.Relation;
import dev.headrace.spi.engine.SqlEngine;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.schema.Schema;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Rows of a table with what a version of a model predicts of them. A row's prediction follows from
 * its features alone, so rows are brought together with their predictions in the order of these.
 */
public final class Predictions {
  private static final Pattern WORD = Pattern.compile("[a-z][a-z0-9_]*");
  private static final String TABLE = "examples";
  private static final String VERSION = "model_version";

  private final Graph graph;
  private final Ledger ledger;
  private final Lake lake;
  private final SqlEngine engine;
  private final SqlEngine trusted;

  Predictions(Graph graph, Ledger ledger, Lake lake, SqlEngine engine, SqlEngine trusted) {
    this.graph = graph;
    this.ledger = ledger;
    this.lake = lake;
    this.engine = engine;
    this.trusted = trusted;
  }

  /** A table that was written. */
  public record Written(String table, long run, long snapshotId, long rows) {}

  Written write(
      ModelCard card,
      Model model,
      String from,
      String to,
      Published published,
      Instant now,
      Watch watch) {
    requireFree(to, published);
    ModelRows rows =
        ModelRows.of(
            card.model(),
            Models.spec(card),
            from,
            new ModelRows.Source(graph, lake, engine),
            published,
            now,
            watch);
    requireSameViews(card, rows.views());
    Relation relation = rows.relation();
    Schema schema = engine.describe(Query.of("select * from " + TABLE, Map.of(TABLE, relation)));
    PredictedColumns predicted =
        PredictedColumns.of(model.target(), Models.spec(card).evaluate().threshold(model));
    requireColumns(card, predicted, from, schema);
    String reason = "%s:%d predicts %s".formatted(card.model(), card.version(), from);
    long run = ledger.startRun(published.environment(), RunRecord.Action.RUN, RunRecord.PART);
    RunRecord.Status status = RunRecord.Status.FAILED;
    try {
      ledger.startStep(run, to, Publication.PREDICTIONS, reason);
      Written written =
          write(card, model, predicted, from, to, relation, schema, run, published, watch);
      status = RunRecord.Status.SUCCEEDED;
      return written;
    } catch (HeadraceException e) {
      ledger.failStep(run, to, Ledger.Counts.none(1), StepRecord.Failure.of(e));
      throw e;
    } catch (CancellationException e) {
      ledger.skipStep(run, to, "cancelled");
      throw e;
    } finally {
      ledger.finishRun(run, status);
    }
  }

  /** Features that are computed otherwise than in training have other meanings. */
  private static void requireSameViews(ModelCard card, List<ModelCard.View> views) {
    for (ModelCard.View view : card.views()) {
      if (!views.contains(view)) {
        throw new HeadraceException(
            ModelError.MODEL_FEATURES_CHANGED,
            "Cannot predict with version %d of model '%s': the feature view '%s' is not what it has learnt from."
                .formatted(card.version(), card.model(), view.view()),
            "Train the model again: headrace train " + card.model() + ".");
      }
    }
  }

  private void requireFree(String table, Published published) {
    boolean word = WORD.matcher(table).matches();
    boolean declared =
        graph.assets().stream()
            .anyMatch(asset -> asset.kind().tables(asset.name()).contains(table));
    boolean foreign =
        published
            .table(table)
            .filter(shown -> !shown.content().kind().equals(Publication.PREDICTIONS))
            .isPresent();
    if (!word || declared || foreign) {
      throw new HeadraceException(
          ModelError.MODEL_TARGET,
          "Cannot write predictions to '%s': %s."
              .formatted(
                  table,
                  !word
                      ? "that is no name for a table"
                      : declared
                          ? "the project declares a table of that name"
                          : "something else was written to a table of that name"),
          word
              ? "Choose another name with --to."
              : "Use lower-case letters, digits and _, beginning with a letter.");
    }
  }

  private static void requireColumns(
      ModelCard card, PredictedColumns predicted, String from, Schema schema) {
    for (String feature : card.features()) {
      if (schema.field(feature).isEmpty()) {
        throw new HeadraceException(
            ModelError.MODEL_COLUMN,
            "Cannot predict with model '%s': table '%s' has no column '%s', which it has learnt from."
                .formatted(card.model(), from, feature),
            Names.suggest(feature, schema.names()));
      }
    }
    List<String> all = new ArrayList<>(predicted.names());
    all.add(VERSION);
    for (String added : all) {
      if (schema.field(added).isPresent()) {
        throw new HeadraceException(
            ModelError.MODEL_COLUMN,
            "Cannot predict with model '%s': table '%s' has a column '%s' already."
                .formatted(card.model(), from, added),
            "Name that column otherwise.");
      }
    }
  }

  private Written write(
      ModelCard card,
      Model model,
      PredictedColumns predicted,
      String from,
      String to,
      Relation relation,
      Schema schema,
      long run,
      Published published,
      Watch watch) {
    List<String> features = card.features();
    String ordered =
        "select %s from (%s) r order by %s"
            .formatted(
                ModelColumns.quoted(features, ""),
                ModelColumns.numbered(TABLE, features, features),
                ModelColumns.ROW);
    Frame rows = FrameReader.read(engine, Query.of(ordered, Map.of(TABLE, relation)), watch);
    List<Training.Prediction> predictions = new ArrayList<>(rows.rows());
    Training.Prediction.add(
        predictions, model.scores(rows), IntStream.range(0, rows.rows()).toArray(), 0);
    String fingerprint = "%s%08x".formatted(card.fingerprint().substring(0, 24), card.version());
    VersionId version = new VersionId(to, fingerprint);
    PredictionTable.Written written =
        new PredictionTable(lake, trusted)
            .write(
                version,
                ModelColumns.numbered(TABLE, schema.names(), features),
                schema.names(),
                "%s, cast(%d as integer) as %s"
                    .formatted(predicted.allSql(), card.version(), VERSION),
                relation,
                predictions,
                StepContext.filePrefix(run),
                watch);
    Snapshot snapshot = commit(version, written, run);
    ModelCard.Input input = Inputs.of(published, from);
    Publication.Content content =
        new Publication.Content(
            to,
            to,
            Publication.PREDICTIONS,
            fingerprint,
            card.model() + ":" + card.version(),
            "",
            "s" + snapshot.snapshotId(),
            new Publication.Stored(
                snapshot.snapshotId(), snapshot.rows(), snapshot.sizeBytes(), Optional.empty()),
            Map.of(input.table(), published.table(from).orElseThrow().content().state()),
            DayRanges.none());
    ledger.publish(
        run,
        published.environment(),
        to,
        "%s:%d predicts %s".formatted(card.model(), card.version(), from),
        List.of(Ledger.Release.of(content)),
        List.of(),
        new Ledger.Counts(rows.rows(), snapshot.rows(), 0, 1),
        null);
    return new Written(to, run, snapshot.snapshotId(), snapshot.rows());
  }

  private Snapshot commit(VersionId version, PredictionTable.Written written, long run) {
    boolean done = false;
    try {
      Snapshot snapshot =
          lake.commit(
              new Commit(
                  version,
                  Optional.empty(),
                  written.schema(),
                  Layout.whole(),
                  new Change.Replace(written.files()),
                  Map.of("headrace.run", Long.toString(run))));
      done = true;
      return snapshot;
    } finally {
      if (!done) {
        Staged.delete(written.files());
      }
    }
  }
}
