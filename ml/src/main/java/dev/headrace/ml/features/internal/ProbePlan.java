package dev.headrace.ml.features.internal;

import dev.headrace.ml.features.Computation;
import dev.headrace.ml.features.Window;
import dev.headrace.spi.schema.Type;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The fast way, for engines with ASOF joins: the rows of each entity are sorted once, and moments
 * are looked up in them.
 *
 * <ul>
 *   <li>Counts, totals and means come from {@linkplain RunningTotals running totals}: what has
 *       accrued at t, less what had at t - w. All windows are looked up by one join, each as a
 *       moment of its own. Running totals are whole numbers, so nothing is lost in the difference;
 *       fractions are scaled where {@link WholeNumbers} says that this is exact.
 *   <li>Newest values come from a join with the rows themselves.
 *   <li>Least and greatest values, deviations, and fractions that do not scale, are aggregated over
 *       sliding frames.
 *   <li>What is left is done {@linkplain PairPlan by pairs}.
 * </ul>
 */
final class ProbePlan {
  /** Before any time. */
  private static final String FIRST = "cast(-9223372036854775808 as bigint)";

  private final ViewRows rows;
  private final Map<String, Type> types;
  private final Facts facts;
  private final Dialect dialect;
  private final Walks walks;
  private final String name;
  private final String keys;

  ProbePlan(ViewRows rows, Map<String, Type> types, Facts facts, Dialect dialect) {
    this(rows, types, facts, dialect, Walks.none());
  }

