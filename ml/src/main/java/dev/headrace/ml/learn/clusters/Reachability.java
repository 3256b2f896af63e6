package dev.headrace.ml.learn.clusters;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * How far rows are from each other by mutual reachability: the greatest of their distance and of
 * how far each has to reach for so many neighbours.
 *
 * @param tree of the rows
 * @param reach of each row
 * @param least reach of any row in each box of the tree
 */
@SuppressWarnings("ArrayRecordComponent") // Many numbers, compared by nobody.
record Reachability(KdTree tree, double[] reach, double[] least) {

  /** Of rows whose reach is known. */
  static Reachability of(KdTree tree, double[] reach) {
    double[] least = new double[tree.nodes()];
    int[] order = tree.order();
    tree.gather(
        new KdTree.Gathering() {
          @Override
          public void leaf(int node, int from, int to) {
            least[node] = Double.POSITIVE_INFINITY;
            for (int at = from; at < to; at++) {
              least[node] = Math.min(least[node], reach[order[at]]);
            }
          }

          @Override
          public void parts(int node, int one, int other) {
            least[node] = Math.min(least[one], least[other]);
          }
        });
    return new Reachability(tree, reach, least);
  }

  /**
   * Of rows that each reach for so many, themselves among them.
   *
   * @param neighbours at most as many as there are rows
   */
  static Reachability of(KdTree tree, int neighbours) {
    double[] reach = new double[tree.rows().length];
    IntStream.range(0, reach.length)
        .parallel()
        .forEach(
            at -> {
              int row = tree.order()[at];
              reach[row] = reach(tree, tree.rows()[row], neighbours);
            });
    return of(tree, reach);
  }

  /** How far the so many nearest rows of a place are. */
  double reach(double[] place, int neighbours) {
    return reach(tree, place, neighbours);
  }

  private static double reach(KdTree tree, double[] place, int neighbours) {
    double[] nearest = new double[neighbours];
    Arrays.fill(nearest, Double.POSITIVE_INFINITY);
    tree.search(
        place,
        new KdTree.Search() {
          @Override
          public boolean wants(int node, double squared) {
            return squared < nearest[neighbours - 1];
          }

          @Override
          public void see(int row, double squared) {
            if (squared >= nearest[neighbours - 1]) {
              return;
            }
            int at = neighbours - 1;
            while (at > 0 && nearest[at - 1] > squared) {
              nearest[at] = nearest[at - 1];
              at--;
            }
            nearest[at] = squared;
          }
        });
    return Math.sqrt(nearest[neighbours - 1]);
  }

  /**
   * The row that a place belongs to.
   *
   * @param mutual reachability
   * @param distance 0 where the row is equal
   */
  record Nearest(int row, double mutual, double distance) {}

  /**
   * The nearest row; of equally near ones the one of least distance, of those the first. A row that
   * is equal is the nearest, whatever its reach.
   *
   * @param own how far the place reaches
   */
  Nearest nearest(double[] place, double own) {
    class Search implements KdTree.Search {
      private int row = -1;
      private double mutual = Double.POSITIVE_INFINITY;
      private double distance = Double.POSITIVE_INFINITY;

      @Override
      public boolean wants(int node, double squared) {
        if (squared == 0 || distance == 0) {
          return squared == 0; // There may be an equal row.
        }
        double away = Math.sqrt(squared);
        double bound = Math.max(away, Math.max(own, least[node]));
        return bound < mutual || (bound == mutual && away <= distance);
      }

      @Override
      public void see(int other, double squared) {
        double away = Math.sqrt(squared);
        double reached = Math.max(away, Math.max(own, reach[other]));
        if (isNearer(other, reached, away)) {
          row = other;
          mutual = reached;
          distance = away;
        }
      }

      private boolean isNearer(int other, double reached, double away) {
        if (away == 0 || distance == 0) {
          return away == 0 && (distance > 0 || other < row);
        }
        if (reached != mutual) {
          return reached < mutual;
        }
        return away < distance || (away == distance && other < row);
      }
    }
    Search search = new Search();
    tree.search(place, search);
    return new Nearest(search.row, search.mutual, search.distance);
  }
}
