package dev.headrace.decisions.experiments.walk;

import dev.headrace.data.metrics.UnitMeasure;
import dev.headrace.data.metrics.UnitMeasure.Total;
import dev.headrace.decisions.experiments.scan.ExactSum;
import dev.headrace.decisions.experiments.scan.Steps;
import dev.headrace.decisions.experiments.scan.UnitScan;
import dev.headrace.spi.schema.Type;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The rows of one FROM, as columns of whole numbers: whose a row is, when it took place, which
 * conditions hold of it, as bits, and the numbers that are summed. What twenty metrics count in
 * rows of eight kinds is eight bits.
 */
public final class WalkedPass {
  /** Conditions in one column. */
  static final int BITS = 32;

  /** Of a decimal that fits 64 bits. */
  private static final int DIGITS = 18;

  private final UnitMeasure measure;
  private final String moment;
  private final List<String> conditions = new ArrayList<>();
  private final List<String> arguments = new ArrayList<>();
  private final List<Integer> scales = new ArrayList<>();
  private final Set<Integer> wide = new HashSet<>();
  private final List<Target> targets = new ArrayList<>();

  /**
   * What a row is added to.
   *
   * @param column of the scan
   * @param condition under which
   * @param argument what is summed; -1 where rows are counted, -2 where one is enough
   * @param before whether rows before exposure count, instead of those after
   */
  record Target(int column, int condition, int argument, boolean before) {
    static final int COUNTED = -1;
    static final int ANY = -2;
  }

  /**
   * @param moment expression of a row's time in microseconds
   */
  WalkedPass(UnitMeasure measure, String moment) {
    this.measure = measure;
    this.moment = moment;
  }

  /**
   * Adds a column of the scan.
   *
   * @param scale digits behind the point of its total
   */
  void add(int index, UnitScan.Column column, int scale) {
    Total total = column.total();
    String own = total.filter().orElse("true");
    switch (total.function()) {
      case COUNT -> {
        String all = total.argument().strip();
        String counted = all.equals("*") ? own : and(own, all + " is not null");
        target(index, counted, Target.COUNTED, column.before());
      }
      case ANY -> target(index, and(own, total.argument()), Target.ANY, column.before());
      case SUM -> target(index, own, argument(total.argument(), scale), column.before());
      case COUNT_DISTINCT -> throw new IllegalArgumentException("not to be walked: " + column);
    }
  }

  private static String and(String one, String other) {
    return one.equals("true") ? other : "(" + one + ") and (" + other + ")";
  }

  private void target(int column, String condition, int argument, boolean before) {
    if (!conditions.contains(condition)) {
      conditions.add(condition);
    }
    targets.add(new Target(column, conditions.indexOf(condition), argument, before));
  }

  private int argument(String sql, int scale) {
    for (int a = 0; a < arguments.size(); a++) {
      if (arguments.get(a).equals(sql) && scales.get(a) == scale) {
        return a;
      }
    }
    arguments.add(sql);
    scales.add(scale);
    return arguments.size() - 1;
  }

  /**
   * Tells of which types the arguments are.
   *
   * @return whether they can be added up as whole numbers of 64 bits
   */
  boolean accepts(List<Type> types) {
    for (int a = 0; a < types.size(); a++) {
      switch (types.get(a)) {
        case Type.Primitive.INT, Type.Primitive.LONG -> {}
        case Type.Decimal(int precision, int scale) when precision <= DIGITS -> {
          // DuckDB multiplies in as many digits as the value has, and fails where that is too few.
          if (precision + scale > DIGITS) {
            wide.add(a);
          }
        }
        default -> {
          return false;
        }
      }
      if (ExactSum.scale(types.get(a)) != scales.get(a)) {
        return false;
      }
    }
    return true;
  }

  /** What is measured, and where. */
  public UnitMeasure measure() {
    return measure;
  }

  List<String> arguments() {
    return List.copyOf(arguments);
  }

  int masks() {
    return (conditions.size() + BITS - 1) / BITS;
  }

  boolean isTimed() {
    return measure.time().isPresent();
  }

  boolean looksBack() {
    return targets.stream().anyMatch(Target::before);
  }

  /** What rows of which a condition holds are added to, by condition. */
  Target[][] targets(boolean before) {
    Target[][] byCondition = new Target[masks() * BITS][];
    for (int c = 0; c < byCondition.length; c++) {
      int condition = c;
      byCondition[c] =
          targets.stream()
              .filter(target -> target.condition == condition && target.before == before)
              .toArray(Target[]::new);
    }
    return byCondition;
  }

  /**
   * The statement. Columns: unit, moment, masks of conditions, arguments.
   *
   * @param where conditions, each beginning with "and"
   */
  String sql(String where) {
    List<String> items = new ArrayList<>();
    items.add("cast(" + measure.unit() + " as bigint) as unit");
    items.add(moment + " as moment");
    for (int first = 0; first < conditions.size(); first += BITS) {
      List<String> bits = new ArrayList<>();
      for (int c = first; c < Math.min(first + BITS, conditions.size()); c++) {
        String holds = conditions.get(c);
        bits.add(
            holds.equals("true")
                ? "cast(" + (1L << (c - first)) + " as bigint)"
                : "(cast(coalesce(%s, false) as bigint) << %d)".formatted(holds, c - first));
      }
      items.add(String.join("\n    | ", bits));
    }
    for (int a = 0; a < arguments.size(); a++) {
      int scale = scales.get(a);
      String value = "coalesce(" + arguments.get(a) + ", 0)";
      if (wide.contains(a)) {
        value = "cast(%s as decimal(%d,%d))".formatted(value, DIGITS + 1, scale);
      }
      String scaled = scale == 0 ? "" : " * 1" + "0".repeat(scale);
      items.add("cast(" + value + scaled + " as bigint)");
    }
    String timed =
        isTimed() ? "\n  and " + measure.time().orElseThrow().sql() + " is not null" : "";
    return Steps.select(items)
        + "\n"
        + measure.source()
        + "\nwhere "
        + measure.unit()
        + " is not null"
        + timed
        + where;
  }

  /** Unit and arguments as they are, to learn types from. */
  String typesSql() {
    List<String> items = new ArrayList<>(List.of(measure.unit() + " as unit"));
    for (int a = 0; a < arguments.size(); a++) {
      items.add(arguments.get(a) + " as a" + a);
    }
    return Steps.select(items) + "\n" + measure.source();
  }
}
