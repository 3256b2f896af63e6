package dev.headrace.ml.learn.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.headrace.core.project.spec.Percentage;
import dev.headrace.ml.learn.LearnSpec;
import dev.headrace.ml.learn.Model;
import dev.headrace.ml.learn.Reference;
import dev.headrace.ml.learn.Target;
import dev.headrace.ml.learn.Trainer;
import dev.headrace.ml.learn.Trainer.TrainingSet;
import dev.headrace.ml.learn.frame.Frame;
import dev.headrace.ml.learn.frame.Frame.Numbers;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.error.HeadraceException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ResamplingTest {
  private static final Target CLASSES = new Target.Classes("no", "yes");

  /** Rows that carry their own number. */
  private static TrainingSet rows(Target target, double[] labels) {
    double[] numbers = IntStream.range(0, labels.length).asDoubleStream().toArray();
    return new TrainingSet(
        new Frame(labels.length, List.of(new Numbers("row", numbers))),
        target,
        labels,
        Optional.of(numbers),
        Optional.empty());
  }

  private static TrainingSet over(TrainingSet rows, double share) {
    return Resampling.of(sampling(share, null), rows, 1);
  }

  private static TrainingSet under(TrainingSet rows, double share) {
    return Resampling.of(sampling(null, share), rows, 1);
  }

  private static int[] sizes(TrainingSet rows, int classes) {
    int[] sizes = new int[classes];
    Arrays.stream(rows.labels()).forEach(label -> sizes[(int) label]++);
    return sizes;
  }

  private static int[] numbers(TrainingSet rows) {
    return Arrays.stream(((Numbers) rows.features().columns().getFirst()).values())
        .mapToInt(x -> (int) x)
        .toArray();
  }

  @Test
  void sizes_areImbalancedLearns() {
    for (JsonNode told : Reference.figures("preparation.json").path("sampled")) {
      int few = told.path("few").intValue();
      int many = told.path("many").intValue();
      TrainingSet rows =
          rows(CLASSES, IntStream.range(0, few + many).mapToDouble(i -> i < few ? 1 : 0).toArray());
      double share = told.path("share").doubleValue();
      assertThat(sizes(over(rows, share), 2))
          .isEqualTo(
              Arrays.stream(Reference.numbers(told.path("over"))).mapToInt(x -> (int) x).toArray());
      assertThat(sizes(under(rows, share), 2))
          .isEqualTo(
              Arrays.stream(Reference.numbers(told.path("under")))
                  .mapToInt(x -> (int) x)
                  .toArray());
    }
  }

  @Test
  void overSampling_keepsEveryRow_underSampling_takesNoneTwice() {
    double[] labels = IntStream.range(0, 1_000).mapToDouble(i -> i % 10 == 0 ? 1 : 0).toArray();
    TrainingSet rows = rows(CLASSES, labels);
    TrainingSet more = over(rows, 1);
    assertThat(numbers(more)).isSorted().contains(IntStream.range(0, 1_000).toArray());
    assertThat(more.labels())
        .isEqualTo(Arrays.stream(numbers(more)).mapToDouble(i -> labels[i]).toArray());
    assertThat(more.weights().orElseThrow())
        .isEqualTo(Arrays.stream(numbers(more)).asDoubleStream().toArray());
    TrainingSet fewer = under(rows, 1);
    assertThat(numbers(fewer)).hasSize(200).isSorted().doesNotHaveDuplicates();
    assertThat(numbers(fewer)).contains(IntStream.range(0, 100).map(i -> 10 * i).toArray());
    assertThat(numbers(under(rows, 1))).isEqualTo(numbers(fewer));
    // Every row of the small class is drawn about as often: 800 draws over 100 rows.
    int[] again = new int[1_000];
    Arrays.stream(numbers(more)).filter(i -> labels[i] == 1).forEach(i -> again[i]++);
    double squares = IntStream.range(0, 100).mapToDouble(i -> Math.pow(again[10 * i] - 9, 2)).sum();
    // Chi-squared of 99 degrees: 99 with a deviation of 14.
    assertThat(squares / 8).isBetween(57.0, 141.0);
  }

  @Test
  void severalClasses_areHeldToTheLargestAndTheSmallest() {
    double[] labels =
        IntStream.range(0, 160).mapToDouble(i -> i < 10 ? 0 : i < 60 ? 1 : 2).toArray();
    Target several = new Target.Several(List.of("a", "b", "c"));
    assertThat(sizes(over(rows(several, labels), 0.5), 3)).containsExactly(50, 50, 100);
    assertThat(sizes(under(rows(several, labels), 0.25), 3)).containsExactly(10, 40, 40);
  }

  /** One in twenty is positive; the feature tells a little of it. */
  private static TrainingSet rare(int count, long seed) {
    Random random = new Random(seed);
    double[] x = random.doubles(count).map(u -> 4 * u - 2).toArray();
    double[] labels =
        Arrays.stream(x)
            .map(v -> random.nextDouble() < 1 / (1 + Math.exp(3.4 - v)) ? 1 : 0)
            .toArray();
    return new TrainingSet(
        new Frame(count, List.of(new Numbers("x", x))),
        CLASSES,
        labels,
        Optional.empty(),
        Optional.empty());
  }

  /**
   * In a world in which the classes are level, odds are those of this one times the ratio of the
   * shares: of a logistic model, only the intercept moves (King, Zeng 2001).
   */
  @Test
  void probabilities_areThoseOfTheResampledWorld() {
    TrainingSet rows = rare(60_000, 5);
    double share = Arrays.stream(rows.labels()).average().orElseThrow();
    LearnSpec logistic = new LearnSpec.Logistic(0, 0, LearnSpec.Balance.NONE);
    Model asIs = new Trainer(logistic, PrepareSpec.DEFAULT, 1, 1).fit(rows, Watch.none()).model();
    double moved = Math.log((1 - share) / share);
    for (PrepareSpec spec : List.of(sampling(1.0, null), sampling(null, 1.0))) {
      Model level = new Trainer(logistic, spec, 1, 1).fit(rows, Watch.none()).model();
      Frame asked = new Frame(3, List.of(new Numbers("x", new double[] {-1, 0, 1})));
      for (int i = 0; i < 3; i++) {
        double difference = logit(level.score(asked)[i]) - logit(asIs.score(asked)[i]);
        assertThat(difference - moved).isBetween(-0.15, 0.15);
      }
    }
  }

  private static double logit(double p) {
    return Math.log(p / (1 - p));
  }

  @Test
  void whatHasNoClasses_orWouldCopyHeldBackRows_isRefused() {
    TrainingSet numbers = rows(new Target.Quantity(), new double[] {1, 2, 3});
    assertThatThrownBy(() -> over(numbers, 1))
        .isInstanceOf(HeadraceException.class)
        .hasMessage("Cannot draw rows by their class: there are none.");
    LearnSpec patient =
        new LearnSpec.Gbdt(
            20,
            3,
            0.1,
            5,
            Percentage.parse("10%"),
            Percentage.parse("100%"),
            Percentage.parse("100%"),
            1,
            1,
            0,
            0,
            64,
            LearnSpec.Balance.NONE,
            Map.of(),
            LearnSpec.Ranking.NDCG);
    Trainer copying = new Trainer(patient, sampling(1.0, null), 1, 1);
    assertThatThrownBy(() -> copying.fit(rare(500, 1), Watch.none()))
        .hasMessageContaining("would be copies of those that are learnt from");
    assertThatThrownBy(() -> sampling(0.5, 0.5))
        .hasMessage("must have one of 'over-sample' and 'under-sample'");
    assertThatThrownBy(() -> sampling(1.5, null))
        .hasMessage("must have 'over-sample' above 0 and at most 1, not 1.5");
  }

  private static PrepareSpec sampling(@Nullable Double over, @Nullable Double under) {
    return new PrepareSpec(
        null, true, null, null, 1, List.of(), List.of(), 10, Map.of(), List.of(), Map.of(), over,
        under);
  }
}
