package dev.headrace.decisions.experiments.analysis;

import java.util.Arrays;

/**
 * Number, means and centred cross products of one arm's units: all that the methods for means,
 * proportions and ratios need. Immutable and addable: two days, two slices or two files give the
 * same as one scan of both, up to rounding.
 *
 * <p>Kept centred, because the difference of two huge sums forgets what a variance is made of. A
 * scan may deliver plain sums ({@link #ofSums}); where values are large against their spread, let
 * it deliver means and centred products ({@link #ofMeans}), as SQL's {@code avg} and {@code
 * covar_pop} do.
 *
 * <p>Merging is the pairwise update of T. Chan, G. Golub and R. LeVeque, "Updating formulae and a
 * pairwise algorithm for computing sample variances" (1979).
 */
public final class Moments implements ArmStatistics {
  /** Of a sum of squares, what rounding alone leaves of the variance of equal values. */
  private static final double ROUNDING = 1e-12;

  /** Of the square of a mean, what equal values vary by because their mean is no double. */
  private static final double UNIT_ROUNDOFF = 1e-31;

  private final long count;
  private final long informative;
  private final double[] means;

  /** Sums of centred products, lower triangle by rows: (0,0), (1,0), (1,1), (2,0) … */
  private final double[] products;

  private Moments(long count, double[] means, double[] products) {
    this(count, count, means, products);
  }

  private Moments(long count, long informative, double[] means, double[] products) {
    this.count = count;
    this.informative = informative;
    this.means = means;
    this.products = products;
  }

  /** No units yet, with this many columns. */
  public static Moments empty(int columns) {
    return new Moments(0, new double[columns], new double[columns * (columns + 1) / 2]);
  }

  /**
   * One column.
   *
   * @param sumOfSquares of the plain values
   */
  public static Moments ofSums(long count, double sum, double sumOfSquares) {
    return ofSums(count, new double[] {sum}, new double[][] {{sumOfSquares}});
  }

  /** One column of zeros and ones. */
  public static Moments ofCount(long count, double ones) {
    return ofSums(count, ones, ones);
  }

  /**
   * Several columns from plain sums.
   *
   * @param products of the plain values, at least the lower triangle: {@code products[i][j]} for j
   *     up to i is the sum of column i times column j
   * @throws IllegalArgumentException if the sums cannot come from real numbers
   */
  public static Moments ofSums(long count, double[] sums, double[][] products) {
    checkShape(count, sums, products);
    int columns = sums.length;
    double[] means = new double[columns];
    double[] centred = new double[columns * (columns + 1) / 2];
    if (count == 0) {
      return new Moments(0, means, centred);
    }
    for (int i = 0; i < columns; i++) {
      means[i] = sums[i] / count;
      for (int j = 0; j <= i; j++) {
        centred[at(i, j)] = products[i][j] - sums[i] * sums[j] / count;
      }
      double own = centred[at(i, i)];
      if (own < -1e-6 * products[i][i]) {
        throw new IllegalArgumentException(
            "column "
                + i
                + " has the sum of squares "
                + products[i][i]
                + " for "
                + count
                + " values with the sum "
                + sums[i]
                + ", which no real numbers have");
      }
      centred[at(i, i)] = beyondRounding(own, products[i][i]);
    }
    return new Moments(count, means, centred);
  }

  /**
   * A sum of centred squares; nothing where it may be no more than the rounding of plain ones.
   *
   * @param plain the sum of rounded squares; 0 where they are exact
   */
  public static double beyondRounding(double centred, double plain) {
    return centred <= ROUNDING * plain ? 0 : centred;
  }

  /**
   * Several columns from means and sums of products around them.
   *
   * @param centredProducts at least the lower triangle: the sum of (column i - mean i) times
   *     (column j - mean j)
   */
  public static Moments ofMeans(long count, double[] means, double[][] centredProducts) {
    checkShape(count, means, centredProducts);
    int columns = means.length;
    double[] centred = new double[columns * (columns + 1) / 2];
    for (int i = 0; i < columns; i++) {
      for (int j = 0; j <= i; j++) {
        centred[at(i, j)] = centredProducts[i][j];
      }
      if (centred[at(i, i)] < 0) {
        throw new IllegalArgumentException(
            "column " + i + " has the sum of squared differences " + centred[at(i, i)]);
      }
    }
    return ofCentred(count, means.clone(), centred);
  }

  /** One column of values in memory. */
  public static Moments ofValues(double... values) {
    double[][] rows = new double[values.length][];
    for (int i = 0; i < values.length; i++) {
      rows[i] = new double[] {values[i]};
    }
    return ofRows(1, rows);
  }

  /** Rows in memory of a metric, with how many units have a value in its own columns. */
  public static Moments ofRows(MetricShape shape, double[]... rows) {
    Moments moments = ofRows(shape.columns(), rows);
    boolean ofValues =
        shape instanceof MetricShape.Ratio || shape instanceof MetricShape.Combination;
    return ofValues
        ? moments.withInformative(
            Arrays.stream(rows)
                .filter(row -> Arrays.stream(row, 0, shape.inputs()).anyMatch(x -> x != 0))
                .count())
        : moments;
  }

