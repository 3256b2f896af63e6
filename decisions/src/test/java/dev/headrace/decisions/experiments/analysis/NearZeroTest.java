package dev.headrace.decisions.experiments.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.headrace.core.stats.Answer;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearZeroTest {
  private static final int RUNS = 40_000;
  private static final AnalysisSpec RELATIVE =
      AnalysisSpec.of(new Method.NormalZ()).withRelative(RelativeInterval.DELTA);

  /** A quarter of the units in the baseline, no effect: why nothing is said below three. */
  @ParameterizedTest
  @CsvSource({"1, 0.14", "2, 0.10", "3, 0.08", "5, 0.06", "20, 0.05"})
  void relativeTests_errMoreTheNearerTheBaselineIsToZero(double away, double expected) {
    SplittableRandom random = new SplittableRandom(17);
    int errors = 0;
    for (int run = 0; run < RUNS; run++) {
      double baseline = away + random.nextGaussian();
      double treatment = away + random.nextGaussian() / Math.sqrt(3);
      double ratio = treatment / baseline;
      double error = Math.sqrt(1.0 / 3 + ratio * ratio) / Math.abs(baseline);
      errors += Math.abs(ratio - 1) > 1.959964 * error ? 1 : 0;
    }
    assertThat((double) errors / RUNS).isCloseTo(expected, within(0.01));
  }

  @Test
  void effect_ofABaselineNearZero_isUnknownWithTheReason() {
    Answer<Inference> answer = guarded(0.3, RELATIVE);

    assertThat(answer)
        .isEqualTo(
            Answer.unknown(
                Answer.Reason.ZERO_BASELINE,
                "the baseline 0.3000 has a standard error of 0.1005: too near zero to divide by, say"
                    + " 'effect: absolute'"));
  }

  @Test
  void effect_thatDividesByNothing_orByEnough_isTold() {
    assertThat(guarded(0.31, RELATIVE).known()).isPresent();
    assertThat(guarded(-0.31, RELATIVE).known()).isPresent();
    assertThat(guarded(0.3, RELATIVE.withScale(Scale.ABSOLUTE)).known()).isPresent();
    // Fieller's interval has its own, which asks for less.
    assertThat(guarded(0.25, RELATIVE.withRelative(RelativeInterval.FIELLER)).known()).isPresent();
  }

  private static Answer<Inference> guarded(double mean, AnalysisSpec spec) {
    Moments baseline = spread(100, mean);
    Analysis analysis = Analysis.of(spec, MetricShape.mean());
    return NearZero.guarded(
        analysis.compare(baseline, spread(300, mean)), analysis.summarize(baseline), spec);
  }

  /** Values one below and one above a mean. */
  private static Moments spread(int units, double mean) {
    return Moments.ofSums(units, units * mean, units * (mean * mean + 1));
  }
}
