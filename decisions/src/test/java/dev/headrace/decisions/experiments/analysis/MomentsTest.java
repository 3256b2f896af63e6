package dev.headrace.decisions.experiments.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.headrace.core.stats.Answer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class MomentsTest {
  private static double[][] rows(long seed, int n) {
    SplittableRandom random = new SplittableRandom(seed);
    double[][] rows = new double[n][];
    for (int i = 0; i < n; i++) {
      double x = random.nextGaussian();
      rows[i] = new double[] {1e6 + x, 3 * x + random.nextGaussian(), random.nextInt(4)};
    }
    return rows;
  }

  /**
   * Days in any order and grouping give what one scan gives, although values are near a million.
   */
  @Test
  void merge_ofPartsInAnyOrderIsTheWhole() {
    double[][] all = rows(1, 1_000);
    Moments whole = Moments.ofRows(3, all);
    List<Moments> parts = new ArrayList<>();
    for (int from = 0; from < all.length; from += 37) {
      parts.add(Moments.ofRows(3, Arrays.copyOfRange(all, from, Math.min(from + 37, 1_000))));
    }
    for (int round = 0; round < 20; round++) {
      Collections.shuffle(parts, new Random(round));
      Moments sum = parts.stream().reduce(Moments.empty(3), Moments::merge);
      assertThat(sum.count()).isEqualTo(1_000);
      for (int i = 0; i < 3; i++) {
        assertThat(sum.mean(i)).isCloseTo(whole.mean(i), within(1e-9));
        for (int j = 0; j <= i; j++) {
          assertThat(sum.covariance(i, j)).isCloseTo(whole.covariance(i, j), within(1e-9));
        }
      }
    }
  }

  @Test
  void ofSums_agreesWithOfRows() {
    double[] sums = new double[3];
    double[][] products = new double[3][3];
    double[][] rows = rows(2, 200);
    for (double[] row : rows) {
      row[0] -= 1e6;
      for (int i = 0; i < 3; i++) {
        sums[i] += row[i];
        for (int j = 0; j < 3; j++) {
          products[i][j] += row[i] * row[j];
        }
      }
    }
    Moments bySums = Moments.ofSums(200, sums, products);
    Moments byRows = Moments.ofRows(3, rows);
    for (int i = 0; i < 3; i++) {
      for (int j = 0; j <= i; j++) {
        assertThat(bySums.covariance(i, j)).isCloseTo(byRows.covariance(i, j), within(1e-12));
      }
    }
  }

  @Test
  void constantValues_haveNoVarianceWhateverRoundingSays() {
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < 1_000_000; i++) {
      sum += 0.1;
      squares += 0.1 * 0.1;
    }
    assertThat(Moments.ofSums(1_000_000, sum, squares).variance(0)).isZero();
    assertThat(Moments.ofValues(0.1, 0.1, 0.1, 0.1, 0.1, 0.1).variance(0)).isZero();
  }

  /** A share of 52 and of 42 equal values: their means differ in the last digit, if at all. */
  @Test
  void constantCovariate_explainsNothing_howeverItsMeanIsRounded() {
    SplittableRandom random = new SplittableRandom(8);
    double[][] old = new double[52][];
    double[][] fresh = new double[42][];
    Arrays.setAll(old, _ -> new double[] {4 + random.nextGaussian(), 0.1});
    Arrays.setAll(fresh, _ -> new double[] {5 + random.nextGaussian(), 0.1});
    double[] means = {5, Math.nextUp(0.1)};
    for (Moments other :
        new Moments[] {
          Moments.ofRows(2, fresh), Moments.ofMeans(42, means, new double[][] {{40}, {0, 1e-32}})
        }) {
      Moments base = Moments.ofRows(2, old);
      Inference plain =
          Analysis.of(AnalysisSpec.of(new Method.WelchT()), new MetricShape.Mean(0))
              .compare(first(base), first(other))
              .orThrow();
      Inference adjusted =
          Analysis.of(AnalysisSpec.of(new Method.WelchT()), new MetricShape.Mean(1))
              .compare(base, other)
              .orThrow();
      assertThat(adjusted.estimate()).isCloseTo(plain.estimate(), within(1e-12));
      assertThat(adjusted.standardError()).isCloseTo(plain.standardError(), within(1e-12));
    }
  }

  private static Moments first(Moments moments) {
    double[][] squares = {{moments.centredProduct(0, 0)}};
    return Moments.ofMeans(moments.count(), new double[] {moments.mean(0)}, squares);
  }

  @Test
  void impossibleSums_areRefused() {
    assertThatThrownBy(() -> Moments.ofSums(10, 100, 1))
        .hasMessageContaining("which no real numbers have");
    assertThatThrownBy(() -> Moments.ofSums(-1, 0, 0)).hasMessageContaining("-1 units");
    assertThatThrownBy(() -> Moments.empty(1).merge(Moments.empty(2)))
        .hasMessageContaining("cannot be added");
  }

  @Test
  void sketch_ofDaysIsTheSketchOfAll() {
    SplittableRandom random = new SplittableRandom(3);
    double[] values = new double[5_000];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextInt(5) == 0 ? 0 : 100 * random.nextGaussian();
    }
    QuantileSketch whole = QuantileSketch.ofValues(0.005, values);
    QuantileSketch parts =
        QuantileSketch.ofValues(0.005, Arrays.copyOf(values, 1_234))
            .merge(QuantileSketch.ofValues(0.005, Arrays.copyOfRange(values, 1_234, 5_000)));
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    for (double share : new double[] {0, 0.01, 0.3, 0.5, 0.77, 0.999, 1}) {
      double exact = sorted[Math.clamp((int) Math.ceil(share * 5_000) - 1, 0, 4_999)];
      assertThat(parts.quantile(share)).isEqualTo(whole.quantile(share));
      assertThat(parts.quantile(share).orThrow())
          .isCloseTo(exact, within(0.00501 * Math.abs(exact) + 1e-12));
    }
    assertThat(QuantileSketch.ofValues(0.01).quantile(0.5)).isInstanceOf(Answer.Unknown.class);
  }
}
