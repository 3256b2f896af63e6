package dev.headrace.core.stats.hypothesis;

/**
 * What a test says.
 *
 * @param statistic in the test's own unit: t, z, U, chi-squared …
 * @param pValue in [0, 1]
 * @param degreesOfFreedom of the reference distribution; infinite where it has none
 */
public record TestResult(double statistic, double pValue, double degreesOfFreedom) {
  public TestResult {
    if (!(pValue >= 0 && pValue <= 1)) {
      throw new IllegalArgumentException("a p-value of " + pValue);
    }
  }
}
