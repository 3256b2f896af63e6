package dev.headrace.ml.learn;

import com.fasterxml.jackson.databind.JsonNode;
import dev.headrace.ml.learn.Trainer.Trained;
import dev.headrace.ml.learn.Trainer.TrainingSet;
import dev.headrace.ml.learn.anomalies.IsolationForest;
import dev.headrace.ml.learn.bayes.NaiveBayes;
import dev.headrace.ml.learn.clusters.Hdbscan;
import dev.headrace.ml.learn.clusters.KMeans;
import dev.headrace.ml.learn.components.PrincipalComponents;
import dev.headrace.ml.learn.neighbours.NearestNeighbours;
import dev.headrace.ml.learn.onnx.OnnxModel;
import dev.headrace.ml.learn.prepare.Preparation;
import dev.headrace.ml.learn.prepare.PreparationFit.Taste;
import dev.headrace.ml.learn.prepare.PrepareSpec.Categories;
import dev.headrace.ml.learn.prepare.PrepareSpec.Missing;
import dev.headrace.ml.learn.prepare.PrepareSpec.Scale;
import dev.headrace.ml.learn.trees.Forest;
import dev.headrace.spi.engine.Watch;
import java.util.Map;
import java.util.Objects;

/**
 * The learners: what fits each declaration, and what reads what it has saved. A new learner is a
 * record in {@link LearnSpec}, a class that fits and scores, and its lines here.
 */
final class Learners {
  /** Texts as codes, numbers as they are, what is missing left so. */
  private static final Taste NATIVE =
      new Taste(Missing.LEAVE, Scale.NONE, Categories.NATIVE, false);

  /** Numbers as they are, a column per text, nothing missing. */
  private static final Taste ONE_HOT =
      new Taste(Missing.MEAN, Scale.NONE, Categories.ONE_HOT, false);

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
      Map.ofEntries(
          Map.entry("linear", Model.Linear::read),
          Map.entry("logistic", Model.Logistic::read),
          Map.entry("softmax", Model.Softmax::read),
          Map.entry("exponential", Model.Exponential::read),
          Map.entry("trees", Model.Trees::read),
          Map.entry(Forest.WORD, Forest::read),
          Map.entry(NaiveBayes.WORD, NaiveBayes::read),
          Map.entry(NearestNeighbours.WORD, NearestNeighbours::read),
          Map.entry(OnnxModel.WORD, OnnxModel::read),
          Map.entry("same-as", Baselines.SameAs::read),
          Map.entry(KMeans.WORD, KMeans::read),
          Map.entry(Hdbscan.WORD, Hdbscan::read),
          Map.entry(PrincipalComponents.WORD, PrincipalComponents::read),
          Map.entry(IsolationForest.WORD, IsolationForest::read),
          Map.entry("constant", Model.Constant::read),
          Map.entry("shares", Model.Shares::read));

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
                classes(rows.target()),
                k,
                weigh == LearnSpec.Closeness.DISTANCE));
      }
      case LearnSpec.Tree tree -> {
        Preparation preparation = trainer.preparation(rows, ONE_HOT);
        yield plain(
            rows,
            preparation,
            Forest.tree(labelled(preparation, rows, tree.balance()), tree.depth(), tree.minRows()));
      }
      case LearnSpec.Forest forest -> {
        Preparation preparation = trainer.preparation(rows, ONE_HOT);
        yield plain(
            rows,
            preparation,
            Forest.grow(
                labelled(preparation, rows, forest.balance()),
                forest.trees(),
                forest.depth(),
                forest.minRows(),
                Objects.requireNonNullElse(forest.columns(), 0),
                trainer.seed(),
                watch));
      }
      case LearnSpec.Finds finds -> FindingLearners.fit(finds, trainer, rows, watch);
      case LearnSpec.Onnx onnx -> Brought.fit(onnx, trainer, rows);
      case LearnSpec.SameAs(String column) -> Baselines.sameAs(column, rows);
      case LearnSpec.Gbdt gbdt -> TreeTraining.fit(gbdt, trainer, rows, watch);
      case LearnSpec.Majority _, LearnSpec.Mean _ -> Baselines.fit(rows);
    };
  }

  private static Forest.Labelled labelled(
      Preparation preparation, TrainingSet rows, LearnSpec.Balance balance) {
    return new Forest.Labelled(
        preparation.apply(rows.features()),
        rows.labels(),
        Trainer.balanced(balance, rows),
        classes(rows.target()));
  }

  /** How many there are; 0 for a number. */
  private static int classes(Target target) {
    return target.classifies() ? Math.max(2, target.outputs()) : 0;
  }

  private static Trained plain(TrainingSet rows, Preparation preparation, Model.Scorer scorer) {
    return new Trained(new Model(rows.target(), preparation, scorer), LearnReport.EMPTY);
  }
}
