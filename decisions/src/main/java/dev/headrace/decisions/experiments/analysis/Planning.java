package dev.headrace.decisions.experiments.analysis;

import dev.headrace.core.stats.Alternative;
import dev.headrace.core.stats.Answer;
import dev.headrace.core.stats.Answer.Reason;
import dev.headrace.core.stats.distribution.Normal;
import dev.headrace.core.stats.sequential.AsymptoticSequence;
import dev.headrace.core.stats.sequential.GroupSequential;
import dev.headrace.core.stats.sequential.NormalMixtureTest;
import dev.headrace.decisions.experiments.analysis.PlanSpec.Kind;
import dev.headrace.decisions.experiments.analysis.PlanSpec.Looks;
import java.util.function.DoubleUnaryOperator;

/**
 * Power, detectable effect, units and days, for relative effects and two arms out of several.
 *
 * <p>With n0 and n1 units in the two arms, m and v the baseline's mean and variance, r the relative
 * effect, and h the one that is to be refuted, the standard error is sqrt(v(r) / (n1 m²) + v (1 +
 * h)² / (n0 m²)); by the delta method r takes the place of h. Power is the chance that the test
 * rejects in the direction of the effect or, two-sided, in either.
 *
 * <p>For a sequence that may be watched all the time, power is that of the last look: one may also
 * stop earlier, so the true power is higher by some per cent. {@link #inflated} gives the other
 * convention in use, which pretends that the variance is larger.
 */
public final class Planning {
  private Planning() {}

  /**
   * Power with so many units.
   *
   * @param units in all arms together
   * @param effect relative, such as 0.05
   */
  public static double power(PlanSpec spec, double units, double effect) {
    double z = effect / standardError(spec, units, effect, 0);
    if (spec.looks() instanceof Looks.Groups(var looks)) {
      double towards = spec.alternative() == Alternative.LESS ? -z : z;
      double[] crossed = GroupSequential.crossing(looks, spec.alternative(), towards);
      return crossed[crossed.length - 1];
    }
    double critical = critical(spec, units);
    return switch (spec.alternative()) {
      case TWO_SIDED -> Normal.upper(critical - z) + Normal.lower(-critical - z);
      case GREATER -> Normal.upper(critical - z);
      case LESS -> Normal.lower(-critical - z);
    };
  }

  /**
   * The chance to show with so many units that a metric which is not moved is no worse than a
   * margin: that the worse end of its interval lies within it (a test of non-inferiority; D.
   * Schuirmann, J. Pharmacokinet. Biopharm. 15, 1987). With several looks, at the last one.
   *
   * @param limit relative: -0.02 where it may fall by 2 %, 0.02 where it may rise by as much
   */
  public static double powerWithin(PlanSpec spec, double units, double limit) {
    return Normal.lower(
        Math.abs(limit) / standardError(spec, units, 0, limit) - critical(spec, units));
  }

  /**
   * Units in all arms together that show with the wanted power that a metric which is not moved is
   * no worse than a margin.
   *
   * @return not rounded; unbounded where 1e15 do not
   */
  public static Answer<Double> unitsWithin(PlanSpec spec, double limit) {
    return fewest(
        spec,
        units -> powerWithin(spec, units, limit),
        "no number of units shows that it stays within " + limit);
  }

  /**
   * The chance to show that a metric nobody moves stays within {@code margin} to either side
   * (equivalence): either side fails as in {@link #powerWithin}, and never both.
   */
  public static double powerEquivalent(PlanSpec spec, double units, double margin) {
    return Math.max(0, powerWithin(spec, units, margin) + powerWithin(spec, units, -margin) - 1);
  }

  /** The fewest units for which that is the wanted power; as {@link #unitsWithin}. */
  public static Answer<Double> unitsEquivalent(PlanSpec spec, double margin) {
    return fewest(
        spec,
        units -> powerEquivalent(spec, units, margin),
        "no number of units shows that it differs by less than " + margin);
  }

  /**
   * Standard error of the relative effect, if it is {@code effect}, as a test of {@code hypothesis}
   * takes it.
   */
  public static double standardError(
      PlanSpec spec, double units, double effect, double hypothesis) {
    double ratio = 1 + (spec.relative() == RelativeInterval.DELTA ? effect : hypothesis);
    double kept = (1 - spec.varianceReduction()) * spec.designEffect();
    double treated = treatedVariance(spec, effect) * kept;
    double baseline = spec.variance() * kept;
    double square = spec.mean() * spec.mean();
    return Math.sqrt(
        (treated / spec.split().treatment() + baseline * ratio * ratio / spec.split().baseline())
            / (units * square));
  }

