package dev.headrace.decisions.experiments.scan;

import dev.headrace.decisions.experiments.analysis.ArmStatistics;
import dev.headrace.decisions.experiments.analysis.Moments;
import dev.headrace.decisions.experiments.analysis.QuantileMoments;
import dev.headrace.decisions.experiments.scan.UnitScan.Measured;
import dev.headrace.spi.engine.Rows;
import dev.headrace.spi.schema.Schema;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What one scan delivered: per variant, numbers and sums.
 *
 * @param arms by variant as it stands in the assignments
 * @param inSeveral units that met several variants
 * @param slices arms by the position of a dimension in the declaration and by its level; several
 *     dimensions crossed are {@link #CROSSED}, and by day {@link #CROSSED_BY_DAY}
 */
public record Sums(
    Map<String, Arm> arms,
    long inSeveral,
    Optional<LocalDate> newestExposure,
    Map<Integer, Map<String, Map<String, Arm>>> slices) {
  /** The position of what is made of several dimensions. */
  public static final int CROSSED = Integer.MAX_VALUE;

  /** The position of the levels of strata with the day of exposure behind them. */
  public static final int CROSSED_BY_DAY = Integer.MAX_VALUE - 1;

  /**
   * The position, among slices, of quantiles of all units exposed until a day. That of all units
   * exposed on a day is the number of dimensions.
   */
  public static int untilDay(int dimensions) {
    return dimensions + 1;
  }

  /** Begins the names of columns that tell of units as they were, see {@link SumSql#changes}. */
  static final String BEFORE = "before_";

  /** Ends the name of a second part of a sum. */
  static final String OTHER = "_other";

  /** Between the levels of crossed dimensions; no text that people write has it. */
  public static final String AND = "\u001f";

  /**
   * One variant's row.
   *
   * @param values by the column's name
   * @param infinite columns whose sum is no finite number
   * @param quantiles by metric; they do not add up, so that sums of arms have none
   * @param extremes of means, by column; only of all units of a variant
   */
  public record Arm(
      long units,
      Map<String, BigDecimal> values,
      Set<String> infinite,
      Map<String, QuantileMoments> quantiles,
      Map<Integer, Extremes> extremes) {
    /** Of sums alone. */
    Arm(long units, Map<String, BigDecimal> values, Set<String> infinite) {
      this(units, values, infinite, Map.of(), Map.of());
    }

    /** What is known of a metric; of a quantile that no value was seen of, nothing. */
    public ArmStatistics statistics(Measured metric) {
      QuantileMoments quantile = quantiles.get(metric.metric());
      return quantile == null ? moments(metric) : quantile;
    }

    public Arm with(String metric, QuantileMoments quantile) {
      Map<String, QuantileMoments> all = new TreeMap<>(quantiles);
      all.put(metric, quantile);
      return new Arm(units, values, infinite, all, extremes);
    }

    private Arm with(Map<Integer, Extremes> other) {
      return new Arm(units, values, infinite, quantiles, other);
    }

    /** Whether every sum that a metric is made of is a finite number. */
    public boolean isFinite(Measured metric) {
      return metric.columns().stream()
          .allMatch(
              a ->
                  !infinite.contains("s" + a)
                      && metric.columns().stream()
                          .noneMatch(b -> infinite.contains("p" + a + "_" + b)));
    }

    /**
     * Number, means and centred products of a metric's columns, centred before they are rounded.
     */
    public Moments moments(Measured metric) {
      if (metric.columns().isEmpty()) {
        return Moments.empty(0);
      }
      Moments moments = moments(metric.columns());
      return metric
          .informative()
          .map(values::get)
          .map(informative -> moments.withInformative(informative.longValueExact()))
          .orElse(moments);
    }

    /**
     * The same of some columns. Squares of floating-point numbers are rounded: where those differ
     * by less than a millionth of their size, what is left of the squares is mostly rounding, and
     * counts as no variance.
     */
    public Moments moments(List<Integer> columns) {
      int k = columns.size();
      double[] means = new double[k];
      double[][] products = new double[k][k];
      BigDecimal n = BigDecimal.valueOf(Math.max(1, units));
      for (int i = 0; i < k; i++) {
        BigDecimal sumI = sum(columns.get(i));
        means[i] = sumI.divide(n, MathContext.DECIMAL128).doubleValue();
        for (int j = 0; j <= i; j++) {
          BigDecimal product = product(columns.get(i), columns.get(j));
          BigDecimal centred =
              product.subtract(
                  sumI.multiply(sum(columns.get(j))).divide(n, MathContext.DECIMAL128));
          products[i][j] = centred.doubleValue();
          if (i == j) {
            boolean rounded = ExactSum.isOfFloating(sumI);
            products[i][i] =
                Moments.beyondRounding(products[i][i], rounded ? product.doubleValue() : 0);
          }
        }
      }
      return Moments.ofMeans(units, means, products);
    }

    /** Both together: {@code sign} 1 adds the other, -1 takes it away. */
    public Arm with(Arm other, int sign) {
      Map<String, BigDecimal> sums = new LinkedHashMap<>(values);
      other.values.forEach(
          (name, value) -> sums.merge(name, sign > 0 ? value : value.negate(), BigDecimal::add));
      Set<String> all = new TreeSet<>(infinite);
      all.addAll(other.infinite);
      return new Arm(units + sign * other.units, sums, all);
    }

    public static Arm empty() {
      return new Arm(0, Map.of(), Set.of());
    }

    /** Of a column of the scan, over the units. */
    public BigDecimal sum(int column) {
      if (column == UnitScan.ONE) {
        return BigDecimal.valueOf(units);
      }
      return values.getOrDefault("s" + column, BigDecimal.ZERO);
    }

    private BigDecimal product(int a, int b) {
      if (a == UnitScan.ONE || b == UnitScan.ONE) {
        return sum(Math.max(a, b));
      }
      return values.getOrDefault("p" + Math.max(a, b) + "_" + Math.min(a, b), BigDecimal.ZERO);
    }
  }

  /** Both together, where each unit is in one of them; {@code sign} -1 takes the other away. */
  public Sums with(Sums other, int sign) {
    Map<Integer, Map<String, Map<String, Arm>>> levels = new TreeMap<>();
    for (Sums one : List.of(this, other)) {
      one.slices.forEach(
          (dimension, byLevel) ->
              byLevel.forEach(
                  (level, _) ->
                      levels
                          .computeIfAbsent(dimension, _ -> new TreeMap<>())
                          .computeIfAbsent(
                              level,
                              _ ->
                                  with(
                                      slice(dimension, level),
                                      other.slice(dimension, level),
                                      sign))));
    }
    levels.values().forEach(byLevel -> byLevel.values().removeIf(Map::isEmpty));
    return new Sums(
        with(arms, other.arms, sign),
        inSeveral + sign * other.inSeveral,
        later(newestExposure, other.newestExposure),
        levels);
  }

  /**
   * What these become when some units get other values; empty where that depends on units that keep
   * theirs. Sums that stay need not be in either, as long as the units are.
   *
   * @param old sums of the units that get other values, before
   * @param fresh of the same units, now
   */
  public Optional<Sums> replacing(Sums old, Sums fresh) {
    // The other way round, arms of which all units change would be gone in between.
    Sums sums = with(fresh, 1).with(old, -1);
    Map<String, Arm> all = new TreeMap<>();
    for (Map.Entry<String, Arm> arm : sums.arms.entrySet()) {
      String variant = arm.getKey();
      Map<Integer, Extremes> own = arms.getOrDefault(variant, Arm.empty()).extremes;
      Map<Integer, Extremes> before = old.arms.getOrDefault(variant, Arm.empty()).extremes;
      Map<Integer, Extremes> now =
          new TreeMap<>(fresh.arms.getOrDefault(variant, Arm.empty()).extremes);
      for (Map.Entry<Integer, Extremes> one : own.entrySet()) {
        Extremes were = before.getOrDefault(one.getKey(), NONE);
        Optional<Extremes> replaced =
            one.getValue().replacing(were, now.getOrDefault(one.getKey(), NONE));
        if (replaced.isEmpty()) {
          return Optional.empty();
        }
        now.put(one.getKey(), replaced.get());
      }
      all.put(variant, arm.getValue().with(now));
    }
    boolean newestIsKnown =
        newestExposure.isEmpty()
            || !old.newestExposure.equals(newestExposure)
            || later(newestExposure, fresh.newestExposure).equals(fresh.newestExposure);
    return newestIsKnown
        ? Optional.of(
            new Sums(all, sums.inSeveral, later(newestExposure, fresh.newestExposure), sums.slices))
        : Optional.empty();
  }

  /** Of no unit. */
  private static final Extremes NONE =
      new Extremes(Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY);

  /** Both together, variant by variant. */
  public static Map<String, Arm> with(Map<String, Arm> one, Map<String, Arm> other, int sign) {
    Map<String, Arm> all = new TreeMap<>(one);
    other.forEach(
        (variant, arm) -> all.put(variant, all.getOrDefault(variant, Arm.empty()).with(arm, sign)));
    all.values().removeIf(arm -> arm.units() == 0);
    return all;
  }

  /** The arms of one level of a dimension. */
  Map<String, Arm> slice(int dimension, String level) {
    return slices.getOrDefault(dimension, Map.of()).getOrDefault(level, Map.of());
  }

  /** Whether every sum is a finite number, so that parts can be taken away. */
  public boolean isFinite() {
    return arms.values().stream().allMatch(arm -> arm.infinite().isEmpty());
  }

  /**
   * Of some units, before and after something was added to them.
   *
   * @param before what is told of then; sums of which the difference is told are not here
   * @param after what is told of now, and differences
   */
  public record Change(Sums before, Sums after) {
    /** What sums become by it; empty where that depends on other units too. */
    public Optional<Sums> of(Sums sums) {
      return sums.replacing(before, after);
    }

    public boolean isFinite() {
      return before.isFinite() && after.isFinite();
    }
  }

  /** Reads the rows of {@link SumSql#changes} that a scan asks. */
  public static Change changes(UnitScan scan, Rows rows, ZoneId zone) {
    List<List<@Nullable Object>> all = all(rows);
    return new Change(
        of(scan, rows.schema(), all, zone, Row.Moment.BEFORE),
        of(scan, rows.schema(), all, zone, Row.Moment.NOW));
  }

  private static List<List<@Nullable Object>> all(Rows rows) {
    List<List<@Nullable Object>> all = new ArrayList<>();
    for (List<@Nullable Object> row = rows.next(); row != null; row = rows.next()) {
      all.add(row);
    }
    return all;
  }

  /** Reads the rows of a scan's {@link UnitScan#sums}. */
  public static Sums of(UnitScan scan, Rows rows, ZoneId zone) {
    return of(scan, rows.schema(), all(rows), zone, Row.Moment.NOW);
  }

  private static Sums of(
      UnitScan scan,
      Schema schema,
      List<List<@Nullable Object>> rows,
      ZoneId zone,
      Row.Moment moment) {
    Map<String, Arm> arms = new TreeMap<>();
    Map<Integer, Map<String, Map<String, Arm>>> slices = new TreeMap<>();
    long inSeveral = 0;
    Optional<LocalDate> newest = Optional.empty();
    Map<List<Integer>, Integer> crossings = new HashMap<>();
    scan.crossings().forEach((slice, positions) -> crossings.put(positions, slice));
    for (List<@Nullable Object> row : rows) {
      Row read = Row.of(crossings, schema, row, zone, moment);
      newest = later(newest, read.newest);
      if (read.slice >= 0) {
        if (read.variant != null) {
          slices
              .computeIfAbsent(read.slice, _ -> new TreeMap<>())
              .computeIfAbsent(read.level, _ -> new TreeMap<>())
              .put(read.variant, read.arm);
        }
      } else if (read.variant == null) {
        inSeveral = read.arm.units();
      } else {
        arms.put(read.variant, read.arm);
      }
    }
    return new Sums(arms, inSeveral, newest, slices);
  }

  /**
   * One row of the result.
   *
   * @param slice the dimension it is a level of; -1 for all units
   */
  private record Row(
      @Nullable String variant, int slice, String level, Arm arm, Optional<LocalDate> newest) {
    /** What a row tells of. */
    enum Moment {
      BEFORE,
      NOW;

      /** The column's own name; empty where it tells of the other moment. */
      Optional<String> name(String column) {
        boolean before = column.startsWith(Sums.BEFORE);
        if (this == NOW) {
          return before ? Optional.empty() : Optional.of(column);
        }
        return before
            ? Optional.of(column.substring(Sums.BEFORE.length()))
            : Optional.of(column).filter(KEY.asMatchPredicate());
      }
    }

    /** What tells which row it is. */
    private static final Pattern KEY = Pattern.compile("variant|units|(all_)?d\\d+");

    /**
     * @param crossings slices by the positions that they cross
     */
    static Row of(
        Map<List<Integer>, Integer> crossings,
        Schema schema,
        List<@Nullable Object> row,
        ZoneId zone,
        Moment moment) {
      Map<String, BigDecimal> values = new LinkedHashMap<>();
      Set<String> infinite = new TreeSet<>();
      Map<String, Double> ends = new LinkedHashMap<>();
      String variant = null;
      long units = 0;
      List<Integer> split = new ArrayList<>();
      Map<Integer, String> levels = new LinkedHashMap<>();
      Optional<LocalDate> newest = Optional.empty();
      for (int i = 0; i < row.size(); i++) {
        Optional<String> own = moment.name(schema.fields().get(i).name());
        if (own.isEmpty()) {
          continue;
        }
        String name = own.get();
        Object value = row.get(i);
        if (name.equals("variant")) {
          variant = (String) value;
        } else if (name.equals("units")) {
          units = value instanceof Number number ? number.longValue() : 0;
        } else if (name.equals("newest_exposure")) {
          newest = day(value, zone);
        } else if (name.matches("(least|most)\\d+")) {
          if (value instanceof Number number) {
            ends.put(name, number.doubleValue());
          }
        } else if (name.startsWith("all_d")) {
          if (value instanceof Number all && all.intValue() == 0) {
            split.add(Integer.valueOf(name.substring("all_d".length())));
          }
        } else if (name.startsWith("d")) {
          levels.put(Integer.valueOf(name.substring(1)), String.valueOf(value));
        } else if (value instanceof Double real && !Double.isFinite(real)) {
          infinite.add(sumOf(name));
        } else if (value instanceof Number number) {
          values.merge(sumOf(name), decimal(number), BigDecimal::add);
        }
      }
      int slice =
          split.isEmpty()
              ? -1
              : split.size() == 1
                  ? split.getFirst()
                  : Optional.ofNullable(crossings.get(split)).orElseThrow();
      String level =
          split.stream().map(i -> levels.getOrDefault(i, "")).collect(Collectors.joining(AND));
      Arm arm = new Arm(units, values, infinite);
      return new Row(variant, slice, level, slice < 0 ? arm.with(extremes(ends)) : arm, newest);
    }

    private static Map<Integer, Extremes> extremes(Map<String, Double> ends) {
      Map<Integer, Extremes> extremes = new TreeMap<>();
      ends.forEach(
          (name, value) -> {
            Double most = ends.get(name.replace("least", "most"));
            if (name.startsWith("least") && most != null) {
              extremes.put(
                  Integer.valueOf(name.substring("least".length())), new Extremes(value, most));
            }
          });
      return extremes;
    }

    /** A sum may come in parts. */
    private static String sumOf(String column) {
      return column.replaceFirst("_(small|large|other)$", "");
    }
  }

  private static BigDecimal decimal(Number number) {
    return switch (number) {
      case BigDecimal decimal -> decimal;
      case Double real -> new BigDecimal(real);
      default -> new BigDecimal(number.toString());
    };
  }

  private static Optional<LocalDate> later(Optional<LocalDate> a, Optional<LocalDate> b) {
    return a.isEmpty() || (b.isPresent() && b.get().isAfter(a.get())) ? b : a;
  }

  public static Optional<LocalDate> day(@Nullable Object value, ZoneId zone) {
    return switch (value) {
      case LocalDate day -> Optional.of(day);
      case LocalDateTime time -> Optional.of(time.toLocalDate());
      case Instant instant -> Optional.of(LocalDate.ofInstant(instant, zone));
      case null, default -> Optional.empty();
    };
  }
}
