package dev.headrace.decisions.experiments.analysis;

/**
 * The effect of one part of the units, such as a level of a dimension or a weekday, for tests of
 * whether all parts have the same.
 *
 * @param standardError of the estimate if they have, above 0
 */
public record PartEffect(double estimate, double standardError) {
  public PartEffect {
    if (!(standardError > 0)) {
      throw new IllegalArgumentException("a standard error of " + standardError);
    }
  }

  /** What the estimate weighs. */
  double precision() {
    return 1 / (standardError * standardError);
  }
}
