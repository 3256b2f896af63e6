package dev.headrace.decisions.experiments.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.headrace.core.stats.Alternative;
import dev.headrace.core.stats.Answer;
import dev.headrace.core.stats.Answer.Reason;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class AnalysisTest {
  private static final AnalysisSpec WELCH = AnalysisSpec.of(new Method.WelchT());

  private static Reason reason(Answer<Inference> answer) {
    return ((Answer.Unknown<Inference>) answer).reason();
  }

  private static Answer<Inference> compare(Moments a, Moments b) {
    return Analysis.of(WELCH, MetricShape.mean()).compare(a, b);
  }

  @Test
  void whatDataDoNotGive_hasAReasonAndNeverNaN() {
    Moments fine = Moments.ofValues(1, 2, 3, 4);
    assertThat(reason(compare(fine, Moments.empty(1)))).isEqualTo(Reason.TOO_FEW_VALUES);
    assertThat(reason(compare(fine, Moments.ofValues(7)))).isEqualTo(Reason.TOO_FEW_VALUES);
    assertThat(reason(compare(fine, Moments.ofValues(7, 7, 7)))).isEqualTo(Reason.NO_VARIANCE);
    assertThat(reason(compare(Moments.ofValues(-1, 1), fine))).isEqualTo(Reason.ZERO_BASELINE);
    assertThat(
            reason(compare(fine, Moments.ofMeans(5, new double[] {1 / 0.0}, new double[][] {{1}}))))
        .isEqualTo(Reason.NOT_FINITE);
    assertThat(reason(compare(fine, Moments.empty(3)))).isEqualTo(Reason.NOT_APPLICABLE);
    Moments noDenominator = Moments.ofRows(2, new double[] {1, 0}, new double[] {2, 0});
    assertThat(
            reason(Analysis.of(WELCH, MetricShape.ratio()).compare(noDenominator, noDenominator)))
        .isEqualTo(Reason.ZERO_DENOMINATOR);
    assertThat(
            reason(
                Analysis.of(WELCH, MetricShape.quantile())
                    .compare(
                        new QuantileMoments(20, 0.99, 5, 4, 6),
                        new QuantileMoments(20, 0.99, 5, 4, 6))))
        .isEqualTo(Reason.TOO_FEW_VALUES);
    assertThat(
            reason(
                Analysis.of(WELCH, MetricShape.quantile())
                    .compare(
                        new QuantileMoments(900, 0.5, 5, 5, 5),
                        new QuantileMoments(900, 0.5, 5, 4, 6))))
        .isEqualTo(Reason.NO_VARIANCE);
  }

  /** What rounding leaves of terms that cancel is no variance, and makes no effect significant. */
  @Test
  void whatIsTheSameForEveryUnit_hasNoVariance() {
    SplittableRandom random = new SplittableRandom(3);
    for (int world = 0; world < 200; world++) {
      double price = 0.1 * (1 + random.nextInt(90));
      double other = price + 1e-9;
      assertThat(
              reason(
                  Analysis.of(WELCH, MetricShape.ratio())
                      .compare(priced(random, price), priced(random, other))))
          .isEqualTo(Reason.NO_VARIANCE);
      // A metric that the time before exposure tells wholly.
      assertThat(
              reason(
                  Analysis.of(WELCH, new MetricShape.Mean(1))
                      .compare(priced(random, price), priced(random, price))))
          .isEqualTo(Reason.NO_VARIANCE);
    }
  }

  /** Units with some pieces each, all at one price. */
  private static Moments priced(SplittableRandom random, double price) {
    double[][] rows = new double[50 + random.nextInt(200)][];
    for (int i = 0; i < rows.length; i++) {
      int pieces = 1 + random.nextInt(9);
      rows[i] = new double[] {price * pieces, pieces};
    }
    return Moments.ofRows(2, rows);
  }

  @Test
  void analyze_keepsTheOrderOfArmsAndRefusesAnUnknownBaseline() {
    Map<String, Moments> arms = new LinkedHashMap<>();
    arms.put("b", Moments.ofValues(1, 2, 3));
    arms.put("control", Moments.ofValues(2, 3, 5));
    arms.put("a", Moments.empty(1));
    MetricResult result = Analysis.of(WELCH, MetricShape.mean()).analyze("control", arms);
    assertThat(result.arms().keySet()).containsExactly("b", "control", "a");
    assertThat(result.effects().keySet()).containsExactly("b", "a");
    assertThat(result.arms().get("a").value()).isInstanceOf(Answer.Unknown.class);
    assertThatThrownBy(() -> Analysis.of(WELCH, MetricShape.mean()).analyze("x", arms))
        .hasMessageContaining("the baseline x is none of [b, control, a]");
  }

  /** A defect of the reference: it takes an absolute prior for a relative one. */
  @Test
  void absolutePrior_isChangedToTheScaleOfARelativeAnalysis() {
    Moments a = Moments.ofSums(100, 1_000, 11_000);
    Moments b = Moments.ofSums(100, 1_030, 11_700);
    Inference relative = posterior(a, b, new Method.Prior(0, 0.05, Scale.RELATIVE));
    Inference absolute = posterior(a, b, new Method.Prior(0, 0.5, Scale.ABSOLUTE));
    assertThat(absolute).isEqualTo(relative);
    assertThat(posterior(a, b, new Method.Prior(0, 0.05, Scale.ABSOLUTE)).estimate())
        .isLessThan(relative.estimate());
  }

  private static Inference posterior(Moments a, Moments b, Method.Prior prior) {
    return Analysis.of(AnalysisSpec.of(new Method.Bayes(prior)), MetricShape.mean())
        .compare(a, b)
        .orThrow();
  }

  /** A defect of the reference: what no test covers there, clustering, is the code's factor. */
  @Test
  void quantileOfClusters_isWidenedByTheirDesignEffect() {
    SplittableRandom random = new SplittableRandom(5);
    double[][] clusters = new double[400][];
    for (int i = 0; i < clusters.length; i++) {
      boolean low = random.nextBoolean();
      clusters[i] = new double[] {low ? 10 : 0, 10}; // All ten observations on one side.
    }
    QuantileMoments plain = new QuantileMoments(4_000, 0.5, 5, 4.9, 5.1);
    QuantileMoments clustered =
        new QuantileMoments(4_000, 0.5, 5, 4.9, 5.1, 4_000, Moments.ofRows(2, clusters));
    assertThat(clustered.designEffect()).isCloseTo(10, within(0.2));
    assertThat(clustered.varianceOfEstimate())
        .isCloseTo(plain.varianceOfEstimate() * clustered.designEffect(), within(1e-12));
  }

  /** Two covariates take away what the regression on both explains; a copy of one adds nothing. */
  @Test
  void severalCovariates_reduceVarianceAsTheRegressionSays() {
    SplittableRandom random = new SplittableRandom(7);
    double[][] a = covariates(random);
    double[][] b = covariates(random);
    Inference two =
        Analysis.of(WELCH, new MetricShape.Mean(2))
            .compare(Moments.ofRows(3, a), Moments.ofRows(3, b))
            .orThrow();
    // y = x1 + x2 + noise, all of variance 1: two thirds are explained, one third by either.
    assertThat(two.varianceReduction()).isCloseTo(2 / 3.0, within(0.02));
    Inference one =
        Analysis.of(WELCH, new MetricShape.Mean(1))
            .compare(Moments.ofRows(2, a), Moments.ofRows(2, b))
            .orThrow();
    assertThat(one.varianceReduction()).isCloseTo(1 / 3.0, within(0.03));
    Inference copied =
        Analysis.of(WELCH, new MetricShape.Mean(3))
            .compare(Moments.ofRows(4, withCopy(a)), Moments.ofRows(4, withCopy(b)))
            .orThrow();
    assertThat(copied.estimate()).isCloseTo(two.estimate(), within(1e-9));
    assertThat(copied.standardError()).isCloseTo(two.standardError(), within(1e-9));
  }

  private static double[][] withCopy(double[][] rows) {
    return Arrays.stream(rows)
        .map(row -> new double[] {row[0], row[1], 5 * row[1], row[2]})
        .toArray(double[][]::new);
  }

  private static double[][] covariates(SplittableRandom random) {
    double[][] rows = new double[4_000][];
    for (int i = 0; i < rows.length; i++) {
      double x1 = random.nextGaussian();
      double x2 = random.nextGaussian();
      rows[i] = new double[] {20 + x1 + x2 + random.nextGaussian(), x1, x2};
    }
    return rows;
  }

  @Test
  void fieller_isTheRatioWhoseDifferenceIsNotSignificant() {
    Moments a = Moments.ofValues(3, 5, 4, 6, 5, 4, 7);
    Moments b = Moments.ofValues(6, 5, 7, 8, 6, 5, 9);
    AnalysisSpec spec = AnalysisSpec.of(new Method.WelchT());
    Inference effect = Analysis.of(spec, MetricShape.mean()).compare(a, b).orThrow();
    for (double end : List.of(effect.interval().lower(), effect.interval().upper())) {
      Inference.Effect there =
          (Inference.Effect)
              Analysis.of(spec.withNullEffect(end), MetricShape.mean()).compare(a, b).orThrow();
      assertThat(there.pValue()).isCloseTo(0.05, within(1e-10));
    }
  }

  /** Signs turn round with the baseline's, and an alternative with them. */
  @Test
  void relativeEffect_ofANegativeBaselineRisesWhenTheValueRises() {
    Moments loss = Moments.ofValues(-10, -12, -11, -9, -8, -10);
    Moments smaller = Moments.ofValues(-5, -6, -4, -5, -6, -5);
    for (RelativeInterval relative : RelativeInterval.values()) {
      Inference.Effect effect =
          (Inference.Effect)
              Analysis.of(
                      WELCH.withRelative(relative).withAlternative(Alternative.GREATER),
                      MetricShape.mean())
                  .compare(loss, smaller)
                  .orThrow();
      assertThat(effect.estimate()).isCloseTo(0.48333, within(1e-4));
      assertThat(effect.pValue()).isLessThan(0.001);
      assertThat(effect.interval().lower()).isPositive();
      assertThat(effect.interval().upper()).isInfinite();
    }
  }

  @Test
  void oneStratum_isAWelchTest() {
    Moments a = Moments.ofValues(1, 4, 2, 6, 3);
    Moments b = Moments.ofValues(3, 5, 7, 4, 8, 6);
    Inference stratified =
        Analysis.of(WELCH, MetricShape.mean())
            .compareWithin(List.of(new Analysis.Stratum(a, b)))
            .orThrow();
    Inference plain = compare(a, b).orThrow();
    assertThat(stratified.estimate()).isCloseTo(plain.estimate(), within(1e-12));
    assertThat(stratified.standardError()).isCloseTo(plain.standardError(), within(1e-12));
  }

  /** A defect of the reference: arms of weight zero count there. */
  @Test
  void sampleRatio_leavesArmsOfWeightZeroOut() {
    double p =
        SampleRatio.test(new long[] {1_000, 1_200, 900}, new double[] {0.5, 0.5, 0})
            .orThrow()
            .pValue();
    assertThat(p).isCloseTo(2.0079e-5, within(1e-9));
    assertThat(SampleRatio.sequential(new long[] {1_000, 1_200, 900}, new double[] {0.5, 0.5, 0}))
        .isEqualTo(SampleRatio.sequential(new long[] {1_000, 1_200}, new double[] {1, 1}));
  }
}
