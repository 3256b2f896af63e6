package dev.headrace.core.ledger;

import dev.headrace.core.ledger.internal.LedgerDatabase;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Names that somebody gave to versions of models, and every move of such a name: the move is the
 * name, so that neither can be written without the other. A name is the same in all environments.
 * Thread-safe.
 */
public final class Aliases {
  private static final String SELECT =
      "select model, alias, version, origin, reason, changed_at from alias_change";

  private final LedgerDatabase database;
  private final Clock clock;

  Aliases(LedgerDatabase database, Clock clock) {
    this.database = database;
    this.clock = clock;
  }

  /** How a name came to a version. */
  public enum Origin {
    /** Somebody gave it. */
    GIVEN,
    /** It was so when this ledger began to keep names; since when, nobody has kept. */
    FOUND
  }

  /**
   * One move of a name.
   *
   * @param reason as it was given; empty for none
   */
  public record Change(
      String model, String alias, int version, Origin origin, String reason, Instant at) {}

  /** The version of each name of each model now. */
  public Map<String, SortedMap<String, Integer>> now() {
    return database.read(
        t -> {
          Map<String, SortedMap<String, Integer>> now = new TreeMap<>();
          for (Change change :
              t.query(SELECT + " order by change_id", Aliases::read)) { // The newest counts.
            now.computeIfAbsent(change.model(), _ -> new TreeMap<>())
                .put(change.alias(), change.version());
          }
          return now;
        });
  }

  /** The version of each name of one model now. */
  public SortedMap<String, Integer> now(String model) {
    return database.read(t -> standing(changes(t, model)));
  }

  /** Every move of the names of a model, in the order in which they were made. */
  public List<Change> changes(String model) {
    return database.read(t -> changes(t, model));
  }

  /**
   * Takes in the names that a model had before this ledger kept any. Nothing is written where it
   * keeps some of the model already.
   *
   * @return whether they were taken in
   */
  public boolean adopt(String model, Map<String, Integer> found) {
    Instant at = clock.instant();
    return database.write(
        t -> {
          if (!changes(t, model).isEmpty()) {
            return false;
          }
          for (Map.Entry<String, Integer> one : new TreeMap<>(found).entrySet()) {
            insert(t, new Change(model, one.getKey(), one.getValue(), Origin.FOUND, "", at));
          }
          return !found.isEmpty();
        });
  }

  /**
   * Gives a version a name; another that has it loses it.
   *
   * @return false when it had the name already; nothing is written then
   */
  public boolean give(String model, String alias, int version, String reason) {
    Instant at = clock.instant();
    return database.write(
        t -> {
          Integer before = standing(changes(t, model)).get(alias);
          if (before != null && before == version) {
            return false;
          }
          insert(t, new Change(model, alias, version, Origin.GIVEN, reason, at));
          return true;
        });
  }

  /** What the names stand for after some changes. */
  private static SortedMap<String, Integer> standing(List<Change> changes) {
    SortedMap<String, Integer> standing = new TreeMap<>();
    changes.forEach(change -> standing.put(change.alias(), change.version()));
    return Collections.unmodifiableSortedMap(standing);
  }

  private static List<Change> changes(LedgerDatabase.Transaction t, String model)
      throws SQLException {
    return t.query(SELECT + " where model = ? order by change_id", Aliases::read, model);
  }

  private static void insert(LedgerDatabase.Transaction t, Change change) throws SQLException {
    t.update(
        "insert into alias_change values (?,?,?,?,?,?,?)",
        t.nextId("alias_change", "change_id"),
        change.model(),
        change.alias(),
        change.version(),
        change.origin().name(),
        change.reason(),
        change.at().toString());
  }

  private static Change read(ResultSet row) throws SQLException {
    return new Change(
        row.getString(1),
        row.getString(2),
        row.getInt(3),
        Origin.valueOf(row.getString(4)),
        row.getString(5),
        Instant.parse(row.getString(6)));
  }
}
