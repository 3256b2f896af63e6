package dev.headrace.ml.learn.ranking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.headrace.core.project.spec.Percentage;
import dev.headrace.ml.learn.LearnSpec;
import dev.headrace.ml.learn.ModelFile;
import dev.headrace.ml.learn.Reference;
import dev.headrace.ml.learn.Target;
import dev.headrace.ml.learn.Trainer;
import dev.headrace.ml.learn.Trainer.Trained;
import dev.headrace.ml.learn.Trainer.TrainingSet;
import dev.headrace.ml.learn.frame.Frame;
import dev.headrace.ml.learn.metrics.Metric;
import dev.headrace.ml.learn.metrics.Scored;
import dev.headrace.ml.learn.prepare.PrepareSpec;
import dev.headrace.ml.learn.split.Split;
import dev.headrace.ml.learn.split.SplitSpec;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.error.HeadraceException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Trees that put rows in order, held to XGBoost's Python package and to a known truth. */
class RankingTreesTest {
  private static final Percentage WHOLE = Percentage.parse("100%");

  private static LearnSpec.Gbdt gbdt(
      LearnSpec.Ranking rank, int trees, @Nullable Integer earlyStopping) {
    return new LearnSpec.Gbdt(
        trees,
        4,
        0.2,
        earlyStopping,
        Percentage.parse("20%"),
        WHOLE,
        WHOLE,
        0.1,
        1,
        0,
        0,
        256,
        LearnSpec.Balance.NONE,
        Map.of(),
        rank);
  }

  private static Trained fit(LearnSpec learner, TrainingSet rows) {
    return new Trainer(learner, PrepareSpec.DEFAULT, 1, 1).fit(rows, Watch.none());
  }

  /** The generator of the script. */
  private static double[] lcg(long seed) {
    double[] made = new double[997];
    long state = seed;
    for (int i = 0; i < made.length; i++) {
      state = (1103515245L * state + 12345) % (1L << 31);
      made[i] = state / (double) (1L << 31);
    }
    return made;
  }

  private static TrainingSet scripted(LearnSpec.Ranking rank) {
    double[][] x = {lcg(21), lcg(22), lcg(23)};
    double[] noise = lcg(24);
    double[] labels = new double[997];
    double[] weights = new double[997];
    int[] groups = new int[997];
    for (int i = 0; i < 997; i++) {
      double truth = x[0][i] + (x[2][i] > 0.5 ? 0.5 * x[1][i] : 0) + 0.6 * noise[i];
      int grade = truth < 1 ? 0 : truth < 1.4 ? 1 : truth < 1.8 ? 2 : 3;
      labels[i] = rank == LearnSpec.Ranking.MAP ? (grade > 1 ? 1 : 0) : grade;
      groups[i] = i % 41;
      weights[i] = 0.5 + groups[i] % 3;
    }
    return new TrainingSet(
        new Frame(
            997,
            List.of(
                new Frame.Numbers("a", x[0]),
                new Frame.Numbers("b", x[1]),
                new Frame.Numbers("c", x[2]))),
        new Target.Relevance(),
        labels,
        Optional.of(weights),
        Optional.empty(),
        Optional.of(groups));
  }

  @Test
  void scores_areThoseOfXgboostInPython() {
    JsonNode theirs = Reference.figures("ranking.json");
    for (LearnSpec.Ranking rank : LearnSpec.Ranking.values()) {
      TrainingSet rows = scripted(rank);
      Trained trained = fit(gbdt(rank, 30, null), rows);
      double[] ours = ModelFile.read(ModelFile.write(trained.model())).score(rows.features());
      double[] expected = Reference.numbers(theirs.path(rank.name().toLowerCase(Locale.ROOT)));
      for (int i = 0; i < expected.length; i++) {
        assertThat(ours[i]).as("%s, row %d", rank, i).isCloseTo(expected[i], within(1e-5));
      }
    }
  }

