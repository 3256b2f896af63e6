package dev.headrace.ml.learn.curve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headrace.core.project.spec.Percentage;
import dev.headrace.ml.learn.LearnSpec;
import dev.headrace.ml.learn.Model;
import dev.headrace.ml.learn.Target;
import dev.headrace.ml.learn.Trainer;
import dev.headrace.ml.learn.Trainer.TrainingSet;
import dev.headrace.ml.learn.frame.Frame;
import dev.headrace.ml.learn.frame.Frame.Numbers;
import dev.headrace.ml.learn.metrics.Metric;
import dev.headrace.ml.learn.metrics.Scored;
import dev.headrace.ml.learn.prepare.PrepareSpec;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.error.HeadraceException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Curves of worlds whose truth is known. */
class LearningCurveTest {
  private static final LearnSpec LINEAR = new LearnSpec.Linear(Percentage.parse("95%"));

  /** Rows of normal features, their label a function of them with noise. */
  private static TrainingSet world(
      int rows, int features, double noise, ToDoubleFunction<double[]> truth, Random random) {
    double[][] x = new double[features][rows];
    double[] labels = new double[rows];
    for (int i = 0; i < rows; i++) {
      double[] row = random.doubles(features).map(_ -> random.nextGaussian()).toArray();
      for (int j = 0; j < features; j++) {
        x[j][i] = row[j];
      }
      labels[i] = truth.applyAsDouble(row) + noise * random.nextGaussian();
    }
    List<Frame.Column> columns = new ArrayList<>();
    for (int j = 0; j < features; j++) {
      columns.add(new Numbers("x" + j, x[j]));
    }
    return new TrainingSet(
        new Frame(rows, columns),
        new Target.Quantity(),
        labels,
        Optional.empty(),
        Optional.empty());
  }

  private static LearningCurve curve(LearnSpec learner, TrainingSet rows, int trainedOn) {
    int[] train = IntStream.range(0, trainedOn).toArray();
    int[] held = IntStream.range(trainedOn, rows.labels().length).toArray();
    TrainingSet test = rows.rows(held);
    Trainer trainer = new Trainer(learner, PrepareSpec.DEFAULT, 1, 1);
    Model constant =
        new Trainer(new LearnSpec.Mean(), PrepareSpec.DEFAULT, 1, 1)
            .fit(rows.rows(train), Watch.none())
            .model();
    return LearningCurve.of(
        Metric.RMSE,
        List.of(
            new LearningCurve.Fold(
                NestedRows.of(rows, train, 1),
                scored(constant, test),
                some -> {
                  Model model = trainer.fit(rows.rows(some), Watch.none()).model();
                  return new LearningCurve.Learnt(
                      scored(model, rows.rows(some)), scored(model, test));
                })),
        40,
        1);
  }

  private static Scored scored(Model model, TrainingSet rows) {
    return Scored.of(rows.labels(), model.scores(rows.features()));
  }

  /**
   * Of least squares with normal features the expected squares are known: of training rows s^2 (1 -
   * (p + 1) / n), of others s^2 (1 + 1/n) (n - 2) / (n - p - 2).
   */
  @Test
  void leastSquares_followTheirFormula() {
    int p = 8;
    int worlds = 60;
    double[][] train = new double[3][worlds];
    double[][] test = new double[3][worlds];
    for (int w = 0; w < worlds; w++) {
      TrainingSet rows = world(2_160, p, 1, x -> x[0] - 2 * x[1], new Random(w));
      LearningCurve curve = curve(LINEAR, rows, 160);
      assertThat(curve.points()).extracting(LearningCurve.Point::rows).containsExactly(40, 80, 160);
      for (int k = 0; k < 3; k++) {
        train[k][w] = Math.pow(curve.points().get(k).train(), 2);
        test[k][w] = Math.pow(curve.points().get(k).test(), 2);
      }
    }
    for (int k = 0; k < 3; k++) {
      double n = 40 << k;
      assertMean(train[k], 1 - (p + 1) / n);
      assertMean(test[k], (1 + 1 / n) * (n - 2) / (n - p - 2));
    }
  }

  private static void assertMean(double[] values, double expected) {
    double mean = Arrays.stream(values).average().orElseThrow();
    double variance =
        Arrays.stream(values).map(x -> (x - mean) * (x - mean)).sum() / (values.length - 1);
    assertThat(Math.abs(mean - expected)).isLessThan(4 * Math.sqrt(variance / values.length));
  }

