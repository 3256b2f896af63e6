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
 */
public record LearnReport(
    @Nullable Diagnostics leastSquares,
    @Nullable List<Coefficient> coefficients,
    @Nullable Trees trees) {
  /** Nothing to tell. */
  public static final LearnReport EMPTY = new LearnReport(null, null, null);

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
