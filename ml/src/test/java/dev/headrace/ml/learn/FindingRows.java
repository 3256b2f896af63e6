package dev.headrace.ml.learn;

import com.fasterxml.jackson.databind.JsonNode;
import dev.headrace.ml.learn.frame.Design;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** The rows of {@code finding.py}: three clouds, and every tenth row anywhere. */
public final class FindingRows {
  /** How many there are. */
  public static final int ROWS = 997;

  private static final double[][] CENTRES = {{0, 0, 0}, {4, 1, -3}, {-3, 5, 2}};

  private FindingRows() {}

  private static double[] lcg(long seed) {
    double[] made = new double[ROWS];
    long state = seed;
    for (int i = 0; i < made.length; i++) {
      state = (1103515245L * state + 12345) % (1L << 31);
      made[i] = state / (double) (1L << 31);
    }
    return made;
  }

  private static double[] bell(int seed) {
    double[] sum = new double[ROWS];
    Arrays.fill(sum, -2);
    for (int k = 0; k < 4; k++) {
      double[] one = lcg(100L * seed + k);
      for (int i = 0; i < ROWS; i++) {
        sum[i] += one[i];
      }
    }
    return sum;
  }

  /** The four columns. */
  public static Design design() {
    double[][] x = {bell(1), bell(2), bell(3), bell(4)};
    double[][] anywhere = {lcg(7), lcg(8), lcg(9)};
    for (int i = 0; i < ROWS; i++) {
      for (int j = 0; j < 3; j++) {
        x[j][i] = isAnywhere(i) ? 16 * anywhere[j][i] - 8 : CENTRES[i % 3][j] * 0.7 + x[j][i];
      }
      x[3][i] = 0.5 * x[0][i] - 0.2 * x[1][i] + 0.3 * x[3][i];
    }
    return new Design(
        ROWS,
        IntStream.range(0, 4).mapToObj(j -> new Design.Column("x" + j, false, x[j])).toList());
  }

  /** Whether a row lies in no cloud. */
  public static boolean isAnywhere(int row) {
    return row % 10 == 9;
  }

  /** Rows of a reference. */
  public static Design design(JsonNode rows) {
    List<Design.Column> columns = new ArrayList<>();
    for (int j = 0; j < rows.get(0).size(); j++) {
      int column = j;
      columns.add(
          new Design.Column(
              "x" + j,
              false,
              rows.valueStream().mapToDouble(row -> row.get(column).doubleValue()).toArray()));
    }
    return new Design(rows.size(), columns);
  }

  /** Any rows of one column. */
  public static Design column(double... values) {
    return new Design(values.length, List.of(new Design.Column("x", false, values)));
  }
}
