package dev.headrace.ml.learn.clusters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.headrace.ml.learn.FindingRows;
import dev.headrace.ml.learn.Reference;
import dev.headrace.ml.learn.frame.Design;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.error.HeadraceException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Held to scikit-learn. */
class KMeansTest {
  private static final JsonNode THEIRS = Reference.figures("finding.json").path("k-means");

  private static double inertia(KMeans model, Design rows) {
    return Arrays.stream(model.score(rows)[1]).map(d -> d * d).sum() / rows.rows();
  }

  @Test
  void givenCentres_endWhereScikitLearnsDo() {
    Design rows = FindingRows.design();
    double[][] first = Points.of(rows.rows(new int[] {0, 1, 2}));
    KMeans model = KMeans.from(first, rows, 500, Watch.none());
    for (int c = 0; c < 3; c++) {
      assertThat(model.centres()[c])
          .containsExactly(Reference.numbers(THEIRS.path("centres").get(c)), within(1e-9));
    }
    assertThat(inertia(model, rows)).isCloseTo(THEIRS.path("inertia").doubleValue(), within(1e-9));
    double[] silhouettes = Silhouette.of(rows, model.score(rows)[0], 1);
    assertThat(Arrays.stream(silhouettes).average().orElseThrow())
        .isCloseTo(THEIRS.path("silhouette").doubleValue(), within(1e-12));
    assertThat(Arrays.copyOf(silhouettes, 50))
        .containsExactly(Reference.numbers(THEIRS.path("silhouettes")), within(1e-12));
  }

  @Test
  void starts_findNothingWorseAndTheSameAgain() {
    Design rows = FindingRows.design();
    KMeans model = KMeans.fit(rows, 3, 5, 300, 7, Watch.none());
    // Another end of the same clouds may lie a little higher.
    assertThat(inertia(model, rows)).isLessThan(1.001 * THEIRS.path("inertia").doubleValue());
    assertThat(KMeans.fit(rows, 3, 5, 300, 7, Watch.none()).centres())
        .isDeepEqualTo(model.centres());
    double[] clusters = model.score(rows)[0];
    int[] sizes = new int[3];
    Arrays.stream(clusters).forEach(c -> sizes[(int) c]++);
    assertThat(sizes[0]).isGreaterThanOrEqualTo(sizes[1]);
    assertThat(sizes[1]).isGreaterThanOrEqualTo(sizes[2]);
  }

  @Test
  void fewRowsOrValues_areToldOrTaken() {
    assertThatThrownBy(() -> KMeans.fit(FindingRows.column(1, 2), 3, 2, 9, 1, Watch.none()))
        .isInstanceOf(HeadraceException.class)
        .hasMessageContaining("Cannot find 3 clusters: there are 2 rows");
    assertThatThrownBy(() -> KMeans.fit(FindingRows.column(1, 1, 1, 2), 3, 2, 9, 1, Watch.none()))
        .hasMessageContaining("the prepared rows have only 2 different values");
    KMeans each = KMeans.fit(FindingRows.column(5, 1, 9), 3, 2, 9, 1, Watch.none());
    assertThat(each.score(FindingRows.column(5, 1, 9))[1]).containsExactly(0, 0, 0);
    KMeans one = KMeans.fit(FindingRows.column(1, 2, 6), 1, 1, 9, 1, Watch.none());
    assertThat(one.centres()[0]).containsExactly(new double[] {3}, within(1e-15));
  }

  @Test
  void aCentreThatNobodyIsNear_moves() {
    Design rows = FindingRows.column(0, 1, 10, 11);
    KMeans model = KMeans.from(new double[][] {{5}, {900}, {901}}, rows, 100, Watch.none());
    assertThat(Arrays.stream(model.score(rows)[0]).distinct().count()).isEqualTo(3);
  }

  @Test
  void silhouette_ofFewAndOfNoise_isNotANumberOrZero() {
    Design rows = FindingRows.column(0, 1, 10, 11, 50);
    double[] told = Silhouette.of(rows, new double[] {0, 0, 1, 1, 2}, 1);
    assertThat(told[4]).isZero();
    // (b - a) / max: 1 from its own, 10.5 from the next.
    assertThat(told[0]).isCloseTo((10.5 - 1) / 10.5, within(1e-15));
    assertThat(Silhouette.of(rows, new double[] {0, 0, 1, 1, -1}, 1)[4]).isNaN();
    assertThat(Silhouette.of(rows, new double[5], 1)).containsOnly(Double.NaN);
  }
}
