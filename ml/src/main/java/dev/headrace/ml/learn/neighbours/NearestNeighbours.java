package dev.headrace.ml.learn.neighbours;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.headrace.ml.learn.LearnError;
import dev.headrace.ml.learn.Model;
import dev.headrace.ml.learn.ModelJson;
import dev.headrace.ml.learn.frame.Design;
import dev.headrace.spi.error.HeadraceException;
import java.util.Map;

/**
 * The mean of the labels of the k training rows at the least Euclidean distance, of classes their
 * shares; of rows equally far the earlier one counts. Every row is compared with every training
 * row.
 *
 * <p>Cover, Hart (1967), Nearest neighbor pattern classification, IEEE Transactions on Information
 * Theory 13(1); weighted by distance: Dudani (1976), The Distance-Weighted k-Nearest-Neighbor Rule.
 *
 * @param k how many count
 * @param byDistance whether a neighbour counts inversely to its distance; of those at no distance
 *     nothing else counts
 * @param rows of training, each its prepared columns
 * @param labels one per row: a number, or the place of a class
 * @param weights one per row, not negative
 * @param classes how many outputs there are of classes; 0 for numbers; of two classes the second
 *     one alone is told
 */
@SuppressWarnings("ArrayRecordComponent") // Many numbers, compared by nobody.
public record NearestNeighbours(
    int k, boolean byDistance, double[][] rows, double[] labels, double[] weights, int classes)
    implements Model.Scorer {
  /** Numbers that a saved model may hold: more are slow to read and to search. */
  private static final long MOST_NUMBERS = 10_000_000;

  /** The word of its files. */
  public static final String WORD = "neighbours";

  /**
   * Keeps the training rows.
   *
   * @throws HeadraceException LEARN_TOO_FEW_ROWS where there are fewer than k; LEARN_MEMORY where
   *     they are too many
   */
  public static NearestNeighbours fit(
      Design design, double[] labels, double[] weights, int classes, int k, boolean byDistance) {
    if (design.rows() < k) {
      throw new HeadraceException(
          LearnError.LEARN_TOO_FEW_ROWS,
          "Cannot learn by %d neighbours: there are %d rows.".formatted(k, design.rows()),
          "Set 'neighbours' to fewer.");
    }
    if ((long) design.rows() * design.columns().size() > MOST_NUMBERS) {
      throw new HeadraceException(
          LearnError.LEARN_MEMORY,
          "Cannot keep %d rows of %d columns as a model of neighbours: the limit is %d numbers."
              .formatted(design.rows(), design.columns().size(), MOST_NUMBERS),
          "Learn from fewer rows, or choose another learner.");
    }
    return new NearestNeighbours(k, byDistance, byRow(design), labels, weights, classes);
  }

  private static double[][] byRow(Design design) {
    double[][] rows = new double[design.rows()][design.columns().size()];
    for (int j = 0; j < design.columns().size(); j++) {
      double[] values = design.columns().get(j).values();
      for (int i = 0; i < rows.length; i++) {
        rows[i][j] = values[i];
      }
    }
    return rows;
  }

  @Override
  public double[][] score(Design design) {
    double[][] asked = byRow(design);
    double[][] outputs = new double[classes > 2 ? classes : 1][asked.length];
    double[] distances = new double[k];
    int[] nearest = new int[k];
    for (int i = 0; i < asked.length; i++) {
      search(asked[i], nearest, distances);
      tell(nearest, distances, outputs, i);
    }
    return outputs;
  }

  /** The k nearest, ascending, by insertion: k is small. */
  private void search(double[] row, int[] nearest, double[] distances) {
    int found = 0;
    for (int t = 0; t < rows.length; t++) {
      double bound = found == k ? distances[k - 1] : Double.POSITIVE_INFINITY;
      double distance = distance(row, rows[t], bound);
      if (found == k && distance >= bound) {
        continue;
      }
      int at = found == k ? k - 1 : found++;
      while (at > 0 && distances[at - 1] > distance) {
        distances[at] = distances[at - 1];
        nearest[at] = nearest[at - 1];
        at--;
      }
      distances[at] = distance;
      nearest[at] = t;
    }
  }

  /** Squared; given up beyond the bound. */
  private static double distance(double[] a, double[] b, double bound) {
    double sum = 0;
    for (int j = 0; j < a.length && sum <= bound; j++) {
      double step = a[j] - b[j];
      sum += step * step;
    }
    return sum;
  }

  private void tell(int[] nearest, double[] distances, double[][] outputs, int i) {
    boolean same = distances[0] == 0;
    double all = 0;
    for (int n = 0; n < k; n++) {
      double share = weights[nearest[n]];
      if (byDistance) {
        share *= same ? (distances[n] == 0 ? 1 : 0) : 1 / Math.sqrt(distances[n]);
      }
      all += share;
      double label = labels[nearest[n]];
      if (classes > 2) {
        outputs[(int) label][i] += share;
      } else {
        outputs[0][i] += share * label;
      }
    }
    // Where none of them counts, nothing is known but that all are possible.
    for (double[] output : outputs) {
      output[i] = all > 0 ? output[i] / all : mean(nearest, outputs.length);
    }
  }

  private double mean(int[] nearest, int outputs) {
    double sum = 0;
    for (int row : nearest) {
      sum += labels[row];
    }
    return outputs > 1 ? 1.0 / outputs : sum / nearest.length;
  }

  @Override
  public String word() {
    return WORD;
  }

  @Override
  public void write(ObjectNode node, Map<String, byte[]> files) {
    node.put("k", k);
    node.put("by-distance", byDistance);
    node.put("classes", classes);
    ModelJson.put(node, "labels", labels);
    ModelJson.put(node, "weights", weights);
    ModelJson.put(node, "rows", rows);
  }

  /** Reads what {@link #write} has written. */
  public static NearestNeighbours read(JsonNode node, Map<String, byte[]> files) {
    double[][] rows = ModelJson.matrix(node, "rows");
    double[] labels = ModelJson.numbers(node, "labels");
    double[] weights = ModelJson.numbers(node, "weights");
    int k = ModelJson.whole(node, "k");
    if (labels.length != rows.length || weights.length != rows.length || k < 1 || k > rows.length) {
      throw new IllegalArgumentException("rows, labels and weights differ in length");
    }
    return new NearestNeighbours(
        k,
        ModelJson.truth(node, "by-distance"),
        rows,
        labels,
        weights,
        ModelJson.whole(node, "classes"));
  }
}
