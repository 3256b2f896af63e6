package dev.headrace.ml.registry;

import dev.headrace.ml.learn.LearnSpec;
import dev.headrace.ml.learn.Split;
import dev.headrace.ml.learn.Target;
import dev.headrace.ml.learn.Trainer;
import dev.headrace.ml.learn.Trainer.TrainingSet;
import dev.headrace.ml.learn.explain.PermutationImportance;
import dev.headrace.ml.learn.metrics.Scored;
import dev.headrace.ml.registry.Training.Prediction;
import dev.headrace.spi.engine.Watch;
import java.util.ArrayList;
import java.util.List;

/**
 * What came of every fold: rows that were not learnt from, with what was predicted of them.
 *
 * @param fitted by fold
 * @param scored by fold, at the fold's own threshold
 * @param uncalibrated the same without calibration
 * @param guessed what the baseline predicts of them
 * @param predictions of all folds
 */
record Tested(
    TrainingSet all,
    List<Fitting.Fitted> fitted,
    List<Scored> scored,
    List<Scored> uncalibrated,
    List<Scored> guessed,
    List<Prediction> predictions) {

  static Tested of(Fitting fitting, Split split, Watch watch) {
    TrainingSet all = fitting.all();
    ModelSpec spec = fitting.spec();
    LearnSpec naive =
        all.target() instanceof Target.Classes ? new LearnSpec.Majority() : new LearnSpec.Mean();
    Trainer baseline = new Trainer(naive, spec.prepare(), spec.seed(), spec.threads());
    List<Fitting.Fitted> models = new ArrayList<>();
    List<Scored> scored = new ArrayList<>();
    List<Scored> uncalibrated = new ArrayList<>();
    List<Scored> guessed = new ArrayList<>();
    List<Prediction> predictions = new ArrayList<>();
    for (int f = 0; f < split.folds().size(); f++) {
      Split.Fold fold = split.folds().get(f);
      TrainingSet test = all.rows(fold.test());
      Fitting.Fitted fitted = fitting.fit(fold.train(), watch);
      models.add(fitted);
      double threshold = fitted.model().threshold();
      double[] predicted = fitted.model().score(test.features());
      scored.add(scored(test, predicted, threshold));
      if (fitted.model().calibration().isPresent()) {
        uncalibrated.add(scored(test, fitted.model().uncalibrated(test.features()), threshold));
      }
      guessed.add(
          scored(
              test,
              baseline.fit(all.rows(fold.train()), watch).model().score(test.features()),
              threshold));
      for (int i = 0; i < predicted.length; i++) {
        predictions.add(new Prediction(fold.test()[i] + 1, f + 1, predicted[i]));
      }
    }
    return new Tested(all, models, scored, uncalibrated, guessed, predictions);
  }

  private static Scored scored(TrainingSet test, double[] predicted, double threshold) {
    Scored rows = Scored.of(test.labels(), predicted).at(threshold);
    return test.weights().map(rows::weighted).orElse(rows);
  }

  Fitting.Fitted first() {
    return fitted.getFirst();
  }

  /** Every fold's test rows with its own model. */
  List<PermutationImportance.Fold> importanceFolds() {
    List<PermutationImportance.Fold> folds = new ArrayList<>();
    for (int f = 0; f < fitted.size(); f++) {
      int fold = f + 1;
      int[] rows =
          predictions.stream()
              .filter(one -> one.fold() == fold)
              .mapToInt(one -> one.row() - 1)
              .toArray();
      folds.add(
          new PermutationImportance.Fold(
              all.features().rows(rows), scored.get(f), fitted.get(f).model()::score));
    }
    return folds;
  }

  /** Numbers of the rows, from 0, in the order of the predictions. */
  int[] rows() {
    return predictions.stream().mapToInt(one -> one.row() - 1).toArray();
  }

  /** The rows of all folds together. */
  Scored pooled(double threshold) {
    return scored(
        all.rows(rows()),
        predictions.stream().mapToDouble(Prediction::prediction).toArray(),
        threshold);
  }
}
