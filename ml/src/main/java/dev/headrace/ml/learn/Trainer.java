package dev.headrace.ml.learn;

import dev.headrace.core.project.Names;
import dev.headrace.ml.learn.LearnReport.Coefficient;
import dev.headrace.ml.learn.PreparationFit.Taste;
import dev.headrace.ml.learn.PrepareSpec.Categories;
import dev.headrace.ml.learn.PrepareSpec.Missing;
import dev.headrace.ml.learn.PrepareSpec.Scale;
import dev.headrace.ml.learn.linear.Diagnostics;
import dev.headrace.ml.learn.linear.LeastSquares;
import dev.headrace.ml.learn.linear.LinearModel;
import dev.headrace.ml.learn.linear.LogisticRegression;
import dev.headrace.ml.learn.linear.PenalisedSquares;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.error.HeadraceException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Fits learners: the front door of this room. The same training set and settings give the same
 * model, bit for bit.
 *
 * @param seed of everything random
 * @param threads that trees are grown with; a part of what makes the result the same again
 */
public record Trainer(LearnSpec learner, PrepareSpec prepare, long seed, int threads) {

  /**
   * Rows to learn from.
   *
   * @param features the columns, in the order that matters for nothing but reports
   * @param labels 1 and 0 for classes
   * @param weights one per row, not negative; empty where all count alike
   * @param times when each row was, so that the latest are held back for early stopping; empty
   *     where rows have no order
   */
  @SuppressWarnings("ArrayRecordComponent") // Millions of numbers, compared by nobody.
  public record TrainingSet(
      Frame features,
      Target target,
      double[] labels,
      Optional<double[]> weights,
      Optional<double[]> times) {

    /** Some of the rows. */
    public TrainingSet rows(int[] chosen) {
      return new TrainingSet(
          features.rows(chosen),
          target,
          pick(labels, chosen),
          weights.map(all -> pick(all, chosen)),
          times.map(all -> pick(all, chosen)));
    }

    /** Some of the numbers. */
    public static double[] pick(double[] all, int[] chosen) {
      return Arrays.stream(chosen).mapToDouble(i -> all[i]).toArray();
    }
  }

  /** A model with what its learner tells of the fit. */
  public record Trained(Model model, LearnReport report) {}

  /**
   * Learns.
   *
   * @throws HeadraceException every {@link LearnError}
   */
  public Trained fit(TrainingSet rows, Watch watch) {
    requireBothClasses(rows);
    return switch (learner) {
      case LearnSpec.Linear linear -> leastSquares(linear, rows);
      case LearnSpec.Ridge(double penalty) -> penalised(rows, 0, penalty);
      case LearnSpec.Lasso(double penalty) -> penalised(rows, penalty * total(rows), 0);
      case LearnSpec.ElasticNet net -> {
        double share = net.l1Share().fraction();
        double all = net.penalty() * total(rows);
        yield penalised(rows, all * share, all * (1 - share));
      }
      case LearnSpec.Logistic logistic -> logistic(logistic, rows);
      case LearnSpec.Gbdt gbdt ->
          new TreeTraining(gbdt, preparation(rows, TREES), seed, threads).fit(rows, watch);
      case LearnSpec.Majority _, LearnSpec.Mean _ ->
          new Trained(
              new Model(
                  rows.target(),
                  new Preparation(List.of()),
                  new Model.Constant(mean(rows.labels(), weights(rows)))),
              LearnReport.EMPTY);
    };
  }

  private static final Taste TREES = new Taste(Missing.LEAVE, Scale.NONE, Categories.NATIVE, false);
  private static final Taste FREE = new Taste(Missing.MEAN, Scale.NONE, Categories.ONE_HOT, true);
  private static final Taste PENALISED =
      new Taste(Missing.MEAN, Scale.STANDARD, Categories.ONE_HOT, false);

