package dev.headrace.ml.learn;

import dev.headrace.ml.learn.linear.Diagnostics;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a learner tells of the fit, by learner; what does not apply is null.
 *
 * @param leastSquares of {@code linear}
 * @param coefficients of penalised and logistic learners, the intercept first
 * @param trees of {@code gbdt}
 * @param clusters of learners that find clusters; empty where they find none
 * @param components of {@code pca}
 */
public record LearnReport(
    @Nullable Diagnostics leastSquares,
    @Nullable List<Coefficient> coefficients,
    @Nullable Trees trees,
    @Nullable List<Cluster> clusters,
    @Nullable List<Component> components) {
  /** Nothing to tell. */
  public static final LearnReport EMPTY = new LearnReport(null, null, null);

  /** Of a learner that predicts. */
  public LearnReport(
      @Nullable Diagnostics leastSquares,
      @Nullable List<Coefficient> coefficients,
      @Nullable Trees trees) {
    this(leastSquares, coefficients, trees, null, null);
  }

  /**
   * A cluster of training rows.
   *
   * @param cluster its number; -1 for noise
   * @param traits of its rows, feature by feature
   */
  public record Cluster(int cluster, int rows, List<Trait> traits) {
    public Cluster {
      traits = List.copyOf(traits);
    }
  }

  /**
   * What the rows of a cluster are like in a feature.
   *
   * @param mean of a number, in its own unit, over the rows that have it; null for texts
   * @param most the most frequent text, the first of those that tie; null for numbers
   * @param share of the rows that have it; null for numbers
   */
  public record Trait(
      String feature, @Nullable Double mean, @Nullable String most, @Nullable Double share) {}

  /**
   * A component.
   *
   * @param variance along it, of prepared columns
   * @param share of the variance of all columns
   * @param loadings of the prepared columns, the greatest first
   */
  public record Component(double variance, double share, List<Loading> loadings) {
    public Component {
      loadings = List.copyOf(loadings);
    }
  }

  /** The entry of a prepared column in a component. */
  public record Loading(String column, double loading) {}

  /**
   * A coefficient of a prepared column.
   *
   * @param standardError null under a penalty, as are z and p-value
   */
  public record Coefficient(
      String name,
      double estimate,
      @Nullable Double standardError,
      @Nullable Double z,
      @Nullable Double pValue) {}

  /**
   * What has grown.
   *
   * @param trees how many are kept
   * @param history metric on the rows held back, after each tree; empty where none were
   * @param gains share of the loss reduction that each column brought, the greatest first
   */
  public record Trees(int trees, int nodes, List<Double> history, List<Gain> gains) {
    public Trees {
      history = List.copyOf(history);
      gains = List.copyOf(gains);
    }
  }

  /** Share of a column, in [0, 1]. */
  public record Gain(String column, double share) {}
}
