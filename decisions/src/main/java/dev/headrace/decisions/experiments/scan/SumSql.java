package dev.headrace.decisions.experiments.scan;

import dev.headrace.data.metrics.UnitMeasure;
import dev.headrace.data.metrics.UnitMeasure.Limits;
import dev.headrace.spi.schema.Type;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntFunction;
import java.util.stream.Collectors;

/**
 * From totals per unit to numbers, sums and sums of products per variant, and per variant and level
 * of each dimension. Limits of metrics are applied here, because one that is a quantile depends on
 * all units.
 */
public final class SumSql {
  private static final String VALUES = "experiment__values";

  /** The day of exposure is a level like any other, told after those that are declared. */
  private static final String DAY = "cast(exposed_at as date)";

  /** What was added to totals, by unit. */
  public static final String ADDED = "experiment__added";

  private static final String CHANGES = "experiment__changes";

  private static final String LIMITS = "experiment__limits";

  private final UnitScan scan;
  private final List<UnitScan.Column> columns;

  public SumSql(UnitScan scan) {
    this.scan = scan;
    this.columns = scan.parts();
  }

  /** Where values stand: with the totals where nothing limits them. */
  String from() {
    return isLimited() ? VALUES : UnitScan.TOTALS;
  }

  /** Whether a limit depends on all units, so that sums of some cannot be replaced. */
  public boolean dependsOnAll() {
    return columns.stream().anyMatch(column -> quantile(column).isPresent());
  }

  private boolean isLimited() {
    return columns.stream().anyMatch(column -> column.total().limits().isPresent());
  }

  private static Optional<Double> quantile(UnitScan.Column column) {
    return column.total().limits().flatMap(Limits::quantile);
  }

  /** The steps from totals to values. */
  List<String> steps() {
    List<String> steps = new ArrayList<>();
    if (dependsOnAll()) {
      steps.add(Steps.step(LIMITS, limits()));
    }
    if (isLimited()) {
      steps.add(Steps.step(VALUES, limited()));
    }
    return steps;
  }

