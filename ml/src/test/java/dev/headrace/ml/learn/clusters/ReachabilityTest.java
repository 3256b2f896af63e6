package dev.headrace.ml.learn.clusters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headrace.spi.engine.Watch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * What is found box by box, held to the last bit to what comparing every row with every other
 * finds.
 */
class ReachabilityTest {
  private static final int NEIGHBOURS = 7;

  /** Clouds, a grid full of ties, copies, a line, columns that say nothing, and many columns. */
  private static List<double[][]> worlds() {
    SplittableRandom random = new SplittableRandom(11);
    List<double[][]> worlds = new ArrayList<>();
    worlds.add(rows(700, 3, (i, j) -> (i % 4) * 5.0 * j + random.nextGaussian()));
    worlds.add(rows(625, 2, (i, j) -> j == 0 ? i % 25 : i / 25));
    worlds.add(rows(400, 2, (i, j) -> random.nextInt(6)));
    worlds.add(rows(300, 1, (i, j) -> Math.exp(random.nextGaussian())));
    worlds.add(rows(200, 2, (i, j) -> 1.5));
    worlds.add(rows(300, 20, (i, j) -> random.nextGaussian()));
    worlds.add(rows(9, 2, (i, j) -> random.nextGaussian()));
    return worlds;
  }

  private interface Place {
    double at(int row, int column);
  }

  private static double[][] rows(int count, int width, Place place) {
    return IntStream.range(0, count)
        .mapToObj(i -> IntStream.range(0, width).mapToDouble(j -> place.at(i, j)).toArray())
        .toArray(double[][]::new);
  }

  private static double distance(double[] one, double[] other) {
    return Math.sqrt(Points.squared(one, other));
  }

  private static double reach(double[][] rows, double[] place, int neighbours) {
    double[] all = Arrays.stream(rows).mapToDouble(row -> distance(place, row)).toArray();
    Arrays.sort(all);
    return all[neighbours - 1];
  }

  /** Lengths of the shortest tree, joined row by row (Prim 1957), ascending. */
  private static double[] lengths(double[][] rows, double[] reach) {
    double[] away = new double[rows.length];
    boolean[] joined = new boolean[rows.length];
    Arrays.fill(away, Double.POSITIVE_INFINITY);
    double[] lengths = new double[rows.length - 1];
    int last = 0;
    joined[0] = true;
    for (int e = 0; e < lengths.length; e++) {
      int best = -1;
      for (int i = 0; i < rows.length; i++) {
        if (!joined[i]) {
          double mutual = Math.max(distance(rows[last], rows[i]), Math.max(reach[last], reach[i]));
          away[i] = Math.min(away[i], mutual);
          best = best < 0 || away[i] < away[best] ? i : best;
        }
      }
      lengths[e] = away[best];
      joined[best] = true;
      last = best;
    }
    Arrays.sort(lengths);
    return lengths;
  }

  @Test
  void reaches_areThoseOfAllPairs() {
    for (double[][] rows : worlds()) {
      Reachability found = Reachability.of(new KdTree(rows), NEIGHBOURS);
      assertThat(found.reach())
          .containsExactly(
              Arrays.stream(rows).mapToDouble(row -> reach(rows, row, NEIGHBOURS)).toArray());
    }
  }

  @Test
  void spanningTree_isAsShortAsThatOfAllPairsAndJoinsAll() {
    for (double[][] rows : worlds()) {
      Reachability reachability = Reachability.of(new KdTree(rows), NEIGHBOURS);
      List<SpanningTree.Edge> edges = SpanningTree.of(reachability, Watch.none());
      assertThat(edges.stream().mapToDouble(SpanningTree.Edge::length).toArray())
          .containsExactly(lengths(rows, reachability.reach()));
      int[] part = IntStream.range(0, rows.length).toArray();
      for (SpanningTree.Edge edge : edges) {
        int one = part[edge.from()];
        int other = part[edge.to()];
        assertThat(one).as("no circle").isNotEqualTo(other);
        Arrays.setAll(part, i -> part[i] == one ? other : part[i]);
        double[] reach = reachability.reach();
        assertThat(edge.length())
            .isEqualTo(
                Math.max(
                    distance(rows[edge.from()], rows[edge.to()]),
                    Math.max(reach[edge.from()], reach[edge.to()])));
      }
      assertThat(Arrays.stream(part).distinct()).hasSize(1);
    }
  }

  @Test
  void nearest_isTheFirstOfTheNearestOfAll() {
    SplittableRandom random = new SplittableRandom(5);
    for (double[][] rows : worlds()) {
      Reachability found = Reachability.of(new KdTree(rows), NEIGHBOURS);
      for (int n = 0; n < 100; n++) {
        double[] place = rows[random.nextInt(rows.length)].clone();
        if (n % 3 > 0) {
          place[0] += n % 3 == 1 ? 0.5 : random.nextGaussian();
        }
        double own = reach(rows, place, NEIGHBOURS - 1);
        assertThat(found.reach(place, NEIGHBOURS - 1)).isEqualTo(own);
        assertThat(found.nearest(place, own)).isEqualTo(nearest(found, place, own));
      }
    }
  }

  private static Reachability.Nearest nearest(Reachability among, double[] place, double own) {
    Reachability.Nearest best = new Reachability.Nearest(-1, Double.POSITIVE_INFINITY, 1);
    for (int i = 0; i < among.reach().length; i++) {
      double away = distance(place, among.tree().rows()[i]);
      double mutual = Math.max(away, Math.max(own, among.reach()[i]));
      if (away == 0) {
        return new Reachability.Nearest(i, mutual, 0);
      }
      if (mutual < best.mutual() || (mutual == best.mutual() && away < best.distance())) {
        best = new Reachability.Nearest(i, mutual, away);
      }
    }
    return best;
  }

  @Test
  void cancelled_endsSoon() {
    Watch cancelled = new Watch(_ -> {});
    cancelled.cancel();
    Reachability rows = Reachability.of(new KdTree(worlds().getFirst()), NEIGHBOURS);
    assertThatThrownBy(() -> SpanningTree.of(rows, cancelled))
        .isInstanceOf(CancellationException.class);
  }
}
