package dev.headrace.core.stats.hypothesis;

import dev.headrace.core.stats.Alternative;
import dev.headrace.core.stats.Answer;
import dev.headrace.core.stats.Answer.Reason;
import java.util.SplittableRandom;
import java.util.function.ToDoubleBiFunction;

/**
 * Whether two samples are exchangeable (R. Fisher 1935; E. Pitman 1937): the statistic is computed
 * anew for other divisions of all values. Exact for any statistic and size, where arms differ in
 * nothing; as a test of means alone it needs equal variances.
 */
public final class PermutationTest {
  private PermutationTest() {}

  /**
   * With random divisions; p = (1 + those at least as extreme) / (1 + rounds), which is never zero
   * and keeps the level (B. Phipson and G. Smyth, 2010). Two-sided p is twice the smaller side.
   *
   * @param statistic larger when the first sample is larger
   * @param rounds at least 1; the p-value is known to about sqrt(p / rounds)
   */
  public static Answer<TestResult> random(
      double[] first,
      double[] second,
      ToDoubleBiFunction<double[], double[]> statistic,
      int rounds,
      long seed,
      Alternative alternative) {
    if (first.length == 0 || second.length == 0) {
      return Answer.unknown(
          Reason.TOO_FEW_VALUES, "there are " + first.length + " and " + second.length + " values");
    }
    double seen = statistic.applyAsDouble(first, second);
    if (!Double.isFinite(seen)) {
      return Answer.unknown(Reason.NOT_FINITE, "the statistic is " + seen);
    }
    double slack = 1e-12 * Math.abs(seen); // Equal sums in another order.
    double[] all = new double[first.length + second.length];
    System.arraycopy(first, 0, all, 0, first.length);
    System.arraycopy(second, 0, all, first.length, second.length);
    double[] x = new double[first.length];
    double[] y = new double[second.length];
    SplittableRandom random = new SplittableRandom(seed);
    int above = 0;
    int below = 0;
    for (int round = 0; round < rounds; round++) {
      for (int i = 0; i < x.length; i++) {
        int other = i + random.nextInt(all.length - i);
        double swap = all[i];
        all[i] = all[other];
        all[other] = swap;
      }
      System.arraycopy(all, 0, x, 0, x.length);
      System.arraycopy(all, x.length, y, 0, y.length);
      double value = statistic.applyAsDouble(x, y);
      above += value >= seen - slack ? 1 : 0;
      below += value <= seen + slack ? 1 : 0;
    }
    double greater = (above + 1.0) / (rounds + 1.0);
    double less = (below + 1.0) / (rounds + 1.0);
    double p =
        switch (alternative) {
          case GREATER -> greater;
          case LESS -> less;
          case TWO_SIDED -> Math.min(1, 2 * Math.min(greater, less));
        };
    return Answer.of(new TestResult(seen, p, Double.POSITIVE_INFINITY));
  }

  /** Difference of means, the usual statistic. */
  public static double differenceOfMeans(double[] first, double[] second) {
    return Sample.of(first).mean() - Sample.of(second).mean();
  }
}