  /** Queries differ in how relevant anything is to them; what matters is the order within each. */
  private static TrainingSet queries(int queries, long seed) {
    Random random = new Random(seed);
    int rows = queries * 12;
    double[] quality = new double[rows];
    double[] level = new double[rows];
    double[] labels = new double[rows];
    int[] groups = new int[rows];
    for (int i = 0; i < rows; i++) {
      int query = i / 12;
      groups[i] = query;
      level[i] = new Random(31L * query + seed).nextGaussian() * 3;
      quality[i] = random.nextGaussian();
      double truth = quality[i] + 0.3 * random.nextGaussian();
      // Only what stands out within its query is relevant.
      labels[i] = truth > 1.2 ? 2 : truth > 0.6 ? 1 : 0;
    }
    return new TrainingSet(
        new Frame(
            rows,
            List.of(new Frame.Numbers("quality", quality), new Frame.Numbers("level", level))),
        new Target.Relevance(),
        labels,
        Optional.empty(),
        Optional.empty(),
        Optional.of(groups));
  }

  private static double ndcg(TrainingSet test, double[] scores) {
    return Metric.NDCG_AT_5
        .of(Scored.of(test.labels(), scores).grouped(test.groups().orElseThrow()))
        .orThrow();
  }

  @Test
  void order_isNearlyAsGoodAsTheTruth() {
    TrainingSet test = queries(300, 2);
    double[] truth = ((Frame.Numbers) test.features().column("quality")).values();
    double best = ndcg(test, truth);
    double chance = ndcg(test, new double[truth.length]);
    for (LearnSpec.Ranking rank : List.of(LearnSpec.Ranking.NDCG, LearnSpec.Ranking.PAIRWISE)) {
      double reached =
          ndcg(test, fit(gbdt(rank, 60, null), queries(300, 1)).model().score(test.features()));
      assertThat(reached).as("%s", rank).isBetween(best - 0.03, best + 0.01);
    }
    assertThat(chance).isLessThan(best - 0.3);
  }

  @Test
  void earlyStopping_holdsBackWholeGroupsAndEnds() {
    TrainingSet rows = queries(200, 5);
    int[] order = IntStream.range(0, rows.labels().length).map(i -> i * 7 % 2400).toArray();
    Trained trained = fit(gbdt(LearnSpec.Ranking.NDCG, 400, 10), rows.rows(order));
    List<Double> history = trained.report().trees().history();
    assertThat(history).hasSizeLessThan(400);
    // The more the better: the kept trees end at the greatest.
    assertThat(history.get(trained.report().trees().trees() - 1))
        .isEqualTo(history.stream().mapToDouble(Double::doubleValue).max().orElseThrow());
  }

  @Test
  void split_keepsGroupsWhole() {
    TrainingSet rows = queries(50, 3);
    int[] ids = rows.groups().orElseThrow();
    double[] times = IntStream.range(0, ids.length).mapToDouble(i -> i % 240).toArray();
    for (SplitSpec spec :
        List.of(
            SplitSpec.DEFAULT,
            new SplitSpec(null, null, null, false, Percentage.parse("20%"), 5),
            new SplitSpec("at", null, null, false, Percentage.parse("20%"), null))) {
      Split split =
          Split.of(
              spec,
              ids.length,
              rows.target(),
              rows.labels(),
              Optional.of(new Frame.Numbers("at", times)),
              rows.groups(),
              1);
      for (Split.Fold fold : split.folds()) {
        assertThat(Arrays.stream(fold.test()).map(i -> ids[i]).distinct().toArray())
            .doesNotContain(Arrays.stream(fold.train()).map(i -> ids[i]).distinct().toArray());
      }
    }
    assertThatThrownBy(
            () ->
                Split.of(
                    new SplitSpec(null, null, "odd", false, Percentage.parse("20%"), null),
                    ids.length,
                    rows.target(),
                    rows.labels(),
                    Optional.of(
                        new Frame.Numbers(
                            "odd",
                            IntStream.range(0, ids.length).mapToDouble(i -> i % 2).toArray())),
                    rows.groups(),
                    1))
        .isInstanceOf(HeadraceException.class)
        .hasMessageContaining("some groups of the ranking would be learnt from and tested on");
  }

  @Test
  void baseline_isARandomOrder() {
    TrainingSet rows = queries(100, 9);
    double constant = ndcg(rows, fit(new LearnSpec.Mean(), rows).model().score(rows.features()));
    double sum = 0;
    Random random = new Random(1);
    for (int t = 0; t < 200; t++) {
      sum += ndcg(rows, random.doubles(rows.labels().length).toArray()) / 200;
    }
    assertThat(constant).isCloseTo(sum, within(0.005));
  }
}
