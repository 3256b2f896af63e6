package dev.headrace.decisions.experiments;

import dev.headrace.decisions.experiments.UnitScan.Measured;
import dev.headrace.decisions.experiments.analysis.Moments;
import dev.headrace.spi.engine.Rows;
import dev.headrace.spi.schema.Schema;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What one scan delivered: per variant, numbers and sums.
 *
 * @param arms by variant as it stands in the assignments
 * @param inSeveral units that met several variants
 */
record Sums(Map<String, Arm> arms, long inSeveral, Optional<LocalDate> newestExposure) {

  /**
   * One variant's row.
   *
   * @param values by the column's name
   * @param infinite columns whose sum is no finite number
   */
  record Arm(long units, Map<String, BigDecimal> values, Set<String> infinite) {
    /** Whether every sum that a metric is made of is a finite number. */
    boolean isFinite(Measured metric) {
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
    Moments moments(Measured metric) {
      int k = metric.columns().size();
      double[] means = new double[k];
      double[][] products = new double[k][k];
      BigDecimal n = BigDecimal.valueOf(Math.max(1, units));
      for (int i = 0; i < k; i++) {
        BigDecimal sumI = sum(metric.columns().get(i));
        means[i] = sumI.divide(n, MathContext.DECIMAL128).doubleValue();
        for (int j = 0; j <= i; j++) {
          BigDecimal product = product(metric.columns().get(i), metric.columns().get(j));
          BigDecimal centred =
              product.subtract(
                  sumI.multiply(sum(metric.columns().get(j))).divide(n, MathContext.DECIMAL128));
          // Of equal values, rounding may leave a little less than nothing.
          products[i][j] = i == j ? Math.max(0, centred.doubleValue()) : centred.doubleValue();
        }
      }
      return Moments.ofMeans(units, means, products);
    }

    private BigDecimal sum(int column) {
      return values.getOrDefault("s" + column, BigDecimal.ZERO);
    }

    private BigDecimal product(int a, int b) {
      return values.getOrDefault("p" + Math.max(a, b) + "_" + Math.min(a, b), BigDecimal.ZERO);
    }
  }

  /** Reads the rows of {@link UnitScan#sums}. */
  static Sums of(Rows rows, ZoneId zone) {
    Schema schema = rows.schema();
    Map<String, Arm> arms = new LinkedHashMap<>();
    long inSeveral = 0;
    Optional<LocalDate> newest = Optional.empty();
    for (List<@Nullable Object> row = rows.next(); row != null; row = rows.next()) {
      Map<String, BigDecimal> values = new LinkedHashMap<>();
      Set<String> infinite = new TreeSet<>();
      String variant = null;
      long units = 0;
      for (int i = 0; i < row.size(); i++) {
        String name = schema.fields().get(i).name();
        Object value = row.get(i);
        switch (name) {
          case "variant" -> variant = (String) value;
          case "units" -> units = value instanceof Number number ? number.longValue() : 0;
          case "newest_exposure" -> newest = later(newest, day(value, zone));
          default -> {
            if (value instanceof Double real && !Double.isFinite(real)) {
              infinite.add(name);
            } else if (value instanceof Number number) {
              values.put(name, decimal(number));
            }
          }
        }
      }
      if (variant == null) {
        inSeveral = units;
      } else {
        arms.put(variant, new Arm(units, values, infinite));
      }
    }
    return new Sums(arms, inSeveral, newest);
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

  static Optional<LocalDate> day(@Nullable Object value, ZoneId zone) {
    return switch (value) {
      case LocalDate day -> Optional.of(day);
      case LocalDateTime time -> Optional.of(time.toLocalDate());
      case Instant instant -> Optional.of(LocalDate.ofInstant(instant, zone));
      case null, default -> Optional.empty();
    };
  }
}
