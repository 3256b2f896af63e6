package dev.headrace.decisions.experiments.analysis;

import dev.headrace.core.stats.Interval;
import dev.headrace.core.stats.distribution.Normal;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The posterior of an effect that has a normal prior.
 *
 * <p>By the delta method the estimate is normal with one variance, and so is the posterior. By
 * Fieller's theorem its variance depends on the effect e that is asked of, Var(g - e), and the
 * posterior's mean m and sd s with it: P(effect <= e) = Phi((e - m(e)) / s(e)). With a flat prior
 * that is the confidence density, taken for a likelihood (B. Efron, "Bayes and likelihood
 * calculations from confidence intervals", Biometrika 80, 1993), and the credible interval is
 * Fieller's. The chance to be better, and losses, are those of the absolute effect.
 */
final class EffectBelief {
  /** Halvings of an interval that holds an end. */
  private static final int STEPS = 200;

  /** Share of the baseline's square that its variance is 5 standard errors from zero. */
  private static final double FAR_FROM_ZERO = 0.04;

  /** Effects among which an end of several is looked for, of either kind. */
  private static final int POINTS = 255;

  private final double priorMean;

  /** 0 for a flat prior. */
  private final double priorPrecision;

  /**
   * @param sd infinite for a flat prior
   */
  EffectBelief(double mean, double sd) {
    this.priorMean = mean;
    this.priorPrecision = sd == Double.POSITIVE_INFINITY ? 0 : 1 / (sd * sd);
  }

  private record Gauss(double mean, double sd) {
    /** E[max(X - limit, 0)]. */
    double excessOver(double limit) {
      double z = (mean - limit) / sd;
      return sd * Math.max(Math.max(z, 0), z * Normal.lower(z) + Normal.density(z));
    }

    double shortOf(double limit) {
      return new Gauss(-mean, sd).excessOver(-limit);
    }
  }

  private Gauss posterior(double estimate, double error) {
    double precision = 1 / (error * error);
    double sum = precision + priorPrecision;
    return new Gauss(
        priorPrecision == 0 ? estimate : (estimate * precision + priorMean * priorPrecision) / sum,
        Math.sqrt(1 / sum));
  }

  /**
   * @param critical how many standard deviations the interval reaches
   */
  Inference delta(Contrast c, AnalysisSpec spec, double critical) {
    Gauss belief = posterior(c.estimate(), c.standardError());
    return told(
        belief,
        belief,
        Interval.around(belief.mean(), critical * belief.sd(), spec.alternative()),
        spec,
        c);
  }

  /** As {@link #delta}, of a relative effect. */
  Inference fieller(Contrast c, AnalysisSpec spec, double critical) {
    Fieller fieller = Fieller.of(c.means());
    Interval interval =
        priorPrecision == 0
            ? fieller.interval(critical * critical, spec.alternative())
            : switch (spec.alternative()) {
              case TWO_SIDED -> new Interval(end(fieller, -critical), end(fieller, critical));
              case GREATER -> new Interval(end(fieller, -critical), Double.POSITIVE_INFINITY);
              case LESS -> new Interval(Double.NEGATIVE_INFINITY, end(fieller, critical));
            };
    return told(
        posterior(fieller.effect(), fieller.standardErrorFrom(fieller.effect())),
        posterior(fieller.effect(), fieller.standardErrorFrom(spec.nullEffect())),
        interval,
        spec,
        c);
  }

  /**
   * The effect e that lies so many standard deviations s(e) from m(e). Of a baseline near zero
   * there may be several: then the outermost, or if no effect lies further than that from m, the
   * nearest to it on the side where m is; so an end says of no effect what its probability does.
   */
  private double end(Fieller fieller, double critical) {
    double reach = Math.abs(critical) / Math.sqrt(priorPrecision);
    double low = Math.min(fieller.effect(), priorMean) - reach;
    double high = Math.max(fieller.effect(), priorMean) + reach;
    if (fieller.baseline() <= FAR_FROM_ZERO) {
      return between(fieller, critical, low, high);
    }
    double atNone = beyond(fieller, critical, 0);
    boolean upper = critical > 0;
    // Looked for from outside; from zero on where zero itself is beyond this end.
    boolean fromNone = upper ? atNone > 0 : atNone < 0;
    double[] points = points(fieller, low, high);
    double before = upper ? (fromNone ? 0 : high) : (fromNone ? 0 : low);
    for (int i = 0; i < points.length; i++) {
      double next = points[upper ? points.length - 1 - i : i];
      if (upper ? next >= before : next <= before) {
        continue;
      }
      if (upper ? beyond(fieller, critical, next) <= 0 : beyond(fieller, critical, next) >= 0) {
        return between(fieller, critical, Math.min(before, next), Math.max(before, next));
      }
      before = next;
    }
    return before;
  }

  /** By how much an effect lies beyond the end; below zero within it. */
  private double beyond(Fieller fieller, double critical, double e) {
    Gauss there = posterior(fieller.effect(), fieller.standardErrorFrom(e));
    return e - there.mean() - critical * there.sd();
  }

  private double between(Fieller fieller, double critical, double from, double to) {
    double low = from;
    double high = to;
    for (int step = 0; step < STEPS && high - low > 1e-15 * Math.max(-low, high); step++) {
      double middle = (low + high) / 2;
      if (beyond(fieller, critical, middle) < 0) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return (low + high) / 2;
  }

  /** Evenly spaced, and as dense as the error changes with the effect. */
  private static double[] points(Fieller fieller, double low, double high) {
    double least = fieller.covariance() / fieller.baseline();
    double width = Math.sqrt(Math.max(1e-300, fieller.gap() / fieller.baseline() - least * least));
    return IntStream.rangeClosed(1, POINTS)
        .mapToObj(
            i ->
                new double[] {
                  low + (high - low) * i / (POINTS + 1),
                  least + width * Math.tan(Math.PI * ((double) i / (POINTS + 1) - 0.5))
                })
        .flatMapToDouble(Arrays::stream)
        .filter(e -> e > low && e < high)
        .sorted()
        .toArray();
  }

  private static Inference told(
      Gauss belief, Gauss atNull, Interval interval, AnalysisSpec spec, Contrast c) {
    return new Inference.Belief(
        belief.mean(),
        belief.sd(),
        interval,
        Normal.lower((atNull.mean() - spec.nullEffect()) / atNull.sd()),
        atNull.excessOver(spec.nullEffect()),
        atNull.shortOf(spec.nullEffect()),
        c.varianceReduction());
  }
}
