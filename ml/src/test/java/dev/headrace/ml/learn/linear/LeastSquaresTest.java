package dev.headrace.ml.learn.linear;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.withinPercentage;

import com.fasterxml.jackson.databind.JsonNode;
import dev.headrace.ml.learn.LearnError;
import dev.headrace.ml.learn.Reference;
import dev.headrace.ml.learn.frame.Design;
import dev.headrace.spi.error.HeadraceException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Held to statsmodels and SciPy on california_housing, to 1e-8 of each figure. */
class LeastSquaresTest {
  /** In percent. */
  private static final double CLOSE = 1e-6;

  private static LeastSquares fit() {
    Reference.Housing housing = Reference.housing();
    List<Design.Column> columns = new ArrayList<>(housing.numbers());
    columns.addAll(housing.hot());
    return LeastSquares.fit(new Design(housing.value().length, columns), housing.value());
  }

  private static void close(double ours, JsonNode theirs, String what) {
    assertThat(ours).as(what).isCloseTo(theirs.doubleValue(), withinPercentage(CLOSE));
  }

  @Test
  void everyFigure_isThatOfStatsmodels() {
    JsonNode expected = Reference.figures().path("ols");
    LeastSquares fit = fit();
    Diagnostics told = Diagnostics.of(fit, 0.95);
    assertThat(told.rows()).isEqualTo(expected.path("rows").intValue());
    for (int j = 0; j < told.coefficients().size(); j++) {
      LeastSquares.Coefficient one = told.coefficients().get(j);
      close(one.estimate(), expected.path("params").get(j), one.name());
      close(one.standardError(), expected.path("bse").get(j), "error of " + one.name());
      close(one.t(), expected.path("t").get(j), "t of " + one.name());
      double p = expected.path("p").get(j).doubleValue();
      // The logarithm's distance: a p of 1e-200 differs by its own size at once.
      assertThat(one.tails()).as("p of %s", one.name()).isCloseTo(p, withinPercentage(1e-4));
      close(one.interval().lower(), expected.path("ci").get(j).get(0), "lower of " + one.name());
      close(one.interval().upper(), expected.path("ci").get(j).get(1), "upper of " + one.name());
      for (int hc = 0; hc < 4; hc++) {
        close(one.robust().get(hc), expected.path("hc").get(hc).get(j), "HC" + hc);
      }
      if (j > 0) {
        close(
            Objects.requireNonNull(one.varianceInflation()),
            expected.path("vif").get(j - 1),
            "VIF " + j);
      }
    }
    close(told.determination(), expected.path("r2"), "R2");
    close(told.adjusted(), expected.path("adj"), "adjusted R2");
    close(told.fTest().statistic(), expected.path("f"), "F");
    assertThat(told.fTest().pValue()).isEqualTo(expected.path("fp").doubleValue());
    close(told.logLikelihood(), expected.path("llf"), "log likelihood");
    close(told.aic(), expected.path("aic"), "AIC");
    close(told.bic(), expected.path("bic"), "BIC");
    close(told.residualError(), expected.path("s"), "residual error");
    close(told.breuschPagan().statistic(), expected.path("bp").get(0), "Breusch-Pagan");
    close(told.durbinWatson(), expected.path("dw"), "Durbin-Watson");
    close(told.jarqueBera().statistic(), expected.path("jb").get(0), "Jarque-Bera");
    close(told.jarqueBera().skewness(), expected.path("jb").get(2), "skewness");
    close(told.jarqueBera().kurtosis(), expected.path("jb").get(3), "kurtosis");
    for (int i = 0; i < 10; i++) {
      Diagnostics.Influence row = told.influential().get(i);
      JsonNode theirs = expected.path("cooks").get(i);
      assertThat(row.row()).isEqualTo(theirs.get(0).intValue());
      close(row.cooksDistance(), theirs.get(1), "Cook's distance " + i);
      close(row.leverage(), theirs.get(2), "leverage " + i);
      close(row.residual(), theirs.get(3), "residual " + i);
    }
    assertThat(told.shapiroWilk()).as("more than 5000 rows").isNull();
  }

  @Test
  void shapiroWilk_isThatOfScipy() {
    JsonNode expected = Reference.figures().path("ols");
    double[] residuals = fit().residuals();
    for (int n : new int[] {3, 4, 5, 6, 11, 12, 50, 3000}) {
      JsonNode theirs =
          n == 3000 ? expected.path("shapiro3000") : expected.path("shapiro").path("" + n);
      ShapiroWilk.Normality ours = ShapiroWilk.test(Arrays.copyOf(residuals, n)).orThrow();
      assertThat(ours.statistic())
          .as("W of %d", n)
          .isCloseTo(theirs.get(0).doubleValue(), withinPercentage(CLOSE));
      // Of a p near 1e-40 the last digits of W are worth more than its own.
      assertThat(Math.log(ours.pValue()))
          .as("p of %d", n)
          .isCloseTo(Math.log(theirs.get(1).doubleValue()), withinPercentage(1e-4));
    }
  }

  @Test
  void columnThatOthersDetermine_isNamed() {
    double[] a = {1, 2, 3, 4, 5, 7};
    double[] twice = {2, 4, 6, 8, 10, 14};
    Design design =
        new Design(
            6,
            List.of(new Design.Column("a", false, a), new Design.Column("twice_a", false, twice)));
    assertThatThrownBy(() -> LeastSquares.fit(design, new double[] {1, 2, 1, 3, 2, 4}))
        .isInstanceOf(HeadraceException.class)
        .hasMessage(
            "Cannot tell coefficients apart: column 'twice_a' is constant or a combination of"
                + " others.")
        .extracting(e -> ((HeadraceException) e).code())
        .isEqualTo(LearnError.LEARN_COLLINEAR);
  }

  @Test
  void moreColumnsThanRows_isRefused() {
    Design design =
        new Design(
            2,
            List.of(
                new Design.Column("a", false, new double[] {1, 2}),
                new Design.Column("b", false, new double[] {3, 1})));
    assertThatThrownBy(() -> LeastSquares.fit(design, new double[] {1, 2}))
        .hasMessage("Cannot fit 3 coefficients to 2 rows.");
  }
}
