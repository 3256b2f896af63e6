package dev.headrace.ml.learn.components;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.headrace.ml.learn.LearnError;
import dev.headrace.ml.learn.Model;
import dev.headrace.ml.learn.ModelJson;
import dev.headrace.ml.learn.frame.Design;
import dev.headrace.ml.learn.linear.LinearModel;
import dev.headrace.spi.error.HeadraceException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.hipparchus.linear.Array2DRowRealMatrix;
import org.hipparchus.linear.EigenDecompositionSymmetric;

/**
 * The directions in which rows vary most, at right angles to each other (Pearson 1901; Hotelling
 * 1933). A row gives its place along each, and its distance from the space they span.
 *
 * <p>Of the two signs of a direction the one is taken in which its greatest entry, the first of
 * those that tie, is positive.
 *
 * @param means of the columns in training
 * @param directions by component, then by column; the one with the greatest variance first
 * @param variances along each, with n - 1
 * @param total variance of all columns
 */
@SuppressWarnings("ArrayRecordComponent") // Compared by nobody.
public record PrincipalComponents(
    double[] means, double[][] directions, double[] variances, double total)
    implements Model.Scorer {
  /** The word of its files. */
  public static final String WORD = "components";

  private static final int MOST_COLUMNS = 2_000;

  /**
   * Finds components.
   *
   * @param count how many
   * @throws HeadraceException LEARN_TOO_FEW_ROWS, LEARN_SETTING, LEARN_MEMORY
   */
  public static PrincipalComponents fit(Design design, int count) {
    int width = design.columns().size();
    if (design.rows() < 2) {
      throw new HeadraceException(
          LearnError.LEARN_TOO_FEW_ROWS,
          "Cannot find components: there is %d row, which varies in nothing."
              .formatted(design.rows()),
          "Bring more rows.");
    }
    if (count > Math.min(width, design.rows() - 1)) {
      throw new HeadraceException(
          LearnError.LEARN_SETTING,
          "Cannot find %d components: %d rows of %d prepared columns have at most %d."
              .formatted(count, design.rows(), width, Math.min(width, design.rows() - 1)),
          "Set 'components' to fewer.");
    }
    if (width > MOST_COLUMNS) {
      throw new HeadraceException(
          LearnError.LEARN_MEMORY,
          "Cannot find components of %d prepared columns: the limit is %d."
              .formatted(width, MOST_COLUMNS),
          "Learn from fewer columns, or from texts with fewer values.");
    }
    double[] means =
        design.columns().stream()
            .mapToDouble(column -> Arrays.stream(column.values()).sum() / design.rows())
            .toArray();
    double[][] covariance = covariance(design, means);
    double total = IntStream.range(0, width).mapToDouble(j -> covariance[j][j]).sum();
    if (!(total > 0)) {
      throw new HeadraceException(
          LearnError.LEARN_SETTING,
          "Cannot find components: every column is constant.",
          "Learn from columns that vary.");
    }
    EigenDecompositionSymmetric all =
        new EigenDecompositionSymmetric(new Array2DRowRealMatrix(covariance, false));
    int[] order =
        IntStream.range(0, width)
            .boxed()
            .sorted(Comparator.comparingDouble(j -> -all.getEigenvalue(j)))
            .limit(count)
            .mapToInt(Integer::intValue)
            .toArray();
    return new PrincipalComponents(
        means,
        Arrays.stream(order)
            .mapToObj(j -> signed(all.getEigenvector(j).toArray()))
            .toArray(double[][]::new),
        Arrays.stream(order).mapToDouble(j -> Math.max(0, all.getEigenvalue(j))).toArray(),
        total);
  }

  /**
   * The place along a component as a sum.
   *
   * @param component from 0
   * @param columns names of the prepared columns
   */
  public LinearModel along(int component, List<String> columns) {
    double[] direction = directions[component];
    double origin =
        IntStream.range(0, means.length).mapToDouble(j -> direction[j] * means[j]).sum();
    return new LinearModel(-origin, columns, direction);
  }

  private static double[][] covariance(Design design, double[] means) {
    int width = means.length;
    double[][] centred = new double[width][];
    for (int j = 0; j < width; j++) {
      double mean = means[j];
      centred[j] =
          Arrays.stream(design.columns().get(j).values()).map(value -> value - mean).toArray();
    }
    double[][] covariance = new double[width][width];
    for (int j = 0; j < width; j++) {
      for (int k = 0; k <= j; k++) {
        double sum = 0;
        for (int i = 0; i < design.rows(); i++) {
          sum += centred[j][i] * centred[k][i];
        }
        covariance[j][k] = sum / (design.rows() - 1);
        covariance[k][j] = covariance[j][k];
      }
    }
    return covariance;
  }

  private static double[] signed(double[] direction) {
    int greatest = 0;
    for (int j = 1; j < direction.length; j++) {
      greatest = Math.abs(direction[j]) > Math.abs(direction[greatest]) ? j : greatest;
    }
    return direction[greatest] >= 0
        ? direction
        : Arrays.stream(direction).map(entry -> -entry).toArray();
  }

  /** The components, and the distance last. */
  @Override
  public double[][] score(Design design) {
    double[][] outputs = new double[directions.length + 1][design.rows()];
    double[] rest = new double[means.length];
    for (int i = 0; i < design.rows(); i++) {
      for (int j = 0; j < rest.length; j++) {
        rest[j] = design.columns().get(j).values()[i] - means[j];
      }
      for (int c = 0; c < directions.length; c++) {
        double along = 0;
        for (int j = 0; j < rest.length; j++) {
          along += directions[c][j] * rest[j];
        }
        outputs[c][i] = along;
        // Directions are at right angles, so that what is taken off changes no further one.
        for (int j = 0; j < rest.length; j++) {
          rest[j] -= along * directions[c][j];
        }
      }
      outputs[directions.length][i] = Math.sqrt(Arrays.stream(rest).map(x -> x * x).sum());
    }
    return outputs;
  }

  @Override
  public String word() {
    return WORD;
  }

  @Override
  public void write(ObjectNode node, Map<String, byte[]> files) {
    ModelJson.put(node, "means", means);
    ModelJson.put(node, "directions", directions);
    ModelJson.put(node, "variances", variances);
    node.put("total", total);
  }

  /** Reads what {@link #write} has written. */
  public static PrincipalComponents read(JsonNode node, Map<String, byte[]> files) {
    double[] means = ModelJson.numbers(node, "means");
    double[][] directions = ModelJson.matrix(node, "directions");
    double[] variances = ModelJson.numbers(node, "variances");
    if (variances.length != directions.length
        || Arrays.stream(directions).anyMatch(one -> one.length != means.length)) {
      throw new IllegalArgumentException("directions, means and variances differ in length");
    }
    return new PrincipalComponents(means, directions, variances, ModelJson.number(node, "total"));
  }
}
