package dev.headrace.core.ledger;

import dev.headrace.core.ledger.internal.LedgerDatabase;
import dev.headrace.core.ledger.internal.Pointers;
import dev.headrace.core.ledger.internal.RunRows;
import dev.headrace.spi.error.HeadraceException;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** An environment shows again what it showed before, within one transaction. */
final class Rollback {
  /** A compaction changes no row: going back over it alone would be going nowhere. */
  private static final String CHANGES =
      " from pointer_change c join run r on r.run_id = c.run_id"
          + " where c.environment = ? and r.action <> 'COMPACT'";

  private final LedgerDatabase.Transaction t;
  private final Pointers pointers;
  private final String name;

  Rollback(LedgerDatabase.Transaction t, Pointers pointers, String name) {
    this.t = t;
    this.pointers = pointers;
    this.name = name;
  }

  PointerMove carryOut(Optional<Long> target, Instant at) throws SQLException {
    long to = target.isPresent() ? target.get() : before();
    RunRecord record = RunRows.find(t, to).orElseThrow(() -> Environments.noRun(t, to));
    // What changed it last may be a promotion, which is prod's.
    if (target.isPresent() && !record.environment().equals(name)) {
      throw new HeadraceException(
          LedgerError.LEDGER_RUN_MISSING,
          "Cannot take '%s' back to run %d: that was one of '%s'."
              .formatted(name, to, record.environment()),
          "Look them up: headrace history");
    }
    long change = RunRows.lastChange(t, to).orElseThrow(() -> Environments.noRun(t, to));
    Map<String, Optional<Publication>> then = new TreeMap<>(pointers.ownAt(name, change));
    if (name.equals(Pointers.PROD)) {
      then.values().removeIf(Optional::isEmpty); // Withdrawn then, as absent as never built.
    }
    Map<String, Optional<Publication>> now = pointers.own(name);
    requireKept(to, then);
    long run = RunRows.start(t, name, RunRecord.Action.ROLLBACK, "to the end of run " + to, at);
    t.update("update run set target_run = ? where run_id = ?", to, run);
    PointerMove move = move(run, then, now);
    RunRows.finish(t, run, RunRecord.Status.SUCCEEDED, at);
    return move;
  }

  private PointerMove move(
      long run, Map<String, Optional<Publication>> then, Map<String, Optional<Publication>> now)
      throws SQLException {
    Set<String> tables = new TreeSet<>(then.keySet());
    tables.addAll(now.keySet());
    List<String> shown = new ArrayList<>();
    List<String> withdrawn = new ArrayList<>();
    for (String table : tables) {
      Optional<Publication> old = then.get(table);
      if (Objects.equals(old, now.get(table))) {
        continue; // As it was.
      }
      if (old == null && !name.equals(Pointers.PROD)) {
        pointers.follow(name, table, run);
        shown.add(table);
      } else if (old == null || old.isEmpty()) {
        pointers.hide(name, table, run);
        withdrawn.add(table);
      } else {
        pointers.show(name, table, old.get().id(), run);
        shown.add(table);
      }
    }
    return new PointerMove(run, shown, withdrawn);
  }

  /**
   * The run before the one whose result is shown. What a rollback shows is the result of the run it
   * went back to.
   */
  private long before() throws SQLException {
    Optional<Long> effective =
        t.query("select max(c.run_id)" + CHANGES, row -> row.getLong(1), name).stream().findFirst();
    while (effective.isPresent()) {
      Optional<Long> target =
          t
              .query(
                  "select target_run from run where run_id = ? and target_run is not null",
                  row -> row.getLong(1),
                  effective.get())
              .stream()
              .findFirst();
      if (target.isEmpty()) {
        break;
      }
      effective = target;
    }
    List<Long> earlier =
        t.query(
            "select max(c.run_id)" + CHANGES + " and c.run_id < ? having max(c.run_id) is not null",
            row -> row.getLong(1),
            name,
            effective.orElse(0L));
    if (earlier.isEmpty()) {
      throw new HeadraceException(
          LedgerError.LEDGER_NOTHING_BEFORE,
          "Cannot take '%s' back: nothing was shown before what it shows.".formatted(name),
          "Look up what it has shown: headrace history");
    }
    return earlier.getFirst();
  }

  private static void requireKept(long run, Map<String, Optional<Publication>> state) {
    List<String> gone =
        state.entrySet().stream()
            .filter(entry -> entry.getValue().filter(Publication::expired).isPresent())
            .map(Map.Entry::getKey)
            .sorted()
            .toList();
    if (!gone.isEmpty()) {
      throw new HeadraceException(
          LedgerError.LEDGER_EXPIRED,
          "Cannot go back to run %d: gc has removed the rows that %s had then."
              .formatted(run, String.join(", ", gone)),
          "Go back less far, or build that state from its definitions; gc --keep 30d keeps more.");
    }
  }
}
