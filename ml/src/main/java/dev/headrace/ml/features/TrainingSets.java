package dev.headrace.ml.features;

import dev.headrace.core.graph.Graph;
import dev.headrace.core.ledger.DayRanges;
import dev.headrace.core.ledger.Ledger;
import dev.headrace.core.ledger.Publication;
import dev.headrace.core.ledger.RunRecord;
import dev.headrace.core.ledger.StepRecord;
import dev.headrace.core.plan.Published;
import dev.headrace.core.run.StepContext;
import dev.headrace.data.lake.Change;
import dev.headrace.data.lake.Commit;
import dev.headrace.data.lake.Evolution;
import dev.headrace.data.lake.Lake;
import dev.headrace.data.lake.Layout;
import dev.headrace.data.lake.Snapshot;
import dev.headrace.data.lake.VersionId;
import dev.headrace.data.release.Staged;
import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.SqlEngine;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.engine.WriteTarget;
import dev.headrace.spi.engine.WrittenFile;
import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.schema.Schema;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.regex.Pattern;

/**
 * Keeps training sets as tables of the lake. The ledger records with each the snapshot of every
 * table it was made of, so that it can be made again; no run takes it away. The caller holds the
 * run lock.
 */
public final class TrainingSets {
  private static final Pattern WORD = Pattern.compile("[a-z][a-z0-9_]*");

  private final Graph graph;
  private final Ledger ledger;
  private final Lake lake;
  private final SqlEngine engine;

  public TrainingSets(Graph graph, Ledger ledger, Lake lake, SqlEngine engine) {
    this.graph = graph;
    this.ledger = ledger;
    this.lake = lake;
    this.engine = engine;
  }

  /**
   * A training set that was written.
   *
   * @param run the number under which the ledger keeps it
   * @param inputs state of each table it was made of; {@code s} and a number is a snapshot
   */
  public record Written(
      String table,
      long run,
      long snapshotId,
      long rows,
      List<String> columns,
      Map<String, String> inputs) {}

  /**
   * Refuses a name that is no table's, or that the project declares.
   *
   * @throws HeadraceException FEATURES_TARGET
   */
  public void requireFree(String table, Published published) {
    if (!WORD.matcher(table).matches()) {
      throw new HeadraceException(
          FeatureError.FEATURES_TARGET,
          "Cannot write a training set to '%s': that is no name for a table.".formatted(table),
          "Use lower-case letters, digits and _, beginning with a letter.");
    }
    boolean declared =
        graph.assets().stream()
            .anyMatch(asset -> asset.kind().tables(asset.name()).contains(table));
    boolean foreign =
        published
            .table(table)
            .filter(shown -> !shown.content().kind().equals(Publication.TRAINING_SET))
            .isPresent();
    if (declared || foreign) {
      throw new HeadraceException(
          FeatureError.FEATURES_TARGET,
          "Cannot write a training set to '%s': %s."
              .formatted(
                  table,
                  declared
                      ? "the project declares a table of that name"
                      : "another program wrote a table of that name"),
          "Choose another name with --to.");
    }
  }

  /**
   * Writes and publishes a training set; one of the same name gives way to it.
   *
   * @param reads the tables its query reads
   */
  public Written write(
      String table, Query query, Collection<String> reads, Published published, Watch watch) {
    requireFree(table, published);
    Map<String, String> inputs = new TreeMap<>();
    reads.forEach(name -> addState(name, published, inputs));
    String environment = published.environment();
    long run = ledger.startRun(environment, RunRecord.Action.RUN, RunRecord.PART);
    RunRecord.Status status = RunRecord.Status.FAILED;
    String reason = "training set of " + String.join(", ", reads);
    try {
      ledger.startStep(run, table, Publication.TRAINING_SET, reason);
      Written written = write(table, query, inputs, environment, run, reason, watch);
      status = RunRecord.Status.SUCCEEDED;
      return written;
    } catch (HeadraceException e) {
      ledger.failStep(run, table, Ledger.Counts.none(1), StepRecord.Failure.of(e));
      throw e;
    } catch (CancellationException e) {
      ledger.skipStep(run, table, "cancelled");
      throw e;
    } finally {
      ledger.finishRun(run, status);
    }
  }

  private Written write(
      String table,
      Query query,
      Map<String, String> inputs,
      String environment,
      long run,
      String reason,
      Watch watch) {
    String identity = digest(query.sql());
    VersionId version = new VersionId(table, digest(table + "\n" + query.sql() + inputs));
    Schema schema =
        lake.assignIds(version, Optional.empty(), engine.describe(query), Evolution.REPLACE);
    List<WrittenFile> files =
        engine.write(
            query,
            new WriteTarget(
                lake.stagingDirectory(version),
                StepContext.filePrefix(run) + "all",
                schema,
                Optional.empty()),
            watch);
    Snapshot snapshot;
    boolean done = false;
    try {
      snapshot =
          lake.commit(
              new Commit(
                  version,
                  Optional.empty(),
                  schema,
                  Layout.whole(),
                  new Change.Replace(files),
                  Map.of("headrace.run", Long.toString(run))));
      done = true;
    } finally {
      if (!done) {
        Staged.delete(files);
      }
    }
    Publication.Content content =
        new Publication.Content(
            table,
            table,
            Publication.TRAINING_SET,
            digest(table + "\n" + query.sql() + inputs),
            identity,
            "",
            "s" + snapshot.snapshotId(),
            new Publication.Stored(
                snapshot.snapshotId(), snapshot.rows(), snapshot.sizeBytes(), Optional.empty()),
            inputs,
            DayRanges.none());
    ledger.publish(
        run,
        environment,
        table,
        reason,
        List.of(new Ledger.Release(content, false, List.of(), OptionalLong.empty())),
        List.of(),
        new Ledger.Counts(0, snapshot.rows(), 0, 1),
        null);
    return new Written(table, run, snapshot.snapshotId(), snapshot.rows(), schema.names(), inputs);
  }

  /** A view's state is that of all it reads. */
  private static void addState(String table, Published published, Map<String, String> states) {
    published
        .table(table)
        .map(Publication::content)
        .ifPresent(
            content -> {
              if (states.put(content.table(), content.state()) == null
                  && content.data() instanceof Publication.Virtual) {
                content.inputs().keySet().forEach(read -> addState(read, published, states));
              }
            });
  }

  private static String digest(String text) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
