package dev.headrace.ml.learn.curve;

import dev.headrace.core.stats.Answer;
import dev.headrace.core.stats.Interval;
import dev.headrace.ml.learn.LearnError;
import dev.headrace.ml.learn.curve.Verdict.Gain;
import dev.headrace.ml.learn.metrics.Evaluation;
import dev.headrace.ml.learn.metrics.Metric;
import dev.headrace.ml.learn.metrics.Scored;
import dev.headrace.spi.error.HeadraceException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How good models of more and more rows are, on the rows they have learnt from and on the same test
 * rows each. The rows of a smaller model are among those of the next.
 *
 * <p>Hastie, Tibshirani, Friedman, The Elements of Statistical Learning, 2nd ed. 2009, 7.10;
 * Perlich, Provost, Simonoff, Tree Induction vs. Logistic Regression: A Learning-Curve Analysis,
 * JMLR 4, 2003.
 *
 * @param baseline the metric of what would be predicted without features
 * @param points with twice the rows from each to the next, about
 * @param lost share of what the last is better by on its training rows that it is not on test rows
 */
public record LearningCurve(
    Metric metric,
    double baseline,
    List<Point> points,
    Gain overBaseline,
    Gain lastDoubling,
    double lost,
    Verdict verdict) {
  private static final int MOST_POINTS = 6;

  public LearningCurve {
    points = List.copyOf(points);
  }

  /**
   * Models of so many rows.
   *
   * @param rows learnt from, the mean over the folds
   * @param train the metric on these rows themselves, at most some thousand of them
   * @param test the metric on test rows, with the bootstrap's interval
   */
  public record Point(
      int rows, double train, double test, @Nullable Double lower95, @Nullable Double upper95) {}

  /**
   * One fold.
   *
   * @param order the training rows, so that the first of them stand for all
   * @param baseline what would be predicted of the test rows without features
   * @param learn learns from some of the rows
   */
  @SuppressWarnings("ArrayRecordComponent") // Compared by nobody.
  public record Fold(int[] order, Scored baseline, Function<int[], Learnt> learn) {}

  /** What a model of some rows predicts of these and of the fold's test rows. */
  public record Learnt(Scored train, Scored test) {}

  /**
   * Draws the curve: with half the rows, a quarter and so on, as long as {@code fewest} are left.
   *
   * @param fewest rows to learn from
   * @param seed of the bootstrap
   * @throws HeadraceException LEARN_TOO_FEW_ROWS where not even half the rows are enough,
   *     LEARN_SETTING where the metric cannot be had of them
   */
  public static LearningCurve of(Metric metric, List<Fold> folds, int fewest, long seed) {
    int least = folds.stream().mapToInt(fold -> fold.order.length).min().orElse(0);
    int halvings = 0;
    while (halvings < MOST_POINTS - 1 && least >> (halvings + 1) >= fewest) {
      halvings++;
    }
    if (halvings == 0) {
      throw new HeadraceException(
          LearnError.LEARN_TOO_FEW_ROWS,
          "Cannot draw a learning curve: %d rows are learnt from, and half of them are fewer than %d."
              .formatted(least, fewest),
          "Bring more rows.");
    }
    List<Point> points = new ArrayList<>();
    List<Scored> before = List.of();
    List<Scored> tested = List.of();
    for (int halved = halvings; halved >= 0; halved--) {
      before = tested;
      List<Learnt> learnt = new ArrayList<>();
      double rows = 0;
      for (Fold fold : folds) {
        int[] some = Arrays.copyOf(fold.order, fold.order.length >> halved);
        Arrays.sort(some); // As all rows are: the order moves the last bits of sums.
        rows += (double) some.length / folds.size();
        learnt.add(fold.learn.apply(some));
      }
      tested = learnt.stream().map(Learnt::test).toList();
      Evaluation test = known(metric, Evaluation.of(metric, tested, seed));
      points.add(
          new Point(
              (int) Math.round(rows),
              known(
                      metric,
                      Evaluation.withoutInterval(
                          metric, learnt.stream().map(Learnt::train).toList()))
                  .estimate(),
              test.estimate(),
              test.interval().map(Interval::lower).orElse(null),
              test.interval().map(Interval::upper).orElse(null)));
    }
    List<Scored> naive = folds.stream().map(Fold::baseline).toList();
    double baseline = known(metric, Evaluation.withoutInterval(metric, naive)).estimate();
    Gain over = gain(metric, tested, naive, seed);
    Gain doubling = gain(metric, tested, before, seed);
    double onTraining = points.getLast().train - baseline;
    double onTest = points.getLast().test - baseline;
    double lost = onTraining == 0 ? 0 : Math.clamp(1 - onTest / onTraining, 0, 1);
    return new LearningCurve(
        metric, baseline, points, over, doubling, lost, Verdict.of(over, doubling, lost));
  }

  private static Gain gain(Metric metric, List<Scored> better, List<Scored> worse, long seed) {
    Interval interval =
        Evaluation.difference(metric, better, worse, seed)
            .orElseThrow(() -> unknown(metric, "too few test rows tell it"));
    double difference =
        known(metric, Evaluation.withoutInterval(metric, better)).estimate()
            - known(metric, Evaluation.withoutInterval(metric, worse)).estimate();
    return metric.higherIsBetter()
        ? new Gain(difference, interval)
        : new Gain(0 - difference, new Interval(0 - interval.upper(), 0 - interval.lower()));
  }

  private static Evaluation known(Metric metric, Answer<Evaluation> answer) {
    return switch (answer) {
      case Answer.Known<Evaluation>(Evaluation told) -> told;
      case Answer.Unknown<Evaluation>(Answer.Reason _, String detail) ->
          throw unknown(metric, detail);
    };
  }

  private static HeadraceException unknown(Metric metric, String reason) {
    return new HeadraceException(
        LearnError.LEARN_SETTING,
        "Cannot draw a learning curve of '%s': %s.".formatted(metric.word(), reason),
        "Name another metric first under 'evaluate'.");
  }
}
