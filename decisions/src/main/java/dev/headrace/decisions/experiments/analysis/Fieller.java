package dev.headrace.decisions.experiments.analysis;

import dev.headrace.core.stats.Alternative;
import dev.headrace.core.stats.Interval;

/**
 * The relative effect g = (T - B) / |B| by Fieller's theorem: what is tested of an effect e is
 * whether T - B - e |B| is zero, which is normal wherever T and B are, however near zero B lies.
 * All variances are shares of B².
 *
 * @param effect g
 * @param gap variance of T - B
 * @param baseline variance of B
 * @param covariance of T - B with |B|
 */
record Fieller(double effect, double gap, double baseline, double covariance) {
  static Fieller of(Contrast.Means means) {
    double size = Math.abs(means.baseline());
    double square = size * size;
    return new Fieller(
        means.gap() / size,
        means.gapVariance() / square,
        means.baselineVariance() / square,
        Math.signum(means.baseline()) * means.covariance() / square);
  }

  /** Standard error of the effect's distance from {@code other}, if that is the true effect. */
  double standardErrorFrom(double other) {
    return Math.sqrt(Math.max(0, gap - 2 * other * covariance + other * other * baseline));
  }

  Inference test(Contrast contrast, Tails tails, AnalysisSpec spec) {
    // The error of a mixture's test sets its critical value. For every effect it is taken where
    // there is none, which makes the mixture wider by as much as the error is, and no less valid.
    double atNone = standardErrorFrom(0);
    double critical = tails.halfWidth(atNone) / atNone;
    double z = (effect - spec.nullEffect()) / standardErrorFrom(spec.nullEffect());
    return new Inference.Effect(
        effect,
        contrast.standardError(),
        interval(critical * critical, spec.alternative()),
        z,
        tails.pValue(z * atNone, atNone),
        tails.degreesOfFreedom(),
        contrast.varianceReduction());
  }

  /**
   * An effect e is not rejected where (g - e)² <= k² Var(g - e): between the roots of a e² - 2 b e
   * + c. Where the baseline itself may be zero it is beyond them, to both sides; then the test of
   * no effect says to which, or there is no end. Such a baseline may as well have the other sign,
   * which turns that of every effect: the end is the nearer of what either sign gives.
   *
   * @param square of the critical value k
   */
  Interval interval(double square, Alternative alternative) {
    double a = 1 - square * baseline;
    double b = effect - square * covariance;
    double root = Math.sqrt(Math.max(0, b * b - a * (effect * effect - square * gap)));
    double first = (a > 0 ? b - root : b + root) / a;
    double last = (a > 0 ? b + root : b - root) / a;
    double lower = first;
    double upper = last;
    if (!(a > 0)) {
      boolean shown = first < 0 && last > 0;
      double nearer = Math.min(last, -first);
      lower = shown && effect > 0 ? nearer : Double.NEGATIVE_INFINITY;
      upper = shown && effect < 0 ? -nearer : Double.POSITIVE_INFINITY;
    }
    return new Interval(
        alternative == Alternative.LESS ? Double.NEGATIVE_INFINITY : lower,
        alternative == Alternative.GREATER ? Double.POSITIVE_INFINITY : upper);
  }
}
