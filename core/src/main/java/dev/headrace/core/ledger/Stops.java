package dev.headrace.core.ledger;

import dev.headrace.core.ledger.internal.LedgerDatabase;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What somebody has stopped while it was served, such as an experiment. A stop reaches every
 * process that works with this ledger, and stays until somebody starts the name again. Thread-safe.
 */
public final class Stops {
  private final LedgerDatabase database;
  private final Clock clock;

  Stops(LedgerDatabase database, Clock clock) {
    this.database = database;
    this.clock = clock;
  }

  /** One change. */
  public record Change(String name, boolean stopped, String reason, Instant at) {}

  /** The names that are stopped now. */
  public Set<String> now() {
    return database.read(
        t ->
            new TreeSet<>(
                t.query(
                    "select c.name from stop_change c where c.stopped = 'STOPPED' and c.change_id ="
                        + " (select max(n.change_id) from stop_change n where n.name = c.name)",
                    row -> row.getString(1))));
  }

  /**
   * Stops a name.
   *
   * @return false when it was stopped already; nothing is written then
   */
  public boolean stop(String name, String reason) {
    return change(name, true, reason);
  }

  /**
   * Starts a name again.
   *
   * @return false when it was not stopped; nothing is written then
   */
  public boolean start(String name, String reason) {
    return change(name, false, reason);
  }

  private boolean change(String name, boolean stopped, String reason) {
    Instant at = clock.instant();
    return database.write(
        t -> {
          boolean before = newest(t, name).map(Change::stopped).orElse(false);
          if (before == stopped) {
            return false;
          }
          t.update(
              "insert into stop_change values (?,?,?,?,?)",
              t.nextId("stop_change", "change_id"),
              name,
              stopped ? "STOPPED" : "STARTED",
              reason,
              at.toString());
          return true;
        });
  }

  /** The newest change of a name. */
  public Optional<Change> newest(String name) {
    return database.read(t -> newest(t, name));
  }

  private static Optional<Change> newest(LedgerDatabase.Transaction t, String name)
      throws SQLException {
    List<Change> changes =
        t.query(
            "select name, stopped, reason, changed_at from stop_change where name = ?"
                + " order by change_id desc limit 1",
            row ->
                new Change(
                    row.getString(1),
                    row.getString(2).equals("STOPPED"),
                    row.getString(3),
                    Instant.parse(row.getString(4))),
            name);
    return changes.stream().findFirst();
  }
}
