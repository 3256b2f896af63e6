package dev.headrace.decisions.experiments.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.headrace.core.stats.Answer;
import dev.headrace.core.stats.Arithmetic;
import dev.headrace.core.stats.multiple.Correction;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The mean basket of thousands of visitors, of whom a handful bought: they are its units. */
class FewBuyersTest {
  private static final int RUNS = 4_000;

  /** The same ratio, as a metric of rows and as arithmetic over two metrics. */
  private static final List<MetricShape> SHAPES =
      List.of(
          MetricShape.ratio(),
          new MetricShape.Combination(
              2, Arithmetic.ratio(new Arithmetic.Quantity(0), new Arithmetic.Quantity(1)), 0));

  /** Amounts and purchases per unit; nothing differs between arms. */
  private static Moments visitors(SplittableRandom random, int units, double share) {
    double[][] rows = new double[units][];
    for (int i = 0; i < units; i++) {
      int purchases = random.nextDouble() < share ? 1 + random.nextInt(2) : 0;
      double amount = 0;
      for (int purchase = 0; purchase < purchases; purchase++) {
        amount += 50 + 15 * random.nextGaussian();
      }
      rows[i] = new double[] {amount, purchases};
    }
    return Moments.ofRows(MetricShape.ratio(), rows);
  }

  @ParameterizedTest
  @CsvSource({"2000, 10", "2000, 20", "2000, 40", "500, 20"})
  void testOfNoEffect_errsAtItsLevel(int units, int buyers) {
    for (MetricShape shape : SHAPES) {
      SplittableRandom random = new SplittableRandom(11 * buyers + units);
      Analysis analysis = Analysis.of(AnalysisSpec.of(new Method.WelchT()), shape);
      double share = (double) buyers / units;
      int errors = 0;
      for (int run = 0; run < RUNS; run++) {
        Answer<Inference> told =
            analysis.compare(visitors(random, units, share), visitors(random, units, share));
        // Of one buyer nothing is told.
        errors +=
            told.known().filter(e -> ((Inference.Effect) e).pValue() <= 0.05).isPresent() ? 1 : 0;
      }
      // Four standard errors of 4,000 runs.
      assertThat((double) errors / RUNS).as("%s", shape).isBetween(0.036, 0.064);
    }
  }

  @Test
  void strata_errAtTheirLevel() {
    SplittableRandom random = new SplittableRandom(5);
    Analysis analysis = Analysis.of(AnalysisSpec.of(new Method.WelchT()), MetricShape.ratio());
    int errors = 0;
    for (int run = 0; run < RUNS; run++) {
      List<Analysis.Stratum> strata = new ArrayList<>();
      for (int stratum = 0; stratum < 3; stratum++) {
        strata.add(new Analysis.Stratum(visitors(random, 500, 0.01), visitors(random, 500, 0.01)));
      }
      Inference told = analysis.compareWithin(strata).orThrow();
      errors += ((Inference.Effect) told).pValue() <= 0.05 ? 1 : 0;
    }
    assertThat((double) errors / RUNS).isBetween(0.03, 0.064);
  }

  /** Levels of which forty of either arm bought, as few as have a say. */
  @ParameterizedTest
  @CsvSource({"200, 0.2", "800, 0.05"})
  void equalityOfLevels_errsAtItsLevel(int units, double share) {
    for (Scale scale : Scale.values()) {
      SplittableRandom random = new SplittableRandom(units);
      Analysis analysis =
          Analysis.of(AnalysisSpec.of(new Method.NormalZ()).withScale(scale), MetricShape.ratio());
      int errors = 0;
      for (int run = 0; run < RUNS / 4; run++) {
        List<Analysis.Part> parts = new ArrayList<>();
        for (int part = 0; part < 10; part++) {
          parts.add(
              new Analysis.Part(visitors(random, units, share), visitors(random, units, share)));
        }
        Map<String, Answer<PartEffect>> levels = new LinkedHashMap<>();
        analysis.parts(parts).forEach(effect -> levels.put("level " + levels.size(), effect));
        double p = Heterogeneity.of(levels, Correction.HOLM).equality().orThrow().pValue();
        errors += p <= 0.05 ? 1 : 0;
      }
      // Four standard errors of 1,000 runs.
      assertThat(errors / (RUNS / 4.0)).as("%s", scale).isBetween(0.022, 0.078);
    }
  }

  /** Visitors who did not buy change nothing: it is Welch's test of the buyers' amounts. */
  @Test
  void oneRowEach_isWelchsTestOfThoseWithARow() {
    SplittableRandom random = new SplittableRandom(2);
    double[][] rows = new double[900][];
    double[][] values = new double[14][];
    List<Moments> ratios = new ArrayList<>();
    List<Moments> means = new ArrayList<>();
    for (int arm = 0; arm < 2; arm++) {
      for (int i = 0; i < rows.length; i++) {
        double amount = 50 + arm * 10 + 15 * random.nextGaussian();
        rows[i] = i < values.length ? new double[] {amount, 1} : new double[] {0, 0};
        if (i < values.length) {
          values[i] = new double[] {amount};
        }
      }
      ratios.add(Moments.ofRows(MetricShape.ratio(), rows));
      means.add(Moments.ofRows(1, values));
    }
    Analysis ofRatios = Analysis.of(AnalysisSpec.of(new Method.WelchT()), MetricShape.ratio());
    Analysis ofMeans = Analysis.of(AnalysisSpec.of(new Method.WelchT()), MetricShape.mean());
    Inference.Effect ratio =
        (Inference.Effect) ofRatios.compare(ratios.get(0), ratios.get(1)).orThrow();
    Inference.Effect mean =
        (Inference.Effect) ofMeans.compare(means.get(0), means.get(1)).orThrow();

    assertThat(ratio.degreesOfFreedom()).isCloseTo(mean.degreesOfFreedom(), within(1e-9));
    assertThat(ratio.pValue()).isCloseTo(mean.pValue(), within(1e-10));
    assertThat(ratio.interval().lower()).isCloseTo(mean.interval().lower(), within(1e-10));
    assertThat(ofRatios.informative(ratios.getFirst())).isEqualTo(14);
  }

  /** Of sales less refunds per visitor, those without either are values like others. */
  @Test
  void differenceOfMeans_isOfAllUnits() {
    SplittableRandom random = new SplittableRandom(4);
    MetricShape difference =
        new MetricShape.Combination(
            2,
            new Arithmetic.Operation(
                Arithmetic.Operator.MINUS, new Arithmetic.Quantity(0), new Arithmetic.Quantity(1)),
            0);
    Moments arm = visitors(random, 1_000, 0.02);
    Analysis analysis = Analysis.of(AnalysisSpec.of(new Method.WelchT()), difference);

    assertThat(arm.informative()).isLessThan(100);
    assertThat(analysis.informative(arm)).isEqualTo(1_000);
  }

  @Test
  void oneBuyer_isTooFew() {
    MetricShape ratio = MetricShape.ratio();
    Moments one = Moments.ofRows(ratio, new double[][] {{0, 0}, {30, 1}, {0, 0}});
    Moments two = Moments.ofRows(ratio, new double[][] {{20, 1}, {30, 1}, {0, 0}});

    assertThat(
            Analysis.of(AnalysisSpec.of(new Method.WelchT()), ratio).compare(two, one).toString())
        .contains("2 and 1 units of the arms have a value, at least 2 are needed");
  }
}
