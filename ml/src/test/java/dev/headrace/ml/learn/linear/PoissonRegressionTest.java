package dev.headrace.ml.learn.linear;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.headrace.ml.learn.Blocks;
import dev.headrace.ml.learn.Reference;
import dev.headrace.ml.learn.frame.Design;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Held to statsmodels, and under a penalty to scikit-learn. */
class PoissonRegressionTest {
  private final Blocks blocks = Blocks.read();
  private final JsonNode figures = Reference.figures("classifiers.json").path("poisson");
  private final double[] counts =
      Arrays.stream(blocks.value()).map(value -> Math.floor(value / 10_000)).toArray();

  private static void same(List<LogisticRegression.Estimate> told, double[] params, double[] bse) {
    for (int j = 0; j < params.length; j++) {
      assertThat(told.get(j).estimate()).isCloseTo(params[j], within(1e-9));
      assertThat(told.get(j).standardError()).isCloseTo(bse[j], within(1e-9));
    }
  }

  @Test
  void coefficientsAndErrors_areThoseOfStatsmodels() {
    PoissonRegression.Fit fit = PoissonRegression.fit(blocks.design(), counts, blocks.ones(), 0);
    List<LogisticRegression.Estimate> told = fit.inference().orElseThrow();
    same(told, Reference.numbers(figures.path("params")), Reference.numbers(figures.path("bse")));
    double[] p = Reference.numbers(figures.path("p"));
    for (int j = 0; j < p.length; j++) {
      assertThat(told.get(j).pValue()).isCloseTo(p[j], within(1e-9));
    }
  }

  /** Rates weighed by exposure are counts with an offset. */
  @Test
  void ratesWeighedByExposure_areCountsWithAnOffset() {
    double[] rates = new double[counts.length];
    for (int i = 0; i < rates.length; i++) {
      rates[i] = counts[i] / blocks.weights()[i];
    }
    same(
        PoissonRegression.fit(blocks.design(), rates, blocks.weights(), 0)
            .inference()
            .orElseThrow(),
        Reference.numbers(figures.path("rates")),
        Reference.numbers(figures.path("rates-bse")));
  }

  @Test
  void penalty_isThatOfScikitLearn() {
    PoissonRegression.Fit fit = PoissonRegression.fit(blocks.design(), counts, blocks.ones(), 300);
    double[] expected = Reference.numbers(figures.path("l2"));
    assertThat(fit.inference()).isEmpty();
    assertThat(fit.model().intercept()).isCloseTo(expected[0], within(1e-7));
    assertThat(fit.model().coefficients())
        .containsExactly(Arrays.copyOfRange(expected, 1, expected.length), within(1e-7));
  }

  @Test
  void whatIsNoCount_isRefused() {
    Design one = new Design(2, List.of(new Design.Column("x", false, new double[] {1, 2})));
    double[] ones = {1, 1};
    assertThatThrownBy(() -> PoissonRegression.fit(one, new double[] {-2, 1}, ones, 0))
        .hasMessage("Cannot learn counts: -2.0 is below 0.");
    assertThatThrownBy(() -> PoissonRegression.fit(one, new double[] {0, 0}, ones, 0))
        .hasMessage("Cannot learn counts: every row that is learnt from has 0.");
  }
}
