package dev.headrace.core.stats.sequential;

import dev.headrace.core.stats.Alternative;

/**
 * The mixture sequential probability ratio test of an estimate that is normal with known standard
 * error: effects are mixed over a normal distribution around zero.
 *
 * <p>H. Robbins, "Statistical methods related to the law of the iterated logarithm", Ann. Math.
 * Stat. 41 (1970); R. Johari, P. Koomen, L. Pekelis and D. Walsh, "Always valid inference",
 * Operations Research 70 (2022). With V = standard error² and tau the mixture's sd:
 *
 * <p>Lambda = sqrt(V / (V + tau²)) exp(estimate² tau² / (2 V (V + tau²))); p = min(1, 1 / Lambda).
 * One side mixes over a half normal, which at most doubles Lambda: p = 1 / (2 (Lambda - sqrt(V / (V
 * + tau²)))).
 *
 * <p>Unlike {@link AsymptoticSequence} it is tuned by the size of effects one expects, and so by
 * nothing that depends on traffic.
 */
public final class NormalMixtureTest {
  private NormalMixtureTest() {}

  /** Always-valid p-value at this look; the smallest of all looks so far is valid, too. */
  public static double pValue(
      double estimate, double standardError, double tau, Alternative alternative) {
    double v = standardError * standardError;
    double shrink = Math.sqrt(v / (v + tau * tau));
    double exponent = estimate * estimate * tau * tau / (2 * v * (v + tau * tau));
    return switch (alternative) {
      case TWO_SIDED -> Math.min(1, Math.exp(-exponent) / shrink);
      case GREATER -> estimate <= 0 ? 1 : Math.min(1, 0.5 / (shrink * Math.expm1(exponent)));
      case LESS -> estimate >= 0 ? 1 : Math.min(1, 0.5 / (shrink * Math.expm1(exponent)));
    };
  }

  /** Half the width of the confidence sequence at this look. */
  public static double halfWidth(
      double standardError, double tau, double alpha, Alternative alternative) {
    double v = standardError * standardError;
    double spread = v + tau * tau;
    double log =
        alternative == Alternative.TWO_SIDED
            ? 0.5 * Math.log(spread / v) - Math.log(alpha)
            : Math.log1p(Math.sqrt(spread / v) / (2 * alpha));
    return Math.sqrt(2 * v * spread / (tau * tau) * log);
  }
}
