package dev.headrace.ml.learn.anomalies;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.headrace.ml.learn.LearnError;
import dev.headrace.ml.learn.Model;
import dev.headrace.ml.learn.ModelJson;
import dev.headrace.ml.learn.frame.Design;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.error.HeadraceException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;

/**
 * Trees that split at random until each row is alone: rows that are few and different are alone
 * soon (Liu, Ting, Zhou, Isolation Forest, ICDM 2008). A row gives 2^(-E(h)/c), with E(h) the mean
 * depth at which it is alone and c that of an unsuccessful search in a binary tree of as many rows:
 * near 1 for anomalies, about a half and less for all others; and 1 where that is at least what the
 * rarest training rows had, else 0.
 *
 * @param sample rows that each tree was grown on
 * @param from score from which on a row is anomalous
 */
public record IsolationForest(List<IsolationTree> trees, int sample, double from)
    implements Model.Scorer {
  /** The word of its files. */
  public static final String WORD = "isolation-forest";

  public IsolationForest {
    trees = List.copyOf(trees);
  }

  /**
   * Grows trees.
   *
   * @param count how many
   * @param sample rows that each is grown on, all where there are fewer
   * @param share of the training rows that are taken to be anomalous, in (0, 0.5]
   * @throws HeadraceException LEARN_TOO_FEW_ROWS, LEARN_SETTING
   */
  public static IsolationForest fit(
      Design design, int count, int sample, double share, long seed, Watch watch) {
    if (design.rows() < 2) {
      throw new HeadraceException(
          LearnError.LEARN_TOO_FEW_ROWS,
          "Cannot isolate rows: there is %d.".formatted(design.rows()),
          "Bring more rows.");
    }
    boolean constant =
        design.columns().stream()
            .allMatch(
                column -> Arrays.stream(column.values()).allMatch(x -> x == column.values()[0]));
    if (constant) {
      throw new HeadraceException(
          LearnError.LEARN_SETTING,
          "Cannot isolate rows: every column is constant.",
          "Learn from columns that vary.");
    }
    SplittableRandom random = new SplittableRandom(seed);
    int size = Math.min(sample, design.rows());
    List<IsolationTree> trees = new ArrayList<>(count);
    for (int t = 0; t < count; t++) {
      if (watch.isCancelled()) {
        throw new CancellationException("cancelled while trees grew");
      }
      trees.add(IsolationTree.grow(design, drawn(design.rows(), size, random), random.split()));
      watch.progress((t + 1.0) / count);
    }
    double[] scores = new IsolationForest(trees, size, 1).scores(design);
    Arrays.sort(scores);
    int rare = Math.max(1, (int) Math.round(share * scores.length));
    return new IsolationForest(trees, size, scores[scores.length - rare]);
  }

  /** Different rows, each as likely as any other (Floyd's algorithm). */
  private static int[] drawn(int rows, int size, SplittableRandom random) {
    boolean[] taken = new boolean[rows];
    int[] chosen = new int[size];
    for (int k = 0; k < size; k++) {
      int last = rows - size + k;
      int one = random.nextInt(last + 1);
      chosen[k] = taken[one] ? last : one;
      taken[chosen[k]] = true;
    }
    return chosen;
  }

  private double[] scores(Design design) {
    double[] depths = new double[design.rows()];
    for (IsolationTree tree : trees) {
      tree.addDepths(design, depths);
    }
    double usual = trees.size() * IsolationTree.usualDepth(sample);
    return Arrays.stream(depths).map(depth -> Math.pow(2, -depth / usual)).toArray();
  }

  @Override
  public double[][] score(Design design) {
    double[] scores = scores(design);
    return new double[][] {
      scores, Arrays.stream(scores).map(score -> score >= from ? 1 : 0).toArray()
    };
  }

  /**
   * Which columns isolate rows: by row, then by column, how much each adds to the logarithm to base
   * 2 of the score; above 0 it isolates the row. A column adds, at every split of it on the row's
   * way, by how much the mean depth of the background falls there (Saabas 2014). After the columns
   * the mean of the background, with which they sum to the logarithm.
   *
   * @param background rows that stand for all
   */
  public double[][] contributions(Design asked, Design background) {
    int width = asked.columns().size();
    double usual = trees.size() * IsolationTree.usualDepth(sample);
    double[][] all = new double[asked.rows()][width + 1];
    for (IsolationTree tree : trees) {
      double[] means = tree.meanDepths(background);
      for (int i = 0; i < all.length; i++) {
        tree.addChanges(asked, i, means, all[i]);
        all[i][width] += means[0];
      }
    }
    for (double[] row : all) {
      for (int j = 0; j <= width; j++) {
        row[j] /= -usual;
      }
    }
    return all;
  }

  @Override
  public String word() {
    return WORD;
  }

  @Override
  public void write(ObjectNode node, Map<String, byte[]> files) {
    node.put("sample", sample);
    node.put("from", from);
    ArrayNode all = node.putArray("trees");
    trees.forEach(tree -> tree.write(all.addObject()));
  }

  /** Reads what {@link #write} has written. */
  public static IsolationForest read(JsonNode node, Map<String, byte[]> files) {
    List<IsolationTree> trees = new ArrayList<>();
    node.required("trees").forEach(tree -> trees.add(IsolationTree.read(tree)));
    int sample = ModelJson.whole(node, "sample");
    if (trees.isEmpty() || sample < 2) {
      throw new IllegalArgumentException("there are no trees");
    }
    return new IsolationForest(trees, sample, ModelJson.number(node, "from"));
  }
}