  private Preparation preparation(TrainingSet rows, Taste taste) {
    boolean trees = learner instanceof LearnSpec.Gbdt;
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

  private static HeadraceException setting(String reason, String hint) {
    return new HeadraceException(
        LearnError.LEARN_SETTING, "Cannot learn with these settings: " + reason + ".", hint);
  }

  private Trained leastSquares(LearnSpec.Linear linear, TrainingSet rows) {
    if (rows.weights().isPresent()) {
      throw setting(
          "the diagnostics of 'linear' hold for rows that count alike",
          "Leave 'weight' out, or choose 'ridge: {penalty: 0}'.");
    }
    double confidence = linear.confidence().fraction();
    if (!(confidence > 0 && confidence < 1)) {
      throw setting("no interval has a confidence of " + linear.confidence(), "Write 95%.");
    }
    Preparation preparation = preparation(rows, FREE);
    LeastSquares fit = LeastSquares.fit(preparation.apply(rows.features()), rows.labels());
    return new Trained(
        new Model(rows.target(), preparation, new Model.Linear(fit.model())),
        new LearnReport(Diagnostics.of(fit, confidence), null, null));
  }

  private Trained penalised(TrainingSet rows, double l1, double l2) {
    Preparation preparation = preparation(rows, PENALISED);
    LinearModel model =
        PenalisedSquares.fit(
            preparation.apply(rows.features()), rows.labels(), weights(rows), l1, l2);
    return new Trained(
        new Model(rows.target(), preparation, new Model.Linear(model)), plain(model));
  }

  private Trained logistic(LearnSpec.Logistic logistic, TrainingSet rows) {
    boolean free = logistic.l1() == 0 && logistic.l2() == 0;
    Taste taste = new Taste(Missing.MEAN, Scale.STANDARD, Categories.ONE_HOT, free);
    Preparation preparation = preparation(rows, taste);
    LogisticRegression.Fit fit =
        LogisticRegression.fit(
            preparation.apply(rows.features()),
            rows.labels(),
            balanced(logistic.balance(), rows),
            logistic.l1(),
            logistic.l2());
    LearnReport report =
        fit.inference()
            .map(
                estimates ->
                    new LearnReport(
                        null,
                        estimates.stream()
                            .map(
                                one ->
                                    new Coefficient(
                                        one.name(),
                                        one.estimate(),
                                        one.standardError(),
                                        one.z(),
                                        one.pValue()))
                            .toList(),
                        null))
            .orElseGet(() -> plain(fit.model()));
    return new Trained(
        new Model(rows.target(), preparation, new Model.Logistic(fit.model())), report);
  }

  private static LearnReport plain(LinearModel model) {
    List<Coefficient> all = new ArrayList<>();
    all.add(new Coefficient(LeastSquares.INTERCEPT, model.intercept(), null, null, null));
    for (int j = 0; j < model.coefficients().length; j++) {
      all.add(new Coefficient(model.columns().get(j), model.coefficients()[j], null, null, null));
    }
    return new LearnReport(null, all, null);
  }

  /** Every class needs a row to learn from. */
  private static void requireBothClasses(TrainingSet rows) {
    if (rows.target() instanceof Target.Classes(String negative, String positive)) {
      long yes = Arrays.stream(rows.labels()).filter(label -> label == 1).count();
      if (yes == 0 || yes == rows.labels().length) {
        throw new HeadraceException(
            LearnError.LEARN_LABEL,
            "Cannot learn to tell '%s' from '%s': the %d training rows have '%s' alone."
                .formatted(
                    negative, positive, rows.labels().length, yes == 0 ? negative : positive),
            "Bring rows of both, or split them by 'stratified: true'.");
      }
    }
  }

  static double[] weights(TrainingSet rows) {
    return rows.weights()
        .orElseGet(
            () -> {
              double[] ones = new double[rows.labels().length];
              Arrays.fill(ones, 1);
              return ones;
            });
  }

  private static double total(TrainingSet rows) {
    return Arrays.stream(weights(rows)).sum();
  }

  /** Weights under which both classes count the same together, and all rows as before. */
  static double[] balanced(LearnSpec.Balance balance, TrainingSet rows) {
    double[] weights = weights(rows).clone();
    if (balance == LearnSpec.Balance.NONE) {
      return weights;
    }
    double all = Arrays.stream(weights).sum();
    double positive = 0;
    for (int i = 0; i < weights.length; i++) {
      positive += weights[i] * rows.labels()[i];
    }
    for (int i = 0; i < weights.length; i++) {
      weights[i] *= all / 2 / (rows.labels()[i] == 1 ? positive : all - positive);
    }
    return weights;
  }

  private static double mean(double[] values, double[] weights) {
    double sum = 0;
    double all = 0;
    for (int i = 0; i < values.length; i++) {
      sum += weights[i] * values[i];
      all += weights[i];
    }
    return sum / all;
  }

  /** The sign of every column of a design, by name of the column it comes from. */
  static List<Integer> signs(LearnSpec.Gbdt gbdt, Design design) {
    List<String> known = design.names();
    gbdt.monotone()
        .keySet()
        .forEach(
            name -> {
              if (!known.contains(name)) {
                throw setting(
                    "'monotone' names '%s', which is no number among the features".formatted(name),
                    Names.suggest(name, known));
              }
            });
    return design.columns().stream()
        .map(
            column ->
                switch (gbdt.monotone().get(column.name())) {
                  case null -> 0;
                  case RISING -> 1;
                  case FALLING -> -1;
                })
        .toList();
  }
}