  @Test
  void modelThatIsTooSimple_hasBias() {
    TrainingSet rows = world(6_000, 3, 0.3, x -> x[0] + x[1] * x[1], new Random(1));
    LearningCurve curve = curve(LINEAR, rows, 4_000);
    assertThat(curve.verdict()).isEqualTo(Verdict.BIAS_OR_NOISE);
    assertThat(curve.lost()).isLessThan(0.05);
    assertThat(curve.points()).hasSize(6);
    assertThat(curve.points().getLast().test()).isGreaterThan(1);
  }

  @Test
  void modelThatLearnsByHeart_hasVariance() {
    TrainingSet rows = world(500, 12, 1.5, x -> x[0], new Random(2));
    LearnSpec deep = new LearnSpec.Tree(30, 1, LearnSpec.Balance.NONE);
    LearningCurve byHeart = curve(deep, world(400, 1, 0.8, x -> 2 * x[0], new Random(2)), 200);
    assertThat(byHeart.points().getLast().train()).isLessThan(0.01);
    assertThat(byHeart.lost()).isGreaterThan(0.3);
    assertThat(byHeart.verdict()).isEqualTo(Verdict.VARIANCE);
    assertThat(curve(deep, rows, 200).verdict())
        .as("so much noise that the mean is better")
        .isEqualTo(Verdict.NOTHING_LEARNT);
  }

  @Test
  void modelThatIsShortOfRows_isToldSo() {
    TrainingSet rows = world(3_000, 3, 0.1, x -> Math.sin(3 * x[0]) * x[1], new Random(3));
    LearnSpec near = new LearnSpec.Neighbours(3, LearnSpec.Closeness.DISTANCE);
    LearningCurve curve = curve(near, rows, 1_500);
    assertThat(curve.verdict()).isEqualTo(Verdict.MORE_ROWS);
    assertThat(curve.lastDoubling().estimate()).isPositive();
    double[] errors = curve.points().stream().mapToDouble(LearningCurve.Point::test).toArray();
    assertThat(errors[errors.length - 1]).isLessThan(0.7 * errors[0]);
  }

  @Test
  void labelsOfNoise_teachNothing() {
    int nothing = 0;
    for (int w = 0; w < 40; w++) {
      LearningCurve curve = curve(LINEAR, world(600, 4, 1, _ -> 0, new Random(w)), 300);
      nothing += curve.verdict() == Verdict.NOTHING_LEARNT ? 1 : 0;
    }
    assertThat(nothing).isGreaterThanOrEqualTo(38);
  }

  /** One number is learnt of one feature: from 500 rows on there is nothing left to learn. */
  @Test
  void moreRows_areRarelyPromisedInVain() {
    int promised = 0;
    for (int w = 0; w < 60; w++) {
      TrainingSet rows = world(4_000, 1, 1, x -> x[0], new Random(100 + w));
      promised += curve(LINEAR, rows, 2_000).verdict() == Verdict.MORE_ROWS ? 1 : 0;
    }
    assertThat(promised).isLessThanOrEqualTo(3);
  }

  @Test
  void everyBeginning_hasTheSharesOfAllRows() {
    double[] labels = IntStream.range(0, 1_000).mapToDouble(i -> i % 20 == 0 ? 1 : 0).toArray();
    TrainingSet rows =
        new TrainingSet(
            new Frame(1_000, List.of()),
            new Target.Classes("no", "yes"),
            labels,
            Optional.empty(),
            Optional.empty());
    int[] order = NestedRows.of(rows, IntStream.range(0, 1_000).toArray(), 4);
    assertThat(order.clone()).doesNotHaveDuplicates().hasSize(1_000);
    for (int n : new int[] {40, 100, 333, 1_000}) {
      long positive = Arrays.stream(order).limit(n).filter(i -> labels[i] == 1).count();
      assertThat((double) positive).isBetween(n / 20.0 - 1, n / 20.0 + 1);
    }
  }

  @Test
  void tooFewRows_areRefused() {
    TrainingSet rows = world(100, 1, 1, x -> x[0], new Random(1));
    assertThatThrownBy(() -> curve(LINEAR, rows, 60))
        .isInstanceOf(HeadraceException.class)
        .hasMessage(
            "Cannot draw a learning curve: 60 rows are learnt from, and half of them are fewer than"
                + " 40.");
  }
}
