package dev.headrace.ml.features.internal;

import dev.headrace.ml.features.Computation;
import dev.headrace.ml.features.Window;
import dev.headrace.spi.schema.Type;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The fast way, for engines with ASOF joins: the rows of each entity are sorted once, and moments
 * are looked up in them.
 *
 * <ul>
 *   <li>Counts, totals and means come from running totals: what has accrued at t, less what had at
 *       t - w. All windows are looked up by one join, each as a moment of its own. Running totals
 *       are whole numbers or decimals, so nothing is lost in the difference; fractions are scaled
 *       to whole numbers where {@link Facts} says that this is exact.
 *   <li>Newest values come from a join with the rows themselves.
 *   <li>Least and greatest values, deviations, and fractions that do not scale, are aggregated over
 *       sliding frames.
 *   <li>What is left is done {@linkplain PairPlan by pairs}.
 * </ul>
 */
final class ProbePlan {
  private final ViewRows rows;
  private final Map<String, Type> types;
  private final Facts facts;
  private final Dialect dialect;
  private final String name;
  private final String keys;

  ProbePlan(ViewRows rows, Map<String, Type> types, Facts facts, Dialect dialect) {
    this.rows = rows;
    this.types = types;
    this.facts = facts;
    this.dialect = dialect;
    this.name = rows.alias();
    this.keys = String.join(", ", rows.keyNames());
  }

  /** How a cell is computed. */
  private enum Way {
    RUNNING,
    NEWEST,
    FRAME,
    PAIRS
  }

  private Way way(Cell cell) {
    if (cell.window().orElse(null) instanceof Window.Rows) {
      return Way.PAIRS;
    }
    return switch (cell.aggregation()) {
      case Computation.Count _ -> Way.RUNNING;
      case Computation.Sum _, Computation.Mean _ ->
          facts.scale(cell.of(), types.get(cell.of())).isPresent() ? Way.RUNNING : Way.FRAME;
      case Computation.Last _ -> Way.NEWEST;
      case Computation.Min _, Computation.Max _ ->
          types.get(cell.of()) == Type.Primitive.STRING ? Way.PAIRS : Way.FRAME;
      case Computation.Stddev _ -> Way.FRAME;
      case Computation.First _,
          Computation.ApproxDistinct _,
          Computation.LastK _,
          Computation.TopK _,
          Computation.Percentile _,
          Computation.Histogram _ ->
          Way.PAIRS;
    };
  }

  /**
   * The common table expressions of the plan; the result has {@code hr_id}, {@code t}, {@code hr_e}
   * and the cells, a row for every moment at which something is visible, if not for others.
   *
   * @param moments relation with {@code hr_id}, the key columns and {@code t}, none of them null
   */
  List<String> with(String moments, String result) {
    List<Cell> running = cells(Way.RUNNING);
    List<Cell> newest = cells(Way.NEWEST);
    List<Cell> frames = cells(Way.FRAME);
    List<Cell> pairs = cells(Way.PAIRS);
    if (isNewestOnly(newest)) {
      return newest(moments, result, Optional.empty(), newest);
    }
    List<String> with = new ArrayList<>();
    List<String> columns = new ArrayList<>();
    StringBuilder joins = new StringBuilder();
    String seen = null;
    if (!running.isEmpty()) {
      with.addAll(running(moments, running));
      joins.append(" left join ").append(name).append("_sums using (hr_id)");
      seen = name + "_sums.hr_e";
    }
    Map<Optional<String>, List<Cell>> byCondition =
        newest.stream()
            .collect(
                Collectors.groupingBy(Cell::condition, LinkedHashMap::new, Collectors.toList()));
    if (seen == null) {
      byCondition.putIfAbsent(Optional.empty(), List.of());
    }
    for (Map.Entry<Optional<String>, List<Cell>> group : byCondition.entrySet()) {
      String relation = name + "_newest_" + group.getKey().orElse("all");
      with.addAll(newest(moments, relation, group.getKey(), group.getValue()));
      joins.append(" left join ").append(relation).append(" using (hr_id)");
      if (group.getKey().isEmpty()) {
        seen = relation + ".hr_e";
      }
    }
    if (!frames.isEmpty()) {
      with.add(frames(moments, frames));
      joins.append(" left join ").append(name).append("_frames using (hr_id)");
    }
    if (!pairs.isEmpty()) {
      with.add("%s_distinct as (select distinct %s, t from %s)".formatted(name, keys, moments));
      with.addAll(
          PairPlan.within(pairs, rows, types, dialect)
              .with(name + "_distinct", pairs, name + "_pairwise"));
      joins
          .append(" left join ")
          .append(name)
          .append("_pairwise p on ")
          .append(
              rows.keyNames().stream()
                  .map(key -> "m." + key + " = p." + key)
                  .collect(Collectors.joining(" and ")))
          .append(" and m.t = p.t");
    }
    columns.add("m.hr_id");
    columns.add("m.t");
    columns.add(seen + " as hr_e");
    rows.cells().values().forEach(cell -> columns.add(Cells.orEmpty(cell, cell.column())));
    with.add(
        "%s as (select %s from %s m%s)"
            .formatted(result, String.join(", ", columns), moments, joins));
    return with;
  }

