package dev.headrace.ml.learn;

import dev.headrace.core.project.spec.Default;
import dev.headrace.core.project.spec.Doc;
import dev.headrace.core.project.spec.Percentage;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The closed choice of learners. */
public sealed interface LearnSpec {

  /** Predicts one of two classes, with a probability. */
  sealed interface Classifies extends LearnSpec {}

  /** Predicts a number. */
  sealed interface Regresses extends LearnSpec {}

  /** Finds what lies in the rows; there is no label. */
  sealed interface Finds extends LearnSpec {}

  @Doc("Clusters around centres, each row in that of the nearest (Lloyd, k-means++); no label.")
  record KMeans(
      @Default("8") @Doc("Clusters, 1 to 1000.") int k,
      @Default("5") @Doc("First centres that are tried, 1 to 100; the best end is kept.")
          int starts,
      @Default("300") @Doc("Most moves of the centres, 1 to 10000.") int rounds)
      implements Finds {
    public KMeans {
      requireBetween("k", k, 1, 1_000);
      requireBetween("starts", starts, 1, 100);
      requireBetween("rounds", rounds, 1, 10_000);
    }
  }

  @Doc("Clusters where rows lie densely, of any number, and noise between them; no label.")
  record Hdbscan(
      @Default("20") @Doc("Fewest rows of a cluster, at least 2.") int minRows,
      @Doc("Rows around a row, itself among them, that tell its density; 'min-rows' where absent.")
          @Nullable Integer neighbours)
      implements Finds {
    public Hdbscan {
      requireAtLeast("min-rows", minRows, 2);
      if (neighbours != null) {
        requireAtLeast("neighbours", neighbours, 1);
      }
    }
  }

  @Doc("Principal components: few columns that say most of what many say; no label.")
  record Pca(@Default("2") @Doc("Components, 1 to 100.") int components) implements Finds {
    public Pca {
      requireBetween("components", components, 1, 100);
    }
  }

  @Doc("Rows that random splits isolate soon are anomalous (isolation forest); no label.")
  record IsolationForest(
      @Default("100") @Doc("Trees, 1 to 2000.") int trees,
      @Default("256") @Doc("Rows that each tree is grown on, 2 to 100000.") int sample,
      @Default("1%") @Doc("Share of the training rows that is taken to be anomalous, to 50%.")
          Percentage share)
      implements Finds {
    public IsolationForest {
      requireBetween("trees", trees, 1, 2_000);
      requireBetween("sample", sample, 2, 100_000);
      requirePositive("share", share);
      if (share.fraction() > 0.5) {
        throw new IllegalArgumentException("must have a 'share' of at most 50%");
      }
    }
  }

  @Doc("Ordinary least squares, with all that statistics say of it.")
  record Linear(@Default("95%") @Doc("Confidence of the intervals.") Percentage confidence)
      implements Regresses {}

  @Doc("Least squares with a penalty on squares: |y - Xb|^2 + penalty |b|^2.")
  record Ridge(@Default("1") @Doc("Its weight, at least 0.") double penalty) implements Regresses {
    public Ridge {
      requireAtLeast("penalty", penalty, 0);
    }
  }

  @Doc("Least squares with a penalty on sizes: |y - Xb|^2 / 2n + penalty |b|_1.")
  record Lasso(@Default("1") @Doc("Its weight, at least 0.") double penalty) implements Regresses {
    public Lasso {
      requireAtLeast("penalty", penalty, 0);
    }
  }

  @Doc("Both: |y - Xb|^2 / 2n + penalty (share |b|_1 + (1 - share) |b|^2 / 2).")
  record ElasticNet(
      @Default("1") @Doc("Their weight together, at least 0.") double penalty,
      @Default("50%") @Doc("Share of the penalty on sizes.") Percentage l1Share)
      implements Regresses {
    public ElasticNet {
      requireAtLeast("penalty", penalty, 0);
    }
  }

  @Doc("Logistic regression: sum of log losses + l1 |b|_1 + l2 |b|^2 / 2, without the intercept.")
  record Logistic(
      @Default("1") @Doc("Penalty on squares, at least 0; 1 is scikit-learn's C = 1.") double l2,
      @Default("0") @Doc("Penalty on sizes, at least 0: sets coefficients to zero.") double l1,
      @Default("none") @Doc("How much the rows of a class count.") Balance balance)
      implements Classifies {
    public Logistic {
      requireAtLeast("l2", l2, 0);
      requireAtLeast("l1", l1, 0);
    }
  }

