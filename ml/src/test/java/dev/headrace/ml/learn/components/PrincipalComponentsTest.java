package dev.headrace.ml.learn.components;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.headrace.ml.learn.FindingRows;
import dev.headrace.ml.learn.Reference;
import dev.headrace.ml.learn.frame.Design;
import dev.headrace.spi.error.HeadraceException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Held to scikit-learn, signs included. */
class PrincipalComponentsTest {
  @Test
  void components_areThoseOfScikitLearn() {
    JsonNode theirs = Reference.figures("finding.json").path("pca");
    Design rows = FindingRows.design();
    PrincipalComponents model = PrincipalComponents.fit(rows, 3);
    double[][] told = model.score(rows);
    for (int c = 0; c < 3; c++) {
      assertThat(model.directions()[c])
          .containsExactly(Reference.numbers(theirs.path("directions").get(c)), within(1e-9));
      assertThat(model.variances()[c])
          .isCloseTo(theirs.path("variances").get(c).doubleValue(), within(1e-9));
      assertThat(model.variances()[c] / model.total())
          .isCloseTo(theirs.path("shares").get(c).doubleValue(), within(1e-9));
      for (int i = 0; i < 20; i++) {
        assertThat(told[c][i])
            .isCloseTo(theirs.path("rows").get(i).get(c).doubleValue(), within(1e-9));
      }
    }
    // What three of four components leave is the variance along the fourth.
    double left = Arrays.stream(told[3]).map(x -> x * x).sum() / (FindingRows.ROWS - 1);
    assertThat(left + Arrays.stream(model.variances()).sum())
        .isCloseTo(model.total(), within(1e-9));
    assertThat(Arrays.stream(PrincipalComponents.fit(rows, 4).score(rows)[4]))
        .allMatch(residual -> residual < 1e-12);
  }

  @Test
  void tooMuchAsked_isRefusedAndConstantsAreTaken() {
    assertThatThrownBy(() -> PrincipalComponents.fit(FindingRows.column(4), 1))
        .isInstanceOf(HeadraceException.class)
        .hasMessageContaining("there is 1 row, which varies in nothing");
    assertThatThrownBy(() -> PrincipalComponents.fit(FindingRows.column(1, 2, 3), 2))
        .hasMessageContaining("3 rows of 1 prepared columns have at most 1");
    assertThatThrownBy(() -> PrincipalComponents.fit(FindingRows.column(2, 2, 2), 1))
        .hasMessageContaining("every column is constant");
    Design half =
        new Design(
            3,
            List.of(
                new Design.Column("a", false, new double[] {1, 2, 3}),
                new Design.Column("b", false, new double[] {7, 7, 7})));
    assertThat(PrincipalComponents.fit(half, 1).directions()[0]).containsExactly(1, 0);
  }
}
