package dev.headrace.decisions.experiments.analysis;

import dev.headrace.core.stats.Answer;
import dev.headrace.core.stats.Answer.Reason;
import java.util.Locale;

/**
 * Whether a baseline is far enough from zero to be divided by the delta method, which takes it for
 * a number that hardly varies: of a quarter of the units, 3 standard errors from zero, tests of 5 %
 * err in 8 %, at 2 in 10 %, at 1 in 14 % (simulated, {@code NearZeroTest}).
 */
public final class NearZero {
  /** Standard errors of the baseline within which nothing is said of relative effects. */
  public static final double UNKNOWN = 3;

  /** Those within which what is said may be wrong more often than it tells. */
  public static final double DOUBTFUL = 5;

  private NearZero() {}

  /**
   * The effect, unless it is relative to a baseline that may as well be zero. Fieller's interval
   * has no end there, and its test does not divide.
   *
   * @param baseline the arm that effects are relative to
   */
  public static Answer<Inference> guarded(
      Answer<Inference> effect, ArmSummary baseline, AnalysisSpec spec) {
    return spec.isByFieller() ? effect : guarded(effect, baseline, spec.scale());
  }

  /** The same of an effect by any other method. */
  public static Answer<Inference> guarded(
      Answer<Inference> effect, ArmSummary baseline, Scale scale) {
    if (scale == Scale.ABSOLUTE) {
      return effect;
    }
    boolean near = baseline.distanceFromZero().known().filter(away -> away < UNKNOWN).isPresent();
    return near && effect.known().isPresent()
        ? Answer.unknown(
            Reason.ZERO_BASELINE,
            String.format(
                Locale.ROOT,
                "the baseline %.4g has a standard error of %.4g: too near zero to divide by, say"
                    + " 'effect: absolute'",
                baseline.value().orThrow(),
                baseline.standardError().orThrow()))
        : effect;
  }
}
