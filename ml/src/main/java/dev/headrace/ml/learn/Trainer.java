package dev.headrace.ml.learn;

import dev.headrace.core.project.Names;
import dev.headrace.ml.learn.frame.Frame;
import dev.headrace.ml.learn.prepare.Preparation;
import dev.headrace.ml.learn.prepare.PreparationFit;
import dev.headrace.ml.learn.prepare.PreparationFit.Taste;
import dev.headrace.ml.learn.prepare.PrepareSpec;
import dev.headrace.ml.learn.prepare.PrepareSpec.Categories;
import dev.headrace.ml.learn.prepare.PrepareSpec.Missing;
import dev.headrace.ml.learn.prepare.RecodingFit;
import dev.headrace.ml.learn.prepare.Resampling;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.error.HeadraceException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Fits learners: the front door of this room. The same training set and settings give the same
 * model, bit for bit.
 *
 * @param seed of everything random
 * @param threads that trees are grown with; a part of what makes the result the same again
 * @param file that the declaration names, where its learner is a model made elsewhere
 */
public record Trainer(
    LearnSpec learner, PrepareSpec prepare, long seed, int threads, Optional<byte[]> file) {

  /** Of a learner that needs no file. */
  public Trainer(LearnSpec learner, PrepareSpec prepare, long seed, int threads) {
    this(learner, prepare, seed, threads, Optional.empty());
  }

  /**
   * Rows to learn from.
   *
   * @param features the columns, in the order that matters for nothing but reports
   * @param labels 1 and 0 for two classes, the place among several
   * @param weights one per row, not negative; empty where all count alike
   * @param times when each row was, so that the latest are held back for early stopping; empty
   *     where rows have no order
   * @param groups which rows are ranked against each other: the same number in every row of a
   *     group; empty where nothing is ranked
   */
  @SuppressWarnings("ArrayRecordComponent") // Millions of numbers, compared by nobody.
  public record TrainingSet(
      Frame features,
      Target target,
      double[] labels,
      Optional<double[]> weights,
      Optional<double[]> times,
      Optional<int[]> groups) {

    /** Rows that are not ranked. */
    public TrainingSet(
        Frame features,
        Target target,
        double[] labels,
        Optional<double[]> weights,
        Optional<double[]> times) {
      this(features, target, labels, weights, times, Optional.empty());
    }

    /** Some of the rows. */
    public TrainingSet rows(int[] chosen) {
      return new TrainingSet(
          features.rows(chosen),
          target,
          pick(labels, chosen),
          weights.map(all -> pick(all, chosen)),
          times.map(all -> pick(all, chosen)),
          groups.map(all -> Arrays.stream(chosen).map(i -> all[i]).toArray()));
    }

    /** The same rows with other columns. */
    public TrainingSet with(Frame other) {
      return new TrainingSet(other, target, labels, weights, times, groups);
    }

    /** Some of the numbers. */
    public static double[] pick(double[] all, int[] chosen) {
      double[] some = new double[chosen.length];
      for (int i = 0; i < some.length; i++) {
        some[i] = all[chosen[i]];
      }
      return some;
    }
  }

  /** The same with another learner. */
  public Trainer learning(LearnSpec other) {
    return new Trainer(other, prepare, seed, threads, file);
  }

  /** A model with what its learner tells of the fit. */
  public record Trained(Model model, LearnReport report) {}

  /**
   * Learns.
   *
   * @throws HeadraceException every {@link LearnError}
   */
  public Trained fit(TrainingSet rows, Watch watch) {
    requireEveryClass(rows);
    if (prepare.overSample() != null
        && learner instanceof LearnSpec.Gbdt gbdt
        && gbdt.earlyStopping() != null) {
      throw setting(
          "with 'over-sample' the rows that 'early-stopping' holds back would be copies of those"
              + " that are learnt from",
          "Take 'under-sample', or 'balance' of the learner.");
    }
    if (!prepare.recodes()) {
      return Learners.fit(this, Resampling.of(prepare, rows, seed), watch);
    }
    // Recoded first: a copy of a row in another part would tell it its own label.
    RecodingFit recoded = RecodingFit.of(prepare, rows, seed);
    Trained trained = Learners.fit(this, Resampling.of(prepare, recoded.rows(), seed), watch);
    return new Trained(trained.model().after(recoded.recodings()), trained.report());
  }

  /** What is learnt of the columns, by the declaration, and where that is silent by a taste. */
  Preparation preparation(TrainingSet rows, Taste taste) {
    boolean trees = taste.categories() == Categories.NATIVE;
    if (!trees && prepare.categories() == Categories.NATIVE) {
      throw setting("'prepare: {categories: native}' is for trees alone", "Choose one-hot.");
    }
    if (!trees && prepare.missing() == Missing.LEAVE) {
      throw setting("'prepare: {missing: leave}' is for trees alone", "Choose mean or median.");
    }
    if (rows.features().rows() == 0) {
      throw new HeadraceException(
          LearnError.LEARN_TOO_FEW_ROWS, "Cannot learn from no rows.", "Check what is split off.");
    }
    return new PreparationFit(prepare, taste).fit(rows.features());
  }

  static HeadraceException setting(String reason, String hint) {
    return new HeadraceException(
        LearnError.LEARN_SETTING, "Cannot learn with these settings: " + reason + ".", hint);
  }

  /** Every class needs a row to learn from. */
  private static void requireEveryClass(TrainingSet rows) {
    switch (rows.target()) {
      case Target.Classes(String negative, String positive) -> {
        long yes = Arrays.stream(rows.labels()).filter(label -> label == 1).count();
        if (yes == 0 || yes == rows.labels().length) {
          throw new HeadraceException(
              LearnError.LEARN_LABEL,
              "Cannot learn to tell '%s' from '%s': the %d training rows have '%s' alone."
                  .formatted(
                      negative, positive, rows.labels().length, yes == 0 ? negative : positive),
              "Bring more rows of the other; 'stratified: true' deals those there are to both sides.");
        }
      }
      case Target.Several(List<String> classes) -> {
        boolean[] seen = new boolean[classes.size()];
        Arrays.stream(rows.labels()).forEach(label -> seen[(int) label] = true);
        for (int k = 0; k < seen.length; k++) {
          if (!seen[k]) {
            throw new HeadraceException(
                LearnError.LEARN_LABEL,
                "Cannot learn to tell %d classes apart: of '%s' there is no row among the %d that"
                        .formatted(seen.length, classes.get(k), rows.labels().length)
                    + " are learnt from.",
                "Bring more rows of it, split them by 'stratified: true', or leave it out of the"
                    + " table.");
          }
        }
      }
      case Target.Quantity _, Target.Relevance _, Target.Found _ -> {}
    }
  }

  /** One per row: 1 where none are told. */
  public static double[] weights(TrainingSet rows) {
    return rows.weights()
        .orElseGet(
            () -> {
              double[] ones = new double[rows.labels().length];
              Arrays.fill(ones, 1);
              return ones;
            });
  }

  /** Weights of the rows with what their classes count. */
  static double[] balanced(LearnSpec.Balance balance, TrainingSet rows) {
    return switch (balance) {
      case LearnSpec.Balance.None _ -> weights(rows).clone();
      case LearnSpec.Balance.Balanced _ -> balanced(rows);
      case LearnSpec.Balance.Weights(Map<String, Double> given) -> weighted(given, rows);
    };
  }

  /** Each class counts as given, others 1. */
  private static double[] weighted(Map<String, Double> given, TrainingSet rows) {
    List<String> classes =
        switch (rows.target()) {
          case Target.Classes(String negative, String positive) -> List.of(negative, positive);
          case Target.Several(List<String> several) -> several;
          case Target.Quantity _, Target.Relevance _, Target.Found _ ->
              throw setting(
                  "'balance' weighs classes, and what is predicted is a number",
                  "Leave 'balance' out, or weigh rows by 'weight'.");
        };
    for (String name : given.keySet()) {
      if (!classes.contains(name)) {
        throw setting(
            "'balance' weighs a class '%s', and the label has none".formatted(name),
            Names.suggest(name, classes));
      }
    }
    double[] weights = weights(rows).clone();
    for (int i = 0; i < weights.length; i++) {
      weights[i] *= given.getOrDefault(classes.get((int) rows.labels()[i]), 1.0);
    }
    return weights;
  }

  /** Weights under which all classes count the same together, and all rows as before. */
  private static double[] balanced(TrainingSet rows) {
    double[] weights = weights(rows).clone();
    if (!rows.target().classifies()) {
      return weights;
    }
    double all = Arrays.stream(weights).sum();
    double[] sums = new double[Math.max(2, rows.target().outputs())];
    for (int i = 0; i < weights.length; i++) {
      sums[(int) rows.labels()[i]] += weights[i];
    }
    for (int i = 0; i < weights.length; i++) {
      weights[i] *= all / sums.length / sums[(int) rows.labels()[i]];
    }
    return weights;
  }
}
