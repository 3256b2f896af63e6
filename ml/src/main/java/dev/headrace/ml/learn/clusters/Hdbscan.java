package dev.headrace.ml.learn.clusters;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.headrace.ml.learn.LearnError;
import dev.headrace.ml.learn.Model;
import dev.headrace.ml.learn.ModelJson;
import dev.headrace.ml.learn.frame.Design;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.error.HeadraceException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Clusters where rows lie densely, of any form and number, and noise between them (Campello,
 * Moulavi, Sander 2013, Density-Based Clustering Based on Hierarchical Density Estimates; Campello
 * et al. 2015). A row gives its cluster, -1 for noise, and how firmly it belongs to it, in [0, 1].
 *
 * <p>A new row belongs where the training row nearest to it by mutual reachability does, if it lies
 * as densely as that cluster begins (McInnes, Healy, Astels 2017). One equal to a training row gets
 * what that got. All training rows are kept.
 *
 * @param neighbours rows around a row, itself among them, whose reach is its density
 * @param rows of training, each its prepared columns, and how far each reaches: the distance from
 *     the farthest of its {@code neighbours}
 * @param clusters of each row
 * @param strengths of each row
 * @param births density (1 / distance) at which each cluster begins
 * @param peaks greatest density that counts in each cluster
 */
@SuppressWarnings("ArrayRecordComponent") // Many numbers, compared by nobody.
public record Hdbscan(
    int neighbours,
    Reachability rows,
    int[] clusters,
    double[] strengths,
    double[] births,
    double[] peaks)
    implements Model.Scorer {
  /** The word of its files. */
  public static final String WORD = "hdbscan";

  private static final long MOST_NUMBERS = 10_000_000;

  /**
   * Finds clusters.
   *
   * @param minRows fewest rows of a cluster, at least 2
   * @param neighbours at least 1
   * @throws HeadraceException LEARN_TOO_FEW_ROWS; LEARN_MEMORY where there are too many
   */
  public static Hdbscan fit(Design design, int minRows, int neighbours, Watch watch) {
    int count = design.rows();
    if (count < Math.max(2, Math.max(minRows, neighbours))) {
      throw new HeadraceException(
          LearnError.LEARN_TOO_FEW_ROWS,
          "Cannot find clusters of at least %d rows, by %d neighbours: there are %d."
              .formatted(minRows, neighbours, count),
          "Set 'min-rows' and 'neighbours' to fewer.");
    }
    if ((long) count * design.columns().size() > MOST_NUMBERS) {
      throw new HeadraceException(
          LearnError.LEARN_MEMORY,
          "Cannot find dense clusters among %d rows of %d columns: the limit is %d numbers."
              .formatted(count, design.columns().size(), MOST_NUMBERS),
          "Learn from fewer rows or columns, or choose 'k-means'.");
    }
    Reachability rows = Reachability.of(new KdTree(Points.of(design)), neighbours);
    CondensedTree tree = CondensedTree.of(SpanningTree.of(rows, watch), count, minRows);
    CondensedTree.Chosen chosen = tree.choose();
    return new Hdbscan(
        neighbours, rows, chosen.clusters(), chosen.strengths(), chosen.births(), chosen.peaks());
  }

  @Override
  public double[][] score(Design design) {
    double[][] asked = Points.of(design);
    double[][] outputs = new double[2][asked.length];
    for (int i = 0; i < asked.length; i++) {
      // Itself is one of its neighbours.
      double own = neighbours == 1 ? 0 : rows.reach(asked[i], neighbours - 1);
      Reachability.Nearest nearest = rows.nearest(asked[i], own);
      int cluster = clusters[nearest.row()];
      outputs[0][i] = cluster;
      if (nearest.distance() == 0) {
        outputs[1][i] = strengths[nearest.row()];
      } else if (cluster >= 0) {
        double density = 1 / nearest.mutual();
        boolean belongs = density > births[cluster];
        outputs[0][i] = belongs ? cluster : -1;
        outputs[1][i] = belongs ? Math.min(density, peaks[cluster]) / peaks[cluster] : 0;
      }
    }
    return outputs;
  }

  @Override
  public String word() {
    return WORD;
  }

  @Override
  public void write(ObjectNode node, Map<String, byte[]> files) {
    node.put("neighbours", neighbours);
    ModelJson.put(node, "births", births);
    ModelJson.put(node, "peaks", peaks);
    ModelJson.put(node, "clusters", clusters);
    ModelJson.put(node, "strengths", strengths);
    ModelJson.put(node, "reach", rows.reach());
    ModelJson.put(node, "rows", rows.tree().rows());
  }

  /** Reads what {@link #write} has written. */
  public static Hdbscan read(JsonNode node, Map<String, byte[]> files) {
    double[][] rows = ModelJson.matrix(node, "rows");
    double[] reach = ModelJson.numbers(node, "reach");
    int neighbours = ModelJson.whole(node, "neighbours");
    if (rows.length == 0
        || neighbours < 1
        || neighbours > rows.length
        || reach.length != rows.length) {
      throw new IllegalArgumentException("rows, neighbours and reaches do not go together");
    }
    Hdbscan read =
        new Hdbscan(
            neighbours,
            Reachability.of(new KdTree(rows), reach),
            ModelJson.wholes(node, "clusters"),
            ModelJson.numbers(node, "strengths"),
            ModelJson.numbers(node, "births"),
            ModelJson.numbers(node, "peaks"));
    int found = read.births.length;
    if (read.clusters.length != rows.length
        || read.strengths.length != rows.length
        || read.peaks.length != found
        || Arrays.stream(read.clusters).anyMatch(c -> c < -1 || c >= found)) {
      throw new IllegalArgumentException("rows and clusters differ in length");
    }
    return read;
  }

  /** The places of clusters by size, the largest first; of equal ones the one found first. */
  static int[] bySize(int[] clusters, int found) {
    int[] sizes = new int[found];
    Arrays.stream(clusters).filter(c -> c >= 0).forEach(c -> sizes[c]++);
    int[] order =
        IntStream.range(0, found)
            .boxed()
            .sorted(Comparator.comparingInt(c -> -sizes[c]))
            .mapToInt(Integer::intValue)
            .toArray();
    int[] place = new int[found];
    for (int at = 0; at < found; at++) {
      place[order[at]] = at;
    }
    return place;
  }
}
