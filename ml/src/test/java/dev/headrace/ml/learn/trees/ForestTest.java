package dev.headrace.ml.learn.trees;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.headrace.ml.learn.Blocks;
import dev.headrace.ml.learn.Reference;
import dev.headrace.ml.learn.frame.Design;
import dev.headrace.ml.learn.metrics.Metric;
import dev.headrace.ml.learn.metrics.Scored;
import dev.headrace.spi.engine.Watch;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A tree is held to scikit-learn's; a forest, which is made by chance, to what theirs reaches. */
class ForestTest {
  private final Blocks blocks = Blocks.read();
  private final JsonNode figures = Reference.figures("classifiers.json").path("trees");
  private final Design first = blocks.design().rows(IntStream.range(0, 200).toArray());

  @Test
  void tree_isThatOfScikitLearn() {
    double[][] told =
        Forest.tree(
                new Forest.Labelled(blocks.design(), blocks.labels(), blocks.weights(), 4), 4, 20)
            .score(first);
    for (int i = 0; i < 200; i++) {
      for (int k = 0; k < 4; k++) {
        assertThat(told[k][i])
            .as("row %d class %d", i, k)
            .isCloseTo(figures.path("classes").get(i).get(k).doubleValue(), within(1e-9));
      }
    }
    assertThat(
            Forest.tree(
                    new Forest.Labelled(blocks.design(), blocks.value(), blocks.ones(), 0), 4, 20)
                .score(first)[0])
        .containsExactly(Reference.numbers(figures.path("numbers")), within(1e-4));
  }

  private double reached(double[] labels, int classes, Metric metric, long seed) {
    int half = labels.length / 2;
    int[] train = IntStream.range(0, half).toArray();
    int[] test = IntStream.range(half, labels.length).toArray();
    double[] ones = new double[half];
    Arrays.fill(ones, 1);
    Forest forest =
        Forest.grow(
            new Forest.Labelled(
                blocks.design().rows(train), Arrays.copyOf(labels, half), ones, classes),
            60,
            16,
            5,
            2,
            seed,
            Watch.none());
    double[] asked = Arrays.copyOfRange(labels, half, labels.length);
    return metric.of(Scored.of(asked, forest.score(blocks.design().rows(test)))).orThrow();
  }

  @Test
  void forest_reachesWhatScikitLearnsDoes_andTheSameWithTheSameSeed() {
    double accuracy = reached(blocks.labels(), 4, Metric.ACCURACY, 1);
    assertThat(accuracy).isCloseTo(figures.path("accuracy").doubleValue(), within(0.015));
    assertThat(reached(blocks.labels(), 4, Metric.ACCURACY, 1)).isEqualTo(accuracy);
    assertThat(reached(blocks.value(), 0, Metric.R2, 1))
        .isCloseTo(figures.path("r2").doubleValue(), within(0.02));
  }

  @Test
  void moreColumnsThanRows_andNoneAtAll() {
    Design wide =
        new Design(
            3,
            IntStream.range(0, 10)
                .mapToObj(j -> new Design.Column("x" + j, false, new double[] {j, 2, 3}))
                .toList());
    double[] ones = {1, 1, 1};
    Forest tree = Forest.tree(new Forest.Labelled(wide, new double[] {5, 6, 7}, ones, 0), 5, 1);
    assertThat(tree.score(wide)[0]).containsExactly(5, 6, 7);
    assertThatThrownBy(
            () -> Forest.tree(new Forest.Labelled(new Design(3, List.of()), ones, ones, 0), 5, 1))
        .hasMessage("Cannot grow trees over no columns.");
  }
}
