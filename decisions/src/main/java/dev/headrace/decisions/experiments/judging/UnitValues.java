package dev.headrace.decisions.experiments.judging;

import dev.headrace.decisions.experiments.analysis.MetricShape;
import dev.headrace.decisions.experiments.scan.Scanner;
import dev.headrace.decisions.experiments.scan.Sums;
import dev.headrace.decisions.experiments.scan.UnitScan;
import dev.headrace.decisions.experiments.scan.UnitScan.Measured;
import dev.headrace.spi.engine.Rows;
import dev.headrace.spi.engine.Watch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Every unit's value of the means of an experiment, as metrics limit them: 8 bytes for each unit
 * and metric, by one statement.
 */
final class UnitValues {
  /** Values of all metrics and units together: 160 MB. */
  static final long MOST = 20_000_000;

  private final List<Measured> means;
  private final long count;
  private final Map<String, double[][]> byVariant;

  private UnitValues(List<Measured> means, long count, Map<String, double[][]> byVariant) {
    this.means = means;
    this.count = count;
    this.byVariant = byVariant;
  }

  /** Reads them, unless there are none or more than {@link #MOST}. */
  static UnitValues read(UnitScan scan, Sums sums, Scanner scanner, Watch watch) {
    List<Measured> means =
        scan.metrics().stream().filter(one -> one.shape() instanceof MetricShape.Mean).toList();
    long units = sums.arms().values().stream().mapToLong(Sums.Arm::units).sum();
    long count = units * means.size();
    return new UnitValues(
        means,
        count,
        means.isEmpty() || count > MOST ? Map.of() : read(scan, sums, scanner, means, watch));
  }

  /** How many there are, whether or not they were read. */
  long count() {
    return count;
  }

  /** In rising order, so that chance draws the same from them in whatever order they came. */
  double[] of(Measured mean, String variant) {
    double[][] values = byVariant.get(variant);
    return values == null ? new double[0] : values[means.indexOf(mean)];
  }

  private static Map<String, double[][]> read(
      UnitScan scan, Sums sums, Scanner scanner, List<Measured> means, Watch watch) {
    Map<String, double[][]> all = new TreeMap<>();
    Map<String, Integer> filled = new TreeMap<>();
    sums.arms()
        .forEach((variant, arm) -> all.put(variant, new double[means.size()][(int) arm.units()]));
    List<String> items = new ArrayList<>(List.of("variant"));
    means.forEach(mean -> items.add(UnitScan.value(mean.columns().getFirst())));
    String sql = scan.values(items) + "\nwhere variant is not null";
    try (Rows rows = scanner.rows(scan, sql, watch)) {
      for (List<@Nullable Object> row = rows.next(); row != null; row = rows.next()) {
        double[][] arm = all.get(String.valueOf(row.getFirst()));
        int unit = filled.merge(String.valueOf(row.getFirst()), 1, Integer::sum) - 1;
        for (int i = 0; arm != null && i < arm.length; i++) {
          arm[i][unit] = row.get(i + 1) instanceof Number value ? value.doubleValue() : Double.NaN;
        }
      }
    }
    all.values().forEach(arm -> Arrays.stream(arm).forEach(Arrays::sort));
    return all;
  }
}
