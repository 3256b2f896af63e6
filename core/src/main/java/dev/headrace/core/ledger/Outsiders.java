package dev.headrace.core.ledger;

import dev.headrace.core.ledger.internal.LedgerDatabase;
import dev.headrace.core.ledger.internal.Pointers;
import dev.headrace.core.ledger.internal.PublicationRows;
import dev.headrace.core.ledger.internal.RunRows;
import dev.headrace.spi.error.HeadraceException;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What programs other than Headrace write: to the project's tables, and to namespaces, tables and
 * views of their own, which belong to one environment.
 *
 * <p>Writing to the project's tables is journalled as a run of its own; the next run of the project
 * sees from the {@linkplain Publication#OUTSIDE kind} of what is published that it was not built.
 */
public final class Outsiders {
  private static final String LEVELS = "\u001f";

  private final LedgerDatabase database;
  private final Clock clock;

  Outsiders(LedgerDatabase database, Clock clock) {
    this.database = database;
    this.clock = clock;
  }

  /** A table or view, and the file that says what it is. */
  public record Entry(OutsideName name, OutsideMove.Kind kind, String metadataLocation) {}

  // Namespaces

  /** All namespaces of an environment, sorted. */
  public List<List<String>> namespaces(String environment) {
    return database.read(
        t ->
            t.query(
                "select namespace from outside_namespace where environment = ? order by namespace",
                row -> levels(row.getString(1)),
                environment));
  }

  /** The properties of a namespace; empty when there is no such namespace. */
  public Optional<Map<String, String>> properties(String environment, List<String> namespace) {
    return database.read(
        t -> {
          if (!exists(t, environment, key(namespace))) {
            return Optional.empty();
          }
          Map<String, String> properties = new LinkedHashMap<>();
          t.query(
                  "select name, content from outside_property"
                      + " where environment = ? and namespace = ? order by name",
                  row -> Map.entry(row.getString(1), row.getString(2)),
                  environment,
                  key(namespace))
              .forEach(entry -> properties.put(entry.getKey(), entry.getValue()));
          return Optional.of(properties);
        });
  }

  /**
   * Makes a namespace.
   *
   * @return false when it is there already
   */
  public boolean createNamespace(
      String environment, List<String> namespace, Map<String, String> properties) {
    return database.write(
        t -> {
          int made =
              t.update(
                  "insert into outside_namespace values (?,?)"
                      + " on conflict (environment, namespace) do nothing",
                  environment,
                  key(namespace));
          if (made == 1) {
            set(t, environment, namespace, properties);
          }
          return made == 1;
        });
  }

  /**
   * Sets and removes properties of a namespace.
   *
   * @param changes a property without a value is removed
   * @return false when there is no such namespace
   */
  public boolean changeProperties(
      String environment, List<String> namespace, Map<String, Optional<String>> changes) {
    return database.write(
        t -> {
          if (!exists(t, environment, key(namespace))) {
            return false;
          }
          for (Map.Entry<String, Optional<String>> change : changes.entrySet()) {
            if (change.getValue().isPresent()) {
              set(t, environment, namespace, Map.of(change.getKey(), change.getValue().get()));
            } else {
              t.update(
                  "delete from outside_property"
                      + " where environment = ? and namespace = ? and name = ?",
                  environment,
                  key(namespace),
                  change.getKey());
            }
          }
          return true;
        });
  }

  /**
   * Forgets a namespace.
   *
   * @return false when there is no such namespace
   * @throws HeadraceException LEDGER_OUTSIDE_NOT_EMPTY when it holds tables, views or namespaces
   */
  public boolean dropNamespace(String environment, List<String> namespace) {
    String key = key(namespace);
    return database.write(
        t -> {
          long held =
              t.query(
                      "select (select count(*) from outside_table"
                          + " where environment = ? and namespace = ?)"
                          + " + (select count(*) from outside_namespace"
                          + " where environment = ? and substr(namespace, 1, ?) = ?)",
                      row -> row.getLong(1),
                      environment,
                      key,
                      environment,
                      key.length() + 1,
                      key + LEVELS)
                  .getFirst();
          if (held > 0) {
            throw new HeadraceException(
                LedgerError.LEDGER_OUTSIDE_NOT_EMPTY,
                "Cannot drop namespace '%s': it holds %d tables, views or namespaces."
                    .formatted(String.join(".", namespace), held),
                "Drop these first.");
          }
          t.update(
              "delete from outside_property where environment = ? and namespace = ?",
              environment,
              key);
          return t.update(
                  "delete from outside_namespace where environment = ? and namespace = ?",
                  environment,
                  key)
              == 1;
        });
  }

  private static void set(
      LedgerDatabase.Transaction t,
      String environment,
      List<String> namespace,
      Map<String, String> properties)
      throws SQLException {
    for (Map.Entry<String, String> property : properties.entrySet()) {
      t.update(
          "insert into outside_property values (?,?,?,?)"
              + " on conflict (environment, namespace, name) do update set content = excluded.content",
          environment,
          key(namespace),
          property.getKey(),
          property.getValue());
    }
  }

  /** Forgets everything that other programs keep in an environment. */
  static void forget(LedgerDatabase.Transaction t, String environment) throws SQLException {
    t.update("delete from outside_table where environment = ?", environment);
    t.update("delete from outside_property where environment = ?", environment);
    t.update("delete from outside_namespace where environment = ?", environment);
  }

  // Tables and views

  /** The tables and views of a namespace, by name. */
  public List<Entry> entries(String environment, List<String> namespace) {
    return database.read(
        t ->
            t.query(
                "select name, kind, metadata_location from outside_table"
                    + " where environment = ? and namespace = ? order by name",
                row ->
                    new Entry(
                        new OutsideName(namespace, row.getString(1)),
                        OutsideMove.Kind.valueOf(row.getString(2)),
                        row.getString(3)),
                environment,
                key(namespace)));
  }

  /** The table or view of that name. */
  public Optional<Entry> find(String environment, OutsideName name) {
    return database.read(t -> find(t, environment, name));
  }

  /**
   * Makes all of the changes visible, or none.
   *
   * @return the run under which changes to the project's tables are journalled
   * @throws HeadraceException LEDGER_OUTSIDE_CONFLICT when a table is not what a change starts
   *     from; LEDGER_OUTSIDE_EXISTS, LEDGER_OUTSIDE_MISSING; LEDGER_UNAVAILABLE when nobody knows
   *     whether the changes were made
   */
  public OptionalLong apply(String environment, List<OutsideMove> moves) {
    Instant at = clock.instant();
    return database.write(
        t -> {
          for (OutsideMove move : moves) {
            switch (move) {
              case OutsideMove.Publish _ -> {}
              case OutsideMove.Point point -> point(t, environment, point);
              case OutsideMove.Rename rename -> rename(t, environment, rename);
              case OutsideMove.Drop drop -> drop(t, environment, drop);
            }
          }
          List<OutsideMove.Publish> published =
              moves.stream()
                  .filter(OutsideMove.Publish.class::isInstance)
                  .map(OutsideMove.Publish.class::cast)
                  .toList();
          return published.isEmpty()
              ? OptionalLong.empty()
              : OptionalLong.of(publish(t, environment, published, at));
        });
  }

  private static long publish(
      LedgerDatabase.Transaction t, String environment, List<OutsideMove.Publish> moves, Instant at)
      throws SQLException {
    Pointers pointers = new Pointers(t, at);
    String tables =
        String.join(", ", moves.stream().map(move -> move.content().table()).sorted().toList());
    long run = RunRows.start(t, environment, RunRecord.Action.OUTSIDE, tables, at);
    for (OutsideMove.Publish move : moves) {
      String table = move.content().table();
      if (!pointers.current(environment, table).equals(OptionalLong.of(move.expected()))) {
        throw conflict("table '" + table + "'");
      }
      t.update(
          "insert into step (run_id, asset, kind, status, reason, started_at, finished_at,"
              + " rows_out) values (?,?,?,?,?,?,?,?)",
          run,
          move.content().asset(),
          move.content().kind(),
          StepRecord.Status.BUILT.name(),
          "written by another program",
          at.toString(),
          at.toString(),
          move.rows());
      Publication publication =
          PublicationRows.insert(t, OptionalLong.of(move.expected()), run, at, move.content());
      pointers.show(environment, table, publication.id(), run);
    }
    RunRows.finish(t, run, RunRecord.Status.SUCCEEDED, at);
    return run;
  }

  private static void point(
      LedgerDatabase.Transaction t, String environment, OutsideMove.Point move)
      throws SQLException {
    Optional<Entry> there = find(t, environment, move.name());
    if (move.expected().isEmpty()) {
      requireFree(t, environment, move.name());
      t.update(
          "insert into outside_table values (?,?,?,?,?)",
          environment,
          key(move.name().namespace()),
          move.name().name(),
          move.kind().name(),
          move.location());
      return;
    }
    if (there.isEmpty()
        || there.get().kind() != move.kind()
        || !Objects.equals(there.get().metadataLocation(), move.expected().get())) {
      throw conflict("'" + move.name() + "'");
    }
    t.update(
        "update outside_table set metadata_location = ?"
            + " where environment = ? and namespace = ? and name = ?",
        move.location(),
        environment,
        key(move.name().namespace()),
        move.name().name());
  }

  private static void rename(
      LedgerDatabase.Transaction t, String environment, OutsideMove.Rename move)
      throws SQLException {
    requireFree(t, environment, move.to());
    int renamed =
        t.update(
            "update outside_table set namespace = ?, name = ?"
                + " where environment = ? and namespace = ? and name = ? and kind = ?",
            key(move.to().namespace()),
            move.to().name(),
            environment,
            key(move.name().namespace()),
            move.name().name(),
            move.kind().name());
    if (renamed == 0) {
      throw missing(move.name());
    }
  }

  private static void drop(LedgerDatabase.Transaction t, String environment, OutsideMove.Drop move)
      throws SQLException {
    int dropped =
        t.update(
            "delete from outside_table"
                + " where environment = ? and namespace = ? and name = ? and kind = ?",
            environment,
            key(move.name().namespace()),
            move.name().name(),
            move.kind().name());
    if (dropped == 0) {
      throw missing(move.name());
    }
  }

  private static void requireFree(
      LedgerDatabase.Transaction t, String environment, OutsideName name) throws SQLException {
    if (!exists(t, environment, key(name.namespace()))) {
      throw new HeadraceException(
          LedgerError.LEDGER_OUTSIDE_MISSING,
          "Cannot make '%s': there is no namespace '%s'."
              .formatted(name, String.join(".", name.namespace())),
          "Create the namespace first.");
    }
    Optional<Entry> there = find(t, environment, name);
    if (there.isPresent()) {
      throw new HeadraceException(
          LedgerError.LEDGER_OUTSIDE_EXISTS,
          "Cannot make '%s': there is a %s of this name."
              .formatted(name, there.get().kind() == OutsideMove.Kind.VIEW ? "view" : "table"),
          "Choose another name.");
    }
  }

  private static Optional<Entry> find(
      LedgerDatabase.Transaction t, String environment, OutsideName name) throws SQLException {
    return t
        .query(
            "select kind, metadata_location from outside_table"
                + " where environment = ? and namespace = ? and name = ?",
            row -> new Entry(name, OutsideMove.Kind.valueOf(row.getString(1)), row.getString(2)),
            environment,
            key(name.namespace()),
            name.name())
        .stream()
        .findFirst();
  }

  private static boolean exists(LedgerDatabase.Transaction t, String environment, String key)
      throws SQLException {
    return !t.query(
            "select 1 from outside_namespace where environment = ? and namespace = ?",
            row -> row.getInt(1),
            environment,
            key)
        .isEmpty();
  }

  private static HeadraceException conflict(String what) {
    return new HeadraceException(
        LedgerError.LEDGER_OUTSIDE_CONFLICT,
        "Cannot change %s: someone else has changed it meanwhile.".formatted(what),
        "Read it again and repeat the change.");
  }

  private static HeadraceException missing(OutsideName name) {
    return new HeadraceException(
        LedgerError.LEDGER_OUTSIDE_MISSING,
        "Cannot change '%s': it is not there.".formatted(name),
        "List the namespace to see what is.");
  }

  private static String key(List<String> namespace) {
    return String.join(LEVELS, namespace);
  }

  private static List<String> levels(String key) {
    return Arrays.asList(key.split(LEVELS, -1));
  }
}
