package dev.headrace.ml.learn.frame;

import java.util.ArrayList;
import java.util.List;

/**
 * The matrix a learner sees: prepared columns, all of the same length. The arrays are not copied
 * and not to be changed.
 *
 * @param rows number of rows
 */
public record Design(int rows, List<Column> columns) {
  public Design {
    columns = List.copyOf(columns);
  }

  /**
   * One column.
   *
   * @param name what it is called in reports, such as {@code contract=two year}
   * @param isCategory whether the numbers are codes that have no order
   * @param values NaN where missing
   * @param levels the texts that the numbers are places of, where the rows at hand say which they
   *     are; empty where the preparation does, and for numbers
   */
  @SuppressWarnings("ArrayRecordComponent") // Millions of numbers, compared by nobody.
  public record Column(String name, boolean isCategory, double[] values, List<String> levels) {
    public Column {
      levels = List.copyOf(levels);
    }

    /** A column whose numbers stand for themselves, or for what the preparation has learnt. */
    public Column(String name, boolean isCategory, double[] values) {
      this(name, isCategory, values, List.of());
    }
  }

  /** The columns' names. */
  public List<String> names() {
    return columns.stream().map(Column::name).toList();
  }

  /** Some of the rows, in the order given. */
  public Design rows(int[] chosen) {
    List<Column> picked = new ArrayList<>();
    for (Column column : columns) {
      double[] values = new double[chosen.length];
      for (int i = 0; i < chosen.length; i++) {
        values[i] = column.values[chosen[i]];
      }
      picked.add(new Column(column.name, column.isCategory, values, column.levels));
    }
    return new Design(chosen.length, picked);
  }
}
