package dev.headrace.core.ledger.internal;

import dev.headrace.core.ledger.CheckRecord;
import dev.headrace.core.ledger.Ledger;
import dev.headrace.core.ledger.StepRecord;
import dev.headrace.spi.error.ErrorKind;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How the steps of runs, and their checks, are written to and read from their rows. */
public final class StepRows {
  private static final String SELECT =
      "select run_id, asset, kind, status, reason, started_at, finished_at, rows_in, rows_out,"
          + " rejected, attempts, error_kind, error_code, error_message, error_hint from step";

  private StepRows() {}

  /** A step begins. */
  public static int start(
      LedgerDatabase.Transaction transaction,
      long run,
      String asset,
      String kind,
      String reason,
      Instant at)
      throws SQLException {
    return transaction.update(
        "insert into step (run_id, asset, kind, status, reason, started_at)"
            + " values (?,?,?,'RUNNING',?,?)",
        run,
        asset,
        kind,
        reason,
        at.toString());
  }

  /** A step that needs no work begins and ends. */
  public static void idle(
      LedgerDatabase.Transaction transaction, long run, StepRecord step, Instant at)
      throws SQLException {
    transaction.update(
        "insert into step (run_id, asset, kind, status, reason, started_at, finished_at,"
            + " attempts) values (?,?,?,?,?,?,?,0)",
        run,
        step.asset(),
        step.kind(),
        step.status().name(),
        step.reason(),
        at.toString(),
        at.toString());
  }

  /** What is known of the reason now that the step is done. */
  public static void reason(
      LedgerDatabase.Transaction transaction, long run, String asset, String reason)
      throws SQLException {
    transaction.update(
        "update step set reason = ? where run_id = ? and asset = ?", reason, run, asset);
  }

  /** Why a step was done, as far as it is known; empty where the run had no such step. */
  public static Optional<String> reason(
      LedgerDatabase.Transaction transaction, long run, String asset) throws SQLException {
    return transaction
        .query(
            "select reason from step where run_id = ? and asset = ?",
            row -> row.getString(1),
            run,
            asset)
        .stream()
        .findFirst();
  }

  /** Ends a step that is under way. */
  public static int end(
      LedgerDatabase.Transaction transaction,
      long run,
      String asset,
      StepRecord.Status status,
      Ledger.Counts counts,
      StepRecord.@Nullable Failure failure,
      Instant at)
      throws SQLException {
    return transaction.update(
        "update step set status = ?, finished_at = ?, rows_in = ?, rows_out = ?, rejected = ?,"
            + " attempts = ?, error_kind = ?, error_code = ?, error_message = ?, error_hint = ?"
            + " where run_id = ? and asset = ? and status = 'RUNNING'",
        status.name(),
        at.toString(),
        counts.rowsIn(),
        counts.rowsOut(),
        counts.rejected(),
        counts.attempts(),
        failure == null ? null : failure.kind().name(),
        failure == null ? null : failure.code(),
        failure == null ? null : failure.message(),
        failure == null ? null : failure.hint(),
        run,
        asset);
  }

  /** Ends what a killed run had under way. */
  public static void interrupt(LedgerDatabase.Transaction transaction, long run, Instant at)
      throws SQLException {
    transaction.update(
        "update step set status = 'INTERRUPTED', finished_at = ?"
            + " where run_id = ? and status = 'RUNNING'",
        at.toString(),
        run);
  }

  /** The steps of a run that are under way, by asset. */
  public static List<StepRecord> underWay(LedgerDatabase.Transaction transaction, long run)
      throws SQLException {
    return transaction.query(
        SELECT + " where run_id = ? and status = 'RUNNING' order by asset", StepRows::read, run);
  }

  /** The steps of a run in the order they began. */
  public static List<StepRecord> ofRun(LedgerDatabase.Transaction transaction, long run)
      throws SQLException {
    return transaction.query(
        SELECT + " where run_id = ? order by started_at, asset", StepRows::read, run);
  }

  /** The latest steps of an asset, newest first. */
  public static List<StepRecord> ofAsset(
      LedgerDatabase.Transaction transaction, String asset, int limit) throws SQLException {
    return transaction.query(
        SELECT + " where asset = ? order by run_id desc limit ?", StepRows::read, asset, limit);
  }

  /** The outcome of a check of a step. */
  public static void check(
      LedgerDatabase.Transaction transaction, long run, String asset, CheckRecord check)
      throws SQLException {
    transaction.update(
        "insert into check_result values (?,?,?,?,?,?)",
        run,
        asset,
        check.check(),
        check.status().name(),
        check.failingRows(),
        check.message());
  }

  /** The newest outcome of every check of every asset, by asset and check. */
  public static List<Ledger.JournalledCheck> latestChecks(LedgerDatabase.Transaction transaction)
      throws SQLException {
    return transaction.query(
        """
        select c.run_id, c.asset, c.check_name, c.status, c.failing_rows, c.message
        from check_result c
        join (select asset, max(run_id) as run_id from check_result group by asset) latest
          on latest.asset = c.asset and latest.run_id = c.run_id
        order by c.asset, c.check_name
        """,
        row -> new Ledger.JournalledCheck(row.getLong(1), row.getString(2), readCheck(row, 3)));
  }

  /** The outcomes of the checks of a step, by name. */
  public static List<CheckRecord> checks(
      LedgerDatabase.Transaction transaction, long run, String asset) throws SQLException {
    return transaction.query(
        """
        select check_name, status, failing_rows, message
        from check_result where run_id = ? and asset = ? order by check_name
        """,
        row -> readCheck(row, 1),
        run,
        asset);
  }

  private static CheckRecord readCheck(ResultSet row, int first) throws SQLException {
    return new CheckRecord(
        row.getString(first),
        CheckRecord.Status.valueOf(row.getString(first + 1)),
        row.getLong(first + 2),
        row.getString(first + 3));
  }

  private static StepRecord read(ResultSet row) throws SQLException {
    String kind = row.getString(12);
    String finished = row.getString(7);
    return new StepRecord(
        row.getLong(1),
        row.getString(2),
        row.getString(3),
        StepRecord.Status.valueOf(row.getString(4)),
        row.getString(5),
        Instant.parse(row.getString(6)),
        finished == null ? Optional.empty() : Optional.of(Instant.parse(finished)),
        row.getLong(8),
        row.getLong(9),
        row.getLong(10),
        row.getInt(11),
        kind == null
            ? Optional.empty()
            : Optional.of(
                new StepRecord.Failure(
                    ErrorKind.valueOf(kind),
                    row.getString(13),
                    row.getString(14),
                    row.getString(15))));
  }
}
