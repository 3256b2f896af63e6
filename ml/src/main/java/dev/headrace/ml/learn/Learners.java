package dev.headrace.ml.learn;

import com.fasterxml.jackson.databind.JsonNode;
import dev.headrace.ml.learn.Trainer.Trained;
import dev.headrace.ml.learn.Trainer.TrainingSet;
import dev.headrace.spi.engine.Watch;
import java.util.Map;

/**
 * The learners: what fits each declaration, and what reads what it has saved. A new learner is a
 * record in {@link LearnSpec}, a class that fits and scores, and its lines here.
 */
final class Learners {
  private Learners() {}

  /** Reads a scorer from its node of {@code model.json} and the files beside it. */
  interface Reader {
    Model.Scorer read(JsonNode node, Map<String, byte[]> files);
  }

  /** What reads each {@link Model.Scorer}, by its word. Words are never taken away. */
  static final Map<String, Reader> READERS =
      Map.of(
          "linear", Model.Linear::read,
          "logistic", Model.Logistic::read,
          "softmax", Model.Softmax::read,
          "trees", Model.Trees::read,
          "constant", Model.Constant::read,
          "shares", Model.Shares::read);

  /** Fits the learner that a trainer is told. */
  static Trained fit(Trainer trainer, TrainingSet rows, Watch watch) {
    return switch (trainer.learner()) {
      case LearnSpec.Linear linear -> LinearLearners.leastSquares(linear, trainer, rows);
      case LearnSpec.Ridge ridge -> LinearLearners.ridge(ridge, trainer, rows);
      case LearnSpec.Lasso lasso -> LinearLearners.lasso(lasso, trainer, rows);
      case LearnSpec.ElasticNet net -> LinearLearners.elasticNet(net, trainer, rows);
      case LearnSpec.Logistic logistic -> LinearLearners.logistic(logistic, trainer, rows);
      case LearnSpec.Gbdt gbdt -> TreeTraining.fit(gbdt, trainer, rows, watch);
      case LearnSpec.Majority _, LearnSpec.Mean _ -> Baselines.fit(rows);
    };
  }
}
