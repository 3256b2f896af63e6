package dev.headrace.ml.learn.anomalies;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.headrace.ml.learn.FindingRows;
import dev.headrace.ml.learn.Reference;
import dev.headrace.ml.learn.frame.Design;
import dev.headrace.ml.learn.metrics.Metric;
import dev.headrace.ml.learn.metrics.Scored;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.error.HeadraceException;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Held to scikit-learn by means over many seeds: both draw. */
class IsolationForestTest {
  private static final int SEEDS = 30;

  private static IsolationForest fit(Design rows, double share, long seed) {
    return IsolationForest.fit(rows, 100, 256, share, seed, Watch.none());
  }

  @Test
  void scores_areThoseOfScikitLearnOnTheMean() {
    JsonNode theirs = Reference.figures("finding.json").path("isolation");
    Design rows = FindingRows.design();
    double[] labels =
        IntStream.range(0, FindingRows.ROWS)
            .mapToDouble(i -> FindingRows.isAnywhere(i) ? 1 : 0)
            .toArray();
    double[] means = new double[FindingRows.ROWS];
    double auc = 0;
    for (int seed = 0; seed < SEEDS; seed++) {
      double[] scores = fit(rows, 0.1, seed).score(rows)[0];
      auc += Metric.AUC.of(Scored.of(labels, scores)).orThrow() / SEEDS;
      for (int i = 0; i < scores.length; i++) {
        means[i] += scores[i] / SEEDS;
      }
    }
    double[] expected = Reference.numbers(theirs.path("scores"));
    for (int i = 0; i < means.length; i++) {
      // The mean of thirty forests scatters by 0.003 for the rarest rows.
      assertThat(means[i]).as("row %d", i).isCloseTo(expected[i], within(0.015));
    }
    assertThat(Arrays.stream(means).average().orElseThrow())
        .isCloseTo(Arrays.stream(expected).average().orElseThrow(), within(0.002));
    // Four standard errors of the difference of two means of thirty.
    double error = theirs.path("auc-deviation").doubleValue() * Math.sqrt(2.0 / SEEDS);
    assertThat(auc).isCloseTo(theirs.path("auc").doubleValue(), within(4 * error));
  }

  @Test
  void share_isThatOfTheTrainingRows() {
    Design rows = FindingRows.design();
    double[][] told = fit(rows, 0.05, 3).score(rows);
    assertThat(Arrays.stream(told[1]).sum()).isEqualTo(50);
    assertThat(fit(rows, 0.05, 3).score(rows)).isDeepEqualTo(told);
  }

  @Test
  void contributions_sumToTheScoreAndNameWhatIsolates() {
    Design rows = FindingRows.design();
    IsolationForest forest = fit(rows, 0.05, 3);
    double[] scores = forest.score(rows)[0];
    double[][] told = forest.contributions(rows, rows);
    double mean = 0;
    for (int i = 0; i < scores.length; i++) {
      double logarithm = Math.log(scores[i]) / Math.log(2);
      assertThat(Arrays.stream(told[i]).sum()).isCloseTo(logarithm, within(1e-12));
      assertThat(told[i][4]).isEqualTo(told[0][4]);
      mean += logarithm / scores.length;
    }
    // The base is the mean of the background, whoever is asked.
    assertThat(told[0][4]).isCloseTo(mean, within(1e-12));
    for (int odd = 0; odd < 3; odd++) {
      double[][] columns = {{0}, {0}, {0}, {0}};
      columns[odd][0] = 40;
      Design one =
          new Design(
              1,
              IntStream.range(0, 4)
                  .mapToObj(j -> new Design.Column("x" + j, false, columns[j]))
                  .toList());
      double[] of = forest.contributions(one, rows)[0];
      for (int j = 0; j < 4; j++) {
        assertThat(of[j]).isLessThanOrEqualTo(of[odd]);
      }
      assertThat(of[odd]).isGreaterThan(0.1);
    }
  }

  @Test
  void usualDepth_isThatOfThePaper() {
    // 2 H(255) - 2 255/256, with the harmonic number by its logarithm, as the paper has it.
    assertThat(IsolationTree.usualDepth(256)).isCloseTo(10.244770920119917, within(1e-12));
    assertThat(IsolationTree.usualDepth(2)).isEqualTo(1);
    assertThat(IsolationTree.usualDepth(1)).isZero();
  }

  @Test
  void nothingThatDiffers_isRefused() {
    assertThatThrownBy(() -> fit(FindingRows.column(1), 0.1, 1))
        .isInstanceOf(HeadraceException.class)
        .hasMessageContaining("Cannot isolate rows: there is 1");
    assertThatThrownBy(() -> fit(FindingRows.column(2, 2, 2), 0.1, 1))
        .hasMessageContaining("every column is constant");
    double[][] two = fit(FindingRows.column(1, 2), 0.5, 1).score(FindingRows.column(1, 2, 900));
    assertThat(Arrays.stream(two[0])).allMatch(score -> score > 0 && score <= 1);
  }
}
