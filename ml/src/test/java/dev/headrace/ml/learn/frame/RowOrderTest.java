package dev.headrace.ml.learn.frame;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Held to a sort by comparisons. */
class RowOrderTest {
  private static final int ROWS = 3_000;

  /** Of all sizes and signs, with few values, with equal ones and with missing ones. */
  private static double[] numbers(SplittableRandom random, int kind) {
    return IntStream.range(0, ROWS)
        .mapToDouble(
            i ->
                switch (kind) {
                  case 0 -> random.nextInt(-4, 4);
                  case 1 -> random.nextInt(10) == 0 ? Double.NaN : random.nextLong() * 1e-3;
                  case 2 -> 1_700_000_000 + random.nextInt(86_400) + 0.001 * random.nextInt(1000);
                  default -> Math.pow(-10, random.nextInt(-300, 300)) * random.nextDouble();
                })
        .toArray();
  }

  @Test
  void rows_areInTheOrderOfTheirNumbers() {
    SplittableRandom random = new SplittableRandom(7);
    for (int first = 0; first < 4; first++) {
      for (int second = 0; second < 4; second++) {
        double[] one = numbers(random, first);
        double[] other = numbers(random, second);
        int[] expected =
            IntStream.range(0, ROWS)
                .boxed()
                .sorted(
                    Comparator.<Integer>comparingDouble(i -> one[i])
                        .thenComparingDouble(i -> other[i]))
                .mapToInt(Integer::intValue)
                .toArray();
        assertThat(RowOrder.of(List.of(one, other), ROWS))
            .as("kinds %d and %d", first, second)
            .containsExactly(expected);
      }
    }
  }

  @Test
  void ascending_isWhereEveryRowIsAboveTheOneBefore() {
    double[] steps = {1, 1, 2, 2};
    double[] within = {5, 7, -3, Double.NaN};
    assertThat(RowOrder.ascends(List.of(steps, within), 4)).isTrue();
    assertThat(RowOrder.ascends(List.of(steps), 4)).isFalse();
    assertThat(RowOrder.ascends(List.of(within), 4)).isFalse();
    assertThat(RowOrder.ascends(List.of(new double[0]), 0)).isTrue();
    assertThat(RowOrder.of(List.of(new double[0]), 0)).isEmpty();
  }
}
