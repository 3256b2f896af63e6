package dev.headrace.decisions.experiments.analysis;

import dev.headrace.core.stats.Alternative;

/**
 * What to compute.
 *
 * @param method how uncertainty is judged
 * @param alpha of the test, in (0, 1); what a sequence is tuned for
 * @param intervalAlpha intervals have the level 1 - this, in (0, 1): alpha, unless they are told
 *     together with others, or with a corrected p-value. The bound of a {@link
 *     Method.GroupSequentialLook} is its own affair
 * @param alternative what is held against "no more than {@code nullEffect}"
 * @param scale of effects, and of {@code nullEffect}
 * @param relative how relative effects are judged
 * @param nullEffect the effect that is to be refuted: 0, or minus the margin of a non-inferiority
 *     test
 * @param adjustment whether covariates are used, where the metric has some
 */
public record AnalysisSpec(
    Method method,
    double alpha,
    double intervalAlpha,
    Alternative alternative,
    Scale scale,
    RelativeInterval relative,
    double nullEffect,
    Adjustment adjustment) {
  /** What is done with covariates. */
  public enum Adjustment {
    /** They are ignored. */
    NONE,
    /** A. Deng et al., "Improving the sensitivity of online controlled experiments", WSDM 2013. */
    CUPED
  }

  public AnalysisSpec {
    if (!(alpha > 0 && alpha < 1)) {
      throw new IllegalArgumentException("an alpha of " + alpha);
    }
    if (!(intervalAlpha > 0 && intervalAlpha < 1)) {
      throw new IllegalArgumentException("an alpha of intervals of " + intervalAlpha);
    }
    if (!Double.isFinite(nullEffect)) {
      throw new IllegalArgumentException("a null effect of " + nullEffect);
    }
  }

  /** Two-sided at 5 %, relative, with covariates where there are some. */
  public static AnalysisSpec of(Method method) {
    return new AnalysisSpec(
        method,
        0.05,
        0.05,
        Alternative.TWO_SIDED,
        Scale.RELATIVE,
        RelativeInterval.FIELLER,
        0,
        Adjustment.CUPED);
  }

  /** A test and intervals of this alpha. */
  public AnalysisSpec withAlpha(double alpha) {
    return new AnalysisSpec(
        method, alpha, alpha, alternative, scale, relative, nullEffect, adjustment);
  }

  /** The same test with intervals of another level. */
  public AnalysisSpec withIntervalAlpha(double intervalAlpha) {
    return new AnalysisSpec(
        method, alpha, intervalAlpha, alternative, scale, relative, nullEffect, adjustment);
  }

  public AnalysisSpec withAlternative(Alternative alternative) {
    return new AnalysisSpec(
        method, alpha, intervalAlpha, alternative, scale, relative, nullEffect, adjustment);
  }

  public AnalysisSpec withMethod(Method method) {
    return new AnalysisSpec(
        method, alpha, intervalAlpha, alternative, scale, relative, nullEffect, adjustment);
  }

  public AnalysisSpec withScale(Scale scale) {
    return new AnalysisSpec(
        method, alpha, intervalAlpha, alternative, scale, relative, nullEffect, adjustment);
  }

  public AnalysisSpec withRelative(RelativeInterval relative) {
    return new AnalysisSpec(
        method, alpha, intervalAlpha, alternative, scale, relative, nullEffect, adjustment);
  }

  public AnalysisSpec withNullEffect(double nullEffect) {
    return new AnalysisSpec(
        method, alpha, intervalAlpha, alternative, scale, relative, nullEffect, adjustment);
  }

  public AnalysisSpec withAdjustment(Adjustment adjustment) {
    return new AnalysisSpec(
        method, alpha, intervalAlpha, alternative, scale, relative, nullEffect, adjustment);
  }

  /** Whether effects are told by Fieller's theorem. */
  boolean isByFieller() {
    return scale == Scale.RELATIVE && relative == RelativeInterval.FIELLER;
  }
}
