package dev.headrace.decisions.experiments.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.core.stats.Answer;
import dev.headrace.core.stats.distribution.ChiSquared;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Few units and many covariates: that coefficients are estimated has its price. */
class SeveralCovariatesTest {
  private static final int RUNS = 4_000;

  /** A ratio over units of different sizes with covariates that explain half of it; no effect. */
  private static Moments arm(SplittableRandom random, int units, int covariates) {
    double[][] rows = new double[units][];
    for (int i = 0; i < units; i++) {
      rows[i] = unit(random, covariates);
    }
    return Moments.ofRows(2 + 2 * covariates, rows);
  }

  private static double[] unit(SplittableRandom random, int covariates) {
    double[] row = new double[2 + 2 * covariates];
    double size = 5 + random.nextInt(6);
    double told = 0;
    for (int c = 0; c < covariates; c++) {
      double x = random.nextGaussian();
      told += x;
      row[2 + 2 * c] = size * (10 + x);
      row[3 + 2 * c] = size;
    }
    double own = random.nextGaussian();
    row[0] = size * (10 + own + (covariates == 0 ? 0 : told / Math.sqrt(covariates)));
    row[1] = size;
    return row;
  }

  @ParameterizedTest
  @CsvSource({
    "40, 40, 0",
    "40, 40, 2",
    "40, 40, 5",
    "40, 40, 10",
    "60, 60, 10",
    "100, 100, 5",
    "360, 40, 5",
    "360, 40, 10",
    "40, 360, 10"
  })
  void testOfNoEffect_errsAtItsLevel(int units, int others, int covariates) {
    SplittableRandom random = new SplittableRandom(31 * units + covariates);
    MetricShape shape = new MetricShape.Ratio(covariates);
    for (Scale scale : Scale.values()) {
      Analysis analysis = Analysis.of(AnalysisSpec.of(new Method.WelchT()).withScale(scale), shape);
      int errors = 0;
      for (int run = 0; run < RUNS; run++) {
        Inference.Effect effect =
            (Inference.Effect)
                analysis
                    .compare(arm(random, units, covariates), arm(random, others, covariates))
                    .orThrow();
        errors += effect.pValue() <= 0.05 ? 1 : 0;
      }
      // Four standard errors of 4,000 runs.
      assertThat((double) errors / RUNS).as("%s", scale).isBetween(0.036, 0.064);
    }
  }

  @ParameterizedTest
  @CsvSource({"60, 60, 5", "60, 60, 10", "378, 42, 5", "378, 42, 10", "42, 378, 10"})
  void strataWithCovariates_errAtTheirLevel(int units, int others, int covariates) {
    SplittableRandom random = new SplittableRandom(17 * units + covariates);
    Analysis analysis =
        Analysis.of(AnalysisSpec.of(new Method.WelchT()), new MetricShape.Ratio(covariates));
    int errors = 0;
    for (int run = 0; run < RUNS; run++) {
      List<Analysis.Stratum> strata = new ArrayList<>();
      for (int stratum = 0; stratum < 3; stratum++) {
        strata.add(
            new Analysis.Stratum(
                arm(random, units / 3, covariates), arm(random, others / 3, covariates)));
      }
      Inference.Effect effect = (Inference.Effect) analysis.compareWithin(strata).orThrow();
      errors += effect.pValue() <= 0.05 ? 1 : 0;
    }
    assertThat((double) errors / RUNS).isBetween(0.036, 0.064);
  }

  /** Ten units that vary beside many that do not: their variance is known by nine degrees. */
  @Test
  void smallStratumThatVaries_errsAtItsLevel() {
    SplittableRandom random = new SplittableRandom(43);
    Analysis analysis =
        Analysis.of(
            AnalysisSpec.of(new Method.WelchT()).withScale(Scale.ABSOLUTE), MetricShape.mean());
    int errors = 0;
    for (int run = 0; run < 2 * RUNS; run++) {
      List<Analysis.Stratum> strata =
          List.of(
              new Analysis.Stratum(values(random, 190, 100, 30), values(random, 10, 100, 30)),
              new Analysis.Stratum(values(random, 1_900, 20, 1), values(random, 100, 20, 1)));
      Inference.Effect effect = (Inference.Effect) analysis.compareWithin(strata).orThrow();
      errors += effect.pValue() <= 0.05 ? 1 : 0;
    }
    assertThat(errors / (2.0 * RUNS)).isBetween(0.04, 0.06);
  }

  private static Moments values(SplittableRandom random, int units, double mean, double sd) {
    double[][] rows = new double[units][];
    for (int i = 0; i < units; i++) {
      rows[i] = new double[] {mean + sd * random.nextGaussian()};
    }
    return Moments.ofRows(1, rows);
  }

  /** Of small parts, also of one covariate: differences between levels that there are not. */
  @ParameterizedTest
  @CsvSource({
    "20, 45, 0",
    "10, 45, 0",
    "10, 45, 1",
    "10, 45, 5",
    "20, 45, 1",
    "20, 45, 5",
    "10, 180, 5"
  })
  void equalityOfParts_errsAtItsLevel(int parts, int others, int covariates) {
    SplittableRandom random = new SplittableRandom(13 * parts + covariates);
    Analysis analysis =
        Analysis.of(
            AnalysisSpec.of(new Method.NormalZ()).withScale(Scale.ABSOLUTE),
            new MetricShape.Ratio(covariates));
    int errors = 0;
    for (int run = 0; run < RUNS; run++) {
      List<Analysis.Part> all = new ArrayList<>();
      for (int part = 0; part < parts; part++) {
        all.add(new Analysis.Part(arm(random, 45, covariates), arm(random, others, covariates)));
      }
      double weights = 0;
      double weighted = 0;
      double squares = 0;
      for (Answer<PartEffect> part : analysis.parts(all)) {
        PartEffect effect = part.orThrow();
        double weight = 1 / (effect.standardError() * effect.standardError());
        weights += weight;
        weighted += weight * effect.estimate();
        squares += weight * effect.estimate() * effect.estimate();
      }
      double statistic = squares - weighted * weighted / weights;
      errors += ChiSquared.upper(statistic, parts - 1) <= 0.05 ? 1 : 0;
    }
    assertThat((double) errors / RUNS).isBetween(0.036, 0.07);
  }

  @Test
  void asManyCovariatesAsUnits_areTooMany() {
    SplittableRandom random = new SplittableRandom(3);
    Answer<Inference> answer =
        Analysis.of(AnalysisSpec.of(new Method.WelchT()), new MetricShape.Ratio(10))
            .compare(arm(random, 6, 10), arm(random, 6, 10));

    assertThat(answer.toString()).contains("12 units are too few for 10 covariates");
  }
}
