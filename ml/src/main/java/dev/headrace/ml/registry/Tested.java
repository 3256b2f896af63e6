package dev.headrace.ml.registry;

import dev.headrace.ml.learn.LearnSpec;
import dev.headrace.ml.learn.Model;
import dev.headrace.ml.learn.Target;
import dev.headrace.ml.learn.Trainer;
import dev.headrace.ml.learn.Trainer.TrainingSet;
import dev.headrace.ml.learn.clusters.Silhouette;
import dev.headrace.ml.learn.explain.PermutationImportance;
import dev.headrace.ml.learn.metrics.Scored;
import dev.headrace.ml.learn.prepare.PrepareSpec;
import dev.headrace.ml.learn.split.Split;
import dev.headrace.ml.registry.Training.Prediction;
import dev.headrace.spi.engine.Watch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What came of every fold: rows that were not learnt from, with what was predicted of them.
 *
 * @param fitted by fold
 * @param scored by fold, at the fold's own threshold
 * @param uncalibrated the same without calibration
 * @param guessed what the baseline predicts of them; empty where there is none
 * @param predictions of the folds of the first split, in which every row tests once at most
 */
record Tested(
    ModelSpec spec,
    TrainingSet all,
    List<Fitting.Fitted> fitted,
    List<Scored> scored,
    List<Scored> uncalibrated,
    List<Scored> guessed,
    List<Prediction> predictions) {

  static Tested of(Fitting fitting, Split split, Watch watch) {
    TrainingSet all = fitting.all();
    ModelSpec spec = fitting.spec();
    // Clusters are found in features even where there is one; all else that is naive needs none.
    boolean finds = all.target() instanceof Target.Found;
    TrainingSet known = finds ? all : all.with(all.features().only(List.of()));
    PrepareSpec prepare = finds ? spec.prepare() : PrepareSpec.DEFAULT;
    Optional<Trainer> baseline =
        naive(all.target()).map(naive -> new Trainer(naive, prepare, spec.seed(), spec.threads()));
    List<Fitting.Fitted> models = new ArrayList<>();
    List<Scored> scored = new ArrayList<>();
    List<Scored> uncalibrated = new ArrayList<>();
    List<Scored> guessed = new ArrayList<>();
    List<Prediction> predictions = new ArrayList<>();
    int once = split.folds().size() / spec.split().repeats();
    for (int f = 0; f < split.folds().size(); f++) {
      Split.Fold fold = split.folds().get(f);
      TrainingSet test = all.rows(fold.test());
      Fitting.Fitted fitted = fitting.fit(fold.train(), watch);
      models.add(fitted);
      double threshold = fitted.model().threshold();
      double[][] predicted = fitted.model().scores(test.features());
      scored.add(scored(spec, test, measured(fitted.model(), test, predicted, spec), threshold));
      if (!fitted.model().calibration().isEmpty()) {
        uncalibrated.add(
            scored(spec, test, fitted.model().uncalibrated(test.features()), threshold));
      }
      baseline
          .map(one -> one.fit(known.rows(fold.train()), watch).model())
          .ifPresent(
              one ->
                  guessed.add(
                      scored(
                          spec,
                          test,
                          measured(one, test, one.scores(test.features()), spec),
                          threshold)));
      if (f < once) {
        Prediction.add(predictions, predicted, fold.test(), f + 1);
      }
    }
    return new Tested(spec, all, models, scored, uncalibrated, guessed, predictions);
  }

  /** What predicts without features; of clusters a single one; empty where nothing is naive. */
  private static Optional<LearnSpec> naive(Target target) {
    return switch (target) {
      case Target.Classes _, Target.Several _ -> Optional.of(new LearnSpec.Majority());
      case Target.Quantity _, Target.Relevance _ -> Optional.of(new LearnSpec.Mean());
      case Target.Found(Target.Found.Kind kind, List<String> _) ->
          kind == Target.Found.Kind.CLUSTERS
              ? Optional.of(new LearnSpec.KMeans(1, 1, 1))
              : Optional.empty();
    };
  }

  /** Of clusters the silhouettes beside what the model gives; else that alone. */
  static double[][] measured(Model model, TrainingSet test, double[][] outputs, ModelSpec spec) {
    if (!(model.target() instanceof Target.Found(Target.Found.Kind kind, List<String> _))
        || (kind != Target.Found.Kind.CLUSTERS && kind != Target.Found.Kind.DENSITY)) {
      return outputs;
    }
    double[][] more = Arrays.copyOf(outputs, outputs.length + 1);
    more[outputs.length] =
        Silhouette.of(model.preparation().apply(test.features()), outputs[0], spec.seed());
    return more;
  }

  static Scored scored(ModelSpec spec, TrainingSet test, double[][] predicted, double threshold) {
    Scored rows = Scored.of(test.labels(), predicted).under(spec.evaluate().settings(threshold));
    Scored weighted = test.weights().map(rows::weighted).orElse(rows);
    return test.groups().map(weighted::grouped).orElse(weighted);
  }

  Fitting.Fitted first() {
    return fitted.getFirst();
  }

  /** What was scored in the first split: no row is there twice. */
  List<Scored> once() {
    return scored.subList(0, scored.size() / spec.split().repeats());
  }

  /** Every fold's test rows with its own model. */
  List<PermutationImportance.Fold> importanceFolds() {
    List<PermutationImportance.Fold> folds = new ArrayList<>();
    for (int f = 0; f < once().size(); f++) {
      int fold = f + 1;
      int[] rows =
          predictions.stream()
              .filter(one -> one.fold() == fold)
              .mapToInt(one -> one.row() - 1)
              .toArray();
      folds.add(
          new PermutationImportance.Fold(
              all.features().rows(rows), scored.get(f), fitted.get(f).model()::scores));
    }
    return folds;
  }

  /** Numbers of the rows, from 0, in the order of the predictions. */
  int[] rows() {
    return predictions.stream().mapToInt(one -> one.row() - 1).toArray();
  }

  /** The rows of all folds of the first split together. */
  Scored pooled(double threshold) {
    double[][] outputs = new double[all.target().outputs()][predictions.size()];
    for (int i = 0; i < predictions.size(); i++) {
      for (int k = 0; k < outputs.length; k++) {
        outputs[k][i] = predictions.get(i).outputs()[k];
      }
    }
    return scored(spec, all.rows(rows()), outputs, threshold);
  }
}
