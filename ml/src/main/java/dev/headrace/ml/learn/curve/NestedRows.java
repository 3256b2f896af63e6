package dev.headrace.ml.learn.curve;

import dev.headrace.ml.learn.Trainer.TrainingSet;
import dev.headrace.ml.learn.split.Shuffle;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** Rows in an order of which every beginning stands for all of them. */
public final class NestedRows {
  private NestedRows() {}

  /**
   * In random order; of classes each has its share in every beginning, and rows that are ranked
   * against each other follow one another.
   *
   * @param chosen numbers of rows
   */
  public static int[] of(TrainingSet rows, int[] chosen, long seed) {
    int[] shuffled = Arrays.stream(Shuffle.of(chosen.length, seed)).map(i -> chosen[i]).toArray();
    if (rows.groups().isPresent()) {
      int[] groups = rows.groups().get();
      Map<Integer, Integer> first = new HashMap<>();
      Arrays.stream(shuffled).forEach(row -> first.putIfAbsent(groups[row], first.size()));
      return sorted(shuffled, row -> first.getOrDefault(groups[row], 0));
    }
    if (!rows.target().classifies()) {
      return shuffled;
    }
    Map<Double, Integer> sizes = new HashMap<>();
    Arrays.stream(shuffled).forEach(row -> sizes.merge(rows.labels()[row], 1, Integer::sum));
    Map<Double, Integer> seen = new HashMap<>();
    Map<Integer, Double> places = new HashMap<>();
    for (int row : shuffled) {
      double label = rows.labels()[row];
      int rank = seen.merge(label, 1, Integer::sum);
      places.put(row, (rank - 0.5) / sizes.getOrDefault(label, 1));
    }
    return sorted(shuffled, row -> places.getOrDefault(row, 0.0));
  }

  private static int[] sorted(int[] rows, ToDoubleFunction<Integer> by) {
    return IntStream.of(rows)
        .boxed()
        .sorted(Comparator.comparingDouble(by))
        .mapToInt(Integer::intValue)
        .toArray();
  }
}
