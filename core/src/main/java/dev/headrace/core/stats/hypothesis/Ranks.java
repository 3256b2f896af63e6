package dev.headrace.core.stats.hypothesis;

import java.util.Comparator;
import java.util.stream.IntStream;

/** Ranks from 1, equal values sharing their mean rank. */
final class Ranks {
  private final double[] ranks;
  private final double tieSum;

  private Ranks(double[] ranks, double tieSum) {
    this.ranks = ranks;
    this.tieSum = tieSum;
  }

  static Ranks of(double[] values) {
    int[] order =
        IntStream.range(0, values.length)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> values[i]))
            .mapToInt(Integer::intValue)
            .toArray();
    double[] ranks = new double[values.length];
    double ties = 0;
    for (int from = 0; from < order.length; ) {
      int to = from;
      while (to < order.length && values[order[to]] == values[order[from]]) {
        to++;
      }
      for (int i = from; i < to; i++) {
        ranks[order[i]] = (from + 1 + to) / 2.0;
      }
      double size = to - from;
      ties += size * size * size - size;
      from = to;
    }
    return new Ranks(ranks, ties);
  }

  double rank(int index) {
    return ranks[index];
  }

  /** Sum of t³ - t over groups of t equal values: 0 without ties. */
  double tieSum() {
    return tieSum;
  }
}
