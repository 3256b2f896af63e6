package dev.headrace.data.requested;

import dev.headrace.core.graph.Graph;
import dev.headrace.core.ledger.DayRanges;
import dev.headrace.core.ledger.Ledger;
import dev.headrace.core.ledger.Publication;
import dev.headrace.core.ledger.RunRecord;
import dev.headrace.core.ledger.StepRecord;
import dev.headrace.core.plan.Published;
import dev.headrace.data.lake.Change;
import dev.headrace.data.lake.Lake;
import dev.headrace.data.lake.Layout;
import dev.headrace.data.lake.VersionId;
import dev.headrace.data.release.Staged;
import dev.headrace.spi.engine.WrittenFile;
import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.schema.Schema;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.regex.Pattern;

/**
 * Tables that a command was asked for and no declaration makes: training sets, predictions. One
 * stays until a table of the same name is asked for; no run takes it away.
 */
public final class RequestedTables {
  private static final Pattern WORD = Pattern.compile("[a-z][a-z0-9_]*");

  private final Graph graph;
  private final Ledger ledger;
  private final Lake lake;

  public RequestedTables(Graph graph, Ledger ledger, Lake lake) {
    this.graph = graph;
    this.ledger = ledger;
    this.lake = lake;
  }

  /**
   * What is asked for.
   *
   * @param kind of the publication, such as {@link Publication#TRAINING_SET}
   * @param reason of the run's one step
   * @param fingerprint names the version of the table
   * @param identity what it was made by
   * @param inputs state of every table it is made from
   */
  public record Request(
      String table,
      String kind,
      String reason,
      String fingerprint,
      String identity,
      Map<String, String> inputs) {}

  /**
   * Rows in files of the lake's staging area.
   *
   * @param rowsRead to make them
   */
  public record Made(Schema schema, List<WrittenFile> files, long rowsRead) {}

  /** Writes the rows of a version. */
  @FunctionalInterface
  public interface Maker {
    Made make(VersionId version, long run);
  }

  /** A table that was written. */
  public record Written(String table, long run, long snapshotId, long rows, Schema schema) {}

  /** Why a name cannot be that of a requested table, and what to do; empty if it can. */
  public Optional<Refusal> refusal(String table, String kind, Published published) {
    if (!WORD.matcher(table).matches()) {
      return Optional.of(
          new Refusal(
              "that is no name for a table",
              "Use lower-case letters, digits and _, beginning with a letter."));
    }
    boolean declared =
        graph.assets().stream()
            .anyMatch(asset -> asset.kind().tables(asset.name()).contains(table));
    boolean foreign =
        published.table(table).filter(shown -> !shown.content().kind().equals(kind)).isPresent();
    return declared || foreign
        ? Optional.of(
            new Refusal(
                declared
                    ? "the project declares a table of that name"
                    : "something else was written to a table of that name",
                "Choose another name with --to."))
        : Optional.empty();
  }

  /** Why not, to follow a colon, and a sentence of what to do. */
  public record Refusal(String reason, String hint) {}

  /** Makes and publishes a table, in a run of its own. */
  public Written write(Request request, String environment, Maker maker) {
    long run = ledger.startRun(environment, RunRecord.Action.RUN, RunRecord.PART);
    RunRecord.Status status = RunRecord.Status.FAILED;
    try {
      ledger.startStep(run, request.table(), request.kind(), request.reason());
      Written written = write(request, environment, maker, run);
      status = RunRecord.Status.SUCCEEDED;
      return written;
    } catch (HeadraceException e) {
      ledger.failStep(run, request.table(), Ledger.Counts.none(1), StepRecord.Failure.of(e));
      throw e;
    } catch (CancellationException e) {
      ledger.skipStep(run, request.table(), "cancelled");
      throw e;
    } finally {
      ledger.finishRun(run, status);
    }
  }

  private Written write(Request request, String environment, Maker maker, long run) {
    VersionId version = new VersionId(request.table(), request.fingerprint());
    Made made = maker.make(version, run);
    Publication.Stored stored;
    try (Staged staged =
        new Staged(
            lake,
            version,
            Optional.empty(),
            made.schema(),
            Layout.whole(),
            List.of(new Change.Replace(made.files())))) {
      stored = staged.commit(run, null);
    }
    Publication.Content content =
        new Publication.Content(
            request.table(),
            request.table(),
            request.kind(),
            request.fingerprint(),
            request.identity(),
            "",
            "s" + stored.snapshotId(),
            stored,
            request.inputs(),
            DayRanges.none());
    ledger.publish(
        run,
        environment,
        request.table(),
        request.reason(),
        List.of(Ledger.Release.of(content)),
        List.of(),
        new Ledger.Counts(made.rowsRead(), stored.rows(), 0, 1),
        null);
    return new Written(request.table(), run, stored.snapshotId(), stored.rows(), made.schema());
  }
}
