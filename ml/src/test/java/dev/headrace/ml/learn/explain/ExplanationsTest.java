package dev.headrace.ml.learn.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.headrace.ml.learn.LearnSpec;
import dev.headrace.ml.learn.Model;
import dev.headrace.ml.learn.Target;
import dev.headrace.ml.learn.Trainer;
import dev.headrace.ml.learn.Trainer.TrainingSet;
import dev.headrace.ml.learn.frame.Frame;
import dev.headrace.ml.learn.frame.Frame.Categories;
import dev.headrace.ml.learn.frame.Frame.Numbers;
import dev.headrace.ml.learn.metrics.Metric;
import dev.headrace.ml.learn.metrics.Scored;
import dev.headrace.ml.learn.prepare.PrepareSpec;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.error.HeadraceException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ExplanationsTest {
  private static final double NOISE = 0.5;

  /** y = 3 x + 2 (c = b) + noise; z has nothing to do with it. */
  private static TrainingSet rows(int rows, long seed) {
    Random random = new Random(seed);
    double[] x = new double[rows];
    double[] z = new double[rows];
    int[] codes = new int[rows];
    double[] y = new double[rows];
    for (int i = 0; i < rows; i++) {
      x[i] = i % 10 == 0 ? Double.NaN : random.nextGaussian();
      z[i] = random.nextGaussian();
      codes[i] = random.nextInt(3);
      y[i] =
          3 * (Double.isNaN(x[i]) ? 0 : x[i])
              + (codes[i] == 1 ? 2 : 0)
              + NOISE * random.nextGaussian();
    }
    Frame features =
        new Frame(
            rows,
            List.of(
                new Numbers("x", x),
                new Numbers("z", z),
                new Categories("c", codes, List.of("a", "b", "d"))));
    return new TrainingSet(features, new Target.Quantity(), y, Optional.empty(), Optional.empty());
  }

  private final TrainingSet train = rows(4_000, 1);
  private final TrainingSet test = rows(1_000, 2);
  private final Model model =
      new Trainer(new LearnSpec.Ridge(1e-6), PrepareSpec.DEFAULT, 1, 1)
          .fit(train, Watch.none())
          .model();

  @Test
  void contributionsOfSums_areShapleysOverTheBackground() {
    Frame background = train.features().rows(new int[] {1, 2, 3, 4, 5, 6, 7, 10});
    Frame asked = test.features().rows(new int[] {0, 1, 2, 3});
    Contributions told = Contributions.of(model, asked, background);
    assertThat(told.features()).containsExactly("x", "z", "c");
    double[] scores = model.score(asked);
    for (int i = 0; i < asked.rows(); i++) {
      // Every subset of the three features taken from the row, the others from the background.
      double[] worth = new double[8];
      for (int set = 0; set < 8; set++) {
        Frame mixed = background;
        for (int f = 0; f < 3; f++) {
          if ((set >> f & 1) == 1) {
            int[] same = new int[background.rows()];
            Arrays.fill(same, i);
            mixed = mixed.replacing(asked.rows(same).columns().get(f));
          }
        }
        worth[set] = Arrays.stream(model.score(mixed)).average().orElseThrow();
      }
      double sum = told.base();
      for (int f = 0; f < 3; f++) {
        double value = 0;
        for (int set = 0; set < 8; set++) {
          if ((set >> f & 1) == 0) {
            double share = new double[] {1.0 / 3, 1.0 / 6, 1.0 / 3}[Integer.bitCount(set)];
            value += share * (worth[set | 1 << f] - worth[set]);
          }
        }
        assertThat(told.rows()[i][f]).isCloseTo(value, within(1e-9));
        sum += told.rows()[i][f];
      }
      assertThat(sum).isCloseTo(scores[i], within(1e-9));
      assertThat(told.base()).isCloseTo(worth[0], within(1e-9));
    }
  }

  @Test
  void contributionsOfABaseline_areRefused() {
    Model mean =
        new Trainer(new LearnSpec.Mean(), PrepareSpec.DEFAULT, 1, 1)
            .fit(train, Watch.none())
            .model();
    assertThatThrownBy(() -> Contributions.of(mean, test.features(), train.features()))
        .isInstanceOf(HeadraceException.class)
        .hasMessageContaining("predicts the same for every row");
  }

  /** Dealing a column of a sum anew adds 2 b^2 Var(x) to the squared error. */
  @Test
  void importance_isWhatTheSumLoses() {
    List<PermutationImportance> told =
        PermutationImportance.of(
            Metric.RMSE,
            List.of("x", "z", "c"),
            List.of(
                new PermutationImportance.Fold(
                    test.features(),
                    Scored.of(test.labels(), model.score(test.features())),
                    model::scores)),
            3);
    assertThat(told).extracting(PermutationImportance::feature).containsExactly("x", "c", "z");
    double ofX = Math.sqrt(NOISE * NOISE + 2 * 9 * 0.9) - NOISE;
    double ofC = Math.sqrt(NOISE * NOISE + 2 * 4 * 2.0 / 9) - NOISE;
    assertThat(told.get(0).loss()).isCloseTo(ofX, within(0.25));
    assertThat(told.get(1).loss()).isCloseTo(ofC, within(0.12));
    assertThat(told.get(0).lower95()).isLessThan(ofX);
    assertThat(told.get(0).upper95()).isGreaterThan(ofX);
    assertThat(told.get(2).loss()).isCloseTo(0, within(0.01));
    assertThat(told.get(2).lower95()).isLessThan(0.005);
  }

  @Test
  void dependence_ofASum_isItsLine() {
    PartialDependence x = PartialDependence.of(model, 0, test.features(), "x");
    assertThat(x.points()).hasSize(20);
    PartialDependence.Point first = x.points().getFirst();
    PartialDependence.Point last = x.points().getLast();
    assertThat(
            (last.prediction() - first.prediction())
                / (Double.parseDouble(last.value()) - Double.parseDouble(first.value())))
        .isCloseTo(3, within(0.05));
    assertThat(x.points().stream().mapToInt(PartialDependence.Point::rows).sum()).isEqualTo(900);
    PartialDependence c = PartialDependence.of(model, 0, test.features(), "c");
    assertThat(c.points())
        .extracting(PartialDependence.Point::value)
        .containsExactly("a", "b", "d");
    assertThat(c.points().get(1).prediction() - c.points().get(0).prediction())
        .isCloseTo(2, within(0.1));
  }
}
