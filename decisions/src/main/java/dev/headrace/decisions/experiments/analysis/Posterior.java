package dev.headrace.decisions.experiments.analysis;

import dev.headrace.core.stats.Interval;
import dev.headrace.core.stats.distribution.Beta;
import dev.headrace.core.stats.distribution.GammaDistribution;
import dev.headrace.core.stats.distribution.Normal;

/** What is believed of one arm after its data, with the prior stated: conjugate families. */
public sealed interface Posterior {
  /** P(value &lt;= x). */
  double lower(double x);

  /** x with {@code lower(x) = p}. */
  double quantile(double p);

  double mean();

  /** E[max(value - x, 0)]. */
  double excess(double x);

  /** E[max(x - value, 0)]. */
  double shortfall(double x);

  /** Of the value with its sign turned: where less is better. */
  default Posterior negated() {
    return new Negated(this);
  }

  /** Equal tails. */
  default Interval credible(double level) {
    double tail = (1 - level) / 2;
    return new Interval(quantile(tail), quantile(1 - tail));
  }

  /** A share of units under a beta prior; Beta(1, 1) is uniform, Beta(1/2, 1/2) Jeffreys'. */
  static Posterior share(long units, double successes, double priorA, double priorB) {
    if (!(successes >= 0 && successes <= units)) {
      throw new IllegalArgumentException(successes + " successes among " + units);
    }
    return new OfShare(priorA + successes, priorB + units - successes);
  }

  /**
   * A mean, normal with the sample's variance, under a normal prior.
   *
   * @param priorSd infinite for no belief at all
   */
  static Posterior mean(double estimate, double standardError, double priorMean, double priorSd) {
    if (!(standardError > 0) || !(priorSd > 0)) {
      throw new IllegalArgumentException(
          "a standard error of " + standardError + " under a prior sd of " + priorSd);
    }
    double data = 1 / (standardError * standardError);
    double prior = Double.isInfinite(priorSd) ? 0 : 1 / (priorSd * priorSd);
    return new OfMean(
        (estimate * data + (prior == 0 ? 0 : priorMean * prior)) / (data + prior),
        Math.sqrt(1 / (data + prior)));
  }

  /** Events per exposure (unit, hour) under a gamma prior with a shape and a rate. */
  static Posterior rate(double exposure, double events, double priorShape, double priorRate) {
    if (!(exposure > 0) || !(events >= 0)) {
      throw new IllegalArgumentException(events + " events in an exposure of " + exposure);
    }
    return new OfRate(priorShape + events, priorRate + exposure);
  }

  /** Beta(a, b). */
  record OfShare(double a, double b) implements Posterior {
    @Override
    public double lower(double x) {
      return x <= 0 ? 0 : x >= 1 ? 1 : Beta.lower(x, a, b);
    }

    @Override
    public double quantile(double p) {
      return Beta.quantile(p, a, b);
    }

    @Override
    public double mean() {
      return a / (a + b);
    }

    @Override
    public double excess(double x) {
      // The mean above x is that of Beta(a + 1, b), as x times the density has its form.
      return x <= 0
          ? mean() - x
          : x >= 1 ? 0 : Math.max(0, mean() * Beta.upper(x, a + 1, b) - x * Beta.upper(x, a, b));
    }

    @Override
    public double shortfall(double x) {
      return x <= 0
          ? 0
          : x >= 1
              ? x - mean()
              : Math.max(0, x * Beta.lower(x, a, b) - mean() * Beta.lower(x, a + 1, b));
    }
  }

  /** Normal. */
  record OfMean(double mean, double sd) implements Posterior {
    @Override
    public double lower(double x) {
      return Normal.lower((x - mean) / sd);
    }

    @Override
    public double quantile(double p) {
      return mean + sd * Normal.quantile(p);
    }

    @Override
    public double excess(double x) {
      double z = (mean - x) / sd;
      return Math.max(0, sd * (z * Normal.lower(z) + Normal.density(z)));
    }

    @Override
    public double shortfall(double x) {
      double z = (x - mean) / sd;
      return Math.max(0, sd * (z * Normal.lower(z) + Normal.density(z)));
    }
  }

  /** Gamma with a shape and a rate. */
  record OfRate(double shape, double rate) implements Posterior {
    @Override
    public double lower(double x) {
      return x <= 0 ? 0 : GammaDistribution.lower(x * rate, shape);
    }

    @Override
    public double quantile(double p) {
      return GammaDistribution.quantile(p, shape) / rate;
    }

    @Override
    public double mean() {
      return shape / rate;
    }

    @Override
    public double excess(double x) {
      return x <= 0
          ? mean() - x
          : Math.max(
              0,
              mean() * GammaDistribution.upper(x * rate, shape + 1)
                  - x * GammaDistribution.upper(x * rate, shape));
    }

    @Override
    public double shortfall(double x) {
      return x <= 0
          ? 0
          : Math.max(
              0,
              x * GammaDistribution.lower(x * rate, shape)
                  - mean() * GammaDistribution.lower(x * rate, shape + 1));
    }
  }

  /** The same with its sign turned. */
  record Negated(Posterior of) implements Posterior {
    @Override
    public double lower(double x) {
      return 1 - of.lower(-x);
    }

    @Override
    public double quantile(double p) {
      return -of.quantile(1 - p);
    }

    @Override
    public double mean() {
      return -of.mean();
    }

    @Override
    public double excess(double x) {
      return of.shortfall(-x);
    }

    @Override
    public double shortfall(double x) {
      return of.excess(-x);
    }

    @Override
    public Posterior negated() {
      return of;
    }
  }
}
