package dev.headrace.ml.learn;

import dev.headrace.ml.learn.boosting.TreeEnsemble;
import dev.headrace.ml.learn.calibration.CalibrationMap;
import dev.headrace.ml.learn.linear.LinearModel;
import dev.headrace.ml.learn.linear.LogisticRegression;
import dev.headrace.ml.learn.metrics.Threshold;
import java.util.Arrays;
import java.util.Optional;

/**
 * A fitted model with all it needs to score rows: nothing is looked up elsewhere. Immutable and
 * thread-safe.
 *
 * @param preparation what becomes of the columns first
 * @param calibration what becomes of the probability last
 * @param threshold probability from which on the positive class is predicted; of no meaning for
 *     numbers
 */
public record Model(
    Target target,
    Preparation preparation,
    Scorer scorer,
    Optional<CalibrationMap> calibration,
    double threshold) {

  /** Without calibration, classes told apart at one half. */
  public Model(Target target, Preparation preparation, Scorer scorer) {
    this(target, preparation, scorer, Optional.empty(), Threshold.HALF);
  }

  /** The same with what becomes of its probability. */
  public Model deciding(Optional<CalibrationMap> map, double from) {
    return new Model(target, preparation, scorer, map, from);
  }

  /** What turns prepared columns into a prediction. */
  public sealed interface Scorer {}

  /** The sum itself. */
  public record Linear(LinearModel model) implements Scorer {}

  /** The logistic function of the sum. */
  public record Logistic(LinearModel model) implements Scorer {}

  /** What the sum of trees stands for. */
  public record Trees(TreeEnsemble ensemble) implements Scorer {}

  /** The same for every row. */
  public record Constant(double prediction) implements Scorer {}

  /**
   * Predicts: the probability of the positive class, or the number. Never NaN.
   *
   * @throws dev.headrace.spi.error.HeadraceException LEARN_COLUMN, LEARN_TYPE where the frame lacks
   *     a column that was learnt from
   */
  public double[] score(Frame frame) {
    double[] scores = uncalibrated(frame);
    return calibration.map(map -> map.of(scores)).orElse(scores);
  }

  /** What {@link #score} would be without calibration. */
  public double[] uncalibrated(Frame frame) {
    return switch (scorer) {
      case Linear(LinearModel model) -> model.sums(preparation.apply(frame));
      case Logistic(LinearModel model) -> {
        double[] sums = model.sums(preparation.apply(frame));
        yield Arrays.stream(sums).map(LogisticRegression::probability).toArray();
      }
      case Trees(TreeEnsemble ensemble) -> {
        float[] margins = ensemble.margins(preparation.apply(frame));
        double[] predictions = new double[margins.length];
        for (int i = 0; i < predictions.length; i++) {
          predictions[i] =
              switch (ensemble.link()) {
                case IDENTITY -> margins[i];
                case LOGIT -> LogisticRegression.probability(margins[i]);
                case LOG -> Math.exp(margins[i]);
              };
        }
        yield predictions;
      }
      case Constant(double prediction) -> {
        double[] predictions = new double[frame.rows()];
        Arrays.fill(predictions, prediction);
        yield predictions;
      }
    };
  }
}
