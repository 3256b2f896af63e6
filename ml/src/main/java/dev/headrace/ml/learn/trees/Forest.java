package dev.headrace.ml.learn.trees;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.headrace.ml.learn.LearnError;
import dev.headrace.ml.learn.Model;
import dev.headrace.ml.learn.frame.Design;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.error.HeadraceException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;

/**
 * The mean of what trees say; a single tree is a forest of one.
 *
 * <p>Breiman (2001), Random Forests, Machine Learning 45(1): each tree is grown on as many rows as
 * there are, drawn with replacement, and looks at random columns for every split.
 */
public final class Forest implements Model.Scorer {
  /** The word of its files. */
  public static final String WORD = "forest";

  private final List<DecisionTree> trees;

  private Forest(List<DecisionTree> trees) {
    this.trees = List.copyOf(trees);
  }

  /**
   * Rows to learn from.
   *
   * @param classes how many there are; 0 for numbers
   */
  @SuppressWarnings("ArrayRecordComponent") // Compared by nobody.
  public record Labelled(Design design, double[] labels, double[] weights, int classes) {

    /** Of two classes the second alone: Gini's impurity is twice its variance. */
    private double[][] targets() {
      if (classes <= 2) {
        return new double[][] {labels};
      }
      return IntStream.range(0, classes)
          .mapToObj(k -> Arrays.stream(labels).map(label -> label == k ? 1 : 0).toArray())
          .toArray(double[][]::new);
    }

    private double[][] columns() {
      return design.columns().stream().map(Design.Column::values).toArray(double[][]::new);
    }
  }

  /**
   * One tree that sees all rows and columns.
   *
   * @param depth most splits between root and leaf
   * @param minRows fewest rows of a leaf
   */
  public static Forest tree(Labelled rows, int depth, int minRows) {
    double[][] columns = requireColumns(rows);
    TreeGrower.Limits limits = new TreeGrower.Limits(depth, minRows, columns.length);
    TreeGrower grower =
        new TreeGrower(columns, rows.targets(), rows.weights, limits, new SplittableRandom(0));
    return new Forest(List.of(grower.grow(TreeGrower.orders(columns, rows.labels.length))));
  }

  /**
   * Trees that differ by chance.
   *
   * @param tried columns that are looked at for each split; 0 for the square root of their number
   *     with classes, a third with numbers
   * @throws CancellationException when the watch is cancelled
   */
  public static Forest grow(
      Labelled rows, int trees, int depth, int minRows, int tried, long seed, Watch watch) {
    double[][] columns = requireColumns(rows);
    int usual =
        rows.classes > 0 ? (int) Math.sqrt(columns.length) : Math.max(1, columns.length / 3);
    TreeGrower.Limits limits = new TreeGrower.Limits(depth, minRows, tried == 0 ? usual : tried);
    int[][] orders = TreeGrower.orders(columns, rows.labels.length);
    double[][] targets = rows.targets();
    SplittableRandom random = new SplittableRandom(seed);
    List<DecisionTree> grown = new ArrayList<>();
    for (int t = 0; t < trees; t++) {
      if (watch.isCancelled()) {
        throw new CancellationException("cancelled while trees grew");
      }
      SplittableRandom own = random.split();
      double[] weights = new double[rows.labels.length];
      for (int i = 0; i < weights.length; i++) {
        int row = own.nextInt(weights.length);
        weights[row] += rows.weights[row];
      }
      if (Arrays.stream(weights).sum() == 0) {
        weights = rows.weights; // All that was drawn weighs nothing.
      }
      grown.add(new TreeGrower(columns, targets, weights, limits, own).grow(orders));
      watch.progress((t + 1.0) / trees);
    }
    return new Forest(grown);
  }

  private static double[][] requireColumns(Labelled rows) {
    double[][] columns = rows.columns();
    if (columns.length == 0) {
      throw new HeadraceException(
          LearnError.LEARN_COLUMN, "Cannot grow trees over no columns.", "Name 'features'.");
    }
    return columns;
  }

  @Override
  public double[][] score(Design design) {
    int width = design.columns().size();
    double[][] outputs = new double[trees.getFirst().means()[0].length][design.rows()];
    double[] row = new double[width];
    for (int i = 0; i < design.rows(); i++) {
      for (int j = 0; j < width; j++) {
        row[j] = design.columns().get(j).values()[i];
      }
      for (DecisionTree tree : trees) {
        double[] leaf = tree.leaf(row);
        for (int k = 0; k < outputs.length; k++) {
          outputs[k][i] += leaf[k] / trees.size();
        }
      }
    }
    return outputs;
  }

  /** How many trees there are. */
  public int trees() {
    return trees.size();
  }

  /** How many nodes they have, leaves included. */
  public int nodes() {
    return trees.stream().mapToInt(tree -> tree.column().length).sum();
  }

  @Override
  public String word() {
    return WORD;
  }

  @Override
  public void write(ObjectNode node, Map<String, byte[]> files) {
    ArrayNode all = node.putArray("trees");
    trees.forEach(tree -> tree.write(all.addObject()));
  }

  /** Reads what {@link #write} has written. */
  public static Forest read(JsonNode node, Map<String, byte[]> files) {
    List<DecisionTree> trees = new ArrayList<>();
    node.required("trees").forEach(tree -> trees.add(DecisionTree.read(tree)));
    if (trees.isEmpty()) {
      throw new IllegalArgumentException("a forest has no trees");
    }
    return new Forest(trees);
  }
}
