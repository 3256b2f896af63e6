package dev.headrace.ml.learn.bayes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.headrace.ml.learn.Blocks;
import dev.headrace.ml.learn.Reference;
import dev.headrace.ml.learn.frame.Design;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Held to scikit-learn's probabilities of twenty rows. */
class NaiveBayesTest {
  private final Blocks blocks = Blocks.read();
  private final JsonNode figures = Reference.figures("classifiers.json").path("bayes");
  private static final int[] FIRST = IntStream.range(0, 20).toArray();

  private static void same(JsonNode expected, double[][] told) {
    assertThat(told).hasDimensions(4, 20);
    for (int i = 0; i < 20; i++) {
      for (int k = 0; k < 4; k++) {
        assertThat(told[k][i]).isCloseTo(expected.get(i).get(k).doubleValue(), within(1e-10));
      }
    }
  }

  @Test
  void normalColumns_areThoseOfScikitLearn() {
    NaiveBayes fit = NaiveBayes.fit(blocks.design(), blocks.labels(), 4, blocks.ones(), 1);
    same(figures.path("gaussian"), fit.score(blocks.design().rows(FIRST)));
  }

  @Test
  void codes_areThoseOfScikitLearn_withWeights() {
    Design codes =
        new Design(
            blocks.labels().length,
            blocks.design().columns().stream()
                .map(
                    column ->
                        new Design.Column(
                            column.name(),
                            true,
                            Arrays.stream(column.values())
                                .map(x -> Math.floor(Math.clamp(x, -1, 1.99) + 1))
                                .toArray()))
                .toList());
    NaiveBayes fit = NaiveBayes.fit(codes, blocks.labels(), 4, blocks.weights(), 2);
    same(figures.path("categorical"), fit.score(codes.rows(FIRST)));
  }

  @Test
  void whatIsMissingOrUnseen_saysNothing() {
    Design train =
        new Design(
            4,
            List.of(
                new Design.Column("x", false, new double[] {1, 1, 3, Double.NaN}),
                new Design.Column("c", true, new double[] {0, 0, 1, 1})));
    NaiveBayes fit =
        NaiveBayes.fit(train, new double[] {0, 0, 1, 0}, 2, new double[] {1, 1, 1, 1}, 1);
    Design nothing =
        new Design(
            1,
            List.of(
                new Design.Column("x", false, new double[] {Double.NaN}),
                new Design.Column("c", true, new double[] {7})));
    assertThat(fit.score(nothing)[0][0]).isCloseTo(0.25, within(1e-12));
  }
}