  @Doc("Gradient boosted trees by XGBoost; of two classes or of a number, as the label is.")
  record Gbdt(
      @Default("300") @Doc("Most trees, 1 to 10000.") int trees,
      @Default("6") @Doc("Most splits between root and leaf, 1 to 15.") int depth,
      @Default("0.1") @Doc("What each tree is shrunk by, in (0, 1].") double learningRate,
      @Doc(
              "Trees without improvement on rows held back before growing ends; all are grown where"
                  + " absent.")
          @Nullable Integer earlyStopping,
      @Default("10%") @Doc("Share of training rows held back for early stopping.")
          Percentage validation,
      @Default("100%") @Doc("Share of rows each tree sees.") Percentage rows,
      @Default("100%") @Doc("Share of columns each tree sees.") Percentage columns,
      @Default("1") @Doc("Least weight of a leaf (min_child_weight).") double minWeight,
      @Default("1") @Doc("Penalty on squares of leaves (lambda).") double l2,
      @Default("0") @Doc("Penalty on sizes of leaves (alpha).") double l1,
      @Default("0") @Doc("Least gain of a split (gamma).") double minGain,
      @Default("256") @Doc("Bins of a number, 2 to 65535.") int bins,
      @Default("none") @Doc("How much the rows of a class count.") Balance balance,
      @Default("{}") @Doc("Columns the prediction may only rise or fall with.")
          Map<String, Direction> monotone,
      @Default("ndcg") @Doc("What is made great where the model has a 'group'.") Ranking rank)
      implements Classifies, Regresses {
    public Gbdt {
      requireBetween("trees", trees, 1, 10_000);
      requireBetween("depth", depth, 1, 15);
      requireAtMost("learning-rate", learningRate, 1);
      if (!(learningRate > 0)) {
        throw new IllegalArgumentException("must have a 'learning-rate' above 0");
      }
      if (earlyStopping != null) {
        requireAtLeast("early-stopping", earlyStopping, 1);
      }
      requirePositive("validation", validation);
      requirePositive("rows", rows);
      requirePositive("columns", columns);
      if (validation.fraction() > 0.9) {
        throw new IllegalArgumentException("must leave rows to learn from: 'validation' to 90%");
      }
      requireAtLeast("min-weight", minWeight, 0);
      requireAtLeast("l2", l2, 0);
      requireAtLeast("l1", l1, 0);
      requireAtLeast("min-gain", minGain, 0);
      requireBetween("bins", bins, 2, 65_535);
      monotone = Collections.unmodifiableMap(new LinkedHashMap<>(monotone));
    }
  }

  @Doc("Poisson regression of counts or rates: sum of exp(f) - y f, + l2 |b|^2 / 2.")
  record Poisson(@Default("0") @Doc("Penalty on squares, at least 0.") double l2)
      implements Regresses {
    public Poisson {
      requireAtLeast("l2", l2, 0);
    }
  }

  @Doc("Naive Bayes: numbers are normal within each class, texts have frequencies.")
  record NaiveBayes(
      @Default("1") @Doc("Rows that every text is seen in beyond those it was, above 0.")
          double smoothing)
      implements Classifies {
    public NaiveBayes {
      if (!(smoothing > 0) || Double.isInfinite(smoothing)) {
        throw new IllegalArgumentException("must have a 'smoothing' above 0");
      }
    }
  }

  @Doc("The rows of training that are most like a row; of classes or of a number.")
  record Neighbours(
      @Default("15") @Doc("How many count, 1 to 1000.") int k,
      @Default("none") @Doc("What a neighbour counts.") Closeness weigh)
      implements Classifies, Regresses {
    public Neighbours {
      requireBetween("k", k, 1, 1_000);
    }
  }

  @Doc("A decision tree (CART): Gini's impurity of classes, the variance of a number.")
  record Tree(
      @Default("5") @Doc("Most splits between root and leaf, 1 to 30.") int depth,
      @Default("20") @Doc("Fewest rows of a leaf.") int minRows,
      @Default("none") @Doc("How much the rows of a class count.") Balance balance)
      implements Classifies, Regresses {
    public Tree {
      requireBetween("depth", depth, 1, 30);
      requireAtLeast("min-rows", minRows, 1);
    }
  }