  private List<Cell> cells(Way way) {
    return rows.cells().values().stream().filter(cell -> way(cell) == way).toList();
  }

  /** Whether one join with the rows themselves gives everything; joining it back costs as much. */
  private boolean isNewestOnly(List<Cell> newest) {
    return newest.size() == rows.cells().size()
        && newest.stream().allMatch(cell -> cell.condition().isEmpty());
  }

  private List<String> running(String moments, List<Cell> cells) {
    SequencedMap<String, String> totals = new LinkedHashMap<>();
    Set<Long> spans = new LinkedHashSet<>();
    for (Cell cell : cells) {
      cell.window().ifPresent(window -> spans.add(((Window.Span) window).micros()));
      count(cell, totals);
      if (!(cell.aggregation() instanceof Computation.Count)) {
        total(cell, totals);
      }
    }
    List<Long> lookBack = List.copyOf(spans);
    String line =
        totals.entrySet().stream()
            .map(total -> "sum(" + total.getKey() + ") over accrued as " + total.getValue())
            .collect(Collectors.joining(", "));
    StringBuilder probes =
        new StringBuilder(
            "select hr_id, %s, t as p, cast(0 as tinyint) as w from %s".formatted(keys, moments));
    for (int i = 0; i < lookBack.size(); i++) {
      probes.append(
          " union all select hr_id, %s, t - %d, cast(%d as tinyint) from %s"
              .formatted(keys, lookBack.get(i), i + 1, moments));
    }
    List<String> columns = new ArrayList<>();
    columns.add("max(e) filter (where w = 0) as hr_e");
    for (Cell cell : cells) {
      columns.add(difference(cell, totals, lookBack) + " as " + cell.column());
    }
    return List.of(
        "%s_line as (select %s, e, %s from (%s) r window accrued as (partition by %s order by e))"
            .formatted(name, keys, line, rows.select(), keys),
        "%s_hits as (select p.hr_id, p.w, l.e, %s from (%s) p asof join %s_line l on %s and p.p >= l.e)"
            .formatted(
                name,
                totals.values().stream().map(q -> "l." + q).collect(Collectors.joining(", ")),
                probes,
                name,
                match("p", "l")),
        "%s_sums as (select hr_id, %s from %s_hits group by hr_id)"
            .formatted(name, String.join(", ", columns), name));
  }

  private static String count(Cell cell, SequencedMap<String, String> totals) {
    List<String> counted = new ArrayList<>();
    cell.condition().ifPresent(counted::add);
    cell.value().ifPresent(x -> counted.add(x + " is not null"));
    String each =
        counted.isEmpty()
            ? "1"
            : "case when " + String.join(" and ", counted) + " then 1 else 0 end";
    return totals.computeIfAbsent(each, _ -> "q" + totals.size());
  }

  private String total(Cell cell, SequencedMap<String, String> totals) {
    Type type = types.get(cell.of());
    Facts.Scale scale = facts.scale(cell.of(), type).orElseThrow();
    String value = scale.whole(cell.of());
    String each =
        cell.condition()
            .map(condition -> "case when " + condition + " then " + value + " end")
            .orElse(value);
    return totals.computeIfAbsent(each, _ -> "q" + totals.size());
  }

  private String difference(Cell cell, SequencedMap<String, String> totals, List<Long> lookBack) {
    String n = accrued(count(cell, totals), cell, lookBack);
    return switch (cell.aggregation()) {
      case Computation.Count _ -> "cast(" + n + " as bigint)";
      case Computation.Sum _ ->
          "case when " + n + " > 0 then " + sum(cell, totals, lookBack) + " end";
      case Computation.Mean _ ->
          "case when %s > 0 then cast(%s as double) / cast(%s as double) end"
              .formatted(n, sum(cell, totals, lookBack), n);
      default -> throw new IllegalStateException(cell + " is no running total");
    };
  }

  private String sum(Cell cell, SequencedMap<String, String> totals, List<Long> lookBack) {
    Type type = types.get(cell.of());
    Facts.Scale scale = facts.scale(cell.of(), type).orElseThrow();
    return scale.original(accrued(total(cell, totals), cell, lookBack));
  }

