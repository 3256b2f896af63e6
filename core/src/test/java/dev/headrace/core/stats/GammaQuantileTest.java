package dev.headrace.core.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.headrace.core.stats.distribution.GammaDistribution;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Of shapes near zero most of the distribution lies where numbers have no digits left. */
class GammaQuantileTest {
  /** By mpmath 1.3 with 40 digits: the root of log P(shape, x) = log p. */
  @ParameterizedTest
  @CsvSource({
    "0.0107, 0.088, 1.27832524973461687e-99",
    "0.05, 0.001, 5.84463205728649968e-61",
    "0.02, 0.5, 5.0686676564801789e-16",
    "0.09, 0.3, 9.34056082371844634e-7"
  })
  void quantile_ofASmallShape(double shape, double p, double expected) {
    assertThat(GammaDistribution.quantile(p, shape)).isCloseTo(expected, withinPercentage(1e-10));
  }
}
