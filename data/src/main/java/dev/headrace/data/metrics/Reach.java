package dev.headrace.data.metrics;

import dev.headrace.core.project.AssetNames;
import dev.headrace.core.project.Names;
import dev.headrace.data.metrics.Star.ForeignKey;
import dev.headrace.data.metrics.Star.Uniqueness;
import dev.headrace.data.sql.SqlQuotes;
import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Type;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What can be said of the rows of one table: its own columns, and those of all tables that it can
 * be joined to so that every row keeps being one row.
 */
final class Reach {
  private static final int MOST_HOPS = 6;
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

  private final Star star;
  private final String metric;
  private final Stop fact;
  private final List<Stop> stops = new ArrayList<>();
  private final List<Blocked> blocked = new ArrayList<>();

  /**
   * @param metric that is asked for, for messages
   */
  Reach(Star star, String metric, String table) {
    this.star = star;
    this.metric = metric;
    this.fact = new Stop(Star.lower(table), Star.lower(table), null, "", "", List.of());
    explore();
  }

  /**
   * A table on the way of joins.
   *
   * @param alias it has in the statement
   * @param from the table whose {@code column} it is joined to; null for the measured table
   * @param key its own column that the join goes by
   * @param path the columns that lead to it
   */
  record Stop(
      String alias,
      String table,
      @Nullable Stop from,
      String column,
      String key,
      List<String> path) {
    /** The join, as it stands in FROM. */
    String join() {
      return "left join %s on %s = %s"
          .formatted(
              alias.equals(table) ? name(table) : name(table) + " as " + name(alias),
              of(key),
              from == null ? "" : from.of(column));
    }

    String of(String columnName) {
      return name(alias) + "." + name(columnName);
    }
  }

  /** A join that is declared but would multiply rows, as far as is known. */
  private record Blocked(Stop from, ForeignKey key, Uniqueness uniqueness) {}

  /**
   * A column that was found.
   *
   * @param stop the table it is of
   * @param fields of a struct that are taken out of it
   */
  record Column(Stop stop, Field field, List<String> fields) {
    /** As an expression. */
    String sql() {
      StringBuilder sql = new StringBuilder(stop.of(field.name()));
      fields.forEach(part -> sql.append('.').append(name(part)));
      return sql.toString();
    }

    /** The table.column it is, whatever way led there. */
    String source() {
      return stop.table() + "." + Star.lower(field.name());
    }

    boolean isOwn() {
      return stop.from() == null;
    }
  }

  /** The name as a statement has it: in quotes only where it needs them. */
  static String name(String name) {
    return PLAIN.matcher(name).matches() && !AssetNames.isReserved(name)
        ? name
        : SqlQuotes.identifier(name);
  }

  /** The measured table. */
  Stop fact() {
    return fact;
  }

  /** Every table within reach, the measured one first. */
  List<Stop> stops() {
    List<Stop> all = new ArrayList<>();
    all.add(fact);
    all.addAll(stops);
    return all;
  }

  private void explore() {
    Deque<Stop> open = new ArrayDeque<>(List.of(fact));
    Map<String, Integer> hopsTo = new HashMap<>(Map.of(fact.table(), 0));
    Map<String, Integer> ways = new HashMap<>();
    List<Stop> found = new ArrayList<>();
    while (!open.isEmpty()) {
      Stop from = open.remove();
      for (ForeignKey key : star.foreignKeys(from.table())) {
        int hops = from.path().size() + 1;
        if (hops > MOST_HOPS
            || !star.isShown(key.table())
            || hopsTo.getOrDefault(key.table(), hops) < hops) {
          continue; // A longer way to a table that is there already says nothing new.
        }
        Uniqueness uniqueness = star.uniqueness(key.table(), key.key());
        if (uniqueness != Uniqueness.PROVEN) {
          blocked.add(new Blocked(from, key, uniqueness));
          continue;
        }
        List<String> path = new ArrayList<>(from.path());
        path.add(key.column());
        Stop stop =
            new Stop(key.table(), key.table(), from, key.column(), key.key(), List.copyOf(path));
        hopsTo.put(key.table(), hops);
        ways.merge(key.table(), 1, Integer::sum);
        found.add(stop);
        open.add(stop);
      }
    }
    alias(found, ways);
  }

