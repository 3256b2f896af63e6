package dev.headrace.ml.learn.linear;

import dev.headrace.ml.learn.frame.Design;
import java.util.Arrays;
import java.util.List;

/**
 * A weighted sum of prepared columns.
 *
 * @param columns names of the design's columns, in order
 * @param coefficients one per column
 */
@SuppressWarnings("ArrayRecordComponent") // Millions of numbers, compared by nobody.
public record LinearModel(double intercept, List<String> columns, double[] coefficients) {
  public LinearModel {
    columns = List.copyOf(columns);
    if (columns.size() != coefficients.length) {
      throw new IllegalArgumentException(
          columns.size() + " columns and " + coefficients.length + " coefficients");
    }
  }

  /** The sum for every row of a design with these columns. */
  public double[] sums(Design design) {
    double[] sums = new double[design.rows()];
    Arrays.fill(sums, intercept);
    for (int j = 0; j < coefficients.length; j++) {
      double[] column = design.columns().get(j).values();
      for (int i = 0; i < sums.length; i++) {
        sums[i] += coefficients[j] * column[i];
      }
    }
    return sums;
  }
}
