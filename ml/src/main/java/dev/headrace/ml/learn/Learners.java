package dev.headrace.ml.learn;

import com.fasterxml.jackson.databind.JsonNode;
import dev.headrace.ml.learn.PreparationFit.Taste;
import dev.headrace.ml.learn.PrepareSpec.Categories;
import dev.headrace.ml.learn.PrepareSpec.Missing;
import dev.headrace.ml.learn.PrepareSpec.Scale;
import dev.headrace.ml.learn.Trainer.Trained;
import dev.headrace.ml.learn.Trainer.TrainingSet;
import dev.headrace.ml.learn.bayes.NaiveBayes;
import dev.headrace.ml.learn.neighbours.NearestNeighbours;
import dev.headrace.spi.engine.Watch;
import java.util.Map;

/**
 * The learners: what fits each declaration, and what reads what it has saved. A new learner is a
 * record in {@link LearnSpec}, a class that fits and scores, and its lines here.
 */
final class Learners {
  /** Texts as codes, numbers as they are, what is missing left so. */
  private static final Taste NATIVE =
      new Taste(Missing.LEAVE, Scale.NONE, Categories.NATIVE, false);

  /** Columns of the same scale, nothing missing. */
  private static final Taste SCALED =
      new Taste(Missing.MEAN, Scale.STANDARD, Categories.ONE_HOT, false);

  private Learners() {}

  /** Reads a scorer from its node of {@code model.json} and the files beside it. */
  interface Reader {
    Model.Scorer read(JsonNode node, Map<String, byte[]> files);
  }

  /** What reads each {@link Model.Scorer}, by its word. Words are never taken away. */
  static final Map<String, Reader> READERS =
      Map.of(
          "linear",
          Model.Linear::read,
          "logistic",
          Model.Logistic::read,
          "softmax",
          Model.Softmax::read,
          "exponential",
          Model.Exponential::read,
          "trees",
          Model.Trees::read,
          NaiveBayes.WORD,
          NaiveBayes::read,
          NearestNeighbours.WORD,
          NearestNeighbours::read,
          "same-as",
          Baselines.SameAs::read,
          "constant",
          Model.Constant::read,
          "shares",
          Model.Shares::read);

  /** Fits the learner that a trainer is told. */
  static Trained fit(Trainer trainer, TrainingSet rows, Watch watch) {
    return switch (trainer.learner()) {
      case LearnSpec.Linear linear -> LinearLearners.leastSquares(linear, trainer, rows);
      case LearnSpec.Ridge ridge -> LinearLearners.ridge(ridge, trainer, rows);
      case LearnSpec.Lasso lasso -> LinearLearners.lasso(lasso, trainer, rows);
      case LearnSpec.ElasticNet net -> LinearLearners.elasticNet(net, trainer, rows);
      case LearnSpec.Logistic logistic -> LinearLearners.logistic(logistic, trainer, rows);
      case LearnSpec.Poisson poisson -> LinearLearners.poisson(poisson, trainer, rows);
      case LearnSpec.NaiveBayes bayes -> {
        Preparation preparation = trainer.preparation(rows, NATIVE);
        yield plain(
            rows,
            preparation,
            NaiveBayes.fit(
                preparation.apply(rows.features()),
                rows.labels(),
                Math.max(2, rows.target().outputs()),
                Trainer.weights(rows),
                bayes.smoothing()));
      }
      case LearnSpec.Neighbours(int k, LearnSpec.Closeness weigh) -> {
        Preparation preparation = trainer.preparation(rows, SCALED);
        yield plain(
            rows,
            preparation,
            NearestNeighbours.fit(
                preparation.apply(rows.features()),
                rows.labels(),
                Trainer.weights(rows),
                rows.target() instanceof Target.Quantity ? 0 : Math.max(2, rows.target().outputs()),
                k,
                weigh == LearnSpec.Closeness.DISTANCE));
      }
      case LearnSpec.SameAs(String column) -> Baselines.sameAs(column, rows);
      case LearnSpec.Gbdt gbdt -> TreeTraining.fit(gbdt, trainer, rows, watch);
      case LearnSpec.Majority _, LearnSpec.Mean _ -> Baselines.fit(rows);
    };
  }

  private static Trained plain(TrainingSet rows, Preparation preparation, Model.Scorer scorer) {
    return new Trained(new Model(rows.target(), preparation, scorer), LearnReport.EMPTY);
  }
}
