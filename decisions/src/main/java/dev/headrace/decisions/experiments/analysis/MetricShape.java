package dev.headrace.decisions.experiments.analysis;

import dev.headrace.core.stats.Arithmetic;

/** What the columns of {@link Moments} mean. */
public sealed interface MetricShape {
  /**
   * A mean per unit.
   *
   * @param covariates columns known before exposure that follow it
   */
  record Mean(int covariates) implements MetricShape {}

  /**
   * A share of units: zeros and ones. Its variance is p (1 - p), so that counts alone give it.
   *
   * @param covariates columns of zeros and ones known before exposure that follow it
   */
  record Proportion(int covariates) implements MetricShape {}

  /**
   * The sum of one column over the sum of another, such as clicks per impression, where units are
   * users. Also every metric of clustered units.
   *
   * @param covariates pairs of numerator and denominator known before exposure that follow it; a
   *     plain covariate is a pair with the denominator 1
   */
  record Ratio(int covariates) implements MetricShape {}

  /**
   * Arithmetic over the means of several columns, such as (sales - refunds) / visits.
   *
   * @param inputs how many columns it is made of
   * @param formula its quantities are these columns' means
   * @param covariates as many columns known before exposure follow for each; the same formula of
   *     them is the covariate
   */
  record Combination(int inputs, Arithmetic formula, int covariates) implements MetricShape {}

  /** A quantile; its statistics are {@link QuantileMoments}. */
  record Quantile() implements MetricShape {}

  static MetricShape mean() {
    return new Mean(0);
  }

  static MetricShape proportion() {
    return new Proportion(0);
  }

  static MetricShape ratio() {
    return new Ratio(0);
  }

  static MetricShape quantile() {
    return new Quantile();
  }

  /** The columns that the metric itself is made of. */
  default int inputs() {
    return switch (this) {
      case Mean _, Proportion _ -> 1;
      case Ratio _ -> 2;
      case Combination(int inputs, Arithmetic _, int _) -> inputs;
      case Quantile() -> 0;
    };
  }

  /** Columns that {@link Moments} of this shape have; 0 for quantiles. */
  default int columns() {
    return switch (this) {
      case Mean(int covariates) -> 1 + covariates;
      case Proportion(int covariates) -> 1 + covariates;
      case Ratio(int covariates) -> 2 + 2 * covariates;
      case Combination(int inputs, Arithmetic _, int covariates) -> inputs * (1 + covariates);
      case Quantile() -> 0;
    };
  }
}
