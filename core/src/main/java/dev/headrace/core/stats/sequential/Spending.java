package dev.headrace.core.stats.sequential;

import dev.headrace.core.stats.distribution.Normal;

/**
 * How much of alpha may be used up by the time that a share t of the planned information is there:
 * K. Lan and D. DeMets, "Discrete sequential boundaries for clinical trials", Biometrika 70 (1983).
 */
public sealed interface Spending {
  /** 2 (1 - Phi(z(alpha / 2) / sqrt(t))): next to nothing early, nearly all of alpha at the end. */
  record OBrienFleming() implements Spending {}

  /** alpha log(1 + (e - 1) t): about the same bound at each look. */
  record Pocock() implements Spending {}

  /**
   * alpha t^exponent (K. Kim and D. DeMets, Biometrika 74, 1987).
   *
   * @param exponent above 0; 1 is close to Pocock, 3 to O'Brien and Fleming
   */
  record Power(double exponent) implements Spending {
    public Power {
      if (!(exponent > 0 && exponent < Double.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException("a spending exponent of " + exponent);
      }
    }
  }

  /**
   * alpha (1 - exp(-gamma t)) / (1 - exp(-gamma)) (I. Hwang, W. Shih and J. De Cani, Stat. Med. 9,
   * 1990); gamma 0 spends evenly.
   */
  record HwangShihDeCani(double gamma) implements Spending {}

  /**
   * What may be spent until {@code t}.
   *
   * @param alpha of one side
   * @param t information so far over planned information, in (0, 1]
   */
  default double spent(double alpha, double t) {
    if (!(t > 0 && t <= 1)) {
      throw new IllegalArgumentException("a share of information of " + t);
    }
    return switch (this) {
      case OBrienFleming() -> 2 * Normal.upper(Normal.upperQuantile(alpha / 2) / Math.sqrt(t));
      case Pocock() -> alpha * Math.log1p((Math.E - 1) * t);
      case Power(double exponent) -> alpha * Math.pow(t, exponent);
      case HwangShihDeCani(double gamma) ->
          gamma == 0 ? alpha * t : alpha * Math.expm1(-gamma * t) / Math.expm1(-gamma);
    };
  }
}
