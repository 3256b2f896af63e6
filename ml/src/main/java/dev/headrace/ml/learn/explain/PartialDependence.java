package dev.headrace.ml.learn.explain;

import dev.headrace.ml.learn.Model;
import dev.headrace.ml.learn.frame.Frame;
import dev.headrace.ml.learn.frame.Frame.Categories;
import dev.headrace.ml.learn.frame.Frame.Numbers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The mean prediction where a feature has the same value in all rows: Friedman, Greedy Function
 * Approximation (2001), section 8.2. Values that never go together in the world are put together.
 *
 * @param points by rising number, or by text
 */
public record PartialDependence(String feature, List<Point> points) {
  private static final int NUMBERS = 20;
  private static final int TEXTS = 50;

  public PartialDependence {
    points = List.copyOf(points);
  }

  /**
   * A value and the mean prediction.
   *
   * @param rows of the sample that have it, or for numbers are nearest to it
   */
  public record Point(String value, double prediction, int rows) {}

  /**
   * Of a number at up to 20 quantiles of its different values; of a text at the first 50.
   *
   * @param output whose mean: of several classes the place of the class, else 0
   * @param rows a sample
   */
  public static PartialDependence of(Model model, int output, Frame rows, String feature) {
    Frame.Column column = rows.column(feature);
    List<Point> points = new ArrayList<>();
    switch (column) {
      case Numbers(String name, double[] values) -> {
        double[] grid = grid(values);
        for (double value : grid) {
          double[] same = new double[rows.rows()];
          Arrays.fill(same, value);
          int near = (int) Arrays.stream(values).filter(x -> nearest(grid, x) == value).count();
          points.add(
              new Point(
                  plain(value),
                  mean(model, output, rows.replacing(new Numbers(name, same))),
                  near));
        }
      }
      case Categories(String name, int[] codes, List<String> levels) -> {
        for (int code : IntStream.range(0, levels.size()).limit(TEXTS).toArray()) {
          int[] same = new int[rows.rows()];
          Arrays.fill(same, code);
          points.add(
              new Point(
                  levels.get(code),
                  mean(model, output, rows.replacing(new Categories(name, same, levels))),
                  (int) Arrays.stream(codes).filter(one -> one == code).count()));
        }
      }
    }
    return new PartialDependence(feature, points);
  }

  private static double mean(Model model, int output, Frame rows) {
    return Arrays.stream(model.scores(rows)[output]).sum() / rows.rows();
  }

  private static double[] grid(double[] values) {
    double[] different =
        Arrays.stream(values).filter(x -> !Double.isNaN(x)).sorted().distinct().toArray();
    if (different.length <= NUMBERS) {
      return different;
    }
    double[] sorted = Arrays.stream(values).filter(x -> !Double.isNaN(x)).sorted().toArray();
    return IntStream.range(0, NUMBERS)
        .mapToDouble(k -> sorted[(int) ((long) (sorted.length - 1) * k / (NUMBERS - 1))])
        .distinct()
        .toArray();
  }

  private static double nearest(double[] grid, double x) {
    double best = Double.NaN;
    for (double value : grid) {
      if (Double.isNaN(best) || Math.abs(value - x) < Math.abs(best - x)) {
        best = Double.isNaN(x) ? Double.NaN : value;
      }
    }
    return best;
  }

  private static String plain(double number) {
    return number == Math.rint(number) && Math.abs(number) < 1e15
        ? Long.toString((long) number)
        : Double.toString(number);
  }
}
