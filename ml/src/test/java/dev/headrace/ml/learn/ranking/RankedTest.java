package dev.headrace.ml.learn.ranking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.headrace.ml.learn.Reference;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;

/** Orders with ties, held to all orders that there are and to scikit-learn. */
class RankedTest {
  private static final List<ToDoubleFunction<Ranked>> FIGURES =
      List.of(
          one -> one.normalisedGain(Ranked.ALL),
          one -> one.normalisedGain(2),
          Ranked::averagePrecision,
          one -> one.reciprocalRank(Ranked.ALL),
          one -> one.reciprocalRank(2),
          one -> one.recall(3));

  @Test
  void ties_areTheMeanOverAllOrders() {
    Random random = new Random(4);
    for (int t = 0; t < 60; t++) {
      int rows = 1 + random.nextInt(6);
      double[] grades = random.doubles(rows).map(x -> Math.floor(3 * x)).toArray();
      double[] scores = random.doubles(rows).map(x -> Math.floor(2.5 * x)).toArray();
      Ranked tied = Ranked.of(grades, scores);
      if (!tied.hasRelevant()) {
        continue;
      }
      List<int[]> orders = new ArrayList<>();
      orders(new int[rows], 0, new boolean[rows], orders);
      for (ToDoubleFunction<Ranked> figure : FIGURES) {
        double mean =
            orders.stream()
                .mapToDouble(order -> figure.applyAsDouble(apart(grades, scores, order)))
                .average()
                .orElseThrow();
        assertThat(figure.applyAsDouble(tied)).isCloseTo(mean, within(1e-12));
      }
    }
  }

  /** The same with ties told apart in an order. */
  private static Ranked apart(double[] grades, double[] scores, int[] order) {
    double[] moved = scores.clone();
    for (int i = 0; i < moved.length; i++) {
      moved[i] += 1e-6 * order[i];
    }
    return Ranked.of(grades, moved);
  }

  private static void orders(int[] made, int at, boolean[] taken, List<int[]> all) {
    if (at == made.length) {
      all.add(made.clone());
      return;
    }
    for (int k = 0; k < made.length; k++) {
      if (!taken[k]) {
        taken[k] = true;
        made[at] = k;
        orders(made, at + 1, taken, all);
        taken[k] = false;
      }
    }
  }

  @Test
  void normalisedGain_ofTies_isThatOfScikitLearn() {
    JsonNode tied = Reference.figures("metrics.json").path("tied");
    Ranked ranked =
        Ranked.of(Reference.numbers(tied.path("grades")), Reference.numbers(tied.path("scores")));
    for (int k = 1; k <= 6; k++) {
      assertThat(ranked.normalisedGain(k))
          .isCloseTo(tied.path("ndcg").get(k - 1).doubleValue(), within(1e-12));
    }
  }

  @Test
  void groups_keepTheirRows() {
    Groups groups = Groups.of(new int[] {7, 3, 7, 9, 3, 7});
    assertThat(groups.order()).containsExactly(0, 2, 5, 1, 4, 3);
    assertThat(groups.sizes()).containsExactly(3, 2, 1);
    assertThat(groups.least(new double[] {5, 1, 4, 2, 0, 6})).containsExactly(4, 0, 4, 2, 0, 4);
    assertThat(groups.agreeOn(new double[] {1, 2, 1, 3, 2, 1})).isTrue();
    assertThat(groups.agreeOn(new double[] {1, 2, 1, 3, 1, 1})).isFalse();
  }
}
