package dev.headrace.core.ledger;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One published state of one table. Never changed once written; an environment points to one
 * publication per table, and going back in time is pointing to an earlier one.
 *
 * @param id ascending in the order of publication
 * @param parent the publication whose data this one continues (append, merge, further days); empty
 *     when it starts from nothing
 * @param runId the run that made it
 * @param expired whether its rows have been removed since, so that they cannot be read any more
 */
public record Publication(
    long id,
    OptionalLong parent,
    long runId,
    Instant publishedAt,
    Content content,
    boolean expired) {
  /** The kind of what no asset of the project has made: rows that another program wrote. */
  public static final String OUTSIDE = "outside";

  /** The kind of what somebody asked for once: no declaration, and no run takes it away. */
  public static final String TRAINING_SET = "training-set";

  /** The same for rows with what a model predicts of them. */
  public static final String PREDICTIONS = "predictions";

  /**
   * What was published.
   *
   * @param table the name readers use
   * @param asset the asset it belongs to; differs from {@code table} for side tables
   * @param fingerprint hash of the definition and its inputs' fingerprints; names the table version
   * @param identity hash of the definition alone, tells "sql changed" from "input changed"
   * @param audit hash of the checks it passed
   * @param state changes whenever the rows a reader sees may change
   * @param data where the rows are
   * @param inputs state of every table it was built from
   * @param days the days built so far; none for tables that are not built by day
   */
  public record Content(
      String table,
      String asset,
      String kind,
      String fingerprint,
      String identity,
      String audit,
      String state,
      Data data,
      Map<String, String> inputs,
      DayRanges days) {
    public Content {
      inputs = Map.copyOf(inputs);
    }

    /** The same rows in another place. */
    public Content withData(Data other) {
      return new Content(
          table, asset, kind, fingerprint, identity, audit, state, other, inputs, days);
    }
  }

  /** Where the rows of a table are. */
  public sealed interface Data {}

  /**
   * Rows in the lake, as of a snapshot of the table version.
   *
   * @param rows number of rows
   * @param bytes size of the data files
   * @param time the table's time column, when it declares one
   */
  public record Stored(long snapshotId, long rows, long bytes, Optional<TimeColumn> time)
      implements Data {}

  /**
   * The column that says when a row's event took place.
   *
   * @param name the column
   * @param range of its values; empty where it has none
   */
  public record TimeColumn(String name, Optional<TimeRange> range) {}

  /** No rows of its own: a query over the environment's tables. */
  public record Virtual(String sql) implements Data {}

  /** First and last instant in a table's time column, both included; zone-free times as UTC. */
  public record TimeRange(Instant first, Instant last) {
    /** Smallest range that holds both. */
    public TimeRange union(TimeRange other) {
      return new TimeRange(
          first.isBefore(other.first) ? first : other.first,
          last.isAfter(other.last) ? last : other.last);
    }
  }
}
