package dev.headrace.decisions.experiments.analysis;

import dev.headrace.core.stats.Answer;
import dev.headrace.core.stats.Answer.Reason;
import dev.headrace.decisions.experiments.analysis.AnalysisSpec.Adjustment;

/**
 * The difference of two arms and its variance, before any method judges it.
 *
 * @param variance of the estimate
 * @param degreesOfFreedom Satterthwaite's, from the variances of the absolute difference
 * @param units in both arms
 * @param means the (adjusted) baseline and what it is exceeded by, for Fieller
 */
record Contrast(
    double estimate,
    double variance,
    double degreesOfFreedom,
    double units,
    double varianceReduction,
    Means means) {

  /**
   * Two correlated estimates.
   *
   * @param gap treatment minus baseline
   * @param covariance of both
   */
  record Means(
      double baseline,
      double gap,
      double baselineVariance,
      double gapVariance,
      double covariance) {}

  /**
   * A single coefficient is taken as if it were known, as published figures do: it costs 1 % of the
   * variance at 100 units of an arm. More of them are not.
   */
  static final int FEWEST_PRICED = 2;

  double standardError() {
    return Math.sqrt(variance);
  }

  /** Two arms of a metric. */
  static Answer<Contrast> between(
      MetricShape shape, ArmStatistics baseline, ArmStatistics treatment, AnalysisSpec spec) {
    return between(shape, baseline, treatment, spec, FEWEST_PRICED);
  }

  /** Of parts of the units, which may be small: every coefficient has its price. */
  static Answer<Contrast> ofPart(
      MetricShape shape, ArmStatistics baseline, ArmStatistics treatment, AnalysisSpec spec) {
    return between(shape, baseline, treatment, spec, 1);
  }

  private static Answer<Contrast> between(
      MetricShape shape,
      ArmStatistics baseline,
      ArmStatistics treatment,
      AnalysisSpec spec,
      int fewestPriced) {
    if (baseline instanceof QuantileMoments a && treatment instanceof QuantileMoments b) {
      return shape instanceof MetricShape.Quantile
          ? quantiles(a, b, spec)
          : Answer.unknown(Reason.NOT_APPLICABLE, "quantiles were given for a metric without");
    }
    if (!(baseline instanceof Moments a) || !(treatment instanceof Moments b)) {
      return Answer.unknown(Reason.NOT_APPLICABLE, "one arm has quantiles, the other has moments");
    }
    if (shape instanceof MetricShape.Quantile) {
      return Answer.unknown(Reason.NOT_APPLICABLE, "moments do not give quantiles");
    }
    Answer.Unknown<Contrast> missing = missing(shape, a, b);
    if (missing != null) {
      return missing;
    }
    ArmLine lineA = ArmLine.of(shape, a);
    ArmLine lineB = ArmLine.of(shape, b);
    if (lineA.informative() < 2 || lineB.informative() < 2) {
      return Answer.unknown(
          Reason.TOO_FEW_VALUES,
          "%d and %d units of the arms have a value, at least 2 are needed"
              .formatted(lineA.informative(), lineB.informative()));
    }
    boolean adjust = spec.adjustment() == Adjustment.CUPED && lineA.covariates() > 0;
    boolean priced = adjust && lineA.covariates() >= fewestPriced;
    double[] theta =
        !adjust
            ? new double[lineA.covariates()]
            : priced
                ? Regression.within(lineA, lineB)
                : Regression.pooled(shape, a, b, lineA, lineB);
    boolean linearised =
        shape instanceof MetricShape.Ratio || shape instanceof MetricShape.Combination;
    Regression.Price price = priced ? price(lineA, lineB) : Regression.Price.NONE;
    if (!(price.factor() < Double.POSITIVE_INFINITY)) {
      return tooFew((double) lineA.informative() + lineB.informative(), price);
    }
    return adjusted(linearised, lineA, lineB, theta, spec).map(contrast -> contrast.priced(price));
  }

  private static Regression.Price price(ArmLine a, ArmLine b) {
    int size = a.covariates();
    double[][] normal = new double[size][size + 1];
    for (int i = 0; i < size; i++) {
      for (int j = 0; j <= i; j++) {
        normal[i][j] =
            a.covariance(i + 1, j + 1) / a.units() + b.covariance(i + 1, j + 1) / b.units();
        normal[j][i] = normal[i][j];
      }
      normal[i][size] = b.covariate(i) - a.covariate(i);
    }
    return Regression.price(normal, (double) a.informative() + b.informative() - 2);
  }

  static Answer<Contrast> tooFew(double units, Regression.Price price) {
    return Answer.unknown(
        Reason.TOO_FEW_VALUES,
        "%.0f units are too few for %d covariates".formatted(units, price.coefficients()));
  }

  /** The same effect with what it costs to estimate its coefficients. */
  Contrast priced(Regression.Price price) {
    if (price.equals(Regression.Price.NONE)) {
      return this;
    }
    double factor = price.factor();
    return new Contrast(
        estimate,
        factor * variance,
        Math.max(1, degreesOfFreedom - price.coefficients()),
        units,
        Math.max(0, 1 - factor * (1 - varianceReduction)),
        new Means(
            means.baseline(),
            means.gap(),
            factor * means.baselineVariance(),
            factor * means.gapVariance(),
            factor * means.covariance()));
  }

  private static Answer.@org.jspecify.annotations.Nullable Unknown<Contrast> missing(
      MetricShape shape, Moments a, Moments b) {
    if (a.columns() != shape.columns() || b.columns() != shape.columns()) {
      return new Answer.Unknown<>(
          Reason.NOT_APPLICABLE,
          "the metric has "
              + shape.columns()
              + " columns, the arms bring "
              + a.columns()
              + " and "
              + b.columns());
    }
    if (!a.isFinite() || !b.isFinite()) {
      return new Answer.Unknown<>(Reason.NOT_FINITE, "a sum is infinite or not a number");
    }
    if (a.count() < 2 || b.count() < 2) {
      return new Answer.Unknown<>(
          Reason.TOO_FEW_VALUES,
          "the arms have " + a.count() + " and " + b.count() + " units, at least 2 are needed");
    }
    if (shape instanceof MetricShape.Ratio && (a.mean(1) == 0 || b.mean(1) == 0)) {
      return new Answer.Unknown<>(Reason.ZERO_DENOMINATOR, "the denominators sum to zero");
    }
    if (shape instanceof MetricShape.Combination combination
        && !(isFinite(combination, a) && isFinite(combination, b))) {
      return new Answer.Unknown<>(Reason.ZERO_DENOMINATOR, "it divides by zero");
    }
    return null;
  }

  private static boolean isFinite(MetricShape.Combination shape, Moments arm) {
    double[] means = new double[shape.inputs()];
    for (int i = 0; i < means.length; i++) {
      means[i] = arm.mean(i);
    }
    double sum = Math.abs(shape.formula().at(means));
    for (double slope : shape.formula().slopes(means)) {
      sum += Math.abs(slope);
    }
    return sum < Double.POSITIVE_INFINITY;
  }

  private static Answer<Contrast> adjusted(
      boolean linearised, ArmLine a, ArmLine b, double[] theta, AnalysisSpec spec) {
    double unitVarianceA = a.residualVariance(theta);
    double unitVarianceB = b.residualVariance(theta);
    if (!(unitVarianceA > 0) || !(unitVarianceB > 0)) {
      return noVariance(unitVarianceA, unitVarianceB);
    }
    double varianceA = unitVarianceA / a.units();
    double varianceB = unitVarianceB / b.units();
    if (!(varianceA + varianceB < Double.POSITIVE_INFINITY)) {
      return tooLarge();
    }
    double gap = b.residualMean(theta) - a.residualMean(theta);
    double plain = a.covariance(0, 0) / a.units() + b.covariance(0, 0) / b.units();
    double reduction = Math.max(0, 1 - (varianceA + varianceB) / plain);
    double base = a.value();
    double estimate = gap;
    double variance = varianceA + varianceB;
    if (spec.scale() == Scale.RELATIVE) {
      if (base == 0) {
        return zeroBaseline();
      }
      double size = Math.abs(base);
      estimate = gap / size;
      // How the relative effect follows the baseline's own value. For means the covariates' chance
      // difference is left out of it, as the reference does; its expectation is zero.
      double slope =
          linearised
              ? -(size + gap * Math.signum(base)) / (base * base)
              : -b.value() / (base * size);
      variance = varianceB / (base * base) + a.lineVariance(slope, theta, 1 / size) / a.units();
      if (!(variance > 0)) {
        return noVariance(variance, variance);
      }
      if (!(Math.abs(estimate) + variance < Double.POSITIVE_INFINITY)) {
        return tooLarge();
      }
    }
    return Answer.of(
        new Contrast(
            estimate,
            variance,
            satterthwaite(varianceA, a.informative(), varianceB, b.informative()),
            (double) a.units() + b.units(),
            reduction,
            centred(a, b, theta, gap, varianceA + varianceB)));
  }

  /**
   * Adjusted values as they would be if both arms had the covariates of all units: the baseline is
   * A - shareB theta (x_A - x_B).
   */
  private static Means centred(
      ArmLine a, ArmLine b, double[] theta, double gap, double gapVariance) {
    double shareB = (double) b.units() / (a.units() + b.units());
    double baseline = a.value();
    for (int i = 0; i < theta.length; i++) {
      baseline -= shareB * theta[i] * (a.covariate(i) - b.covariate(i));
    }
    double explainedA = a.lineVariance(0, theta, 1);
    double explainedB = b.lineVariance(0, theta, 1);
    double variance =
        a.lineVariance(1, theta, -shareB) / a.units() + shareB * shareB * explainedB / b.units();
    double ofA =
        a.covariance(0, 0) - (1 + shareB) * a.covarianceWithLine(theta) + shareB * explainedA;
    double ofB = shareB * (b.covarianceWithLine(theta) - explainedB);
    return new Means(baseline, gap, variance, gapVariance, ofB / b.units() - ofA / a.units());
  }

  private static Answer<Contrast> quantiles(
      QuantileMoments a, QuantileMoments b, AnalysisSpec spec) {
    if (a.level() != b.level()) {
      return Answer.unknown(
          Reason.NOT_APPLICABLE, "the arms have quantiles at " + a.level() + " and " + b.level());
    }
    if (!a.isBracketed() || !b.isBracketed()) {
      return Answer.unknown(
          Reason.TOO_FEW_VALUES,
          "the arms have "
              + a.count()
              + " and "
              + b.count()
              + " observations, which do not bracket the quantile at "
              + a.level());
    }
    if (a.units() < 2 || b.units() < 2) {
      return Answer.unknown(
          Reason.TOO_FEW_VALUES,
          "the values are of " + a.units() + " and " + b.units() + " units, at least 2 are needed");
    }
    if (!(Math.abs(a.upper()) + Math.abs(b.upper()) + Math.abs(a.lower()) + Math.abs(b.lower())
        < Double.POSITIVE_INFINITY)) {
      return Answer.unknown(Reason.NOT_FINITE, "an order statistic is infinite");
    }
    double varianceA = a.varianceOfEstimate();
    double varianceB = b.varianceOfEstimate();
    if (!(varianceA > 0) || !(varianceB > 0)) {
      return noVariance(varianceA, varianceB);
    }
    double base = a.estimate();
    double estimate = b.estimate() - base;
    double variance = varianceA + varianceB;
    if (!(Math.abs(estimate) + variance < Double.POSITIVE_INFINITY)) {
      return tooLarge();
    }
    if (spec.scale() == Scale.RELATIVE) {
      if (base == 0) {
        return zeroBaseline();
      }
      double ratio = b.estimate() / base;
      estimate = estimate / Math.abs(base);
      variance = (varianceB + ratio * ratio * varianceA) / (base * base);
      if (!(variance > 0 && Math.abs(estimate) + variance < Double.POSITIVE_INFINITY)) {
        return tooLarge();
      }
    }
    return Answer.of(
        new Contrast(
            estimate,
            variance,
            satterthwaite(varianceA, a.units(), varianceB, b.units()),
            (double) a.units() + b.units(),
            0,
            new Means(base, b.estimate() - base, varianceA, varianceA + varianceB, -varianceA)));
  }

  /** F. Satterthwaite, Biometrics Bulletin 2 (1946); v are variances of means. */
  static double satterthwaite(double vA, long nA, double vB, long nB) {
    // By shares, because squares of variances leave the range of numbers.
    double shareA = vA / (vA + vB);
    double shareB = vB / (vA + vB);
    return 1 / (shareA * shareA / (nA - 1) + shareB * shareB / (nB - 1));
  }

  static Answer<Contrast> zeroBaseline() {
    return Answer.unknown(
        Reason.ZERO_BASELINE, "the baseline is zero, so there is no relative effect");
  }

  static Answer<Contrast> noVariance(double a, double b) {
    return Answer.unknown(
        Reason.NO_VARIANCE,
        a > 0 || b > 0
            ? "nothing varies within one of the arms"
            : "nothing varies within the arms");
  }

  /** What squares to no finite number, or divides to none. */
  private static Answer<Contrast> tooLarge() {
    return Answer.unknown(
        Reason.NOT_FINITE,
        "its values are so large, or its baseline so small, that squares overflow");
  }

  static ArmSummary summary(MetricShape shape, ArmStatistics arm) {
    return switch (arm) {
      case QuantileMoments quantile ->
          new ArmSummary(
              quantile.units(),
              Answer.of(quantile.estimate()),
              quantile.isBracketed() && quantile.units() > 1
                  ? Answer.of(Math.sqrt(quantile.varianceOfEstimate()))
                  : Answer.unknown(
                      Reason.TOO_FEW_VALUES,
                      quantile.count()
                          + " observations of "
                          + quantile.units()
                          + " units do not bracket it"));
      case Moments moments -> summary(shape, moments);
    };
  }

  private static ArmSummary summary(MetricShape shape, Moments arm) {
    long n = arm.count();
    if (arm.columns() != shape.columns() || n == 0 || !arm.isFinite()) {
      Answer<Double> none =
          !arm.isFinite()
              ? Answer.unknown(Reason.NOT_FINITE, "a sum is infinite or not a number")
              : n == 0
                  ? Answer.unknown(Reason.TOO_FEW_VALUES, "the arm has no units")
                  : Answer.unknown(
                      Reason.NOT_APPLICABLE, "the arm brings " + arm.columns() + " columns");
      return new ArmSummary(n, none, none);
    }
    if ((shape instanceof MetricShape.Ratio && arm.mean(1) == 0)
        || (shape instanceof MetricShape.Combination combination && !isFinite(combination, arm))) {
      Answer<Double> none = Answer.unknown(Reason.ZERO_DENOMINATOR, "the denominators sum to zero");
      return new ArmSummary(n, none, none);
    }
    ArmLine line = ArmLine.of(shape, arm);
    return new ArmSummary(
        n,
        Answer.of(line.value()),
        n < 2
            ? Answer.unknown(Reason.TOO_FEW_VALUES, "one unit has no spread")
            : Answer.of(Math.sqrt(Math.max(0, line.covariance(0, 0)) / n)));
  }
}
