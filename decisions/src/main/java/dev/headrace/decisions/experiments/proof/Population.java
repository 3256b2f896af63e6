package dev.headrace.decisions.experiments.proof;

import dev.headrace.core.stats.Arithmetic;
import dev.headrace.decisions.experiments.analysis.MetricShape;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Optional;
import java.util.stream.IntStream;

/** What units really did, one row per unit. Immutable as long as its array is left alone. */
public final class Population implements History {
  /** At most this many values fit: 2 GB. */
  private static final int MOST = 1 << 28;

  private final MetricShape shape;
  private final double[] rows;

  /**
   * @param shape what the columns mean
   * @param rows {@code shape.columns()} values of the first unit, then of the second, … ; not
   *     copied
   */
  public Population(MetricShape shape, double[] rows) {
    this.shape = shape;
    this.rows = rows;
    int columns = shape.columns();
    if (columns == 0 || rows.length == 0 || rows.length > MOST || rows.length % columns != 0) {
      throw new IllegalArgumentException(rows.length + " values in rows of " + columns);
    }
    for (double value : rows) {
      if (!Double.isFinite(value)) {
        throw new IllegalArgumentException("a value of " + value);
      }
    }
  }

  @Override
  public MetricShape shape() {
    return shape;
  }

  @Override
  public double value() {
    return value(1);
  }

  /** The metric, were the first column {@code factor} times as large. */
  double value(double factor) {
    double[] means = means();
    means[0] *= factor;
    return formula().at(means);
  }

  private Arithmetic formula() {
    Arithmetic first = new Arithmetic.Quantity(0);
    return switch (shape) {
      case MetricShape.Ratio _ -> Arithmetic.ratio(first, new Arithmetic.Quantity(1));
      case MetricShape.Combination combination -> combination.formula();
      case MetricShape.Mean _, MetricShape.Proportion _, MetricShape.Quantile _ -> first;
    };
  }

  private double[] means() {
    double[] means = new double[shape.inputs()];
    for (int i = 0; i < means.length; i++) {
      means[i] = mean(i);
    }
    return means;
  }

  /**
   * Which units have a value in the metric's own columns; empty where those without say as much.
   */
  Optional<BitSet> informative() {
    if (!(shape instanceof MetricShape.Ratio || shape instanceof MetricShape.Combination)) {
      return Optional.empty();
    }
    BitSet informative = new BitSet(units());
    for (int unit = 0; unit < units(); unit++) {
      int first = unit * shape.columns();
      informative.set(
          unit, IntStream.range(first, first + shape.inputs()).anyMatch(at -> rows[at] != 0));
    }
    return Optional.of(informative);
  }

  /** A copy of the values, row by row. */
  double[] rows() {
    return rows.clone();
  }

  @Override
  public int units() {
    return rows.length / shape.columns();
  }

  /** The mean of a column. */
  double mean(int column) {
    double sum = 0;
    for (int at = column; at < rows.length; at += shape.columns()) {
      sum += rows[at];
    }
    return sum / units();
  }

  /**
   * What the test's normal approximation has to cope with.
   *
   * @param skewness third standardised moment of a unit's value (of a ratio: of its linearisation)
   * @param unitsPerArm from which the mean is said to be nearly normal: 355 skewness² (R. Kohavi et
   *     al., "Seven rules of thumb for web site experimenters", KDD 2014)
   * @param topShare share of the variance that the thousandth of units farthest from the mean has
   */
  public record Tails(double skewness, double unitsPerArm, double topShare) {}

  @Override
  public boolean varies() {
    return measured().topShare() > 0;
  }

  @Override
  public Optional<Tails> tails() {
    return Optional.of(measured());
  }

  private Tails measured() {
    double[] gaps = gaps();
    double squares = 0;
    double cubes = 0;
    for (double gap : gaps) {
      squares += gap * gap;
      cubes += gap * gap * gap;
    }
    if (squares == 0) {
      return new Tails(0, 0, 0);
    }
    double skewness = cubes / gaps.length / Math.pow(squares / gaps.length, 1.5);
    for (int i = 0; i < gaps.length; i++) {
      gaps[i] = gaps[i] * gaps[i];
    }
    Arrays.sort(gaps);
    double top = 0;
    for (int i = gaps.length - Math.max(1, gaps.length / 1_000); i < gaps.length; i++) {
      top += gaps[i];
    }
    return new Tails(skewness, 355 * skewness * skewness, top / squares);
  }

  /** What each unit moves the metric by, to the first order. */
  private double[] gaps() {
    double[] gaps = new double[units()];
    double[] means = means();
    double[] slopes = formula().slopes(means);
    for (int unit = 0; unit < gaps.length; unit++) {
      for (int i = 0; i < means.length; i++) {
        gaps[unit] += slopes[i] * (rows[unit * shape.columns() + i] - means[i]);
      }
    }
    return gaps;
  }
}
