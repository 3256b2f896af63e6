package dev.headrace.ml.registry;

import dev.headrace.ml.learn.explain.PermutationImportance;
import dev.headrace.ml.learn.metrics.Reliability;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is told of a version beside its metrics.
 *
 * @param threshold how classes are told apart; null where numbers are predicted
 * @param calibration how probabilities were calibrated; null where they were not
 * @param reliability predicted and observed shares of the test rows, all folds together; empty
 *     where numbers are predicted
 * @param pooled the metrics over the test rows of all folds together, which slices are held to;
 *     empty without slices
 * @param importance what each feature is worth to the first metric on the test rows, the greatest
 *     first; empty where it was not asked for
 * @param slices test rows by the value of a column, those first that are surely worst
 * @param trials settings that were tried for the registered model; empty without {@code tune}
 */
public record Judgement(
    @Nullable Chosen threshold,
    @Nullable Calibrated calibration,
    List<Reliability.Bin> reliability,
    List<ModelCard.Score> pooled,
    List<Slice> slices,
    List<PermutationImportance> importance,
    List<Tuning.Trial> trials) {
  /** Of a model without a label. */
  static Judgement ofFound(List<Tuning.Trial> trials) {
    return new Judgement(null, null, List.of(), List.of(), List.of(), List.of(), trials);
  }

  public Judgement {
    reliability = List.copyOf(reliability);
    pooled = List.copyOf(pooled);
    slices = List.copyOf(slices);
    importance = importance == null ? List.of() : List.copyOf(importance); // Of older cards.
    trials = trials == null ? List.of() : List.copyOf(trials);
  }

  /**
   * A threshold.
   *
   * @param threshold of the registered model
   * @param maximised the payoff; null where the threshold was declared, as are the next three
   * @param payoffPerRow at its best on the out-of-fold predictions it was chosen on
   * @param testPayoffPerRow on the test rows, at the threshold of each fold; what to expect
   * @param testPayoffPerRowAtHalf the same at one half
   */
  public record Chosen(
      double threshold,
      @Nullable String maximised,
      @Nullable Double payoffPerRow,
      @Nullable Double testPayoffPerRow,
      @Nullable Double testPayoffPerRowAtHalf) {}

  /**
   * A calibration.
   *
   * @param method its word
   * @param rows whose out-of-fold predictions it was fitted to
   * @param before metrics of the test rows without it
   */
  public record Calibrated(String method, int rows, List<ModelCard.Score> before) {
    public Calibrated {
      before = List.copyOf(before);
    }
  }

  /**
   * Test rows of one value.
   *
   * @param value as text; a range of a number that has many values
   * @param isWorse whether the interval of the first metric leaves the figure of all rows on its
   *     better side
   */
  public record Slice(
      String column, String value, int rows, boolean isWorse, List<ModelCard.Score> metrics) {
    public Slice {
      metrics = List.copyOf(metrics);
    }
  }
}
