package dev.headrace.ml.learn.trees;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.headrace.ml.learn.ModelJson;

/**
 * A tree as parallel arrays; node 0 is the root.
 *
 * @param column that a node splits; -1 for a leaf
 * @param threshold rows of at most that go left
 * @param left node number; 0 for a leaf
 * @param right likewise
 * @param means by node, then by output: the mean label, or the shares of the classes
 */
@SuppressWarnings("ArrayRecordComponent") // Compared by nobody.
record DecisionTree(int[] column, double[] threshold, int[] left, int[] right, double[][] means) {
  DecisionTree {
    int nodes = column.length;
    if (nodes == 0
        || threshold.length != nodes
        || left.length != nodes
        || right.length != nodes
        || means.length != nodes) {
      throw new IllegalArgumentException("the arrays of a tree differ in length");
    }
    for (int node = 0; node < nodes; node++) {
      boolean inside =
          left[node] > node && right[node] > node && left[node] < nodes && right[node] < nodes;
      if (column[node] >= 0 && !inside) {
        throw new IllegalArgumentException("a node of a tree has children outside of it");
      }
    }
  }

  /** The means of the leaf that a row falls into; not to be changed. */
  double[] leaf(double[] row) {
    int node = 0;
    while (column[node] >= 0) {
      node = row[column[node]] <= threshold[node] ? left[node] : right[node];
    }
    return means[node];
  }

  void write(ObjectNode node) {
    ModelJson.put(node, "column", column);
    ModelJson.put(node, "threshold", threshold);
    ModelJson.put(node, "left", left);
    ModelJson.put(node, "right", right);
    ModelJson.put(node, "means", means);
  }

  static DecisionTree read(JsonNode node) {
    return new DecisionTree(
        ModelJson.wholes(node, "column"),
        ModelJson.numbers(node, "threshold"),
        ModelJson.wholes(node, "left"),
        ModelJson.wholes(node, "right"),
        ModelJson.matrix(node, "means"));
  }
}
