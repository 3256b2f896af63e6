package dev.headrace.ml.learn.ranking;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * The rows of one group in the order of their scores. Rows that tie have no order: each figure is
 * the mean over all orders of them (McSherry, Najork, Computing Information Retrieval Performance
 * Measures Efficiently in the Presence of Tied Scores, ECIR 2008).
 *
 * <p>A row is relevant if its grade is above 0. There has to be one: without, no order is better
 * than another.
 */
public final class Ranked {
  /** As many places as there are. */
  public static final int ALL = Integer.MAX_VALUE;

  private final double[] grades;
  private final int[] ends;
  private final int relevant;

  /**
   * @param grades in the order of descending scores
   * @param ends where each run of ties ends, exclusive
   */
  private Ranked(double[] grades, int[] ends) {
    this.grades = grades;
    this.ends = ends;
    this.relevant = relevant(0, grades.length);
  }

  /** Puts rows in order. */
  public static Ranked of(double[] grades, double[] scores) {
    int[] order =
        IntStream.range(0, scores.length)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> -scores[i]))
            .mapToInt(Integer::intValue)
            .toArray();
    int last = order.length - 1;
    return new Ranked(
        Arrays.stream(order).mapToDouble(i -> grades[i]).toArray(),
        IntStream.rangeClosed(0, last)
            .filter(at -> at == last || scores[order[at]] != scores[order[at + 1]])
            .map(at -> at + 1)
            .toArray());
  }

  private int relevant(int from, int to) {
    return (int) Arrays.stream(grades, from, to).filter(grade -> grade > 0).count();
  }

  /** Whether a row is relevant. */
  public boolean hasRelevant() {
    return relevant > 0;
  }

  /**
   * Discounted cumulative gain over that of the best order: the sum over the first places of
   * (2^grade - 1) / log2(place + 1) (Järvelin, Kekäläinen 2002, with the gain of Burges et al.
   * 2005).
   *
   * @param places that are looked at, from the first
   */
  public double normalisedGain(int places) {
    double gain = 0;
    int from = 0;
    for (int end : ends) {
      double mean = Arrays.stream(grades, from, end).map(Ranked::gain).sum() / (end - from);
      for (int at = from; at < Math.min(end, places); at++) {
        gain += mean * discount(at);
      }
      from = end;
    }
    double[] best = grades.clone();
    Arrays.sort(best);
    double ideal = 0;
    for (int at = 0; at < Math.min(best.length, places); at++) {
      ideal += gain(best[best.length - 1 - at]) * discount(at);
    }
    return gain / ideal;
  }

  private static double gain(double grade) {
    return Math.pow(2, grade) - 1;
  }

  private static double discount(int at) {
    return Math.log(2) / Math.log(at + 2.0);
  }

  /** Mean over the relevant rows of the share of relevant ones down to each. */
  public double averagePrecision() {
    double sum = 0;
    int from = 0;
    int before = 0;
    for (int end : ends) {
      double tied = end - from;
      double found = relevant(from, end);
      for (int j = 0; j < end - from && found > 0; j++) {
        // Of the j tied rows above this one, each is relevant as often as the others but this are.
        double above = before + (tied == 1 ? 0 : j * (found - 1) / (tied - 1));
        sum += found / tied * (above + 1) / (from + j + 1);
      }
      before += (int) found;
      from = end;
    }
    return sum / relevant;
  }

  /**
   * One over the place of the first relevant row; 0 where it is beyond.
   *
   * @param places that are looked at, from the first
   */
  public double reciprocalRank(int places) {
    int from = 0;
    for (int end : ends) {
      int found = relevant(from, end);
      if (found > 0) {
        double sum = 0;
        double none = 1; // The probability that no relevant one came before.
        for (int at = from; at < Math.min(end, places) && none > 0; at++) {
          double here = Math.min(1, (double) found / (end - at));
          sum += none * here / (at + 1);
          none *= 1 - here;
        }
        return sum;
      }
      from = end;
    }
    return 0;
  }

  /**
   * Share of the relevant rows that are found.
   *
   * @param places that are looked at, from the first
   */
  public double recall(int places) {
    double sum = 0;
    int from = 0;
    for (int end : ends) {
      int seen = Math.clamp(places - (long) from, 0, end - from);
      sum += (double) relevant(from, end) * seen / (end - from);
      from = end;
    }
    return sum / relevant;
  }
}
