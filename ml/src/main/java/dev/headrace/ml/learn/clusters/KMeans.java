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
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;

/**
 * Clusters around centres, each row in that of the nearest: the sum of squared distances is least
 * among what was tried (Lloyd 1982, Least squares quantization in PCM; first centres by Arthur,
 * Vassilvitskii 2007, k-means++). A row gives its cluster and its distance from the centre.
 *
 * @param centres by cluster, then by column; learnt ones in the order of their size, the largest
 *     first
 */
@SuppressWarnings("ArrayRecordComponent") // Compared by nobody.
public record KMeans(double[][] centres) implements Model.Scorer {
  /** The word of its files. */
  public static final String WORD = "k-means";

  /**
   * Finds clusters.
   *
   * @param starts first centres that are tried; the best end is kept
   * @param rounds most moves of the centres
   * @throws HeadraceException LEARN_TOO_FEW_ROWS where there are fewer different rows than clusters
   */
  public static KMeans fit(Design design, int k, int starts, int rounds, long seed, Watch watch) {
    double[][] rows = Points.of(design);
    if (rows.length < k) {
      throw tooFew(k, "there are " + rows.length + " rows");
    }
    SplittableRandom random = new SplittableRandom(seed);
    Found best = null;
    for (int start = 0; start < starts; start++) {
      Found found = moved(rows, seeds(rows, k, random.split()), rounds, watch);
      best = best == null || found.sum < best.sum ? found : best;
      watch.progress((start + 1.0) / starts);
    }
    if (best == null) {
      throw new IllegalArgumentException("no start");
    }
    return bySize(best);
  }

  /**
   * Moves given centres until no row changes its cluster; they keep their order.
   *
   * @param rounds most moves
   */
  public static KMeans from(double[][] first, Design design, int rounds, Watch watch) {
    return new KMeans(moved(Points.of(design), first, rounds, watch).centres);
  }

  private static HeadraceException tooFew(int k, String reason) {
    return new HeadraceException(
        LearnError.LEARN_TOO_FEW_ROWS,
        "Cannot find %d clusters: %s.".formatted(k, reason),
        "Set 'k' to fewer, or bring more rows.");
  }

  @SuppressWarnings("ArrayRecordComponent") // Compared by nobody.
  private record Found(double[][] centres, int[] nearest, double sum) {}

  /** The first is any row; each further one a row by the square of its distance from the others. */
  private static double[][] seeds(double[][] rows, int k, SplittableRandom random) {
    double[][] centres = new double[k][];
    centres[0] = rows[random.nextInt(rows.length)].clone();
    double[] squares = new double[rows.length];
    Arrays.fill(squares, Double.POSITIVE_INFINITY);
    for (int c = 1; c < k; c++) {
      double all = 0;
      for (int i = 0; i < rows.length; i++) {
        squares[i] = Math.min(squares[i], Points.squared(rows[i], centres[c - 1]));
        all += squares[i];
      }
      if (!(all > 0)) {
        throw tooFew(k, "the prepared rows have only " + c + " different values");
      }
      double left = random.nextDouble() * all;
      int chosen = -1;
      for (int i = 0; i < rows.length && (chosen < 0 || left > 0); i++) {
        if (squares[i] > 0) {
          chosen = i;
          left -= squares[i];
        }
      }
      centres[c] = rows[chosen].clone();
    }
    return centres;
  }

  private static Found moved(double[][] rows, double[][] first, int rounds, Watch watch) {
    double[][] centres = Arrays.stream(first).map(double[]::clone).toArray(double[][]::new);
    int[] nearest = new int[rows.length];
    double[] squares = new double[rows.length];
    Arrays.fill(nearest, -1);
    for (int round = 0; round <= rounds; round++) {
      if (watch.isCancelled()) {
        throw new CancellationException("cancelled while clusters were found");
      }
      boolean changed = false;
      for (int i = 0; i < rows.length; i++) {
        int near = nearest(rows[i], centres);
        changed |= near != nearest[i];
        nearest[i] = near;
        squares[i] = Points.squared(rows[i], centres[near]);
      }
      if (!changed || round == rounds) {
        break;
      }
      move(rows, nearest, squares, centres);
    }
    return new Found(centres, nearest, Arrays.stream(squares).sum());
  }

  private static void move(double[][] rows, int[] nearest, double[] squares, double[][] centres) {
    int[] sizes = new int[centres.length];
    for (double[] centre : centres) {
      Arrays.fill(centre, 0);
    }
    for (int i = 0; i < rows.length; i++) {
      sizes[nearest[i]]++;
      double[] centre = centres[nearest[i]];
      for (int j = 0; j < centre.length; j++) {
        centre[j] += rows[i][j];
      }
    }
    for (int c = 0; c < centres.length; c++) {
      for (int j = 0; j < centres[c].length && sizes[c] > 0; j++) {
        centres[c][j] /= sizes[c];
      }
    }
    // A centre that nobody is near moves to the row that is farthest from its own.
    for (int c = 0; c < centres.length; c++) {
      if (sizes[c] == 0) {
        int farthest = 0;
        for (int i = 1; i < squares.length; i++) {
          farthest = squares[i] > squares[farthest] ? i : farthest;
        }
        squares[farthest] = 0;
        centres[c] = rows[farthest].clone();
      }
    }
  }

  private static int nearest(double[] row, double[][] centres) {
    int best = 0;
    double least = Double.POSITIVE_INFINITY;
    for (int c = 0; c < centres.length; c++) {
      double squared = Points.squared(row, centres[c]);
      if (squared < least) {
        least = squared;
        best = c;
      }
    }
    return best;
  }

  /** The largest first, so that training again on much the same rows gives the same numbers. */
  private static KMeans bySize(Found found) {
    int[] sizes = new int[found.centres.length];
    Arrays.stream(found.nearest).forEach(c -> sizes[c]++);
    return new KMeans(
        IntStream.range(0, sizes.length)
            .boxed()
            .sorted(
                Comparator.<Integer>comparingInt(c -> -sizes[c])
                    .thenComparing(c -> found.centres[c], Arrays::compare))
            .map(c -> found.centres[c])
            .toArray(double[][]::new));
  }

  @Override
  public double[][] score(Design design) {
    double[][] rows = Points.of(design);
    double[][] outputs = new double[2][rows.length];
    for (int i = 0; i < rows.length; i++) {
      int near = nearest(rows[i], centres);
      outputs[0][i] = near;
      outputs[1][i] = Math.sqrt(Points.squared(rows[i], centres[near]));
    }
    return outputs;
  }

  @Override
  public String word() {
    return WORD;
  }

  @Override
  public void write(ObjectNode node, Map<String, byte[]> files) {
    ModelJson.put(node, "centres", centres);
  }

  /** Reads what {@link #write} has written. */
  public static KMeans read(JsonNode node, Map<String, byte[]> files) {
    double[][] centres = ModelJson.matrix(node, "centres");
    if (centres.length == 0
        || Arrays.stream(centres).anyMatch(one -> one.length != centres[0].length)) {
      throw new IllegalArgumentException("centres differ in length");
    }
    return new KMeans(centres);
  }
}
