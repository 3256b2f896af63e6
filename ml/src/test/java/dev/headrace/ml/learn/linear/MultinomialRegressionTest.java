package dev.headrace.ml.learn.linear;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.headrace.ml.learn.Blocks;
import dev.headrace.ml.learn.LearnError;
import dev.headrace.ml.learn.Reference;
import dev.headrace.ml.learn.frame.Design;
import dev.headrace.spi.error.HeadraceException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Held to scikit-learn on every fifth block of california_housing: where does it lie? */
class MultinomialRegressionTest {
  private static void same(JsonNode figures, List<LinearModel> models, double tolerance) {
    double[] intercepts = Reference.numbers(figures.path("intercepts"));
    assertThat(models).hasSize(4);
    for (int k = 0; k < 4; k++) {
      assertThat(models.get(k).intercept()).isCloseTo(intercepts[k], within(tolerance));
      assertThat(models.get(k).coefficients())
          .containsExactly(
              Reference.numbers(figures.path("coefficients").get(k)), within(tolerance));
    }
  }

  @Test
  void coefficients_areThoseOfScikitLearn() {
    JsonNode figures = Reference.figures("classifiers.json");
    Blocks rows = Blocks.read();
    double[] ones = new double[rows.labels().length];
    Arrays.fill(ones, 1);
    List<LinearModel> plain =
        MultinomialRegression.fit(rows.design(), rows.labels(), 4, ones, 0, 2);
    same(figures.path("l2"), plain, 1e-6);
    double[] weights = new double[ones.length];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = 0.5 + (5 * i % 7) / 7.0;
    }
    same(
        figures.path("weighted"),
        MultinomialRegression.fit(rows.design(), rows.labels(), 4, weights, 0, 2),
        1e-6);
    List<LinearModel> sparse =
        MultinomialRegression.fit(rows.design(), rows.labels(), 4, ones, 20, 0);
    same(figures.path("l1"), sparse, 1e-5);
    long zeros =
        sparse.stream()
            .flatMapToDouble(one -> Arrays.stream(one.coefficients()))
            .filter(b -> b == 0)
            .count();
    assertThat(zeros).isPositive();

    double[][] sums =
        plain.stream().map(model -> model.sums(rows.design())).toArray(double[][]::new);
    MultinomialRegression.softmax(sums);
    for (int i = 0; i < 5; i++) {
      for (int k = 0; k < 4; k++) {
        assertThat(sums[k][i])
            .isCloseTo(figures.path("l2").path("first").get(i).get(k).doubleValue(), within(1e-7));
      }
    }
  }

  /** The likelihood leaves a number open per column, which is chosen, and nothing else. */
  @Test
  void withoutPenalties_coefficientsSumToZero() {
    Blocks rows = Blocks.read();
    double[] ones = new double[rows.labels().length];
    Arrays.fill(ones, 1);
    List<LinearModel> free =
        MultinomialRegression.fit(
            new Design(ones.length, rows.design().columns().subList(2, 5)),
            rows.labels(),
            4,
            ones,
            0,
            0);
    for (int j = 0; j < 3; j++) {
      int column = j;
      assertThat(free.stream().mapToDouble(one -> one.coefficients()[column]).sum())
          .isCloseTo(0, within(1e-12));
    }
  }

  @Test
  void whatHasNoMaximum_isRefused() {
    double[] x = {1, 2, 3, 4, 5, 6, 7, 8, 9};
    double[] labels = {0, 0, 0, 1, 1, 1, 2, 2, 2};
    double[] ones = new double[9];
    Arrays.fill(ones, 1);
    Design one = new Design(9, List.of(new Design.Column("x", false, x)));
    assertThatThrownBy(() -> MultinomialRegression.fit(one, labels, 3, ones, 0, 0))
        .isInstanceOf(HeadraceException.class)
        .extracting(e -> ((HeadraceException) e).code())
        .isEqualTo(LearnError.LEARN_SEPARATED);
    Design twice =
        new Design(
            9,
            List.of(
                new Design.Column("x", false, x),
                new Design.Column("y", false, Arrays.stream(x).map(v -> 2 * v).toArray())));
    assertThatThrownBy(() -> MultinomialRegression.fit(twice, labels, 3, ones, 0, 0))
        .isInstanceOf(HeadraceException.class)
        .extracting(e -> ((HeadraceException) e).code())
        .isEqualTo(LearnError.LEARN_COLLINEAR);
  }
}
