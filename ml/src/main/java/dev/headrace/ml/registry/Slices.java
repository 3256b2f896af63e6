package dev.headrace.ml.registry;

import dev.headrace.ml.learn.frame.Frame;
import dev.headrace.ml.learn.metrics.Metric;
import dev.headrace.ml.learn.metrics.Scored;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * How good a model is for rows of one kind. A slice is the worse, the farther the better end of its
 * interval lies on the bad side of the figure of all rows: small slices are not put first for their
 * chance alone.
 */
final class Slices {
  /** Rows of a slice that figures are told of. */
  static final int FEWEST_ROWS = 30;

  private static final int MOST_SLICES = 50;

  /** A number of more different values is told by quarters of its rows. */
  private static final int MOST_NUMBERS = 10;

  private Slices() {}

  /**
   * The slices of every column, worst first; at most the 50 largest of a column, of 30 rows at
   * least.
   *
   * @param tested what was predicted
   * @param rows number of each in the columns
   */
  static List<Judgement.Slice> of(
      List<Metric> metrics, Scored tested, int[] rows, List<Frame.Column> columns, ModelSpec spec) {
    record Placed(Judgement.Slice slice, double worse) {}
    List<Placed> all = new ArrayList<>();
    for (Frame.Column column : columns) {
      String[] values = values(column, rows);
      Map<String, List<Integer>> places = new TreeMap<>();
      for (int i = 0; i < values.length; i++) {
        places.computeIfAbsent(values[i], _ -> new ArrayList<>()).add(i);
      }
      places.entrySet().stream()
          .filter(one -> one.getValue().size() >= FEWEST_ROWS)
          .sorted(Comparator.comparingInt(one -> -one.getValue().size()))
          .limit(MOST_SLICES)
          .forEach(
              one -> {
                int[] chosen = one.getValue().stream().mapToInt(Integer::intValue).toArray();
                List<ModelCard.Score> scores =
                    Judging.scores(metrics, List.of(tested.rows(chosen)), List.of(), spec.seed());
                double worse = worse(scores.getFirst(), metrics.getFirst(), tested);
                all.add(
                    new Placed(
                        new Judgement.Slice(
                            column.name(), one.getKey(), chosen.length, worse > 0, scores),
                        worse));
              });
    }
    return all.stream()
        .sorted(Comparator.comparingDouble(one -> -one.worse))
        .map(Placed::slice)
        .toList();
  }

  /** How far the slice is surely worse than all rows; negative where it may be as good. */
  private static double worse(ModelCard.Score slice, Metric metric, Scored tested) {
    double whole = metric.of(tested).known().orElse(Double.NaN);
    Double better = metric.higherIsBetter() ? slice.upper95() : slice.lower95();
    if (better == null || Double.isNaN(whole)) {
      return Double.NEGATIVE_INFINITY;
    }
    return metric.higherIsBetter() ? whole - better : better - whole;
  }

  private static String[] values(Frame.Column column, int[] rows) {
    return switch (column) {
      case Frame.Categories(String _, int[] codes, List<String> levels) ->
          Arrays.stream(rows)
              .mapToObj(row -> codes[row] < 0 ? "(missing)" : levels.get(codes[row]))
              .toArray(String[]::new);
      case Frame.Numbers(String _, double[] values) ->
          numbers(Arrays.stream(rows).mapToDouble(row -> values[row]).toArray());
    };
  }

  private static String[] numbers(double[] values) {
    double[] sorted = Arrays.stream(values).filter(x -> !Double.isNaN(x)).sorted().toArray();
    if (Arrays.stream(sorted).distinct().limit(MOST_NUMBERS + 1).count() <= MOST_NUMBERS) {
      return Arrays.stream(values)
          .mapToObj(x -> Double.isNaN(x) ? "(missing)" : plain(x))
          .toArray(String[]::new);
    }
    double[] cuts =
        IntStream.of(1, 2, 3)
            .mapToDouble(k -> sorted[(int) ((long) sorted.length * k / 4)])
            .distinct()
            .toArray();
    return Arrays.stream(values).mapToObj(x -> range(x, cuts)).toArray(String[]::new);
  }

  private static String range(double x, double[] cuts) {
    if (Double.isNaN(x)) {
      return "(missing)";
    }
    int above = 0;
    while (above < cuts.length && x >= cuts[above]) {
      above++;
    }
    return above == 0
        ? "below " + plain(cuts[0])
        : above == cuts.length
            ? "from " + plain(cuts[above - 1])
            : plain(cuts[above - 1]) + " to " + plain(cuts[above]);
  }

  private static String plain(double number) {
    return number == Math.rint(number) && Math.abs(number) < 1e15
        ? Long.toString((long) number)
        : String.format(Locale.ROOT, "%.6g", number);
  }
}
