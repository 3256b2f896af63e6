package dev.headrace.ml.features;

import dev.headrace.core.ledger.Publication;
import dev.headrace.core.plan.Published;
import dev.headrace.core.run.StepContext;
import dev.headrace.data.lake.Evolution;
import dev.headrace.data.lake.Lake;
import dev.headrace.data.lake.VersionId;
import dev.headrace.data.requested.RequestedTables;
import dev.headrace.spi.digest.Sha256;
import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.SqlEngine;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.engine.WriteTarget;
import dev.headrace.spi.engine.WrittenFile;
import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.schema.Schema;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Keeps training sets as tables of the lake. The ledger records with each the snapshot of every
 * table it was made of, so that it can be made again; no run takes it away. The caller holds the
 * run lock.
 */
public final class TrainingSets {
  private final RequestedTables tables;
  private final Lake lake;
  private final SqlEngine engine;

  public TrainingSets(RequestedTables tables, Lake lake, SqlEngine engine) {
    this.tables = tables;
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
    tables
        .refusal(table, Publication.TRAINING_SET, published)
        .ifPresent(
            refusal -> {
              throw new HeadraceException(
                  FeatureError.FEATURES_TARGET,
                  "Cannot write a training set to '%s': %s.".formatted(table, refusal.reason()),
                  refusal.hint());
            });
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
    RequestedTables.Written written =
        tables.write(
            new RequestedTables.Request(
                table,
                Publication.TRAINING_SET,
                "training set of " + String.join(", ", reads),
                Sha256.shortHex(table + "\n" + query.sql() + inputs),
                Sha256.shortHex(query.sql()),
                inputs),
            published.environment(),
            (version, run) -> make(version, run, query, watch));
    return new Written(
        table,
        written.run(),
        written.snapshotId(),
        written.rows(),
        written.schema().names(),
        inputs);
  }

  private RequestedTables.Made make(VersionId version, long run, Query query, Watch watch) {
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
    return new RequestedTables.Made(schema, files, 0);
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
}
