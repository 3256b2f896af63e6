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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Held to scikit-learn, and for new rows to the hdbscan package. */
class HdbscanTest {
  private static final JsonNode THEIRS = Reference.figures("finding.json").path("hdbscan");

  /** The partition is the same: each number of ours stands for one of theirs. */
  private static void assertSame(double[] ours, double[] theirs, Map<Double, Double> names) {
    for (int i = 0; i < ours.length; i++) {
      double name = names.computeIfAbsent(ours[i], _ -> Double.NaN);
      if (Double.isNaN(name)) {
        assertThat(names).doesNotContainValue(theirs[i]);
        names.put(ours[i], theirs[i]);
      }
      assertThat(names.get(ours[i])).as("row %d", i).isEqualTo(theirs[i]);
    }
  }

  /**
   * Rows that reach for the very distance at which their cluster parts from the next: either side
   * is right.
   */
  private static boolean[] tied(Hdbscan model) {
    boolean[] tied = new boolean[model.clusters().length];
    for (int i = 0; i < tied.length; i++) {
      double density = 1 / model.rows().reach()[i];
      tied[i] = Arrays.stream(model.births()).anyMatch(birth -> birth == density);
    }
    return tied;
  }

  private static double[] without(boolean[] tied, double[] all) {
    return IntStream.range(0, all.length).filter(i -> !tied[i]).mapToDouble(i -> all[i]).toArray();
  }

  @Test
  void clustersStrengthsAndNewRows_areThoseOfOthers() {
    Design rows = FindingRows.design();
    Hdbscan model = Hdbscan.fit(rows, 25, 10, Watch.none());
    Map<Double, Double> names = new HashMap<>(Map.of(-1.0, -1.0));
    double[] clusters = Arrays.stream(model.clusters()).asDoubleStream().toArray();
    boolean[] tied = tied(model);
    double[] untied = without(tied, clusters);
    assertThat(untied).hasSizeGreaterThan(990);
    assertSame(untied, without(tied, Reference.numbers(THEIRS.path("clusters"))), names);
    assertThat(names).hasSize(4);
    assertThat(without(tied, model.strengths()))
        .containsExactly(without(tied, Reference.numbers(THEIRS.path("strengths"))), within(1e-9));
    // A training row that comes again gets what it got.
    assertThat(model.score(rows)[0]).containsExactly(clusters);
    assertThat(model.score(rows)[1]).containsExactly(model.strengths());

    assertThat(THEIRS.path("same").booleanValue()).isTrue();
    double[][] told = model.score(FindingRows.design(THEIRS.path("new")));
    double[] expected = Reference.numbers(THEIRS.path("told"));
    double[] strengths = Reference.numbers(THEIRS.path("told-strengths"));
    Map<Double, Double> again = new HashMap<>(Map.of(-1.0, -1.0));
    assertSame(told[0], expected, again);
    assertThat(told[1]).containsExactly(strengths, within(1e-9));
  }

  @Test
  void equalRowsAndNoise_areTaken() {
    double[] values = new double[60];
    for (int i = 0; i < 60; i++) {
      values[i] = i < 25 ? 1 : i < 50 ? 2 : 100 + 50 * i;
    }
    Hdbscan model = Hdbscan.fit(FindingRows.column(values), 10, 5, Watch.none());
    assertThat(Arrays.copyOf(model.clusters(), 50)).doesNotContain(-1);
    assertThat(model.clusters()[0]).isNotEqualTo(model.clusters()[30]);
    double[][] told = model.score(FindingRows.column(1, 1.01, 2, 90));
    assertThat(told[0][0]).isEqualTo(model.clusters()[0]);
    assertThat(told[0][2]).isEqualTo(model.clusters()[30]);
    assertThat(told[0][3]).isEqualTo(-1);
    assertThat(Arrays.stream(told[1])).allMatch(strength -> strength >= 0 && strength <= 1);
  }

  @Test
  void oneCloud_isNoiseAndFewRowsAreRefused() {
    double[] values = new double[40];
    for (int i = 0; i < 40; i++) {
      values[i] = i;
    }
    assertThat(Hdbscan.fit(FindingRows.column(values), 15, 5, Watch.none()).clusters())
        .containsOnly(-1);
    for (Design few : List.of(FindingRows.column(3), FindingRows.column(1, 2, 3))) {
      assertThatThrownBy(() -> Hdbscan.fit(few, 5, 5, Watch.none()))
          .isInstanceOf(HeadraceException.class)
          .hasMessageContaining("Cannot find clusters of at least 5 rows");
    }
  }
}
