package dev.headrace.ml.learn.boosting;

import dev.headrace.ml.learn.frame.Design;
import dev.headrace.spi.engine.Watch;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Grows trees with XGBoost. The same input gives the same trees, bit for bit. */
public final class Boosting {
  private Boosting() {}

  /**
   * Rows with what is to be predicted.
   *
   * @param weights one per row, of rankings one per group; empty where all count alike
   * @param groups of rankings the sizes of groups, whose rows lie together; else empty
   */
  @SuppressWarnings("ArrayRecordComponent") // Millions of numbers, compared by nobody.
  public record Labelled(
      Design design, double[] labels, Optional<double[]> weights, Optional<int[]> groups) {
    /** Rows that are not ranked. */
    public Labelled(Design design, double[] labels, Optional<double[]> weights) {
      this(design, labels, weights, Optional.empty());
    }
  }

  /**
   * What has grown.
   *
   * @param ensemble the trees up to the best round
   * @param bestRound how many rounds those are
   * @param history the metric on the validation rows after each round; empty without such rows
   */
  public record Grown(TreeEnsemble ensemble, int bestRound, List<Double> history) {
    public Grown {
      history = List.copyOf(history);
    }
  }

  /**
   * Grows.
   *
   * @param validation rows that decide when to end; empty grows all trees
   * @throws dev.headrace.spi.error.HeadraceException LEARN_NATIVE_MISSING, LEARN_NATIVE_FAILED
   * @throws CancellationException when the watch is cancelled
   */
  public static Grown grow(
      Growth growth, Labelled train, Optional<Labelled> validation, Watch watch) {
    NativeLibrary library = NativeLibrary.get();
    try (NativeMatrix rows = matrix(library, growth, train)) {
      if (validation.isEmpty()) {
        return grow(library, growth, rows, null, watch);
      }
      try (NativeMatrix judge = matrix(library, growth, validation.get())) {
        return grow(library, growth, rows, judge, watch);
      }
    }
  }

  private static Grown grow(
      NativeLibrary library,
      Growth growth,
      NativeMatrix rows,
      @Nullable NativeMatrix judge,
      Watch watch) {
    List<NativeMatrix> known = judge == null ? List.of(rows) : List.of(rows, judge);
    try (NativeBooster booster = NativeBooster.of(library, settings(growth), known)) {
      List<Double> history = new ArrayList<>();
      int best = 0;
      int round = 0;
      while (round < growth.trees()) {
        if (watch.isCancelled()) {
          throw new CancellationException("cancelled while trees grew");
        }
        booster.grow(round, rows);
        if (judge != null) {
          history.add(booster.evaluate(round, judge));
          double gained = history.get(round) - history.get(best);
          best = (growth.objective().higherIsBetter() ? gained > 0 : gained < 0) ? round : best;
        }
        round++;
        watch.progress((double) round / growth.trees());
        if (judge != null && growth.patience() > 0 && round - 1 - best >= growth.patience()) {
          break;
        }
      }
      int kept = judge == null ? round : best + 1;
      return new Grown(TreeEnsemble.parse(booster.save(kept)), kept, history);
    }
  }

  /** XGBoost's own margins, by row, then by output, to hold the walk in Java to. */
  static float[] nativeMargins(Growth growth, Labelled train, Design design) {
    return nativeAnswer(growth, train, design, NativeBooster::margins);
  }

  /** XGBoost's own contributions, to hold {@link TreeShap} to. */
  static float[] nativeContributions(Growth growth, Labelled train, Design design) {
    return nativeAnswer(growth, train, design, NativeBooster::contributions);
  }

  private static float[] nativeAnswer(
      Growth growth,
      Labelled train,
      Design design,
      BiFunction<NativeBooster, NativeMatrix, float[]> question) {
    NativeLibrary library = NativeLibrary.get();
    try (NativeMatrix rows = matrix(library, growth, train);
        NativeMatrix asked = NativeMatrix.of(library, design, growth.threads());
        NativeBooster booster = NativeBooster.of(library, settings(growth), List.of(rows))) {
      for (int round = 0; round < growth.trees(); round++) {
        booster.grow(round, rows);
      }
      return question.apply(booster, asked);
    }
  }

  private static NativeMatrix matrix(NativeLibrary library, Growth growth, Labelled labelled) {
    NativeMatrix matrix =
        NativeMatrix.of(library, labelled.design(), growth.threads()).label(labelled.labels());
    labelled.groups().ifPresent(matrix::group);
    labelled.weights().ifPresent(matrix::weight);
    return matrix;
  }

  private static Map<String, String> settings(Growth growth) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("objective", growth.objective().objective);
    settings.put("eval_metric", growth.objective().metric);
    if (growth.classes() > 1) {
      settings.put("num_class", Integer.toString(growth.classes()));
    }
    settings.put("tree_method", "hist");
    settings.put("max_depth", Integer.toString(growth.depth()));
    settings.put("eta", Double.toString(growth.learningRate()));
    settings.put("subsample", Double.toString(growth.rows()));
    settings.put("colsample_bytree", Double.toString(growth.columns()));
    settings.put("min_child_weight", Double.toString(growth.minWeight()));
    settings.put("lambda", Double.toString(growth.l2()));
    settings.put("alpha", Double.toString(growth.l1()));
    settings.put("gamma", Double.toString(growth.minGain()));
    settings.put("max_bin", Integer.toString(growth.bins()));
    settings.put("seed", Long.toString(Math.floorMod(growth.seed(), Integer.MAX_VALUE)));
    settings.put("nthread", Integer.toString(growth.threads()));
    settings.put("verbosity", "0");
    if (growth.monotone().stream().anyMatch(sign -> sign != 0)) {
      settings.put(
          "monotone_constraints",
          growth.monotone().stream()
              .map(String::valueOf)
              .collect(Collectors.joining(",", "(", ")")));
    }
    return settings;
  }
}