  /** Rows in memory, by three passes. */
  public static Moments ofRows(int columns, double[]... rows) {
    double[] means = new double[columns];
    // What is left after the first pass is rounding, and is taken away in the second.
    for (int pass = 0; pass < 2; pass++) {
      double[] rest = new double[columns];
      for (double[] row : rows) {
        for (int i = 0; i < columns; i++) {
          rest[i] += (row[i] - means[i]) / rows.length;
        }
      }
      for (int i = 0; i < columns; i++) {
        means[i] += rest[i];
      }
    }
    double[] centred = new double[columns * (columns + 1) / 2];
    for (double[] row : rows) {
      for (int i = 0; i < columns; i++) {
        for (int j = 0; j <= i; j++) {
          centred[at(i, j)] += (row[i] - means[i]) * (row[j] - means[j]);
        }
      }
    }
    return ofCentred(rows.length, means, centred);
  }

  /** Values that only their mean's last digit tells apart are equal. */
  private static Moments ofCentred(long count, double[] means, double[] centred) {
    for (int i = 0; i < means.length; i++) {
      if (centred[at(i, i)] <= UNIT_ROUNDOFF * count * means[i] * means[i]) {
        centred[at(i, i)] = 0;
      }
    }
    return new Moments(count, means, centred);
  }

  private static void checkShape(long count, double[] vector, double[][] matrix) {
    if (count < 0) {
      throw new IllegalArgumentException(count + " units");
    }
    if (vector.length == 0 || matrix.length != vector.length) {
      throw new IllegalArgumentException(
          vector.length + " columns with " + matrix.length + " rows of products");
    }
    for (int i = 0; i < matrix.length; i++) {
      if (matrix[i].length < i + 1) {
        throw new IllegalArgumentException("row " + i + " of the products is too short");
      }
    }
  }

  /**
   * The same, of which so many units say something of a ratio: those that are not zero in all of
   * its columns. Of 10,000 visitors whose mean basket is asked, those are the 300 who bought: how
   * well a variance is known depends on them.
   *
   * @throws IllegalArgumentException if these are more than all units, or fewer than none
   */
  public Moments withInformative(long units) {
    if (units < 0 || units > count) {
      throw new IllegalArgumentException(units + " of " + count + " units");
    }
    return new Moments(count, units, means, products);
  }

  /** What one scan over the units of both would have given. */
  public Moments merge(Moments other) {
    if (other.columns() != columns()) {
      throw new IllegalArgumentException(
          "columns " + columns() + " and " + other.columns() + " cannot be added");
    }
    if (count == 0) {
      return other;
    }
    if (other.count == 0) {
      return this;
    }
    long total = count + other.count;
    double[] shift = new double[means.length];
    double[] merged = new double[means.length];
    for (int i = 0; i < shift.length; i++) {
      shift[i] = beyondDigits(other.means[i] - means[i], means[i]);
      merged[i] = means[i] + shift[i] * other.count / total;
    }
    double weight = (double) count * other.count / total;
    double[] sum = new double[products.length];
    for (int i = 0; i < shift.length; i++) {
      for (int j = 0; j <= i; j++) {
        int at = at(i, j);
        sum[at] = products[at] + other.products[at] + weight * shift[i] * shift[j];
      }
    }
    return new Moments(total, informative + other.informative, merged, sum);
  }

  /**
   * A difference of means; nothing where it is one of their last digits. Otherwise a covariate that
   * is the same for all would differ between arms, and explain whatever differs, too.
   */
  private static double beyondDigits(double shift, double mean) {
    return Math.abs(shift) <= 4 * Math.ulp(mean) ? 0 : shift;
  }

  private static int at(int row, int column) {
    return row * (row + 1) / 2 + column;
  }

  @Override
  public long count() {
    return count;
  }

  /** Units with a value in one of the columns of the metric itself; all where nobody said. */
  public long informative() {
    return informative;
  }

  public int columns() {
    return means.length;
  }

  public double mean(int column) {
    return means[column];
  }

  /** Mean times count. */
  public double sum(int column) {
    return means[column] * count;
  }

  /** Sum of the products of two columns' differences from their means. */
  public double centredProduct(int i, int j) {
    return products[i >= j ? at(i, j) : at(j, i)];
  }

  /** With divisor n - 1; 0 for fewer than two units. */
  public double variance(int column) {
    return covariance(column, column);
  }

  /** With divisor n - 1; 0 for fewer than two units. */
  public double covariance(int i, int j) {
    return count < 2 ? 0 : centredProduct(i, j) / (count - 1);
  }

  /** Whether every mean and product is a finite number. */
  public boolean isFinite() {
    double sum = 0;
    for (double mean : means) {
      sum += Math.abs(mean);
    }
    for (double product : products) {
      sum += Math.abs(product);
    }
    return sum < Double.POSITIVE_INFINITY;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Moments that
        && count == that.count
        && informative == that.informative
        && Arrays.equals(means, that.means)
        && Arrays.equals(products, that.products);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * Long.hashCode(count) + Long.hashCode(informative))
        + Arrays.hashCode(means)
        + Arrays.hashCode(products);
  }

  @Override
  public String toString() {
    return "Moments[count="
        + count
        + ", informative="
        + informative
        + ", means="
        + Arrays.toString(means)
        + ", centredProducts="
        + Arrays.toString(products)
        + "]";
  }
}
