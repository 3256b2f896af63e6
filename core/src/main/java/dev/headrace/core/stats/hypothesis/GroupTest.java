package dev.headrace.core.stats.hypothesis;

import dev.headrace.core.stats.Answer;
import dev.headrace.core.stats.Answer.Reason;
import dev.headrace.core.stats.distribution.ChiSquared;
import dev.headrace.core.stats.distribution.FisherF;
import java.util.Arrays;
import java.util.List;

/**
 * Several groups at once: whether their means (analysis of variance), locations (Kruskal-Wallis) or
 * spreads (Levene) are all equal.
 */
public final class GroupTest {
  private GroupTest() {}

  /**
   * One-way analysis of variance (R. Fisher 1925), from summaries. Assumes equal variances: see
   * {@link #levene}, and {@link #welchAnova} where they differ.
   */
  public static Answer<TestResult> anova(List<Sample> groups) {
    long n = groups.stream().mapToLong(Sample::n).sum();
    int k = groups.size();
    if (k < 2 || n <= k || groups.stream().anyMatch(g -> g.n() == 0)) {
      return Answer.unknown(Reason.TOO_FEW_VALUES, n + " values in " + k + " groups");
    }
    double mean = groups.stream().mapToDouble(g -> g.n() * g.mean()).sum() / n;
    double between = 0;
    double within = 0;
    for (Sample group : groups) {
      between += group.n() * (group.mean() - mean) * (group.mean() - mean);
      within += (group.n() - 1) * group.variance();
    }
    if (!(within > 0)) {
      return Answer.unknown(Reason.NO_VARIANCE, "values are equal within every group");
    }
    double f = between / (k - 1) / (within / (n - k));
    return Answer.of(new TestResult(f, FisherF.upper(f, k - 1, (double) n - k), k - 1));
  }

  /** B. Welch, Biometrika 38 (1951): analysis of variance without equal variances. */
  public static Answer<TestResult> welchAnova(List<Sample> groups) {
    int k = groups.size();
    if (k < 2 || groups.stream().anyMatch(g -> g.n() < 2)) {
      return Answer.unknown(Reason.TOO_FEW_VALUES, "a group has fewer than two values");
    }
    if (groups.stream().anyMatch(g -> !(g.variance() > 0))) {
      return Answer.unknown(Reason.NO_VARIANCE, "values are equal within a group");
    }
    double weights = groups.stream().mapToDouble(g -> g.n() / g.variance()).sum();
    double mean = groups.stream().mapToDouble(g -> g.n() / g.variance() * g.mean()).sum() / weights;
    double between = 0;
    double uneven = 0;
    for (Sample group : groups) {
      double weight = group.n() / group.variance();
      between += weight * (group.mean() - mean) * (group.mean() - mean);
      uneven += Math.pow(1 - weight / weights, 2) / (group.n() - 1);
    }
    double denominator = 1 + 2.0 * (k - 2) / (k * (double) k - 1) * uneven;
    double f = between / (k - 1) / denominator;
    double df2 = (k * (double) k - 1) / (3 * uneven);
    return Answer.of(new TestResult(f, FisherF.upper(f, k - 1, df2), k - 1));
  }

  /** W. Kruskal and W. Wallis, JASA 47 (1952), corrected for ties; chi-squared with k - 1. */
  public static Answer<TestResult> kruskalWallis(double[]... groups) {
    double[] all = Arrays.stream(groups).flatMapToDouble(Arrays::stream).toArray();
    int n = all.length;
    if (groups.length < 2 || Arrays.stream(groups).anyMatch(g -> g.length == 0)) {
      return Answer.unknown(Reason.TOO_FEW_VALUES, n + " values in " + groups.length + " groups");
    }
    Ranks ranks = Ranks.of(all);
    double sum = 0;
    int at = 0;
    for (double[] group : groups) {
      double own = 0;
      for (int i = 0; i < group.length; i++) {
        own += ranks.rank(at++);
      }
      sum += own * own / group.length;
    }
    double untied = 1 - ranks.tieSum() / ((double) n * n * n - n);
    if (!(untied > 0)) {
      return Answer.unknown(Reason.NO_VARIANCE, "all values are equal");
    }
    double h = (12 / (n * (n + 1.0)) * sum - 3 * (n + 1.0)) / untied;
    double df = groups.length - 1;
    return Answer.of(new TestResult(h, ChiSquared.upper(Math.max(0, h), df), df));
  }

  /** From where the distances of {@link #levene} are measured. */
  public enum Center {
    /** H. Levene 1960; for symmetric values. */
    MEAN,
    /** M. Brown and A. Forsythe, JASA 69 (1974); robust, the one to use. */
    MEDIAN,
    /** The mean without the outer twentieths, for heavy tails. */
    TRIMMED_MEAN
  }

  /** Whether groups spread alike: analysis of variance of distances from the center. */
  public static Answer<TestResult> levene(Center center, double[]... groups) {
    List<Sample> distances =
        Arrays.stream(groups).map(group -> Sample.of(distances(center, group))).toList();
    return anova(distances);
  }

  private static double[] distances(Center center, double[] group) {
    if (group.length == 0) {
      return group;
    }
    double[] sorted = group.clone();
    Arrays.sort(sorted);
    int n = sorted.length;
    double middle =
        switch (center) {
          case MEAN -> Arrays.stream(sorted).average().orElseThrow();
          case MEDIAN -> (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
          case TRIMMED_MEAN -> {
            int cut = (int) (0.05 * n);
            yield Arrays.stream(sorted, cut, n - cut).average().orElseThrow();
          }
        };
    return Arrays.stream(group).map(value -> Math.abs(value - middle)).toArray();
  }
}
