package dev.headrace.ml.learn.frame;

import dev.headrace.core.project.Names;
import dev.headrace.ml.learn.LearnError;
import dev.headrace.spi.error.HeadraceException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Rows of a table in memory, by column, as they were read. The arrays are not copied and not to be
 * changed.
 *
 * @param rows number of rows
 * @param columns each of that length
 */
public record Frame(int rows, List<Column> columns) {
  public Frame {
    columns = List.copyOf(columns);
  }

  /** One column. */
  public sealed interface Column {
    /** The column's name in its table. */
    String name();

    /** What a person would call its type. */
    String kind();
  }

  /**
   * Numbers; true and false are 1 and 0.
   *
   * @param values NaN where missing, never infinite
   */
  @SuppressWarnings("ArrayRecordComponent") // Millions of numbers, compared by nobody.
  public record Numbers(String name, double[] values) implements Column {
    @Override
    public String kind() {
      return "a number";
    }
  }

  /**
   * Texts.
   *
   * @param codes index of each row's text in {@code levels}; -1 where missing
   * @param levels the different texts, ascending by code point
   */
  @SuppressWarnings("ArrayRecordComponent") // Millions of numbers, compared by nobody.
  public record Categories(String name, int[] codes, List<String> levels) implements Column {
    public Categories {
      levels = List.copyOf(levels);
    }

    /** A column of these texts, of which some may be null: missing. */
    public static Categories of(String name, @Nullable String[] values) {
      Map<String, Integer> places = new HashMap<>();
      for (String value : values) {
        if (value != null) {
          places.put(value, 0);
        }
      }
      List<String> levels = places.keySet().stream().sorted().toList();
      for (int i = 0; i < levels.size(); i++) {
        places.put(levels.get(i), i);
      }
      int[] codes = new int[values.length];
      for (int i = 0; i < codes.length; i++) {
        String value = values[i];
        codes[i] = value == null ? -1 : places.getOrDefault(value, -1);
      }
      return new Categories(name, codes, levels);
    }

    @Override
    public String kind() {
      return "a text";
    }
  }

  /**
   * The column of that name.
   *
   * @throws HeadraceException LEARN_COLUMN, with the nearest name
   */
  public Column column(String name) {
    return column(name, 0);
  }

  /**
   * The same, found at once where it stands as expected: a request has as many columns to look for
   * as it has columns.
   *
   * @param expected its place, if nothing is missing
   */
  public Column column(String name, int expected) {
    if (expected < columns.size() && columns.get(expected).name().equals(name)) {
      return columns.get(expected);
    }
    for (Column column : columns) {
      if (column.name().equals(name)) {
        return column;
      }
    }
    throw new HeadraceException(
        LearnError.LEARN_COLUMN,
        "Cannot find column '%s' among those that were read.".formatted(name),
        Names.suggest(name, columns.stream().map(Column::name).toList()));
  }

  /** Some of the rows, in the order given. */
  public Frame rows(int[] chosen) {
    // Columns are copied side by side: of many rows this is memory's speed, not the processor's.
    return new Frame(
        chosen.length, columns.parallelStream().map(column -> picked(column, chosen)).toList());
  }

  private static Column picked(Column column, int[] chosen) {
    return switch (column) {
      case Numbers(String name, double[] values) -> {
        double[] some = new double[chosen.length];
        for (int i = 0; i < chosen.length; i++) {
          some[i] = values[chosen[i]];
        }
        yield new Numbers(name, some);
      }
      case Categories(String name, int[] codes, List<String> levels) -> {
        int[] some = new int[chosen.length];
        for (int i = 0; i < chosen.length; i++) {
          some[i] = codes[chosen[i]];
        }
        yield new Categories(name, some, levels);
      }
    };
  }

  /** The same with another column in the place of the one of its name. */
  public Frame replacing(Column other) {
    return new Frame(
        rows,
        columns.stream()
            .map(column -> column.name().equals(other.name()) ? other : column)
            .toList());
  }

  /** Some of the columns, in the order given. */
  public Frame only(List<String> names) {
    return new Frame(rows, names.stream().map(this::column).toList());
  }
}
