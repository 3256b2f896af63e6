package dev.headrace.decisions.experiments.proof;

import dev.headrace.decisions.experiments.analysis.MetricShape;
import dev.headrace.decisions.experiments.analysis.QuantileMoments;
import java.util.Arrays;
import java.util.Optional;

/**
 * The values of units' rows, of which a quantile is taken: any number per unit. Immutable as long
 * as its arrays are left alone.
 */
public final class Observations implements History {
  private final double level;
  private final int[] starts;

  /** The different values, rising. */
  private final double[] distinct;

  /** Of each value its place among the different ones; each unit's rising. */
  private final int[] places;

  /**
   * @param level the quantile, in (0, 1)
   * @param starts where each unit's values begin; one more than units, the last is the number of
   *     values, at least 1
   * @param values finite, unit by unit
   */
  public Observations(double level, int[] starts, double[] values) {
    if (!(level > 0 && level < 1) || starts.length < 2 || starts[starts.length - 1] < 1) {
      throw new IllegalArgumentException("a quantile at " + level + " of " + starts.length);
    }
    this.level = level;
    this.starts = starts;
    double[] sorted = Arrays.copyOf(values, starts[starts.length - 1]);
    Arrays.sort(sorted);
    int different = 0;
    for (int i = 0; i < sorted.length; i++) {
      if (!Double.isFinite(sorted[i])) {
        throw new IllegalArgumentException("a value of " + sorted[i]);
      }
      if (i == 0 || sorted[i] != sorted[different - 1]) {
        sorted[different++] = sorted[i];
      }
    }
    this.distinct = Arrays.copyOf(sorted, different);
    this.places = new int[starts[starts.length - 1]];
    for (int unit = 0; unit + 1 < starts.length; unit++) {
      for (int i = starts[unit]; i < starts[unit + 1]; i++) {
        places[i] = Arrays.binarySearch(distinct, values[i]);
      }
      Arrays.sort(places, starts[unit], starts[unit + 1]);
    }
  }

  /**
   * The share of all values that are the quantile itself. Where it is large, the two values that
   * bracket the quantile lie on a grid too coarse to tell how it varies.
   */
  public double tied() {
    int[] sorted = places.clone();
    Arrays.sort(sorted);
    int place = sorted[rank(sorted.length)];
    return (double) Arrays.stream(sorted).filter(p -> p == place).count() / sorted.length;
  }

  private int rank(int values) {
    return (int) QuantileMoments.rank(level, values) - 1;
  }

  double level() {
    return level;
  }

  /** How many different values there are. */
  int distinct() {
    return distinct.length;
  }

  double valueAt(int place) {
    return distinct[place];
  }

  int start(int unit) {
    return starts[unit];
  }

  /** The place of the i-th value of all. */
  int place(int i) {
    return places[i];
  }

  @Override
  public MetricShape shape() {
    return new MetricShape.Quantile();
  }

  @Override
  public double value() {
    int[] sorted = places.clone();
    Arrays.sort(sorted);
    return distinct[sorted[rank(sorted.length)]];
  }

  @Override
  public int units() {
    return starts.length - 1;
  }

  @Override
  public boolean varies() {
    return distinct.length > 1;
  }

  @Override
  public Optional<Population.Tails> tails() {
    return Optional.empty();
  }
}
