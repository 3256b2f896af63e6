package dev.headrace.ml.learn.linear;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import com.fasterxml.jackson.databind.JsonNode;
import dev.headrace.ml.learn.LearnError;
import dev.headrace.ml.learn.Reference;
import dev.headrace.ml.learn.frame.Design;
import dev.headrace.spi.error.HeadraceException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Held to scikit-learn and statsmodels on california_housing. */
class PenalisedTest {
  private static final Reference.Housing HOUSING = Reference.housing();
  private static final Design DESIGN = Reference.standardised(HOUSING.numbers());
  private static final double[] ONES = filled(HOUSING.value().length);
  private static final double[] RICH =
      Arrays.stream(HOUSING.value()).map(value -> value > 200_000 ? 1 : 0).toArray();

  private static double[] filled(int rows) {
    double[] ones = new double[rows];
    Arrays.fill(ones, 1);
    return ones;
  }

  private static void same(LinearModel ours, JsonNode theirs, double tolerance) {
    assertThat(ours.intercept())
        .isCloseTo(theirs.path("intercept").doubleValue(), within(tolerance));
    double[] expected = Reference.numbers(theirs.path("coef"));
    for (int j = 0; j < expected.length; j++) {
      assertThat(ours.coefficients()[j])
          .as(ours.columns().get(j))
          .isCloseTo(expected[j], within(tolerance));
    }
  }

  @Test
  void ridgeLassoAndElasticNet_areThoseOfScikitLearn() {
    JsonNode figures = Reference.figures();
    double n = ONES.length;
    double[] y = HOUSING.value();
    same(PenalisedSquares.fit(DESIGN, y, ONES, 0, 100), figures.path("ridge"), 1e-6);
    // scikit-learn's tolerance leaves a few units in the seventh digit.
    same(PenalisedSquares.fit(DESIGN, y, ONES, 500 * n, 0), figures.path("lasso"), 1e-2);
    same(
        PenalisedSquares.fit(DESIGN, y, ONES, 0.5 * 0.3 * n, 0.5 * 0.7 * n),
        figures.path("elastic"),
        1e-4);
  }

  @Test
  void logistic_withoutPenalty_isStatsmodelsLogit() {
    JsonNode logit = Reference.figures().path("logit");
    LogisticRegression.Fit fit = LogisticRegression.fit(DESIGN, RICH, ONES, 0, 0);
    List<LogisticRegression.Estimate> told = fit.inference().orElseThrow();
    for (int j = 0; j < told.size(); j++) {
      assertThat(told.get(j).estimate())
          .isCloseTo(logit.path("params").get(j).doubleValue(), withinPercentage(1e-6));
      assertThat(told.get(j).standardError())
          .isCloseTo(logit.path("bse").get(j).doubleValue(), withinPercentage(1e-6));
      assertThat(told.get(j).pValue())
          .isCloseTo(logit.path("p").get(j).doubleValue(), within(1e-9));
    }
    assertThat(fit.steps()).isLessThan(20);
  }

  @Test
  void logistic_withPenalties_isThatOfScikitLearn() {
    JsonNode figures = Reference.figures();
    LogisticRegression.Fit l2 = LogisticRegression.fit(DESIGN, RICH, ONES, 0, 10);
    same(l2.model(), figures.path("logistic_l2"), 1e-8);
    assertThat(l2.inference()).isEmpty();

    Design some = Reference.standardised(HOUSING.numbers()).rows(firstRows());
    LogisticRegression.Fit l1 =
        LogisticRegression.fit(some, Arrays.copyOf(RICH, 3000), Arrays.copyOf(ONES, 3000), 20, 0);
    same(l1.model(), figures.path("logistic_l1"), 1e-6);
    assertThat(l1.model().coefficients()).as("some are exactly zero").contains(0.0);
  }

  private static int[] firstRows() {
    return IntStream.range(0, 3000).toArray();
  }

  @Test
  void weightOfTwo_isTheRowTwice() {
    int[] twice = IntStream.concat(IntStream.range(0, 500), IntStream.range(0, 100)).toArray();
    double[] weights = new double[500];
    Arrays.fill(weights, 1);
    Arrays.fill(weights, 0, 100, 2);
    Design some = DESIGN.rows(IntStream.range(0, 500).toArray());
    double[] labels = Arrays.copyOf(RICH, 500);
    LinearModel weighted = LogisticRegression.fit(some, labels, weights, 1, 1).model();
    double[] repeated = Arrays.stream(twice).mapToDouble(i -> labels[i]).toArray();
    LinearModel doubled =
        LogisticRegression.fit(some.rows(twice), repeated, filled(600), 1, 1).model();
    for (int j = 0; j < weighted.coefficients().length; j++) {
      assertThat(weighted.coefficients()[j]).isCloseTo(doubled.coefficients()[j], within(1e-8));
    }
  }

  @Test
  void separatedClasses_areRefusedWithoutPenalty() {
    Design design =
        new Design(6, List.of(new Design.Column("x", false, new double[] {1, 2, 3, 4, 5, 6})));
    double[] y = {0, 0, 0, 1, 1, 1};
    double[] ones = filled(6);
    assertThatThrownBy(() -> LogisticRegression.fit(design, y, ones, 0, 0))
        .isInstanceOf(HeadraceException.class)
        .extracting(e -> ((HeadraceException) e).code())
        .isEqualTo(LearnError.LEARN_SEPARATED);
    assertThat(LogisticRegression.fit(design, y, ones, 0, 1).model().coefficients()[0])
        .isPositive();
  }
}
