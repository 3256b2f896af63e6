package dev.headrace.decisions.experiments;

import dev.headrace.data.metrics.UnitMeasure.Limits;
import dev.headrace.spi.schema.Type;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * From totals per unit to numbers, sums and sums of products per variant, and per variant and level
 * of each dimension. Limits of metrics are applied here, because one that is a quantile depends on
 * all units.
 */
final class SumSql {
  private static final String VALUES = "experiment__values";

  /** The day of exposure is a level like any other, told after those that are declared. */
  private static final String DAY = "cast(exposed_at as date)";

  private static final String LIMITS = "experiment__limits";

  private final UnitScan scan;
  private final List<UnitScan.Column> columns;

  SumSql(UnitScan scan) {
    this.scan = scan;
    this.columns = scan.parts();
  }

  /** Where values stand: with the totals where nothing limits them. */
  String from() {
    return isLimited() ? VALUES : UnitScan.TOTALS;
  }

  /** Whether a limit depends on all units, so that sums of some cannot be replaced. */
  boolean dependsOnAll() {
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
      steps.add(UnitScan.step(LIMITS, limits()));
    }
    if (isLimited()) {
      steps.add(UnitScan.step(VALUES, limited()));
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
    return UnitScan.select(items) + "\nfrom " + UnitScan.TOTALS + "\nwhere variant is not null";
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
    return UnitScan.select(items)
        + "\nfrom "
        + UnitScan.TOTALS
        + (dependsOnAll() ? "\ncross join " + LIMITS : "");
  }

  /** A value within the limits that are numbers. */
  private String fixed(int column) {
    String value = UnitScan.value(column);
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
   * metric the sum of their products, per mean its least and greatest value, newest exposure.
   */
  String select(List<Type> types) {
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
    items.add("count(*) as units");
    for (int i = 0; i < columns.size(); i++) {
      items.addAll(ExactSum.parts("s" + i, operand(i, types), ExactSum.isExact(types.get(i))));
    }
    pairs()
        .forEach(
            (name, pair) -> {
              boolean exact =
                  ExactSum.isExact(types.get(pair.get(0)))
                      && ExactSum.isExact(types.get(pair.get(1)));
              String a = operand(pair.get(0), types);
              String b = operand(pair.get(1), types);
              String product =
                  exact ? a + " * " + b : "cast(" + a + " as double) * cast(" + b + " as double)";
              items.addAll(ExactSum.parts(name, exact ? product : "(" + product + ")", exact));
            });
    for (int column : scan.means()) {
      String value = "cast(" + UnitScan.value(column) + " as double)";
      items.add("min(%s) as least%d".formatted(value, column));
      items.add("max(%s) as most%d".formatted(value, column));
    }
    if (scan.exposedAt().isPresent()) {
      items.add("max(exposed_at) as newest_exposure");
    }
    return UnitScan.select(items)
        + "\nfrom "
        + from()
        + "\ngroup by "
        + groups()
        + "\norder by variant nulls last"
        + levels(" nulls last");
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
    if (scan.strata().size() > 1) {
      sets.append(", (variant");
      scan.strata().forEach(i -> sets.append(", ").append(UnitScan.dimension(i)));
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

  /** The pairs of columns whose products are summed, by name of the result's column. */
  private Map<String, List<Integer>> pairs() {
    Map<String, List<Integer>> pairs = new LinkedHashMap<>();
    for (UnitScan.Measured metric : scan.metrics()) {
      for (int a : metric.columns()) {
        for (int b : metric.columns()) {
          if (b <= a && b != UnitScan.ONE) {
            pairs.put("p" + a + "_" + b, List.of(a, b));
          }
        }
      }
    }
    return pairs;
  }
}
