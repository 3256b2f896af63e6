package dev.headrace.ml.learn.neighbours;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.headrace.ml.learn.Blocks;
import dev.headrace.ml.learn.Reference;
import dev.headrace.ml.learn.frame.Design;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Held to scikit-learn's brute force: twenty rows against all others. */
class NearestNeighboursTest {
  private final Blocks blocks = Blocks.read();
  private final JsonNode figures = Reference.figures("classifiers.json").path("neighbours");
  private final Design asked = blocks.design().rows(IntStream.range(0, 20).toArray());
  private final Design train =
      blocks.design().rows(IntStream.range(20, blocks.labels().length).toArray());

  private double[][] told(double[] labels, int classes, boolean byDistance) {
    double[] kept = Arrays.copyOfRange(labels, 20, labels.length);
    double[] ones = new double[kept.length];
    Arrays.fill(ones, 1);
    return NearestNeighbours.fit(train, kept, ones, classes, 7, byDistance).score(asked);
  }

  @Test
  void shares_areThoseOfScikitLearn() {
    for (boolean byDistance : new boolean[] {false, true}) {
      double[][] told = told(blocks.labels(), 4, byDistance);
      JsonNode expected = figures.path(byDistance ? "by-distance" : "classes");
      for (int i = 0; i < 20; i++) {
        for (int k = 0; k < 4; k++) {
          assertThat(told[k][i]).isCloseTo(expected.get(i).get(k).doubleValue(), within(1e-9));
        }
      }
    }
  }

  @Test
  void means_areThoseOfScikitLearn() {
    assertThat(told(blocks.value(), 0, false)[0])
        .containsExactly(Reference.numbers(figures.path("number")), within(1e-6));
  }

  @Test
  void ties_goToTheEarlierRow_andFewRowsAreRefused() {
    Design line = new Design(3, List.of(new Design.Column("x", false, new double[] {1, -1, 1})));
    double[] labels = {5, 7, 9};
    double[] ones = {1, 1, 1};
    Design zero = new Design(1, List.of(new Design.Column("x", false, new double[] {0})));
    assertThat(NearestNeighbours.fit(line, labels, ones, 0, 2, true).score(zero)[0])
        .containsExactly(6);
    assertThatThrownBy(() -> NearestNeighbours.fit(line, labels, ones, 0, 4, true))
        .hasMessage("Cannot learn by 4 neighbours: there are 3 rows.");
  }
}
