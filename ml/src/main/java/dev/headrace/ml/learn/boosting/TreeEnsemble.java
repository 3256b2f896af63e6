package dev.headrace.ml.learn.boosting;

import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.headrace.ml.learn.LearnError;
import dev.headrace.ml.learn.frame.Design;
import dev.headrace.ml.learn.linear.LogisticRegression;
import dev.headrace.ml.learn.linear.MultinomialRegression;
import dev.headrace.spi.error.HeadraceException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The trees of an XGBoost model, laid out for walking: all nodes of all trees in parallel arrays.
 *
 * <p>Thread-safe. Sums are in single precision, as XGBoost's, so that both give the same margin.
 */
public final class TreeEnsemble {
  /** XGBoost writes NaN where a number does not apply. */
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS).build();

  private static final int LEAF = -1;

  private final byte[] file;
  private final Link link;
  private final float baseMargin;
  private final int outputs;
  private final int[] roots;

  /** The output that each tree adds to. */
  private final int[] output;

  /** Column a node splits; {@link #LEAF}. */
  private final int[] column;

  /** Numbers below it go left; the weight of a leaf. */
  private final float[] threshold;

  private final int[] left;
  private final int[] right;
  private final boolean[] missingGoesLeft;

  /** Sum of the second derivatives of the training rows that came here. */
  private final float[] cover;

  /** Codes that go right; null where the split is of numbers. */
  private final @Nullable BitSet[] codes;

  /** Made when they are first needed: one per output, none where the trees do not fit them. */
  private volatile @Nullable List<Fast> fast;

  private double[] gains = new double[0];

  /** What a margin becomes. */
  public enum Link {
    /** A mean, or a score that orders rows. */
    IDENTITY,
    /** Log odds. */
    LOGIT,
    /** Logarithm of a mean. */
    LOG,
    /** One margin per class; their softmax is the probability of each. */
    SOFTMAX
  }

  /** The trees of an output, laid out anew; {@code many} is null where a walk is better anyway. */
  private record Fast(TreeWalk walk, @Nullable QuickScorer many) {
    void sums(Design design, float[] sums) {
      if (many == null || sums.length < QuickScorer.FEWEST_ROWS) {
        walk.sums(design, sums);
      } else {
        many.sums(design, sums);
      }
    }
  }

  private TreeEnsemble(byte[] file, JsonNode model) {
    this.file = file;
    JsonNode learner = model.path("learner");
    JsonNode trees = learner.path("gradient_booster").path("model").path("trees");
    this.link =
        switch (learner.path("objective").path("name").asText()) {
          case "binary:logistic" -> Link.LOGIT;
          case "count:poisson" -> Link.LOG;
          case "multi:softprob" -> Link.SOFTMAX;
          case "reg:squarederror", "rank:ndcg", "rank:pairwise", "rank:map" -> Link.IDENTITY;
          case String other -> throw corrupt("it has the objective '" + other + "'", null);
        };
    float base = baseScore(learner);
    this.baseMargin =
        switch (link) {
          case IDENTITY, SOFTMAX -> base;
          case LOGIT -> (float) -Math.log(1.0f / base - 1.0f);
          case LOG -> (float) Math.log(base);
        };
    this.outputs =
        link == Link.SOFTMAX
            ? Integer.parseInt(learner.path("learner_model_param").path("num_class").asText())
            : 1;
    int nodes = 0;
    for (JsonNode tree : trees) {
      nodes += tree.path("left_children").size();
    }
    this.roots = new int[trees.size()];
    this.output = new int[roots.length];
    if (outputs > 1) {
      JsonNode groups = learner.path("gradient_booster").path("model").path("tree_info");
      for (int t = 0; t < roots.length; t++) {
        output[t] = groups.get(t).intValue();
        if (output[t] < 0 || output[t] >= outputs) {
          throw corrupt("a tree is of a class that is not there", null);
        }
      }
    }
    this.column = new int[nodes];
    this.threshold = new float[nodes];
    this.left = new int[nodes];
    this.right = new int[nodes];
    this.missingGoesLeft = new boolean[nodes];
    this.cover = new float[nodes];
    this.codes = new BitSet[nodes];
    int at = 0;
    for (int t = 0; t < roots.length; t++) {
      roots[t] = at;
      at = add(trees.get(t), at);
    }
  }

  /**
   * Reads XGBoost's JSON.
   *
   * @throws HeadraceException LEARN_MODEL_CORRUPT
   */
  public static TreeEnsemble parse(byte[] json) {
    try {
      return new TreeEnsemble(json, JSON.readTree(json));
    } catch (IOException e) {
      throw corrupt("it is no JSON", e);
    } catch (NullPointerException | IndexOutOfBoundsException | NumberFormatException e) {
      throw corrupt("its trees are cut off or damaged", e);
    }
  }

  private static HeadraceException corrupt(String reason, @Nullable Throwable cause) {
    return new HeadraceException(
        LearnError.LEARN_MODEL_CORRUPT,
        "Cannot read the trees of a model: " + reason + ".",
        "Restore the file, or train the model again.",
        cause);
  }

  private static float baseScore(JsonNode learner) {
    String text = learner.path("learner_model_param").path("base_score").asText();
    return Float.parseFloat(text.replaceAll("[\\[\\]]", ""));
  }

  private int add(JsonNode tree, int offset) {
    JsonNode lefts = tree.path("left_children");
    int size = lefts.size();
    for (int i = 0; i < size; i++) {
      int node = offset + i;
      boolean leaf = lefts.get(i).intValue() < 0;
      column[node] = leaf ? LEAF : tree.path("split_indices").get(i).intValue();
      threshold[node] = tree.path("split_conditions").get(i).floatValue();
      left[node] = offset + lefts.get(i).intValue();
      right[node] = offset + tree.path("right_children").get(i).intValue();
      cover[node] = tree.path("sum_hessian").get(i).floatValue();
      missingGoesLeft[node] = tree.path("default_left").get(i).asInt() == 1;
      if (!leaf) {
        addGain(column[node], tree.path("loss_changes").get(i).doubleValue());
      }
      if (!leaf && (outside(left[node], offset, size) || outside(right[node], offset, size))) {
        throw corrupt("a node of a tree has children outside of it", null);
      }
    }
    JsonNode split = tree.path("categories_nodes");
    for (int k = 0; k < split.size(); k++) {
      BitSet set = new BitSet();
      int from = tree.path("categories_segments").get(k).intValue();
      int count = tree.path("categories_sizes").get(k).intValue();
      for (int c = from; c < from + count; c++) {
        set.set(tree.path("categories").get(c).intValue());
      }
      codes[offset + split.get(k).intValue()] = set;
    }
    return offset + size;
  }

  private void addGain(int of, double gain) {
    gains = of < gains.length ? gains : Arrays.copyOf(gains, of + 1);
    gains[of] += gain;
  }

  private static boolean outside(int node, int offset, int size) {
    return node <= offset || node >= offset + size;
  }

  /** What margins become. */
  public Link link() {
    return link;
  }

  /** How many margins a row has: one, or one per class. */
  public int outputs() {
    return outputs;
  }

  /** How many trees there are. */
  public int trees() {
    return roots.length;
  }

  /** How many nodes they have, leaves included. */
  public int nodes() {
    return column.length;
  }

  /** The model in XGBoost's own JSON, byte for byte: XGBoost in any language loads it. */
  public byte[] bytes() {
    return file.clone();
  }

  /**
   * The margin of one row, where there is one output.
   *
   * @param row prepared columns, NaN where missing
   */
  public float margin(float[] row) {
    List<Fast> laidOut = fast();
    return laidOut.isEmpty() ? plainMargin(row) : laidOut.getFirst().walk.sum(row) + baseMargin;
  }

  /** The same, node by node as XGBoost does it. */
  float plainMargin(float[] row) {
    float sum = 0;
    for (int root : roots) {
      sum += leaf(root, row);
    }
    return sum + baseMargin;
  }

  private List<Fast> fast() {
    List<Fast> made = fast;
    if (made == null) {
      made = layOut(); // Two threads may make them twice, and they are the same.
      fast = made;
    }
    return made;
  }

  private List<Fast> layOut() {
    SetColumns sets = SetColumns.of(this);
    List<Fast> made = new ArrayList<>();
    for (int k = 0; k < outputs && sets != null; k++) {
      TreeWalk walk = TreeWalk.of(this, sets, roots(k));
      if (walk == null) {
        return List.of();
      }
      made.add(new Fast(walk, QuickScorer.of(this, sets, roots(k))));
    }
    return List.copyOf(made);
  }

  private float leaf(int root, float[] row) {
    int node = root;
    while (column[node] != LEAF) {
      node = next(node, row[column[node]]);
    }
    return threshold[node];
  }

  int next(int node, float x) {
    if (Float.isNaN(x)) {
      return missingGoesLeft[node] ? left[node] : right[node];
    }
    BitSet set = codes[node];
    boolean goesLeft = set == null ? x < threshold[node] : x < 0 || !set.get((int) x);
    return goesLeft ? left[node] : right[node];
  }

  /** The margins of all rows of a design, where there is one output. */
  public float[] margins(Design design) {
    if (outputs != 1) {
      throw new IllegalStateException("a row has " + outputs + " margins");
    }
    return marginsByOutput(design)[0];
  }

  /** The margins of all rows: by output, then by row. */
  public float[][] marginsByOutput(Design design) {
    requireColumns(design);
    float[][] margins = new float[outputs][design.rows()];
    List<Fast> laidOut = fast();
    if (laidOut.isEmpty()) {
      return plainMargins(design, margins);
    }
    for (int k = 0; k < outputs; k++) {
      laidOut.get(k).sums(design, margins[k]);
      for (int i = 0; i < margins[k].length; i++) {
        margins[k][i] += baseMargin;
      }
    }
    return margins;
  }

  /** The same, node by node as XGBoost does it. */
  float[][] plainMargins(Design design, float[][] margins) {
    float[] row = new float[design.columns().size()];
    for (int i = 0; i < design.rows(); i++) {
      fill(row, design, i);
      for (int t = 0; t < roots.length; t++) {
        margins[output[t]][i] += leaf(roots[t], row);
      }
      for (float[] one : margins) {
        one[i] += baseMargin;
      }
    }
    return margins;
  }

  /** What the margins stand for: by output, then by row. */
  public double[][] predict(Design design) {
    float[][] margins = marginsByOutput(design);
    double[][] predictions = new double[outputs][design.rows()];
    for (int k = 0; k < outputs; k++) {
      for (int i = 0; i < design.rows(); i++) {
        predictions[k][i] =
            switch (link) {
              case IDENTITY, SOFTMAX -> margins[k][i];
              case LOGIT -> LogisticRegression.probability(margins[k][i]);
              case LOG -> Math.exp(margins[k][i]);
            };
      }
    }
    if (link == Link.SOFTMAX) {
      MultinomialRegression.softmax(predictions);
    }
    return predictions;
  }

  private static float[] fill(float[] row, Design design, int i) {
    for (int j = 0; j < row.length; j++) {
      row[j] = (float) design.columns().get(j).values()[i];
    }
    return row;
  }

  private void requireColumns(Design design) {
    int width = design.columns().size();
    for (int split : column) {
      if (split >= width) {
        throw corrupt("it splits column %d of %d".formatted(split, width), null);
      }
    }
  }

  float baseMargin() {
    return baseMargin;
  }

  /** The first node of every tree. */
  int[] roots() {
    return roots;
  }

  /** The first node of every tree that adds to an output. */
  int[] roots(int of) {
    return IntStream.range(0, roots.length)
        .filter(t -> output[t] == of)
        .map(t -> roots[t])
        .toArray();
  }

  boolean isLeaf(int node) {
    return column[node] == LEAF;
  }

  /** Of a leaf. */
  float weight(int node) {
    return threshold[node];
  }

  /** Codes that go right, of a split by a set; null of a split by a number. */
  @Nullable BitSet codes(int node) {
    return codes[node];
  }

  int column(int node) {
    return column[node];
  }

  int left(int node) {
    return left[node];
  }

  int right(int node) {
    return right[node];
  }

  double cover(int node) {
    return cover[node];
  }

  /** The most splits between a root and a leaf. */
  int deepest() {
    int deepest = 0;
    for (int root : roots) {
      deepest = Math.max(deepest, depth(root));
    }
    return deepest;
  }

  boolean missingGoesLeft(int node) {
    return missingGoesLeft[node];
  }

  /** The most splits between a node and a leaf beneath it. */
  int depth(int node) {
    return isLeaf(node) ? 0 : 1 + Math.max(depth(left[node]), depth(right[node]));
  }

  /** Loss reduction of all splits per column, together: XGBoost's {@code total_gain}. */
  public double[] gains(int columns) {
    return Arrays.copyOf(gains, columns);
  }

  @Override
  public String toString() {
    return roots.length + " trees, " + column.length + " nodes, " + Arrays.hashCode(threshold);
  }
}