  /** A table that several ways lead to is named by the columns of each. */
  private void alias(List<Stop> found, Map<String, Integer> ways) {
    Map<Stop, Stop> renamed = new HashMap<>();
    for (Stop stop : found) {
      Stop from = stop.from() == null ? null : renamed.getOrDefault(stop.from(), stop.from());
      boolean several = ways.getOrDefault(stop.table(), 0) > 1 || stop.table().equals(fact.table());
      String alias = several ? String.join("_", stop.path()) : stop.table();
      Stop named = new Stop(alias, stop.table(), from, stop.column(), stop.key(), stop.path());
      renamed.put(stop, named);
      stops.add(named);
    }
  }

  /**
   * The column that a name means: the table's own, or else the one of the nearest table that has
   * it. {@code table.column} and {@code foreign_key.column} say which.
   *
   * @throws HeadraceException METRIC_UNKNOWN_COLUMN, METRIC_AMBIGUOUS, METRIC_FAN_OUT
   */
  Column resolve(List<String> parts) {
    Optional<Column> own = in(fact, parts);
    if (own.isPresent()) {
      return own.get();
    }
    if (parts.size() > 1) {
      Optional<Column> qualified = qualified(parts);
      if (qualified.isPresent()) {
        return qualified.get();
      }
    }
    List<Column> found =
        stops.stream().map(stop -> in(stop, parts)).flatMap(Optional::stream).toList();
    int nearest = hops(found);
    List<Column> candidates = found.stream().filter(column -> hops(column) == nearest).toList();
    return switch (candidates.size()) {
      case 0 -> throw unknown(parts);
      case 1 -> candidates.getFirst();
      default -> throw ambiguous(parts, candidates);
    };
  }

  /** A column of one table, or a field of one that is a struct. */
  private Optional<Column> in(Stop stop, List<String> parts) {
    return star.schema(stop.table())
        .field(parts.getFirst())
        .filter(field -> parts.size() == 1 || field.type() instanceof Type.Struct)
        .map(field -> new Column(stop, field, parts.subList(1, parts.size())));
  }

  private Optional<Column> qualified(List<String> parts) {
    String first = Star.lower(parts.getFirst());
    List<String> rest = parts.subList(1, parts.size());
    if (first.equals(fact.table())) {
      Optional<Column> own = in(fact, rest);
      if (own.isPresent()) {
        return own;
      }
    }
    List<Stop> byName = stops.stream().filter(stop -> stop.table().equals(first)).toList();
    if (byName.size() > 1 && byName.stream().noneMatch(stop -> stop.alias().equals(first))) {
      throw ambiguous(
          parts, byName.stream().map(stop -> in(stop, rest)).flatMap(Optional::stream).toList());
    }
    if (!byName.isEmpty()) {
      return in(byName.getFirst(), rest);
    }
    List<Column> found =
        stops().stream().map(start -> alongKeys(start, parts)).flatMap(Optional::stream).toList();
    int nearest = hops(found);
    List<Column> candidates = found.stream().filter(column -> hops(column) == nearest).toList();
    if (candidates.size() > 1) {
      throw ambiguous(parts, candidates);
    }
    return candidates.stream().findFirst();
  }

  private static int hops(Column column) {
    return column.stop().path().size();
  }

  private static int hops(List<Column> columns) {
    return columns.stream().mapToInt(Reach::hops).min().orElse(0);
  }

  /** {@code seller_id.country_id.name}: foreign keys, and a column at the end. */
  private Optional<Column> alongKeys(Stop start, List<String> parts) {
    Stop at = start;
    int i = 0;
    while (i < parts.size() - 1) {
      Stop from = at;
      String key = Star.lower(parts.get(i));
      Optional<Stop> next =
          stops.stream()
              .filter(stop -> from.equals(stop.from()) && stop.column().equals(key))
              .findFirst();
      if (next.isEmpty()) {
        break;
      }
      at = next.get();
      i++;
    }
    return i == 0 ? Optional.empty() : in(at, parts.subList(i, parts.size()));
  }

