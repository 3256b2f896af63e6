package dev.headrace.decisions.experiments.analysis;

import dev.headrace.core.stats.Answer;
import dev.headrace.core.stats.Answer.Reason;
import dev.headrace.core.stats.Interval;
import dev.headrace.core.stats.distribution.Normal;
import java.util.Locale;

/**
 * The effect between two arms of which each has a posterior of its own, without draws: the same
 * data give the same figures to the last digit.
 *
 * <p>With A and B independent, P(B - A &lt;= r) = E[F_B(A + r)], and of relative effects P((B - A)
 * / |A| &lt;= r) = E[F_B(A + r |A|)]. The expectation over A is taken by the trapezoidal rule on
 * its normal scores, A = Q_A(Phi(z)), whose error falls faster than any power of the step as long
 * as B is not less than a hundredth as uncertain as A.
 */
public final class PosteriorContrast {
  private static final double REACH = 7;

  /** Steps, in standard deviations of A: half of B's, within these limits. */
  private static final double SHORTEST_STEP = 0.005;

  private static final double LONGEST_STEP = 0.1;

  /** A baseline that lies on either side of zero with at least this chance divides by zero. */
  private static final double NEGLIGIBLE = 1e-9;

  /** Half of the chance that lies beyond one standard deviation of a normal. */
  private static final double TAIL_OF_ONE_SD = Normal.upper(1);

  private final double[] baseline;
  private final double[] weights;
  private final Posterior treatment;
  private final boolean relative;

  private PosteriorContrast(Posterior baseline, Posterior treatment, boolean relative) {
    double step = Math.clamp(spread(treatment) / spread(baseline) / 2, SHORTEST_STEP, LONGEST_STEP);
    int points = (int) Math.ceil(2 * REACH / step) + 1;
    this.baseline = new double[points];
    this.weights = new double[points];
    this.treatment = treatment;
    this.relative = relative;
    double total = 0;
    for (int i = 0; i < points; i++) {
      double z = -REACH + i * step;
      this.baseline[i] = baseline.quantile(Normal.lower(z));
      weights[i] = Normal.density(z);
      total += weights[i];
    }
    for (int i = 0; i < points; i++) {
      weights[i] /= total;
    }
  }

  /**
   * What is believed of the effect: its median, the interval of equal tails, half the width of the
   * middle 68.3 % in place of a standard deviation, the chance that it is above the null effect and
   * the expected losses.
   *
   * @param spec of which level, scale and null effect are asked; two-sided
   * @return unbounded where a relative effect has a baseline that may well be zero
   */
  public static Answer<Inference> of(Posterior baseline, Posterior treatment, AnalysisSpec spec) {
    boolean relative = spec.scale() == Scale.RELATIVE;
    double below = baseline.lower(0);
    if (relative && below > NEGLIGIBLE && below < 1 - NEGLIGIBLE) {
      return Answer.unknown(
          Reason.UNBOUNDED,
          String.format(
              Locale.ROOT,
              "the baseline may be zero, as it is beyond with a chance of %.3g: tell absolute effects",
              Math.min(below, 1 - below)));
    }
    return Answer.of(new PosteriorContrast(baseline, treatment, relative).belief(spec));
  }

  /** P(effect &lt;= {@code effect}); as {@link #of} where the baseline is not zero. */
  public static double chanceBelow(
      Posterior baseline, Posterior treatment, Scale scale, double effect) {
    return new PosteriorContrast(baseline, treatment, scale == Scale.RELATIVE).below(effect);
  }

  private static double spread(Posterior posterior) {
    return posterior.quantile(1 - TAIL_OF_ONE_SD) - posterior.quantile(TAIL_OF_ONE_SD);
  }

  private Inference belief(AnalysisSpec spec) {
    double tail = spec.intervalAlpha() / 2;
    double gain = 0;
    double loss = 0;
    for (int i = 0; i < baseline.length; i++) {
      double edge = edge(baseline[i], spec.nullEffect());
      double unit = relative ? Math.abs(baseline[i]) : 1;
      gain += weights[i] * treatment.excess(edge) / unit;
      loss += weights[i] * treatment.shortfall(edge) / unit;
    }
    double median = quantile(0.5);
    return new Inference.Belief(
        median,
        (quantile(1 - TAIL_OF_ONE_SD) - quantile(TAIL_OF_ONE_SD)) / 2,
        new Interval(quantile(tail), quantile(1 - tail)),
        1 - below(spec.nullEffect()),
        gain,
        loss,
        0);
  }

  private double edge(double value, double effect) {
    return value + (relative ? effect * Math.abs(value) : effect);
  }

  /** P(effect &lt;= r). */
  private double below(double effect) {
    double sum = 0;
    for (int i = 0; i < baseline.length; i++) {
      sum += weights[i] * treatment.lower(edge(baseline[i], effect));
    }
    return sum;
  }

  /** By false position that keeps its bracket (the Illinois rule). */
  private double quantile(double p) {
    double middle = baseline[baseline.length / 2];
    double scale = relative ? Math.abs(middle) : 1;
    double width = (baseline[baseline.length - 1] - baseline[0]) / scale;
    double centre = (treatment.quantile(0.5) - middle) / scale;
    double low = centre - width;
    double high = centre + width;
    while (below(low) > p) {
      low -= width;
    }
    while (below(high) < p) {
      high += width;
    }
    double atLow = below(low) - p;
    double atHigh = below(high) - p;
    int side = 0;
    for (int i = 0; i < 100 && high - low > 1e-12 * width; i++) {
      double next = (low * atHigh - high * atLow) / (atHigh - atLow);
      double at = below(next) - p;
      if (Math.abs(at) < 1e-14) {
        return next;
      }
      if (at > 0) {
        high = next;
        atHigh = at;
        atLow = side > 0 ? atLow / 2 : atLow;
        side = 1;
      } else {
        low = next;
        atLow = at;
        atHigh = side < 0 ? atHigh / 2 : atHigh;
        side = -1;
      }
    }
    return (low + high) / 2;
  }
}
