package dev.headrace.decisions.experiments.analysis;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.summingLong;

import dev.headrace.core.stats.Alternative;
import dev.headrace.core.stats.Answer;
import dev.headrace.core.stats.Answer.Reason;
import dev.headrace.core.stats.distribution.ChiSquared;
import dev.headrace.core.stats.distribution.Normal;
import dev.headrace.core.stats.hypothesis.GroupTest;
import dev.headrace.core.stats.hypothesis.Sample;
import dev.headrace.core.stats.hypothesis.TestResult;
import java.util.List;
import java.util.Map;
import org.hipparchus.special.Gamma;

/**
 * Whether a result can be trusted, beyond {@link SampleRatio}. Each check answers a question with a
 * figure; which figure is an alarm is for the report to say, the customary ones are constants here.
 */
public final class Health {
  /** Customary alarm of p-values of sample ratio and covariates. */
  public static final double ALARM_P = 0.001;

  /** Customary alarm of the share of units in several arms. */
  public static final double ALARM_SHARE = 0.01;

  private Health() {}

  /**
   * Whether a covariate known before exposure differs between arms: Welch's analysis of variance;
   * Fisher's where an arm's units are all alike, since Welch's would take its mean for certain; and
   * where the units of every arm are alike, the chance that a draw of the arms parts unlike units
   * so neatly. A difference means a broken randomisation or a covariate that is not from before.
   *
   * @param column of the covariate
   */
  public static Answer<TestResult> covariateBalance(Map<String, Moments> arms, int column) {
    List<Sample> samples =
        arms.values().stream()
            .map(arm -> new Sample(arm.count(), arm.mean(column), arm.variance(column)))
            .toList();
    if (samples.stream().allMatch(sample -> sample.variance() > 0)) {
      return GroupTest.welchAnova(samples);
    }
    return samples.stream().anyMatch(sample -> sample.variance() > 0)
        ? GroupTest.anova(samples)
        : parted(samples);
  }

  /** Of arms without variance: units of one value fill whole arms, one of so many ways to. */
  private static Answer<TestResult> parted(List<Sample> arms) {
    Map<Double, Long> unitsByValue =
        arms.stream().collect(groupingBy(Sample::mean, summingLong(Sample::n)));
    if (unitsByValue.size() < 2) {
      return Answer.unknown(Reason.NO_VARIANCE, "all units are alike before exposure");
    }
    long units = arms.stream().mapToLong(Sample::n).sum();
    double logChance =
        unitsByValue.values().stream().mapToDouble(n -> Gamma.logGamma(n + 1.0)).sum()
            - Gamma.logGamma(units + 1.0);
    return Answer.of(
        new TestResult(Double.POSITIVE_INFINITY, Math.exp(logChance), unitsByValue.size() - 1));
  }

  /** The share of units seen in more than one arm. */
  public static Answer<Double> multipleExposure(long inSeveral, long units) {
    return units > 0
        ? Answer.of((double) inSeveral / units)
        : Answer.unknown(Reason.TOO_FEW_VALUES, "there are no units");
  }

  /**
   * Whether the effect changes with the days since exposure began: the weighted regression of daily
   * effects on the day, z of its slope. A positive effect that falls is novelty wearing off, one
   * that rises is primacy, people getting used to the change. Days must be independent: effects of
   * the units that were first exposed on each day, or of each day's events where users rarely come
   * back.
   */
  public static Answer<TestResult> trend(List<PartEffect> byDay) {
    if (byDay.size() < 3) {
      return Answer.unknown(Reason.TOO_FEW_VALUES, byDay.size() + " days have an effect");
    }
    double weights = 0;
    double days = 0;
    double effects = 0;
    for (int day = 0; day < byDay.size(); day++) {
      double weight = byDay.get(day).precision();
      weights += weight;
      days += weight * day;
      effects += weight * byDay.get(day).estimate();
    }
    double spread = 0;
    double product = 0;
    for (int day = 0; day < byDay.size(); day++) {
      double gap = day - days / weights;
      double weight = byDay.get(day).precision();
      spread += weight * gap * gap;
      product += weight * gap * (byDay.get(day).estimate() - effects / weights);
    }
    double z = product / Math.sqrt(spread);
    return Answer.of(new TestResult(z, Normal.twoSided(z), Double.POSITIVE_INFINITY));
  }

  /** Which way the effect goes with the days. */
  public enum Drift {
    NONE,
    /** It shrinks towards zero. */
    NOVELTY,
    /** It grows away from zero. */
    PRIMACY
  }

  /** {@link #trend} in a word, at this alpha. */
  public static Drift drift(List<PartEffect> byDay, double alpha) {
    TestResult trend = trend(byDay).known().orElse(null);
    if (trend == null || trend.pValue() > alpha) {
      return Drift.NONE;
    }
    double total = byDay.stream().mapToDouble(e -> e.estimate() * e.precision()).sum();
    return Math.signum(trend.statistic()) == Math.signum(total) ? Drift.PRIMACY : Drift.NOVELTY;
  }

  /**
   * Whether the effect depends on the day of the week: Cochran's Q over seven effects.
   *
   * @param byWeekday from Monday; fewer than seven where a weekday was not met
   */
  public static Answer<TestResult> weekdayCycle(List<PartEffect> byWeekday) {
    if (byWeekday.size() < 2) {
      return Answer.unknown(Reason.TOO_FEW_VALUES, byWeekday.size() + " weekdays have an effect");
    }
    double weights = byWeekday.stream().mapToDouble(PartEffect::precision).sum();
    double mean = byWeekday.stream().mapToDouble(e -> e.precision() * e.estimate()).sum() / weights;
    double q =
        byWeekday.stream()
            .mapToDouble(e -> e.precision() * (e.estimate() - mean) * (e.estimate() - mean))
            .sum();
    double df = byWeekday.size() - 1;
    return Answer.of(new TestResult(q, ChiSquared.upper(q, df), df));
  }

  /**
   * By how much the largest unit alone moves the arm's mean, in standard errors. Its square is that
   * unit's share of the variance, so that it is always below one; above one half, a quarter of the
   * variance hangs on one unit: cap the metric.
   */
  public static Answer<Double> outlierPull(Moments arm, double largest) {
    if (arm.count() < 2 || !(arm.variance(0) > 0)) {
      return Answer.unknown(Reason.NO_VARIANCE, "the arm's values do not differ");
    }
    double gap = (largest - arm.mean(0)) / arm.count();
    return Answer.of(gap / Math.sqrt(arm.variance(0) / arm.count()));
  }

  /**
   * How often a fixed-horizon test at alpha errs if it is looked at so many times, evenly spaced:
   * by random walk, exact for up to a few hundred looks. 5 % become 14 % with 5 looks, 19 % with
   * 10.
   */
  public static double errorOfPeeking(double alpha, int looks) {
    return PeekingError.of(Alternative.TWO_SIDED, alpha, looks);
  }

  /**
   * The chance that the final analysis would find the effect planned for, given what is there now
   * (conditional power; J. Lan and J. Wittes, Biometrics 44, 1988).
   *
   * @param z now: estimate over its standard error, positive towards the tested side
   * @param information share of the planned units, in (0, 1)
   * @param plannedZ expected z at the end if the planned effect is true
   * @param criticalZ bound at the end
   */
  public static double conditionalPower(
      double z, double information, double plannedZ, double criticalZ) {
    if (!(information > 0 && information < 1)) {
      throw new IllegalArgumentException("a share of information of " + information);
    }
    double left = 1 - information;
    return Normal.upper(
        (criticalZ - z * Math.sqrt(information) - plannedZ * left) / Math.sqrt(left));
  }
}
