package dev.headrace.ml.registry;

import dev.headrace.ml.learn.LearnError;
import dev.headrace.ml.learn.LearnSpec;
import dev.headrace.ml.learn.Model;
import dev.headrace.ml.learn.Trainer;
import dev.headrace.ml.learn.Trainer.TrainingSet;
import dev.headrace.ml.learn.curve.LearningCurve;
import dev.headrace.ml.learn.curve.NestedRows;
import dev.headrace.ml.learn.metrics.Metric;
import dev.headrace.ml.learn.metrics.Scored;
import dev.headrace.ml.learn.prepare.PrepareSpec;
import dev.headrace.ml.learn.split.Split;
import dev.headrace.ml.learn.tune.Settings;
import dev.headrace.spi.engine.Relation;
import dev.headrace.spi.engine.SqlEngine;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.error.HeadraceException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Draws the learning curve of a version from the rows it was trained on. */
final class CurveDrawing {
  /** Fewer rows tell nothing of a learner. */
  private static final int FEWEST_ROWS = 40;

  /** Training rows that a model is measured on; more take time and tell no more. */
  private static final int MOST_MEASURED = 50_000;

  private CurveDrawing() {}

  static LearningCurve of(ModelCard card, SqlEngine engine, Relation from, Watch watch) {
    ModelSpec spec = Models.spec(card);
    if (spec.learn() instanceof LearnSpec.Onnx) {
      throw new HeadraceException(
          LearnError.LEARN_SETTING,
          "Cannot draw a learning curve of model '%s': it was made elsewhere, and learns nothing."
              .formatted(card.model()),
          "Draw those of models that are trained here.");
    }
    if (spec.learn() instanceof LearnSpec.Finds) {
      throw new HeadraceException(
          LearnError.LEARN_SETTING,
          "Cannot draw a learning curve of model '%s': it finds what lies in the rows, and no label tells how well."
              .formatted(card.model()),
          "Draw those of models that predict a label.");
    }
    TrainingRows rows = TrainingRows.of(card.model(), spec, Optional.empty(), engine, from, watch);
    TrainingSet all = rows.all();
    Metric metric = Judging.of(spec, all.target()).getFirst();
    LearnSpec naive = all.target().classifies() ? new LearnSpec.Majority() : new LearnSpec.Mean();
    Trainer baseline = new Trainer(naive, PrepareSpec.DEFAULT, spec.seed(), spec.threads());
    TrainingSet withoutFeatures = all.with(all.features().only(List.of()));
    Trainer trainer = rows.fitting().trainer().learning(learner(card, spec));
    double threshold = Fitting.declared(spec);
    List<Split.Fold> folds =
        rows.split().folds().subList(0, rows.split().folds().size() / spec.split().repeats());
    return LearningCurve.of(
        metric,
        IntStream.range(0, folds.size())
            .mapToObj(
                f -> {
                  Split.Fold fold = folds.get(f);
                  TrainingSet test = all.rows(fold.test());
                  Model constant = baseline.fit(withoutFeatures.rows(fold.train()), watch).model();
                  return new LearningCurve.Fold(
                      NestedRows.of(all, fold.train(), spec.seed() + f),
                      Tested.scored(spec, test, constant.scores(test.features()), threshold),
                      some -> {
                        TrainingSet train = all.rows(some);
                        Model model = trainer.fit(train, watch).model();
                        TrainingSet measured = measured(train);
                        return new LearningCurve.Learnt(
                            scored(spec, measured, model, threshold),
                            scored(spec, test, model, threshold));
                      });
                })
            .toList(),
        FEWEST_ROWS,
        spec.seed());
  }

  private static Scored scored(ModelSpec spec, TrainingSet rows, Model model, double threshold) {
    return Tested.scored(spec, rows, model.scores(rows.features()), threshold);
  }

  private static TrainingSet measured(TrainingSet train) {
    int rows = train.labels().length;
    return rows <= MOST_MEASURED || train.groups().isPresent()
        ? train
        : train.rows(
            Arrays.copyOf(
                NestedRows.of(train, IntStream.range(0, rows).toArray(), 1), MOST_MEASURED));
  }

  /** With the settings that tuning chose. */
  private static LearnSpec learner(ModelCard card, ModelSpec spec) {
    Judgement judgement = card.judgement();
    return judgement == null
        ? spec.learn()
        : judgement.trials().stream()
            .filter(Tuning.Trial::isBest)
            .findFirst()
            .map(best -> Settings.with(spec.learn(), best.settings()))
            .orElse(spec.learn());
  }
}
