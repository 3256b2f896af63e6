package dev.headrace.ml.learn.boosting;

import java.util.List;

/**
 * How trees are grown; the names in parentheses are XGBoost's.
 *
 * @param objective what is minimised
 * @param classes how many there are, where they are several; else 1 (num_class)
 * @param trees the most that are grown, of several classes one each (rounds)
 * @param depth of each at most (max_depth)
 * @param learningRate what each tree's leaves are shrunk by, in (0, 1] (eta)
 * @param patience rounds without improvement on the validation rows before it ends; 0 never ends
 * @param rows share of rows each tree sees, in (0, 1] (subsample)
 * @param columns share of columns each tree sees, in (0, 1] (colsample_bytree)
 * @param minWeight least sum of second derivatives in a leaf (min_child_weight)
 * @param l2 on leaves (lambda)
 * @param l1 on leaves (alpha)
 * @param minGain least gain of a split (gamma)
 * @param bins of the histograms of numbers (max_bin)
 * @param monotone per column of the design -1, 0 or 1; empty for none
 * @param seed of the samples of rows and columns
 * @param threads part of what makes the result the same again: sums of floats depend on it
 */
public record Growth(
    Objective objective,
    int classes,
    int trees,
    int depth,
    double learningRate,
    int patience,
    double rows,
    double columns,
    double minWeight,
    double l2,
    double l1,
    double minGain,
    int bins,
    List<Integer> monotone,
    long seed,
    int threads) {
  public Growth {
    monotone = List.copyOf(monotone);
  }

  /** What is minimised. */
  public enum Objective {
    /** Log loss; the margin is the log odds. */
    LOGISTIC("binary:logistic", "logloss"),
    /** Log loss of several classes; the margins are their log odds, up to a common number. */
    SOFTMAX("multi:softprob", "mlogloss"),
    /** Pairs within groups, by what their exchange does to NDCG; the margin is a score. */
    RANK_NDCG("rank:ndcg", "ndcg"),
    /** Pairs within groups, all the same. */
    RANK_PAIRWISE("rank:pairwise", "ndcg"),
    /** Pairs within groups, by what their exchange does to average precision. */
    RANK_MAP("rank:map", "map"),
    /** Squared error; the margin is the mean. */
    SQUARED_ERROR("reg:squarederror", "rmse"),
    /** Poisson deviance of counts; the margin is the logarithm of the mean. */
    POISSON("count:poisson", "poisson-nloglik");

    final String objective;
    final String metric;

    Objective(String objective, String metric) {
      this.objective = objective;
      this.metric = metric;
    }

    /** Whether a greater metric is a better one. */
    boolean higherIsBetter() {
      return metric.equals("ndcg") || metric.equals("map");
    }
  }
}