  /**
   * @param walks what stands beside the labels already, in {@code hr_l}
   */
  ProbePlan(ViewRows rows, Map<String, Type> types, Facts facts, Dialect dialect, Walks walks) {
    this.rows = rows;
    this.walks = walks;
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

  /** Whether a cell is of the kind that running totals are for. */
  static boolean canAccrue(Cell cell) {
    return !(cell.window().orElse(null) instanceof Window.Rows)
        && (cell.aggregation() instanceof Computation.Count
            || cell.aggregation() instanceof Computation.Sum
            || cell.aggregation() instanceof Computation.Mean);
  }

  /** The cells of a view that are made of running totals. */
  static List<Cell> accruing(ViewRows rows, Facts facts) {
    return rows.cells().values().stream()
        .filter(ProbePlan::canAccrue)
        .filter(
            cell ->
                cell.aggregation() instanceof Computation.Count
                    || facts.whole(cell.of()).isPresent())
        .toList();
  }

  /** Whether a cell is the value of the newest row. */
  static boolean isNewest(Cell cell) {
    return !(cell.window().orElse(null) instanceof Window.Rows)
        && cell.aggregation() instanceof Computation.Last;
  }

  private Way way(Cell cell) {
    if (cell.window().orElse(null) instanceof Window.Rows) {
      return Way.PAIRS;
    }
    return switch (cell.aggregation()) {
      case Computation.Count _ -> Way.RUNNING;
      case Computation.Sum _, Computation.Mean _ ->
          facts.whole(cell.of()).isPresent() ? Way.RUNNING : Way.FRAME;
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
      with.addAll(
          walks
              .accrued(rows)
              .map(part -> walked(part, name + "_sums", running))
              .orElseGet(() -> running(moments, running)));
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

  /** What was computed in memory. */
  private static List<String> walked(WalkedPart part, String relation, List<Cell> cells) {
    String columns =
        cells.stream()
            .map(cell -> ", " + part.cell(cell) + " as " + cell.column())
            .collect(Collectors.joining());
    return List.of(
        "%s as (select hr_id, hr_t as t, %s as hr_e%s from hr_l where %s > %s)"
            .formatted(relation, part.seen(), columns, part.seen(), FIRST));
  }

  /**
   * All rows in one order, their totals added up from the first row of all to the last: a
   * difference within an entity is what it would be had the totals begun with it. A first row of
   * every entity that is asked about, older than any other, shows what had accrued before it.
   */
  private List<String> running(String moments, List<Cell> cells) {
    RunningTotals totals = new RunningTotals(cells, facts);
    List<String> words = totals.each();
    List<Optional<Long>> lookBack = cells.stream().map(ProbePlan::span).distinct().toList();
    StringBuilder probes =
        new StringBuilder(
            "select hr_id, %s, t as p, cast(0 as tinyint) as w from %s".formatted(keys, moments));
    for (int i = 0; i < lookBack.size(); i++) {
      probes.append(
          " union all select hr_id, %s, %s, cast(%d as tinyint) from %s"
              .formatted(
                  keys,
                  lookBack.get(i).map(micros -> "t - " + micros).orElse(FIRST),
                  i + 1,
                  moments));
    }
    return List.of(
        line(words, moments),
        "%s_hits as (select p.hr_id, p.w, l.e, %s from (%s) p asof join %s_line l on %s and p.p >= l.e)"
            .formatted(name, each(words, "l.q%d"), probes, name, match("p", "l")),
        found(words, lookBack.size()),
        differences(totals, words, lookBack.size()),
        "%s_sums as (select hr_id, hr_e, %s from %s_differences)"
            .formatted(
                name,
                cells.stream()
                    .map(
                        cell ->
                            totals.cell(
                                    cell,
                                    word ->
                                        "d%d_%d".formatted(word, lookBack.indexOf(span(cell)) + 1))
                                + " as "
                                + cell.column())
                    .collect(Collectors.joining(", ")),
                name));
  }

  private static Optional<Long> span(Cell cell) {
    return cell.window().map(window -> ((Window.Span) window).micros());
  }

  /** The last of rows at the same time has the totals of all of them. */
  private String line(List<String> words, String moments) {
    String next =
        rows.keyNames().stream()
            .map(key -> key + " is distinct from lead(" + key + ") over () or ")
            .collect(Collectors.joining());
    return "%s_line as (select %s, e, %s from (select %s, e, %s from (%s) r union all select distinct %s, %s, %s from %s order by %s, e) window accrued as (rows unbounded preceding) qualify %se is distinct from lead(e) over ())"
        .formatted(
            name,
            keys,
            each(words, "sum(x%1$d) over accrued as q%1$d"),
            keys,
            IntStream.range(0, words.size())
                .mapToObj(i -> words.get(i) + " as x" + i)
                .collect(Collectors.joining(", ")),
            rows.select(),
            keys,
            FIRST,
            each(words, "0"),
            moments,
            keys,
            next);
  }

  /** What had accrued at the moment and at the beginning of each window, side by side. */
  private String found(List<String> words, int windows) {
    List<String> columns = new ArrayList<>();
    columns.add("nullif(any_value(e) filter (where w = 0), " + FIRST + ") as hr_e");
    for (int w = 0; w <= windows; w++) {
      columns.add(each(words, "any_value(q%1$d) filter (where w = " + w + ") as q%1$d_" + w));
    }
    return "%s_found as (select hr_id, %s from %s_hits group by hr_id)"
        .formatted(name, String.join(", ", columns), name);
  }

  private String differences(RunningTotals totals, List<String> words, int windows) {
    List<String> columns = new ArrayList<>();
    for (int w = 1; w <= windows; w++) {
      for (int i = 0; i < words.size(); i++) {
        columns.add("q%d_0 - q%d_%d%s as d%d_%d".formatted(i, i, w, totals.halves(i), i, w));
      }
    }
    return "%s_differences as (select hr_id, hr_e, %s from %s_found)"
        .formatted(name, String.join(", ", columns), name);
  }

  private static String each(List<String> words, String form) {
    return IntStream.range(0, words.size())
        .mapToObj(form::formatted)
        .collect(Collectors.joining(", "));
  }

  /** The newest rows that count; of several at the same time, the last in order. */
  private List<String> newest(
      String moments, String relation, Optional<String> condition, List<Cell> cells) {
    Optional<WalkedPart> part = walks.newest(rows);
    if (condition.isEmpty() && part.isPresent()) {
      return walked(part.get(), relation, cells);
    }
    String source = newestRows(condition, cells);
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

  /** Rows with keys, {@code e} and what is asked for, one per entity and time. */
  String newestRows(Collection<Cell> cells) {
    return newestRows(Optional.empty(), cells);
  }

  private String newestRows(Optional<String> condition, Collection<Cell> cells) {
    return newestRows(condition, cells, !cells.isEmpty() && facts.ties());
  }

  /** The same rows, all of those of one entity and time. */
  String rowsAsTheyAre(Collection<Cell> cells) {
    return newestRows(Optional.empty(), cells, false);
  }

  /** The same rows, of those of one entity and time the one that counts. */
  String rowsWithoutTies(Collection<Cell> cells) {
    return newestRows(Optional.empty(), cells, true);
  }

  private String newestRows(
      Optional<String> condition, Collection<Cell> cells, boolean withoutTies) {
    Set<String> values = new LinkedHashSet<>();
    cells.forEach(cell -> values.add(cell.of()));
    Set<String> order = new LinkedHashSet<>(withoutTies ? rows.tieBreak() : List.of());
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
    return source;
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