  private static String accrued(String total, Cell cell, List<Long> lookBack) {
    String now = "coalesce(max(" + total + ") filter (where w = 0), 0)";
    return cell.window()
        .map(
            window ->
                "(%s - coalesce(max(%s) filter (where w = %d), 0))"
                    .formatted(now, total, lookBack.indexOf(((Window.Span) window).micros()) + 1))
        .orElse(now);
  }

  /** The newest rows that count; of several at the same time, the last in order. */
  private List<String> newest(
      String moments, String relation, Optional<String> condition, List<Cell> cells) {
    Set<String> values = new LinkedHashSet<>();
    cells.forEach(cell -> values.add(cell.of()));
    Set<String> order =
        new LinkedHashSet<>(facts.ties() && !cells.isEmpty() ? rows.tieBreak() : List.of());
    Set<String> needed = new LinkedHashSet<>(values);
    needed.addAll(order);
    String source =
        "select %s, e%s from (%s) r%s"
            .formatted(
                keys,
                needed.stream().map(column -> ", " + column).collect(Collectors.joining()),
                rows.select(),
                condition.map(column -> " where " + column).orElse(""));
    if (!order.isEmpty()) {
      source +=
          " qualify row_number() over (partition by %s, e order by %s) = 1"
              .formatted(
                  keys,
                  order.stream()
                      .map(column -> column + " desc nulls last")
                      .collect(Collectors.joining(", ")));
    }
    List<String> columns = new ArrayList<>();
    columns.add("m.hr_id");
    columns.add("m.t");
    columns.add("r.e as hr_e");
    for (Cell cell : cells) {
      String value = "r." + cell.of();
      columns.add(
          cell.window()
                  .map(
                      window ->
                          "case when r.e > m.t - %d then %s end"
                              .formatted(((Window.Span) window).micros(), value))
                  .orElse(value)
              + " as "
              + cell.column());
    }
    String match = match("m", "r");
    return List.of(
        "%s as (select %s from %s m asof join (%s) r on %s and m.t >= r.e)"
            .formatted(relation, String.join(", ", columns), moments, source, match));
  }

  /** Moments are rows without a value among the others; each sees the frame that ends with it. */
  private String frames(String moments, List<Cell> cells) {
    Set<String> values = new LinkedHashSet<>();
    Set<String> conditions = new LinkedHashSet<>();
    SequencedMap<String, String> windows = new LinkedHashMap<>();
    List<String> columns = new ArrayList<>();
    for (Cell cell : cells) {
      values.add(cell.of());
      cell.condition().ifPresent(conditions::add);
      String from =
          cell.window()
              .map(window -> ((Window.Span) window).micros() - 1 + " preceding")
              .orElse("unbounded preceding");
      String window = windows.computeIfAbsent(from, _ -> "f" + windows.size());
      String value = cell.of();
      String x =
          cell.condition().map(m -> "case when " + m + " then " + value + " end").orElse(value);
      columns.add(
          switch (cell.aggregation()) {
                case Computation.Min _ -> "min(" + x + ")";
                case Computation.Max _ -> "max(" + x + ")";
                case Computation.Sum _ -> "sum(cast(" + x + " as double))";
                case Computation.Mean _ -> "avg(cast(" + x + " as double))";
                case Computation.Stddev _ -> "stddev_samp(cast(" + x + " as double))";
                default -> throw new IllegalStateException(cell + " has no frame");
              }
              + " over "
              + window
              + " as "
              + cell.column());
    }
    String nothing =
        values.stream().map(_ -> ", null").collect(Collectors.joining())
            + conditions.stream().map(_ -> ", null").collect(Collectors.joining());
    String something =
        values.stream().map(x -> ", " + x).collect(Collectors.joining())
            + conditions.stream().map(m -> ", " + m).collect(Collectors.joining());
    String all =
        "select %s, e as t, cast(null as bigint) as hr_id%s from (%s) r union all select %s, t, hr_id%s from %s"
            .formatted(keys, something, rows.select(), keys, nothing, moments);
    String named =
        windows.entrySet().stream()
            .map(
                window ->
                    "%s as (partition by %s order by t range between %s and current row)"
                        .formatted(window.getValue(), keys, window.getKey()))
            .collect(Collectors.joining(", "));
    return "%s_frames as (select * from (select hr_id, %s from (%s) u window %s) where hr_id is not null)"
        .formatted(name, String.join(", ", columns), all, named);
  }

  private String match(String left, String right) {
    return rows.keyNames().stream()
        .map(key -> left + "." + key + " = " + right + "." + key)
        .collect(Collectors.joining(" and "));
  }
}
