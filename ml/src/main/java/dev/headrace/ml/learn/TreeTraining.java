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
import dev.headrace.ml.learn.ranking.Groups;
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
    // XGBoost wants the rows of a group beside each other.
    TrainingSet ordered = rows.groups().map(ids -> rows.rows(Groups.of(ids).order())).orElse(rows);
    return new TreeTraining(
            gbdt, trainer.preparation(ordered, TREES), trainer.seed(), trainer.threads())
        .fit(ordered, watch);
  }

  private Trained fit(TrainingSet rows, Watch watch) {
    Design design = preparation.apply(rows.features());
    if (design.columns().isEmpty()) {
      throw new HeadraceException(
          LearnError.LEARN_COLUMN, "Cannot grow trees over no columns.", "Name 'features'.");
    }
    // Weights of one grow the same trees, and take memory and time.
    Optional<double[]> weights =
        rows.weights().isEmpty() && gbdt.balance() instanceof LearnSpec.Balance.None
            ? Optional.empty()
            : Optional.of(Trainer.balanced(gbdt.balance(), rows));
    Growth growth = growth(rows.target(), design);
    Boosting.Grown grown;
    if (gbdt.earlyStopping() == null) {
      grown = Boosting.grow(growth, labelled(design, rows, weights), Optional.empty(), watch);
    } else {
      int[] order = order(rows);
      int held = held(order, rows);
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

  /**
   * The rows held back are the latest, or random ones where there is no time; groups stay together
   * and are as late as their first row.
   */
  private int[] order(TrainingSet rows) {
    Optional<Groups> groups = rows.groups().map(Groups::of);
    double[] times =
        rows.times().map(all -> groups.map(one -> one.least(all)).orElse(all)).orElse(null);
    if (times != null) {
      return ascending(times);
    }
    int[] shuffled = Shuffle.of(groups.map(Groups::count).orElse(rows.labels().length), seed);
    return groups
        .map(one -> Arrays.stream(shuffled).flatMap(g -> Arrays.stream(one.rows(g))).toArray())
        .orElse(shuffled);
  }

  /** Stable, so that rows that tie stay as they lie. */
  private static int[] ascending(double[] times) {
    return IntStream.range(0, times.length)
        .boxed()
        .sorted(Comparator.comparingDouble(i -> times[i]))
        .mapToInt(Integer::intValue)
        .toArray();
  }

  /** How many rows at the end of the order are held back: no part of a group. */
  private int held(int[] order, TrainingSet rows) {
    int held = Math.max(1, (int) Math.round(order.length * gbdt.validation().fraction()));
    int[] groups = rows.groups().orElse(null);
    while (groups != null
        && held < order.length
        && groups[order[order.length - held]] == groups[order[order.length - held - 1]]) {
      held++;
    }
    return held;
  }

  private static Boosting.Labelled labelled(
      Design design, TrainingSet rows, Optional<double[]> weights) {
    if (!(rows.target() instanceof Target.Relevance)) {
      return new Boosting.Labelled(design, rows.labels(), weights);
    }
    Groups groups = Groups.of(rows.groups().orElseThrow());
    return new Boosting.Labelled(
        design,
        rows.labels(),
        weights.map(all -> TrainingSet.pick(all, groups.first())),
        Optional.of(groups.sizes()));
  }

  private static Boosting.Labelled labelled(
      Design design, TrainingSet rows, Optional<double[]> weights, int[] chosen) {
    return labelled(
        design.rows(chosen), rows.rows(chosen), weights.map(all -> TrainingSet.pick(all, chosen)));
  }

  private Growth growth(Target target, Design design) {
    return new Growth(
        switch (target) {
          case Target.Classes _ -> Growth.Objective.LOGISTIC;
          case Target.Several _ -> Growth.Objective.SOFTMAX;
          case Target.Quantity _ -> Growth.Objective.SQUARED_ERROR;
          case Target.Found _ -> throw new IllegalStateException("trees grow by a label");
          case Target.Relevance _ ->
              switch (gbdt.rank()) {
                case NDCG -> Growth.Objective.RANK_NDCG;
                case PAIRWISE -> Growth.Objective.RANK_PAIRWISE;
                case MAP -> Growth.Objective.RANK_MAP;
              };
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
