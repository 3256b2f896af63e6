package dev.headrace.ml.registry;

import dev.headrace.ml.learn.LearnError;
import dev.headrace.ml.learn.Model;
import dev.headrace.ml.learn.Target;
import dev.headrace.ml.learn.Trainer;
import dev.headrace.ml.learn.Trainer.Trained;
import dev.headrace.ml.learn.Trainer.TrainingSet;
import dev.headrace.ml.learn.calibration.Calibrate;
import dev.headrace.ml.learn.calibration.CalibrationMap;
import dev.headrace.ml.learn.frame.Frame;
import dev.headrace.ml.learn.metrics.Payoff;
import dev.headrace.ml.learn.metrics.Scored;
import dev.headrace.ml.learn.metrics.Threshold;
import dev.headrace.ml.learn.metrics.ThresholdSearch;
import dev.headrace.ml.learn.split.Split;
import dev.headrace.ml.learn.split.SplitSpec;
import dev.headrace.ml.learn.tune.TuneSpec;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.error.HeadraceException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * All that is learnt from training rows: the model itself, and from predictions of training rows
 * that were not learnt from, what becomes of its probabilities. Test rows never come here.
 *
 * @param all the rows that there are
 * @param column what the split goes by; empty where it goes by none
 */
record Fitting(ModelSpec spec, Trainer trainer, TrainingSet all, Optional<Frame.Column> column) {
  private static final int FOLDS = 5;

  /**
   * A model.
   *
   * @param threshold how it was chosen; empty where it was declared
   * @param trials settings that were tried; empty without {@code tune}
   * @param calibratedOn rows whose out-of-fold predictions the calibration was fitted to
   */
  record Fitted(
      Trained trained,
      Optional<ThresholdSearch.Choice> threshold,
      int calibratedOn,
      List<Tuning.Trial> trials) {
    Model model() {
      return trained.model();
    }
  }

  /**
   * Learns from some of the rows.
   *
   * @throws HeadraceException every LearnError
   */
  Fitted fit(int[] rows, Watch watch) {
    Optional<Payoff> payoff =
        spec.evaluate().threshold() instanceof Threshold.Maximise(Payoff maximise)
            ? Optional.of(maximise)
            : Optional.empty();
    boolean calibrates = spec.calibrate() != Calibrate.NONE;
    if (calibrates && !all.target().classifies()) {
      throw refused("calibrate", "classes", "calibrate");
    }
    if (payoff.isPresent() && !(all.target() instanceof Target.Classes)) {
      throw refused("choose a threshold", "two classes", "evaluate.threshold");
    }
    Optional<Tuning> tuning = tuning(rows, watch);
    Trainer chosen = tuning.map(Tuning::learner).map(trainer::learning).orElse(trainer);
    List<Tuning.Trial> trials = tuning.map(Tuning::trials).orElse(List.of());
    Trained trained = chosen.fit(all.rows(rows), watch);
    double declared = declared(spec);
    if (!calibrates && payoff.isEmpty()) {
      return new Fitted(deciding(trained, List.of(), declared), Optional.empty(), 0, trials);
    }
    OutOfFold predicted = outOfFold(chosen, rows, watch);
    List<CalibrationMap> maps = calibrates ? calibrations(predicted) : List.of();
    Scored scored =
        Scored.of(predicted.labels, CalibrationMap.of(maps, predicted.predictions))
            .weighted(predicted.weights);
    Optional<ThresholdSearch.Choice> choice =
        payoff.map(
            one ->
                ThresholdSearch.best(one, scored)
                    .orElseThrow(
                        () ->
                            new HeadraceException(
                                LearnError.LEARN_SETTING,
                                "Cannot choose a threshold: '%s' divides by zero at all of them."
                                    .formatted(one),
                                "Write it without a ratio.")));
    return new Fitted(
        deciding(trained, maps, choice.map(ThresholdSearch.Choice::threshold).orElse(declared)),
        choice,
        calibrates ? predicted.labels.length : 0,
        trials);
  }

