package dev.headrace.core.stats.interval;

import dev.headrace.core.stats.Answer;
import dev.headrace.core.stats.Answer.Reason;
import dev.headrace.core.stats.Interval;
import dev.headrace.core.stats.distribution.Normal;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.ToDoubleBiFunction;
import java.util.function.ToDoubleFunction;

/**
 * Bootstrap intervals (B. Efron, JASA 82, 1987) of level 1 - alpha for any smooth statistic of
 * independent values. Not for maxima, not for a dozen values, and for clustered values only if
 * whole clusters are drawn. The same seed gives the same interval.
 *
 * @param rounds resamples; 2,000 or more for the tails of a 95 % interval
 */
public record Resampling(int rounds, long seed, double alpha) {
  public Resampling {
    if (rounds < 100 || !(alpha > 0 && alpha < 1)) {
      throw new IllegalArgumentException(rounds + " rounds at an alpha of " + alpha);
    }
  }

  /** Quantiles of the resampled statistics. Simple; off by a bias that BCa removes. */
  public Answer<Interval> percentile(double[] sample, ToDoubleFunction<double[]> statistic) {
    if (sample.length < 2) {
      return Answer.unknown(Reason.TOO_FEW_VALUES, "there are " + sample.length + " values");
    }
    double[] replicates = replicates(sample, statistic);
    return between(replicates, alpha / 2, 1 - alpha / 2);
  }

  /** Bias-corrected and accelerated: second-order right for skewed statistics. */
  public Answer<Interval> bca(double[] sample, ToDoubleFunction<double[]> statistic) {
    if (sample.length < 3) {
      return Answer.unknown(Reason.TOO_FEW_VALUES, "there are " + sample.length + " values");
    }
    double seen = statistic.applyAsDouble(sample);
    double[] replicates = replicates(sample, statistic);
    double below = 0;
    for (double replicate : replicates) {
      below += replicate < seen ? 1 : replicate == seen ? 0.5 : 0;
    }
    if (below == 0 || below == rounds) {
      return Answer.unknown(Reason.NO_VARIANCE, "all resamples lie on one side of the estimate");
    }
    double bias = Normal.quantile(below / rounds);
    double acceleration = acceleration(sample, statistic);
    return between(
        replicates,
        shifted(bias, acceleration, -Normal.upperQuantile(alpha / 2)),
        shifted(bias, acceleration, Normal.upperQuantile(alpha / 2)));
  }

  /**
   * Quantiles of a statistic of two samples, each drawn from by itself: units were dealt to two
   * arms, and each arm might have got others.
   */
  public Answer<Interval> percentile(
      double[] first, double[] second, ToDoubleBiFunction<double[], double[]> statistic) {
    if (first.length < 2 || second.length < 2) {
      return Answer.unknown(
          Reason.TOO_FEW_VALUES, "there are " + first.length + " and " + second.length + " values");
    }
    SplittableRandom random = new SplittableRandom(seed);
    double[] x = new double[first.length];
    double[] y = new double[second.length];
    double[] replicates = new double[rounds];
    for (int round = 0; round < rounds; round++) {
      draw(first, x, random);
      draw(second, y, random);
      replicates[round] = statistic.applyAsDouble(x, y);
    }
    Arrays.sort(replicates);
    return Double.isFinite(replicates[0]) && Double.isFinite(replicates[rounds - 1])
        ? between(replicates, alpha / 2, 1 - alpha / 2)
        : Answer.unknown(
            Reason.NOT_FINITE, "the statistic is infinite or not a number for some resamples");
  }

  private static void draw(double[] from, double[] into, SplittableRandom random) {
    for (int i = 0; i < into.length; i++) {
      into[i] = from[random.nextInt(from.length)];
    }
  }

  private static double shifted(double bias, double acceleration, double z) {
    double sum = bias + z;
    return Normal.lower(bias + sum / (1 - acceleration * sum));
  }

  private static double acceleration(double[] sample, ToDoubleFunction<double[]> statistic) {
    int n = sample.length;
    double[] without = new double[n - 1];
    System.arraycopy(sample, 1, without, 0, n - 1);
    double[] values = new double[n];
    for (int i = 0; i < n; i++) {
      values[i] = statistic.applyAsDouble(without);
      if (i < n - 1) {
        without[i] = sample[i]; // The next one is left out.
      }
    }
    double mean = Arrays.stream(values).average().orElseThrow();
    double squares = 0;
    double cubes = 0;
    for (double value : values) {
      double gap = mean - value;
      squares += gap * gap;
      cubes += gap * gap * gap;
    }
    return squares == 0 ? 0 : cubes / (6 * Math.pow(squares, 1.5));
  }

  private double[] replicates(double[] sample, ToDoubleFunction<double[]> statistic) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] drawn = new double[sample.length];
    double[] replicates = new double[rounds];
    for (int round = 0; round < rounds; round++) {
      draw(sample, drawn, random);
      replicates[round] = statistic.applyAsDouble(drawn);
    }
    Arrays.sort(replicates);
    return replicates;
  }

  private static Answer<Interval> between(double[] sorted, double low, double high) {
    double lower = quantile(sorted, low);
    double upper = quantile(sorted, high);
    return lower <= upper
        ? Answer.of(new Interval(lower, upper))
        : Answer.unknown(Reason.NOT_FINITE, "the statistic is not a number for some resamples");
  }

  private static double quantile(double[] sorted, double share) {
    double at = share * (sorted.length - 1);
    int floor = (int) Math.floor(at);
    int next = Math.min(floor + 1, sorted.length - 1);
    return sorted[floor] + (at - floor) * (sorted[next] - sorted[floor]);
  }
}