  private String limits() {
    List<String> items = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      Optional<Double> quantile = quantile(columns.get(i));
      if (quantile.isPresent()) {
        items.add(
            "percentile_cont(%s) within group (order by cast(%s as double)) as highest%d"
                .formatted(quantile.get(), fixed(i), i));
      }
    }
    return Steps.select(items) + "\nfrom " + UnitScan.TOTALS + "\nwhere " + scan.isMeasured();
  }

  private String limited() {
    List<String> items = new ArrayList<>(List.of("unit", "variant"));
    if (scan.exposedAt().isPresent()) {
      items.add("exposed_at");
    }
    for (int i = 0; i < scan.dimensions(); i++) {
      items.add(UnitScan.dimension(i));
    }
    for (int i = 0; i < columns.size(); i++) {
      String value = fixed(i);
      items.add(
          (quantile(columns.get(i)).isPresent()
                  ? "case when %1$s > highest%2$d then highest%2$d else %1$s end"
                      .formatted(value, i)
                  : value)
              + (value.equals(UnitScan.value(i)) && quantile(columns.get(i)).isEmpty()
                  ? ""
                  : " as " + UnitScan.value(i)));
    }
    return Steps.select(items)
        + "\nfrom "
        + UnitScan.TOTALS
        + (dependsOnAll() ? "\ncross join " + LIMITS : "");
  }

  /** A value within the limits that are numbers. */
  private String fixed(int column) {
    return fixed(UnitScan.value(column), column);
  }

  private String fixed(String value, int column) {
    Optional<Limits> limits = columns.get(column).total().limits();
    if (limits.isEmpty() || (limits.get().min().isEmpty() && limits.get().max().isEmpty())) {
      return value;
    }
    StringBuilder sql = new StringBuilder("case");
    limits.get().min().ifPresent(min -> sql.append(beyond(value, "<", min)));
    limits.get().max().ifPresent(max -> sql.append(beyond(value, ">", max)));
    return sql.append(" else ").append(value).append(" end").toString();
  }

  private static String beyond(String value, String than, BigDecimal limit) {
    String number = limit.toPlainString();
    return " when %s %s %s then %s".formatted(value, than, number, number);
  }

  /**
   * The last SELECT. Columns: variant, the level of each dimension and of the day of exposure, and
   * whether the row is for all of them, units, per column its sum, per pair of columns of one
   * metric the sum of their products, per ratio its units with a value, per mean its least and
   * greatest value, newest exposure.
   */
  String select(List<Type> types) {
    List<String> items = levels();
    items.add("count(*) as units");
    for (int i = 0; i < columns.size(); i++) {
      items.addAll(ExactSum.parts("s" + i, operand(i, types), ExactSum.isExact(types.get(i))));
    }
    scan.pairs()
        .forEach(
            (name, pair) ->
                items.addAll(
                    product(
                        name,
                        pair,
                        operand(pair.get(0), types),
                        operand(pair.get(1), types),
                        types)));
    scan.informative()
        .forEach((name, of) -> items.add(count(hasValue(of, UnitScan::value)) + " as " + name));
    for (int column : scan.means()) {
      items.addAll(extremes(column, "", UnitScan.value(column)));
    }
    if (scan.exposedAt().isPresent()) {
      items.add("max(exposed_at) as newest_exposure");
    }
    return grouped(items, from());
  }

  /** Variant and levels, and which of them a row is for. */
  private List<String> levels() {
    List<String> items = new ArrayList<>(List.of("variant"));
    for (int i = 0; i < scan.dimensions(); i++) {
      items.add(UnitScan.dimension(i));
      items.add("grouping(" + UnitScan.dimension(i) + ") as all_" + UnitScan.dimension(i));
    }
    if (scan.exposedAt().isPresent()) {
      String day = UnitScan.dimension(scan.dimensions());
      items.add(DAY + " as " + day);
      items.add("grouping(" + DAY + ") as all_" + day);
    }
    return items;
  }

  private String grouped(List<String> items, String from) {
    return Steps.select(items)
        + "\nfrom "
        + from
        + "\ngroup by "
        + groups()
        + "\norder by variant nulls last"
        + levels(" nulls last");
  }

  private static List<String> extremes(int column, String prefix, String value) {
    String real = "cast(" + value + " as double)";
    return List.of(
        "min(%s) as %sleast%d".formatted(real, prefix, column),
        "max(%s) as %smost%d".formatted(real, prefix, column));
  }

  private static String hasValue(List<Integer> columns, IntFunction<String> value) {
    return columns.stream().map(i -> value.apply(i) + " <> 0").collect(Collectors.joining(" or "));
  }

  private static String count(String condition) {
    return "count(case when " + condition + " then 1 end)";
  }

  /** The sum of products of two operands, in its parts. */
  private static List<String> product(
      String name, List<Integer> pair, String a, String b, List<Type> types) {
    return isExact(pair, types)
        ? ExactSum.parts(name, ExactSum.wide(a, types.get(pair.get(0))) + " * " + b, true)
        : ExactSum.parts(name, "(cast(" + a + " as double) * cast(" + b + " as double))", false);
  }

  private static boolean isExact(List<Integer> pair, List<Type> types) {
    return pair.stream().allMatch(column -> ExactSum.isExact(types.get(column)));
  }

  /**
   * What sums change by when something is added to units' totals: a unit with y before and y + e
   * now changes the sum of squares by e y + e (y + e), and that of products with z by e z. Limited
   * values change by less than was added. What is not exact is told as it was before and as it is
   * now, so that roundings are those of a sum over all units.
   *
   * <p>Reads relations {@link UnitScan#TOTALS}, as they were, and {@link #ADDED}.
   *
   * @param added columns of the latter; none of them is a floating-point number
   * @param types as for {@link #select}
   * @return columns as those of {@link #select}; those that begin with {@link Sums#BEFORE} are of
   *     the units as they were
   */
  public String changes(List<Integer> added, List<Type> types) {
    List<String> joined = new ArrayList<>(List.of("totals.variant"));
    if (scan.exposedAt().isPresent()) {
      joined.add("totals.exposed_at");
    }
    for (int i = 0; i < scan.dimensions(); i++) {
      joined.add("totals." + UnitScan.dimension(i));
    }
    Map<String, List<Integer>> changed = new LinkedHashMap<>(scan.pairs());
    changed.values().removeIf(pair -> pair.stream().noneMatch(added::contains));
    Map<String, List<Integer>> informative = new LinkedHashMap<>(scan.informative());
    informative.values().removeIf(of -> of.stream().noneMatch(added::contains));
    Set<Integer> wanted = new TreeSet<>(added);
    changed.values().forEach(wanted::addAll);
    informative.values().forEach(wanted::addAll);
    for (int i : wanted) {
      joined.add(
          ExactSum.operand(fixed("totals." + UnitScan.value(i), i), types.get(i)) + " as was" + i);
      if (added.contains(i)) {
        String value = UnitScan.value(i);
        String now = fixed("(" + with("totals." + value, "added." + value, i) + ")", i);
        joined.add(ExactSum.operand(now, types.get(i)) + " as is" + i);
      }
    }
    String join =
        Steps.select(joined)
            + "\nfrom "
            + UnitScan.TOTALS
            + " as totals\njoin "
            + ADDED
            + " as added on added.unit = totals.unit";
    List<String> items = levels();
    items.add("0 as units");
    for (int i : added) {
      items.addAll(ExactSum.parts("s" + i, more(i, types), true));
    }
    changed.forEach(
        (name, pair) -> {
          int a = pair.get(0);
          int b = pair.get(1);
          String nowA = (added.contains(a) ? "is" : "was") + a;
          String nowB = (added.contains(b) ? "is" : "was") + b;
          if (!isExact(pair, types)) {
            items.addAll(product(name, pair, nowA, nowB, types));
            items.addAll(product(Sums.BEFORE + name, pair, "was" + a, "was" + b, types));
            return;
          }
          if (added.contains(a)) {
            items.addAll(product(name, pair, more(a, types), nowB, types));
          }
          if (added.contains(b)) {
            String part = added.contains(a) ? name + Sums.OTHER : name;
            items.addAll(product(part, pair, "was" + a, more(b, types), types));
          }
        });
    informative.forEach(
        (name, of) ->
            items.add(
                "%s - %s as %s"
                    .formatted(
                        count(hasValue(of, i -> (added.contains(i) ? "is" : "was") + i)),
                        count(hasValue(of, i -> "was" + i)),
                        name)));
    for (int column : scan.means()) {
      if (added.contains(column)) {
        items.addAll(extremes(column, "", "is" + column));
        items.addAll(extremes(column, Sums.BEFORE, "was" + column));
      }
    }
    return Steps.with(List.of(Steps.step(CHANGES, join))) + grouped(items, CHANGES);
  }

  /** By how much a value is more than it was. */
  private static String more(int column, List<Type> types) {
    return ExactSum.operand("is%1$d - was%1$d".formatted(column), types.get(column));
  }

  /** A total with what is added to it. */
  public String with(String total, String added, int column) {
    return isAny(column) ? "greatest(" + total + ", " + added + ")" : total + " + " + added;
  }

  /** Several things that are added to a total, as one. */
  public String together(String added, int column) {
    return (isAny(column) ? "max(" : "sum(") + added + ")";
  }

  private boolean isAny(int column) {
    return columns.get(column).total().function() == UnitMeasure.Function.ANY;
  }

  private static String operand(int column, List<Type> types) {
    return ExactSum.operand(UnitScan.value(column), types.get(column));
  }

  private String groups() {
    boolean days = scan.exposedAt().isPresent();
    if (scan.dimensions() == 0 && !days) {
      return "variant";
    }
    StringBuilder sets = new StringBuilder("grouping sets ((variant)");
    for (int i = 0; i < scan.dimensions(); i++) {
      sets.append(", (variant, ").append(UnitScan.dimension(i)).append(')');
    }
    for (List<Integer> crossing : scan.crossings().values()) {
      sets.append(", (variant");
      crossing.forEach(
          i -> sets.append(", ").append(i < scan.dimensions() ? UnitScan.dimension(i) : DAY));
      sets.append(')');
    }
    if (days) {
      sets.append(", (variant, ").append(DAY).append(')');
    }
    return sets.append(')').toString();
  }

  private String levels(String suffix) {
    StringBuilder levels = new StringBuilder();
    for (int i = 0; i < scan.dimensions(); i++) {
      levels.append(", ").append(UnitScan.dimension(i)).append(suffix);
    }
    if (scan.exposedAt().isPresent()) {
      levels.append(", ").append(UnitScan.dimension(scan.dimensions())).append(suffix);
    }
    return levels.toString();
  }
}
