package dev.headrace.ml.learn;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.headrace.ml.learn.frame.Design;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;

/**
 * What other programs say of public data: {@code learn/reference.json}, made by the script beside
 * it.
 */
public final class Reference {
  private Reference() {}

  /** The figures. */
  public static JsonNode figures() {
    return figures("reference.json");
  }

  /** Those of another script. */
  public static JsonNode figures(String name) {
    try (InputStream file = Reference.class.getResourceAsStream("/learn/" + name)) {
      return new JsonMapper().readTree(Objects.requireNonNull(file));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** The numbers of an array. */
  public static double[] numbers(JsonNode array) {
    return array.valueStream().mapToDouble(JsonNode::doubleValue).toArray();
  }

  /**
   * Rows of california_housing without gaps.
   *
   * @param numbers the eight numbers
   * @param hot the texts without their first
   * @param value in dollars
   */
  public record Housing(List<Design.Column> numbers, List<Design.Column> hot, double[] value) {}

  /** Reads california_housing. */
  public static Housing housing() {
    Path file =
        Path.of(Objects.requireNonNull(System.getProperty("headrace.root")))
            .resolveSibling("shared")
            .resolve("data/california_housing/housing.csv");
    try {
      List<String> lines = Files.readAllLines(file);
      List<String> names = List.of(lines.getFirst().split(","));
      List<String[]> rows =
          lines.stream()
              .skip(1)
              .map(line -> line.split(",", -1))
              .filter(cells -> Arrays.stream(cells).noneMatch(String::isEmpty))
              .toList();
      List<Design.Column> numbers = new ArrayList<>();
      for (int j = 0; j < 8; j++) {
        numbers.add(new Design.Column(names.get(j), false, column(rows, j)));
      }
      TreeSet<String> levels = new TreeSet<>(rows.stream().map(cells -> cells[9]).toList());
      List<Design.Column> hot = new ArrayList<>();
      for (String level : levels.tailSet(levels.first(), false)) {
        hot.add(
            new Design.Column(
                level,
                false,
                rows.stream().mapToDouble(cells -> cells[9].equals(level) ? 1 : 0).toArray()));
      }
      return new Housing(numbers, hot, column(rows, 8));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static double[] column(List<String[]> rows, int j) {
    return rows.stream().mapToDouble(cells -> Double.parseDouble(cells[j])).toArray();
  }

  /** The columns with mean 0 and standard deviation 1. */
  public static Design standardised(List<Design.Column> columns) {
    List<Design.Column> scaled = new ArrayList<>();
    for (Design.Column column : columns) {
      double[] v = column.values();
      double mean = Arrays.stream(v).sum() / v.length;
      double deviation =
          Math.sqrt(Arrays.stream(v).map(x -> (x - mean) * (x - mean)).sum() / v.length);
      scaled.add(
          new Design.Column(
              column.name(), false, Arrays.stream(v).map(x -> (x - mean) / deviation).toArray()));
    }
    return new Design(scaled.getFirst().values().length, scaled);
  }
}