  private HeadraceException refused(String what, String of, String key) {
    return new HeadraceException(
        LearnError.LEARN_SETTING,
        "Cannot %s for '%s': that is for %s.".formatted(what, spec.predicts(), of),
        "Leave '%s' out.".formatted(key));
  }

  /** Of two classes that of the positive one; of several one for each against the rest. */
  private List<CalibrationMap> calibrations(OutOfFold predicted) {
    boolean several = predicted.predictions.length > 1;
    List<CalibrationMap> maps = new ArrayList<>();
    for (int k = 0; k < predicted.predictions.length; k++) {
      double is = several ? k : 1;
      maps.add(
          spec.calibrate()
              .fit(
                  predicted.predictions[k],
                  Arrays.stream(predicted.labels).map(label -> label == is ? 1 : 0).toArray(),
                  predicted.weights));
    }
    return maps;
  }

  private Optional<Tuning> tuning(int[] rows, Watch watch) {
    TuneSpec tune = spec.tune();
    return tune == null
        ? Optional.empty()
        : Optional.of(
            Tuning.of(spec, tune, trainer, all.rows(rows), inner(rows, tune.folds()), watch));
  }

  /** Where classes are told apart before a threshold is chosen. */
  static double declared(ModelSpec spec) {
    return spec.evaluate().threshold() instanceof Threshold.At(double at) ? at : Threshold.HALF;
  }

  private static Trained deciding(Trained trained, List<CalibrationMap> maps, double threshold) {
    return new Trained(trained.model().deciding(maps, threshold), trained.report());
  }

  /**
   * Predictions of training rows by models that had not learnt from them.
   *
   * @param predictions by output, then by row
   */
  @SuppressWarnings("ArrayRecordComponent") // Millions of numbers, compared by nobody.
  private record OutOfFold(double[][] predictions, double[] labels, double[] weights) {}

  /** The training rows are split as all rows are, in five parts. */
  private OutOfFold outOfFold(Trainer chosen, int[] rows, Watch watch) {
    TrainingSet training = all.rows(rows);
    double[][] predictions = new double[all.target().outputs()][rows.length];
    Arrays.fill(predictions[0], Double.NaN);
    for (Split.Fold fold : inner(rows, FOLDS).folds()) {
      Model model = chosen.fit(training.rows(fold.train()), watch).model();
      double[][] some = model.scores(training.features().rows(fold.test()));
      for (int k = 0; k < some.length; k++) {
        for (int i = 0; i < some[k].length; i++) {
          predictions[k][fold.test()[i]] = some[k][i];
        }
      }
    }
    // By time, the rows before the first part are predicted by nobody.
    int[] known = Split.where(rows.length, i -> !Double.isNaN(predictions[0][i]));
    TrainingSet predicted = training.rows(known);
    return new OutOfFold(
        Arrays.stream(predictions)
            .map(output -> TrainingSet.pick(output, known))
            .toArray(double[][]::new),
        predicted.labels(),
        predicted.weights().orElseGet(() -> ones(known.length)));
  }

  private static double[] ones(int count) {
    double[] ones = new double[count];
    Arrays.fill(ones, 1);
    return ones;
  }

  /** Parts of the training rows that test in turn, by the same rule as those of all rows. */
  private Split inner(int[] rows, int folds) {
    SplitSpec outer = spec.split();
    SplitSpec parts =
        new SplitSpec(
            outer.time(),
            outer.group(),
            null,
            outer.time() == null
                && outer.group() == null
                && all.groups().isEmpty()
                && all.target().classifies(),
            outer.test(),
            folds);
    TrainingSet training = all.rows(rows);
    return Split.of(
        parts,
        rows.length,
        all.target(),
        training.labels(),
        outer.column() != null
            ? Optional.empty()
            : column.map(
                one ->
                    new Frame(all.labels().length, List.of(one)).rows(rows).columns().getFirst()),
        training.groups(),
        spec.seed() + 1);
  }
}