  private static double treatedVariance(PlanSpec spec, double effect) {
    if (spec.kind() == Kind.MEAN) {
      return spec.variance();
    }
    double share = Math.clamp(spec.mean() * (1 + effect), 0.0, 1.0);
    return share * (1 - share);
  }

  /** How many standard errors from zero an estimate must be to be significant. */
  public static double critical(PlanSpec spec, double units) {
    return switch (spec.looks()) {
      case Looks.Once() -> Normal.upperQuantile(spec.alternative().tailOf(spec.alpha()));
      case Looks.AnyTime(double tunedFor, double tunedAlpha) ->
          AsymptoticSequence.tunedFor(tunedFor, tunedAlpha, spec.alternative())
              .withAlpha(spec.alpha())
              .halfWidth(1, units * (spec.split().baseline() + spec.split().treatment()));
      case Looks.Mixture(double effectSd) -> {
        double se = standardError(spec, units, 0, 0);
        yield NormalMixtureTest.halfWidth(se, effectSd, spec.alpha(), spec.alternative()) / se;
      }
      case Looks.Groups(var looks) -> looks.getLast().criticalZ();
    };
  }

  /** The smallest effect upwards, or downwards for LESS, that is seen with the wanted power. */
  public static Answer<Double> detectable(PlanSpec spec, double units) {
    return detectable(spec, units, spec.alternative() != Alternative.LESS);
  }

  /**
   * The smallest relative effect to one side that is seen with the wanted power. A share that falls
   * has another variance than one that rises. Unbounded where even an infinite one is not seen, or
   * downwards the loss of everything, because the noise is too large.
   */
  public static Answer<Double> detectable(PlanSpec spec, double units, boolean upwards) {
    double sign = upwards ? 1 : -1;
    double largest =
        spec.kind() == Kind.PROPORTION ? (sign > 0 ? 1 / spec.mean() - 1 : 1) : sign > 0 ? 1e6 : 1;
    DoubleUnaryOperator reached = size -> power(spec, units, sign * size);
    if (reached.applyAsDouble(largest) < spec.power()) {
      return Answer.unknown(
          Reason.UNBOUNDED, (long) units + " units show no effect with power " + spec.power());
    }
    double low = 0;
    double high = 1e-12;
    while (reached.applyAsDouble(high) < spec.power()) {
      low = high;
      high = Math.min(largest, 2 * high);
    }
    for (int i = 0; i < 100 && high - low > 1e-15 * high; i++) {
      double middle = (low + high) / 2;
      if (reached.applyAsDouble(middle) < spec.power()) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return Answer.of(sign * high);
  }

  /**
   * Units in all arms together that show {@code effect} with the wanted power.
   *
   * @return not rounded; unbounded where 1e15 do not
   */
  public static Answer<Double> units(PlanSpec spec, double effect) {
    return fewest(
        spec,
        units -> power(spec, units, effect),
        "no number of units shows an effect of " + effect);
  }

  private static Answer<Double> fewest(
      PlanSpec spec, DoubleUnaryOperator reached, String otherwise) {
    double high = 2 / Math.min(spec.split().baseline(), spec.split().treatment());
    while (reached.applyAsDouble(high) < spec.power()) {
      high *= 2;
      if (high > 1e15) {
        return Answer.unknown(Reason.UNBOUNDED, otherwise);
      }
    }
    double low = high / 2;
    for (int i = 0; i < 100 && high - low > 1e-12 * high; i++) {
      double middle = (low + high) / 2;
      if (reached.applyAsDouble(middle) < spec.power()) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return Answer.of(high);
  }

  /**
   * Whole days until {@code units} have been seen.
   *
   * @param unitsPerDay new units in all arms, above 0
   * @param leastDays so that every weekday is met: 7 or 14
   */
  public static long days(double units, double unitsPerDay, long leastDays) {
    if (!(unitsPerDay > 0)) {
      throw new IllegalArgumentException(unitsPerDay + " units per day");
    }
    return Math.max(leastDays, (long) Math.ceil(units / unitsPerDay));
  }

  /**
   * A plan for one look whose variance is enlarged by (sequential critical value / ordinary one)²:
   * how some planners account for a sequence. It understates power below one half and overstates it
   * above; {@link #power} does neither.
   */
  public static PlanSpec inflated(PlanSpec spec, double units) {
    double ordinary = Normal.upperQuantile(spec.alternative().tailOf(spec.alpha()));
    double factor = critical(spec, units) / ordinary;
    return spec.withLooks(new Looks.Once()).withDesignEffect(spec.designEffect() * factor * factor);
  }
}