  @Doc("A random forest: the mean of trees grown on rows drawn again and random columns.")
  record Forest(
      @Default("100") @Doc("Trees, 1 to 2000.") int trees,
      @Default("16") @Doc("Most splits between root and leaf, 1 to 30.") int depth,
      @Default("5") @Doc("Fewest rows of a leaf.") int minRows,
      @Doc(
              "Columns each split looks at; the square root of their number for classes, a third for"
                  + " a number.")
          @Nullable Integer columns,
      @Default("none") @Doc("How much the rows of a class count.") Balance balance)
      implements Classifies, Regresses {
    public Forest {
      requireBetween("trees", trees, 1, 2_000);
      requireBetween("depth", depth, 1, 30);
      requireAtLeast("min-rows", minRows, 1);
      if (columns != null) {
        requireAtLeast("columns", columns, 1);
      }
    }
  }

  @Doc("A model made elsewhere, as an ONNX file: it is judged, registered and served as it is.")
  record Onnx(
      @Doc("The file, as a path inside the project, such as models/risk.onnx.") String file,
      @Doc("The output with the predictions; the only one that can be it where absent.")
          @Nullable String output,
      @Default("[]")
          @Doc(
              "Classes in the order of the file's probabilities; ascending where absent, as"
                  + " scikit-learn orders them.")
          List<String> classes)
      implements Classifies, Regresses {
    public Onnx {
      classes = List.copyOf(classes);
      if (classes.size() == 1 || classes.stream().distinct().count() < classes.size()) {
        throw new IllegalArgumentException("must have two or more different 'classes'");
      }
    }
  }

  @Doc("Baseline: what a column says, such as the same hour a week ago.")
  record SameAs(@Doc("A number among the features; the mean where it is missing.") String column)
      implements Regresses {}

  @Doc("Baseline: the share of each class in the training rows.")
  record Majority() implements Classifies {}

  @Doc("Baseline: the mean of the training rows.")
  record Mean() implements Regresses {}

  /** Weights of classes. */
  @Doc("How much the rows of a class count.")
  sealed interface Balance {
    /** The first choice. */
    Balance NONE = new None();

    /** The second. */
    Balance BALANCED = new Balanced();

    @Doc("Every row counts alike.")
    record None() implements Balance {}

    @Doc("A row counts inversely to how frequent its class is.")
    record Balanced() implements Balance {}

    @Doc("A row counts as its class is given here, such as {yes: 5}; 1 where it is not.")
    record Weights(@Doc("By class, above 0.") Map<String, Double> weights) implements Balance {
      public Weights {
        weights = Collections.unmodifiableMap(new LinkedHashMap<>(weights));
        weights.forEach(
            (name, weight) -> {
              if (!(weight > 0) || Double.isInfinite(weight)) {
                throw new IllegalArgumentException(
                    "must give class '%s' a weight above 0, not %s".formatted(name, weight));
              }
            });
      }
    }
  }

  /** What neighbours count. */
  enum Closeness {
    @Doc("All the same.")
    NONE,
    @Doc("Inversely to their distance.")
    DISTANCE
  }

  /** What the trees of a ranking make great (LambdaMART; Burges 2010). */
  enum Ranking {
    @Doc("NDCG: pairs count by how much their exchange would change it.")
    NDCG,
    @Doc("Pairs in the right order, all the same.")
    PAIRWISE,
    @Doc("Mean average precision; the label is 0 or 1.")
    MAP
  }

  /** Sign of an effect. */
  enum Direction {
    RISING,
    FALLING
  }

  private static void requireAtLeast(String key, double given, double least) {
    if (!(given >= least) || Double.isInfinite(given)) {
      throw new IllegalArgumentException(
          "must have a '%s' of at least %s, not %s".formatted(key, plain(least), plain(given)));
    }
  }

  private static void requireBetween(String key, double given, double least, double most) {
    requireAtLeast(key, given, least);
    requireAtMost(key, given, most);
  }

  private static void requireAtMost(String key, double given, double most) {
    if (!(given <= most)) {
      throw new IllegalArgumentException(
          "must have a '%s' of at most %s, not %s".formatted(key, plain(most), plain(given)));
    }
  }

  private static void requirePositive(String key, Percentage given) {
    if (given.percent().signum() == 0) {
      throw new IllegalArgumentException("must have a '" + key + "' above 0%");
    }
  }

  private static String plain(double number) {
    return number == Math.rint(number) && Math.abs(number) < 1e15
        ? Long.toString((long) number)
        : Double.toString(number);
  }
}
