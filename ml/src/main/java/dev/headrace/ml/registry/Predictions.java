package dev.headrace.ml.registry;

import dev.headrace.core.graph.Asset;
import dev.headrace.core.graph.Graph;
import dev.headrace.core.ledger.Publication;
import dev.headrace.core.plan.Published;
import dev.headrace.core.project.Names;
import dev.headrace.core.run.StepContext;
import dev.headrace.data.lake.Lake;
import dev.headrace.data.lake.VersionId;
import dev.headrace.data.requested.RequestedTables;
import dev.headrace.data.sql.SqlQuotes;
import dev.headrace.ml.learn.Model;
import dev.headrace.ml.learn.frame.Frame;
import dev.headrace.ml.learn.frame.FrameReader;
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
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Rows of a table with what a version of a model predicts of them. A row's prediction follows from
 * its features alone, so rows are brought together with their predictions in the order of these.
 */
public final class Predictions {
  private static final String TABLE = "examples";
  private static final String VERSION = "model_version";

  private final RequestedTables tables;
  private final Graph graph;
  private final Lake lake;
  private final SqlEngine engine;
  private final SqlEngine trusted;

  Predictions(RequestedTables tables, Graph graph, Lake lake, SqlEngine engine, SqlEngine trusted) {
    this.tables = tables;
    this.graph = graph;
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
    return write(card, model, from, to, new Told(List.of(), model::scores), published, now, watch);
  }

  /**
   * What is told of rows.
   *
   * @param more columns beside the predictions
   * @param outputs of the model, then those of {@code more}; by output, then by row
   */
  record Told(List<String> more, Function<Frame, double[][]> outputs) {}

  /** The rows of a table as they are now, with the columns that the model has learnt from. */
  Relation rows(ModelCard card, String from, Published published, Instant now, Watch watch) {
    requireKnown(card, from, published);
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
    requireFeatures(card, from, schema(rows.relation()));
    return rows.relation();
  }

  /** What is declared and not built yet is told when it is read. */
  private void requireKnown(ModelCard card, String from, Published published) {
    if (published.table(from).isEmpty() && graph.find(from).isEmpty()) {
      throw new HeadraceException(
          ModelError.MODEL_TABLE_UNKNOWN,
          "Cannot read rows for model '%s': there is no table '%s'.".formatted(card.model(), from),
          Names.suggest(from, graph.assets().stream().map(Asset::name).toList()));
    }
  }

  private Schema schema(Relation relation) {
    return engine.describe(Query.of("select * from " + TABLE, Map.of(TABLE, relation)));
  }

  Written write(
      ModelCard card,
      Model model,
      String from,
      String to,
      Told told,
      Published published,
      Instant now,
      Watch watch) {
    requireFree(to, published);
    Relation relation = rows(card, from, published, now, watch);
    Schema schema = schema(relation);
    PredictedColumns predicted =
        PredictedColumns.of(model.target(), Models.spec(card).evaluate().threshold(model));
    requireNew(card, predicted, told, from, schema);
    String fingerprint = "%s%08x".formatted(card.fingerprint().substring(0, 24), card.version());
    RequestedTables.Written written =
        tables.write(
            new RequestedTables.Request(
                to,
                Publication.PREDICTIONS,
                "%s:%d predicts %s".formatted(card.model(), card.version(), from),
                fingerprint,
                card.model() + ":" + card.version(),
                Map.of(
                    Inputs.of(published, from).table(),
                    published.table(from).orElseThrow().content().state())),
            published.environment(),
            (version, run) -> make(version, run, card, predicted, told, relation, schema, watch));
    return new Written(to, written.run(), written.snapshotId(), written.rows());
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
    tables
        .refusal(table, Publication.PREDICTIONS, published)
        .ifPresent(
            refusal -> {
              throw new HeadraceException(
                  ModelError.MODEL_TARGET,
                  "Cannot write predictions to '%s': %s.".formatted(table, refusal.reason()),
                  refusal.hint());
            });
  }

  private static void requireFeatures(ModelCard card, String from, Schema schema) {
    for (String feature : card.columns()) {
      if (schema.field(feature).isEmpty()) {
        throw new HeadraceException(
            ModelError.MODEL_COLUMN,
            "Cannot predict with model '%s': table '%s' has no column '%s', which it has learnt from."
                .formatted(card.model(), from, feature),
            Names.suggest(feature, schema.names()));
      }
    }
  }

  private static void requireNew(
      ModelCard card, PredictedColumns predicted, Told told, String from, Schema schema) {
    List<String> all = new ArrayList<>(predicted.names());
    all.addAll(told.more);
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

  private RequestedTables.Made make(
      VersionId version,
      long run,
      ModelCard card,
      PredictedColumns predicted,
      Told told,
      Relation relation,
      Schema schema,
      Watch watch) {
    List<String> features = card.columns();
    String ordered = ModelColumns.ordered(TABLE, features);
    Frame rows = FrameReader.read(engine, Query.of(ordered, Map.of(TABLE, relation)), watch);
    List<Training.Prediction> predictions = new ArrayList<>(rows.rows());
    double[][] outputs = told.outputs.apply(rows);
    Training.Prediction.add(predictions, outputs, IntStream.range(0, rows.rows()).toArray(), 0);
    PredictionTable.Written written =
        new PredictionTable(lake, trusted)
            .write(
                version,
                ModelColumns.numbered(TABLE, schema.names(), features),
                schema.names(),
                "%s, %scast(%d as integer) as %s"
                    .formatted(
                        predicted.allSql(),
                        more(told, outputs.length - told.more.size()),
                        card.version(),
                        VERSION),
                relation,
                predictions,
                StepContext.filePrefix(run),
                watch);
    return new RequestedTables.Made(written.schema(), written.files(), rows.rows());
  }

  private static String more(Told told, int first) {
    StringBuilder columns = new StringBuilder();
    for (int k = 0; k < told.more.size(); k++) {
      columns.append("p.o%d as %s, ".formatted(first + k, SqlQuotes.identifier(told.more.get(k))));
    }
    return columns.toString();
  }
}