  private HeadraceException ambiguous(List<String> parts, List<Column> candidates) {
    String names =
        String.join(
            " or ",
            candidates.stream()
                .map(
                    column ->
                        column.stop().alias().equals(column.stop().table())
                            ? column.source()
                            : String.join(".", column.stop().path())
                                + "."
                                + Star.lower(column.field().name()))
                .toList());
    return new HeadraceException(
        MetricError.METRIC_AMBIGUOUS,
        "Cannot split '%s' by '%s': several joined tables have it."
            .formatted(metric, String.join(".", parts)),
        "Write " + names + ".");
  }

  private HeadraceException unknown(List<String> parts) {
    String column = parts.getLast();
    Optional<String> qualifier =
        parts.size() > 1 ? Optional.of(Star.lower(parts.get(parts.size() - 2))) : Optional.empty();
    for (Blocked join : blocked) {
      boolean named =
          qualifier
              .filter(name -> !name.equals(join.key().table()) && !name.equals(join.key().column()))
              .isEmpty();
      if (named && has(join.key().table(), column)) {
        return unproven(parts, join);
      }
    }
    for (String other : star.tables()) {
      if (qualifier.map(other::equals).orElse(true) && has(other, column)) {
        Optional<ForeignKey> back =
            star.foreignKeys(other).stream()
                .filter(key -> stops().stream().anyMatch(stop -> stop.table().equals(key.table())))
                .findFirst();
        if (back.isPresent()) {
          return fanOut(parts, other, back.get());
        }
      }
    }
    Set<String> known = new TreeSet<>(star.schema(fact.table()).names());
    stops.forEach(stop -> known.addAll(star.schema(stop.table()).names()));
    Optional<String> elsewhere =
        star.tables().stream()
            .filter(other -> qualifier.map(other::equals).orElse(true) && has(other, column))
            .findFirst();
    return new HeadraceException(
        MetricError.METRIC_UNKNOWN_COLUMN,
        "Cannot use '%s' with '%s': neither '%s' nor a table it is joined to has that column."
            .formatted(String.join(".", parts), metric, fact.table()),
        elsewhere
            .filter(other -> !new HashSet<>(known).contains(column))
            .map(
                other ->
                    "'%s' has it; declare the join in the checks of '%s': foreign-key: {COLUMN: %s.KEY}"
                        .formatted(other, fact.table(), other))
            .orElseGet(() -> Names.suggest(column, known)));
  }

  /** Whether a table within reach has a column. */
  boolean has(Stop stop, String column) {
    return has(stop.table(), column);
  }

  private boolean has(String table, String column) {
    return star.schema(table).field(column).isPresent();
  }

  private HeadraceException unproven(List<String> parts, Blocked join) {
    ForeignKey key = join.key();
    return new HeadraceException(
        MetricError.METRIC_FAN_OUT,
        ("Cannot split '%s' by '%s': the join from '%s' to '%s' could find several rows for one, and"
                + " each row of '%s' would be counted as often, because %s.")
            .formatted(
                metric,
                String.join(".", parts),
                join.from().table() + "." + key.column(),
                key.table(),
                fact.table(),
                switch (join.uniqueness()) {
                  case UNCHECKED ->
                      "'%s' has not been checked since '%s' was declared unique"
                          .formatted(key.table(), key.key());
                  case WARNED_OF ->
                      "the check that '%s.%s' is unique does not keep rows from being published"
                          .formatted(key.table(), key.key());
                  case UNDECLARED, PROVEN ->
                      "nothing declares '%s.%s' unique".formatted(key.table(), key.key());
                }),
        switch (join.uniqueness()) {
          case UNCHECKED -> "Check it: headrace run --select " + key.table();
          case WARNED_OF ->
              "Give the check of '%s' 'severity: error' and no 'where'.".formatted(key.table());
          case UNDECLARED, PROVEN ->
              "If it is, add to the checks of '%s': unique: [%s]".formatted(key.table(), key.key());
        });
  }

  private HeadraceException fanOut(List<String> parts, String other, ForeignKey back) {
    return new HeadraceException(
        MetricError.METRIC_FAN_OUT,
        ("Cannot split '%s' by '%s': '%s' has many rows for one of '%s' (its '%s' points there), and"
                + " each would count the same row of '%s' again.")
            .formatted(
                metric, String.join(".", parts), other, back.table(), back.column(), fact.table()),
        "Define a metric over '%s', or bring the column to one row per '%s' in a table first."
            .formatted(other, back.table()));
  }
}
