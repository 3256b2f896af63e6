package dev.headrace.core.ledger.internal;

import dev.headrace.core.ledger.LedgerError;
import dev.headrace.core.ledger.Reach;
import dev.headrace.core.ledger.RunRecord;
import dev.headrace.spi.error.HeadraceException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** How runs and other actions are written to and read from their rows. */
public final class RunRows {
  private static final String COLUMNS =
      "run_id, environment, started_at, finished_at, status, action, note";

  private RunRows() {}

  /** Begins a run or another action; returns its number. */
  public static long start(
      LedgerDatabase.Transaction transaction,
      String environment,
      RunRecord.Action action,
      String note,
      Instant at)
      throws SQLException {
    long id = transaction.nextId("run", "run_id");
    transaction.update(
        "insert into run (run_id, environment, started_at, status, action, note)"
            + " values (?,?,?,?,?,?)",
        id,
        environment,
        at.toString(),
        RunRecord.Status.RUNNING.name(),
        action.name(),
        note);
    return id;
  }

  /**
   * Ends it, noting how far the changes of pointers had come by then. What has ended before,
   * because another process took it for dead, stays as it is.
   */
  public static void finish(
      LedgerDatabase.Transaction transaction, long id, RunRecord.Status status, Instant at)
      throws SQLException {
    transaction.update(
        "update run set finished_at = ?, status = ?,"
            + " last_change = (select coalesce(max(change_id), 0) from pointer_change)"
            + " where run_id = ? and status = 'RUNNING'",
        at.toString(),
        status.name(),
        id);
  }

  /** The runs that have not ended, in the order they began. */
  public static List<Long> open(LedgerDatabase.Transaction transaction, Reach reach)
      throws SQLException {
    return transaction
        .query(
            "select " + COLUMNS + " from run where status = 'RUNNING' order by run_id",
            RunRows::read)
        .stream()
        .filter(run -> reach.covers(run.environment()))
        .map(RunRecord::id)
        .toList();
  }

  /**
   * Refuses what comes from a run that another process has closed, which took it for dead because
   * its lock was gone.
   */
  public static void requireOpen(LedgerDatabase.Transaction transaction, long id)
      throws SQLException {
    RunRecord.Status status =
        find(transaction, id).map(RunRecord::status).orElse(RunRecord.Status.INTERRUPTED);
    if (status != RunRecord.Status.RUNNING) {
      throw new HeadraceException(
          LedgerError.LEDGER_RUN_CLOSED,
          "Cannot go on with run %d: it is %s, ended by another process that took its lock."
              .formatted(id, status.name().toLowerCase(Locale.ROOT)),
          "Run again; finished steps are not repeated.");
    }
  }

  /** Runs and actions, newest first. */
  public static List<RunRecord> newest(LedgerDatabase.Transaction transaction, int limit)
      throws SQLException {
    return transaction.query(
        "select " + COLUMNS + " from run order by run_id desc limit ?", RunRows::read, limit);
  }

  /** One run or action. */
  public static Optional<RunRecord> find(LedgerDatabase.Transaction transaction, long id)
      throws SQLException {
    return transaction
        .query("select " + COLUMNS + " from run where run_id = ?", RunRows::read, id)
        .stream()
        .findFirst();
  }

  /** Whether a run of all assets of an environment has succeeded, and every run since. */
  public static boolean hasBuiltWhole(LedgerDatabase.Transaction transaction, String environment)
      throws SQLException {
    return !transaction
        .query(
            "select run_id from run w where environment = ? and action = 'RUN' and note = ''"
                + " and status = 'SUCCEEDED' and not exists (select 1 from run l"
                + " where l.environment = w.environment and l.action = 'RUN'"
                + " and l.run_id > w.run_id and l.status <> 'SUCCEEDED') limit 1",
            row -> row.getLong(1),
            environment)
        .isEmpty();
  }

  /** The newest run of an environment, actions of other kinds left aside. */
  public static Optional<RunRecord> newestRun(
      LedgerDatabase.Transaction transaction, String environment) throws SQLException {
    return transaction
        .query(
            "select "
                + COLUMNS
                + " from run where environment = ? and action = 'RUN' order by run_id desc limit 1",
            RunRows::read,
            environment)
        .stream()
        .findFirst();
  }

  /** Number of the newest change when the run had ended; empty while it has not. */
  public static OptionalLong lastChange(LedgerDatabase.Transaction transaction, long id)
      throws SQLException {
    return transaction
        .query(
            "select last_change from run where run_id = ? and last_change is not null",
            row -> row.getLong(1),
            id)
        .stream()
        .mapToLong(Long::longValue)
        .findFirst();
  }

  private static RunRecord read(ResultSet row) throws SQLException {
    return new RunRecord(
        row.getLong(1),
        row.getString(2),
        Instant.parse(row.getString(3)),
        instant(row.getString(4)),
        RunRecord.Status.valueOf(row.getString(5)),
        RunRecord.Action.valueOf(row.getString(6)),
        row.getString(7));
  }

  private static Optional<Instant> instant(@Nullable String text) {
    return text == null ? Optional.empty() : Optional.of(Instant.parse(text));
  }
}
