package dev.headrace.ml.learn.leaks;

import dev.headrace.core.project.spec.Percentage;
import dev.headrace.ml.learn.LearnSpec;
import dev.headrace.ml.learn.Model;
import dev.headrace.ml.learn.Target;
import dev.headrace.ml.learn.Trainer;
import dev.headrace.ml.learn.Trainer.TrainingSet;
import dev.headrace.ml.learn.frame.Frame;
import dev.headrace.ml.learn.metrics.Metric;
import dev.headrace.ml.learn.metrics.Scored;
import dev.headrace.ml.learn.prepare.PrepareSpec;
import dev.headrace.ml.learn.split.Shuffle;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.error.HeadraceException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Looks for features that predict too well to be known when the prediction is needed.
 *
 * <p>Skill is 2 AUC - 1 for classes (of several, the mean of each against the others) and R^2 for
 * numbers, of a few small trees on rows they have not seen. A feature is suspected when it alone
 * has nearly all the skill there is, or nearly that of five or more others together: honest
 * features share their work, and among a few of them it is no wonder that one does most of it. This
 * is a suspicion and no proof.
 *
 * <p>Kaufman, Rosset, Perlich (2012), Leakage in Data Mining, ACM TKDD 6(4).
 */
public final class LeakDetector {
  /** A feature alone against all others together. */
  private static final double NEARLY_AS_GOOD = 0.9;

  private static final double NEARLY_ALL = 0.98;

  /** Among fewer than so many others, one that does most of the work is no wonder. */
  private static final int FEWEST_OTHERS = 5;

  /** Below it there is not enough skill to be suspicious of. */
  private static final double WORTH_A_LOOK = 0.2;

  /** How many of the best features are compared with all others. */
  private static final int COMPARED = 3;

  private static final int MOST_ROWS = 20_000;

  private LeakDetector() {}

  /**
   * A suspect.
   *
   * @param alone its skill
   * @param others the skill of all other features together
   */
  public record Suspect(String feature, double alone, double others) {
    /** Why it is suspected. */
    public String reason() {
      return String.format(
          Locale.ROOT,
          "'%s' alone predicts the label with a skill of %.2f, all other features together with"
              + " %.2f: is it known before the label is?",
          feature,
          alone,
          others);
    }
  }

  /**
   * Looks at all features, on a random sample of 20,000 rows.
   *
   * @param train the rows that are learnt from
   * @throws HeadraceException LEARN_NATIVE_MISSING
   */
  public static List<Suspect> look(TrainingSet rows, int[] train, long seed, Watch watch) {
    int[] order = Shuffle.of(train.length, seed);
    int used = Math.min(order.length, MOST_ROWS);
    int[] sample = Arrays.stream(order).limit(used).map(place -> train[place]).toArray();
    return look(
        rows.rows(sample),
        IntStream.range(0, used / 2).toArray(),
        IntStream.range(used / 2, used).toArray(),
        seed,
        watch);
  }

  private static List<Suspect> look(
      TrainingSet rows, int[] first, int[] second, long seed, Watch watch) {
    List<String> names = rows.features().columns().stream().map(Frame.Column::name).toList();
    TrainingSet common = ofCommonClasses(rows, first, second);
    TrainingSet train = common.rows(kept(common, first));
    TrainingSet test = common.rows(kept(common, second));
    if (names.size() < 2 || train.labels().length < 20 || constant(train) || constant(test)) {
      return List.of();
    }
    record Alone(String feature, double skill) {}
    List<Alone> all =
        names.parallelStream()
            .map(name -> new Alone(name, skill(train, test, List.of(name), seed, watch)))
            .toList();
    List<Suspect> suspects = new ArrayList<>();
    all.stream()
        .filter(one -> one.skill >= WORTH_A_LOOK)
        .sorted(Comparator.comparingDouble(one -> -one.skill))
        .limit(COMPARED)
        .forEach(
            one -> {
              List<String> others =
                  names.stream().filter(name -> !name.equals(one.feature)).toList();
              double together = skill(train, test, others, seed, watch);
              if (one.skill >= NEARLY_ALL
                  || (others.size() >= FEWEST_OTHERS && one.skill >= NEARLY_AS_GOOD * together)) {
                suspects.add(new Suspect(one.feature, one.skill, together));
              }
            });
    return suspects;
  }

  private static boolean constant(TrainingSet rows) {
    return Arrays.stream(rows.labels()).distinct().limit(2).count() < 2;
  }

  private static double skill(
      TrainingSet train, TrainingSet test, List<String> features, long seed, Watch watch) {
    Percentage whole = Percentage.parse("100%");
    LearnSpec.Gbdt small =
        new LearnSpec.Gbdt(
            40,
            4,
            0.2,
            null,
            Percentage.parse("10%"),
            whole,
            whole,
            10,
            1,
            0,
            0,
            64,
            LearnSpec.Balance.NONE,
            Map.of(),
            LearnSpec.Ranking.NDCG);
    // A key among the features has a text per row; those seen once are taken together.
    PrepareSpec prepare = new PrepareSpec(null, false, null, null, 20, List.of());
    Model model = new Trainer(small, prepare, seed, 1).fit(only(train, features), watch).model();
    Scored scored = Scored.of(test.labels(), model.scores(test.features()));
    return switch (train.target().task()) {
      case CLASSES, SEVERAL -> 2 * Metric.AUC.of(scored).orThrow() - 1;
      case NUMBER, RANKING -> Metric.R2.of(scored).orThrow();
      case CLUSTERS, DENSITY, COMPONENTS, ANOMALIES ->
          throw new IllegalStateException("there is no label to leak");
    };
  }

  /** The same with the classes alone that both halves have; others are labelled -1. */
  private static TrainingSet ofCommonClasses(TrainingSet rows, int[] first, int[] second) {
    if (rows.target() instanceof Target.Relevance) {
      // How well a feature tells grades, whatever the group.
      return new TrainingSet(
          rows.features(), new Target.Quantity(), rows.labels(), rows.weights(), rows.times());
    }
    if (!(rows.target() instanceof Target.Several(List<String> classes))) {
      return rows;
    }
    Set<Integer> both = classes(rows, first);
    both.retainAll(classes(rows, second));
    List<Integer> places = List.copyOf(both);
    List<String> names = places.stream().map(classes::get).toList();
    Target target =
        names.size() == 2
            ? new Target.Classes(names.getFirst(), names.getLast())
            : new Target.Several(names);
    double[] labels =
        Arrays.stream(rows.labels()).map(label -> places.indexOf((int) label)).toArray();
    return new TrainingSet(rows.features(), target, labels, rows.weights(), rows.times());
  }

  private static Set<Integer> classes(TrainingSet rows, int[] chosen) {
    return Arrays.stream(chosen)
        .mapToObj(i -> (int) rows.labels()[i])
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static int[] kept(TrainingSet rows, int[] chosen) {
    boolean classes = rows.target().classifies();
    return Arrays.stream(chosen).filter(i -> !classes || rows.labels()[i] >= 0).toArray();
  }

  private static TrainingSet only(TrainingSet rows, List<String> features) {
    return new TrainingSet(
        rows.features().only(features), rows.target(), rows.labels(), rows.weights(), rows.times());
  }
}
