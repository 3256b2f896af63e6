package dev.headrace.data.metrics;

import dev.headrace.core.stats.Arithmetic;
import java.util.List;

/**
 * A metric as it is measured of units: what single units come to, and how that makes the metric.
 */
public sealed interface UnitMetric {
  /** What is measured of each unit. */
  List<UnitMeasure> parts();

  /**
   * The mean of a unit's total, or the sum of one total over the sum of another: of one total or
   * two.
   */
  record Total(List<UnitMeasure> parts) implements UnitMetric {
    public Total {
      parts = List.copyOf(parts);
    }
  }

  /**
   * Arithmetic over means of totals.
   *
   * @param formula its quantities are the parts' totals in order
   */
  record Combination(List<UnitMeasure> parts, Arithmetic formula) implements UnitMetric {
    public Combination {
      parts = List.copyOf(parts);
    }
  }

  /**
   * A quantile of the values that units' rows have, of all of them together.
   *
   * @param rows whose only total counts the rows with a value
   * @param value expression
   * @param level the share of rows at or below it, between 0 and 1
   */
  record Quantile(UnitMeasure rows, String value, double level) implements UnitMetric {
    @Override
    public List<UnitMeasure> parts() {
      return List.of(rows);
    }
  }
}
