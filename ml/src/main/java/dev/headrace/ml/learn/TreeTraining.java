package dev.headrace.ml.learn;

import dev.headrace.core.project.Names;
import dev.headrace.ml.learn.Trainer.Trained;
import dev.headrace.ml.learn.Trainer.TrainingSet;
import dev.headrace.ml.learn.boosting.Boosting;
import dev.headrace.ml.learn.boosting.Growth;
import dev.headrace.ml.learn.boosting.TreeEnsemble;
import dev.headrace.ml.learn.frame.Design;
import dev.headrace.ml.learn.prepare.Preparation;
import dev.headrace.ml.learn.prepare.PreparationFit.Taste;
import dev.headrace.ml.learn.prepare.PrepareSpec.Categories;
import dev.headrace.ml.learn.prepare.PrepareSpec.Missing;
import dev.headrace.ml.learn.prepare.PrepareSpec.Scale;
import dev.headrace.ml.learn.split.Shuffle;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.error.HeadraceException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;

/** Grows trees for {@link Learners}. */
record TreeTraining(LearnSpec.Gbdt gbdt, Preparation preparation, long seed, int threads) {

  private static final Taste TREES = new Taste(Missing.LEAVE, Scale.NONE, Categories.NATIVE, false);

  static Trained fit(LearnSpec.Gbdt gbdt, Trainer trainer, TrainingSet rows, Watch watch) {
    return new TreeTraining(
            gbdt, trainer.preparation(rows, TREES), trainer.seed(), trainer.threads())
        .fit(rows, watch);
  }

  private Trained fit(TrainingSet rows, Watch watch) {
    Design design = preparation.apply(rows.features());
    if (design.columns().isEmpty()) {
      throw new HeadraceException(
          LearnError.LEARN_COLUMN, "Cannot grow trees over no columns.", "Name 'features'.");
    }
    // Weights of one grow the same trees, and take memory and time.
    Optional<double[]> weights =
        rows.weights().isEmpty() && gbdt.balance() == LearnSpec.Balance.NONE
            ? Optional.empty()
            : Optional.of(Trainer.balanced(gbdt.balance(), rows));
    Growth growth = growth(rows.target(), design);
    Boosting.Grown grown;
    if (gbdt.earlyStopping() == null) {
      grown =
          Boosting.grow(
              growth,
              new Boosting.Labelled(design, rows.labels(), weights),
              Optional.empty(),
              watch);
    } else {
      int[] order = order(rows);
      int held = Math.max(1, (int) Math.round(order.length * gbdt.validation().fraction()));
      if (held >= order.length) {
        throw new HeadraceException(
            LearnError.LEARN_TOO_FEW_ROWS,
            "Cannot hold back rows for early stopping: there are %d.".formatted(order.length),
            "Leave 'early-stopping' out.");
      }
      int[] kept = Arrays.copyOf(order, order.length - held);
      int[] judging = Arrays.copyOfRange(order, order.length - held, order.length);
      Arrays.sort(kept); // The order of rows moves the last bits of sums.
      Arrays.sort(judging);
      grown =
          Boosting.grow(
              growth,
              labelled(design, rows, weights, kept),
              Optional.of(labelled(design, rows, weights, judging)),
              watch);
    }
    return new Trained(
        new Model(rows.target(), preparation, new Model.Trees(grown.ensemble())),
        new LearnReport(
            null,
            null,
            new LearnReport.Trees(
                grown.ensemble().trees(),
                grown.ensemble().nodes(),
                grown.history(),
                gains(grown.ensemble(), design))));
  }

  /** The rows held back are the latest, or random ones where there is no time. */
  private int[] order(TrainingSet rows) {
    double[] times = rows.times().orElse(null);
    return times == null
        ? Shuffle.of(rows.labels().length, seed)
        : IntStream.range(0, times.length)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> times[i]))
            .mapToInt(Integer::intValue)
            .toArray();
  }

  private static Boosting.Labelled labelled(
      Design design, TrainingSet rows, Optional<double[]> weights, int[] chosen) {
    return new Boosting.Labelled(
        design.rows(chosen),
        TrainingSet.pick(rows.labels(), chosen),
        weights.map(all -> TrainingSet.pick(all, chosen)));
  }

  private Growth growth(Target target, Design design) {
    return new Growth(
        switch (target) {
          case Target.Classes _ -> Growth.Objective.LOGISTIC;
          case Target.Several _ -> Growth.Objective.SOFTMAX;
          case Target.Quantity _ -> Growth.Objective.SQUARED_ERROR;
        },
        target.outputs(),
        gbdt.trees(),
        gbdt.depth(),
        gbdt.learningRate(),
        Objects.requireNonNullElse(gbdt.earlyStopping(), 0),
        gbdt.rows().fraction(),
        gbdt.columns().fraction(),
        gbdt.minWeight(),
        gbdt.l2(),
        gbdt.l1(),
        gbdt.minGain(),
        gbdt.bins(),
        signs(design),
        seed,
        threads);
  }

  private static List<LearnReport.Gain> gains(TreeEnsemble ensemble, Design design) {
    double[] gains = ensemble.gains(design.columns().size());
    double all = Arrays.stream(gains).sum();
    List<LearnReport.Gain> shares = new ArrayList<>();
    for (int j = 0; j < gains.length; j++) {
      shares.add(new LearnReport.Gain(design.names().get(j), all == 0 ? 0 : gains[j] / all));
    }
    shares.sort(Comparator.comparingDouble(gain -> -gain.share()));
    return shares;
  }

  /** The sign of every column of a design, by name of the column it comes from. */
  private List<Integer> signs(Design design) {
    List<String> known = design.names();
    gbdt.monotone()
        .keySet()
        .forEach(
            name -> {
              if (!known.contains(name)) {
                throw Trainer.setting(
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
