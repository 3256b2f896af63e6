package dev.headrace.ml.features.internal;

import dev.headrace.ml.features.Computation;
import dev.headrace.ml.features.Window;
import dev.headrace.spi.schema.Type;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The plain way: each moment is joined with all rows of its entity that it can see, and these are
 * aggregated. Runs on every engine and knows every aggregation; its cost is the number of pairs.
 *
 * <p>The result has one row per entity and moment, as far as anything is visible: keys, {@code t},
 * {@code hr_e} (time of the newest visible row) and a column per cell.
 */
final class PairPlan {
  private final ViewRows rows;
  private final Map<String, Type> types;
  private final Dialect dialect;
  private final String keys;
  private final String bound;

  /**
   * @param types of the columns that are aggregated
   */
  PairPlan(ViewRows rows, Map<String, Type> types, Dialect dialect) {
    this(rows, types, dialect, "");
  }

  private PairPlan(ViewRows rows, Map<String, Type> types, Dialect dialect, String bound) {
    this.bound = bound;
    this.rows = rows;
    this.types = types;
    this.dialect = dialect;
    this.keys = String.join(", ", rows.keyNames());
  }

  /**
   * One that pairs moments with the rows of the longest window only, where all cells have one. Then
   * a moment without such rows has no result, and {@code hr_e} says nothing of older ones.
   */
  static PairPlan within(
      Collection<Cell> cells, ViewRows rows, Map<String, Type> types, Dialect dialect) {
    long longest = 0;
    for (Cell cell : cells) {
      if (!(cell.window().orElse(null) instanceof Window.Span span)) {
        return new PairPlan(rows, types, dialect);
      }
      longest = Math.max(longest, span.micros());
    }
    return new PairPlan(rows, types, dialect, " and r.e > m.t - " + longest);
  }

  /**
   * The common table expressions of the plan.
   *
   * @param moments relation with the key columns and {@code t}, distinct, none of them null
   * @param cells what to compute
   * @param result name of the result
   */
  List<String> with(String moments, Collection<Cell> cells, String result) {
    String name = rows.alias();
    List<String> with = new ArrayList<>();
    boolean ordered = cells.stream().anyMatch(Cells::needsOrder);
    String source = rows.select();
    if (ordered) {
      source =
          "select r.*, row_number() over (partition by %s order by e%s) as %s from (%s) r"
              .formatted(
                  keys,
                  rows.tieBreak().stream()
                      .map(column -> ", " + column + " nulls first")
                      .collect(Collectors.joining()),
                  Cells.ORDER,
                  source);
    }
    String match =
        rows.keyNames().stream()
            .map(key -> "m." + key + " = r." + key)
            .collect(Collectors.joining(" and "));
    String arrived = rows.arrival().isPresent() ? " and r.a <= m.t" : "";
    with.add(
        "%s_pairs as (select m.t, r.*%s from %s m join (%s) r on %s and r.e <= m.t%s%s)"
            .formatted(name, ranks(cells), moments, source, match, arrived, bound));
    List<String> columns = new ArrayList<>();
    columns.add("max(e) as hr_e");
    List<Cell> apart = new ArrayList<>();
    for (Cell cell : cells) {
      if (cell.aggregation() instanceof Computation.TopK) {
        apart.add(cell);
      } else {
        Type type = cell.value().map(types::get).orElse(Type.Primitive.LONG);
        columns.add(Cells.aggregate(cell, filter(cell), type, dialect) + " as " + cell.column());
      }
    }
    String whole =
        "select %s, t, %s from %s_pairs group by %s, t"
            .formatted(keys, String.join(", ", columns), name, keys);
    if (apart.isEmpty()) {
      with.add(result + " as (" + whole + ")");
      return with;
    }
    with.add(name + "_whole as (" + whole + ")");
    StringBuilder joined = new StringBuilder("select w.*");
    apart.forEach(cell -> joined.append(", ").append(cell.column()));
    joined.append(" from ").append(name).append("_whole w");
    for (Cell cell : apart) {
      with.add(top(cell));
      joined.append(" left join %s_%s using (%s, t)".formatted(name, cell.column(), keys));
    }
    with.add(result + " as (" + joined + ")");
    return with;
  }

  /** Newest-first positions for windows by number of rows, one per condition. */
  private String ranks(Collection<Cell> cells) {
    Set<Optional<String>> conditions = new LinkedHashSet<>();
    for (Cell cell : cells) {
      if (cell.window().orElse(null) instanceof Window.Rows) {
        conditions.add(cell.condition());
      }
    }
    String partition =
        rows.keyNames().stream().map(key -> "m." + key).collect(Collectors.joining(", "));
    return conditions.stream()
        .map(
            condition ->
                ", row_number() over (partition by %s, m.t%s order by r.%s desc) as %s"
                    .formatted(
                        partition,
                        condition.map(column -> ", r." + column).orElse(""),
                        Cells.ORDER,
                        rank(condition)))
        .collect(Collectors.joining());
  }

  private static String rank(Optional<String> condition) {
    return "n_" + condition.orElse("all");
  }

  private static String filter(Cell cell) {
    List<String> parts = new ArrayList<>();
    cell.condition().ifPresent(parts::add);
    cell.window()
        .ifPresent(
            window ->
                parts.add(
                    switch (window) {
                      case Window.Span span -> "e > t - " + span.micros();
                      case Window.Rows newest -> rank(cell.condition()) + " <= " + newest.count();
                    }));
    return String.join(" and ", parts);
  }

  private String top(Cell cell) {
    Computation.TopK top = (Computation.TopK) cell.aggregation();
    String x = cell.of();
    String filter = filter(cell);
    return "%s_%s as (select %s, t, %s as %s from (select %s, t, %s, count(*) as n from %s_pairs where %s is not null%s group by %s, t, %s) c group by %s, t)"
        .formatted(
            rows.alias(),
            cell.column(),
            keys,
            dialect.ordered(x, "-n, " + x, "", top.k()),
            cell.column(),
            keys,
            x,
            rows.alias(),
            x,
            filter.isEmpty() ? "" : " and " + filter,
            keys,
            x,
            keys);
  }
}
