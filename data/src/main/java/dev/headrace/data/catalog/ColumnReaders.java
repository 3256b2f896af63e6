package dev.headrace.data.catalog;

import dev.headrace.data.sql.ColumnLineage.Source;
import java.util.List;

/**
 * Where the values of a table's columns go, through every table above it.
 *
 * @param columns in the table's order; none when they cannot be told
 */
public record ColumnReaders(String table, List<Column> columns) {
  public ColumnReaders {
    columns = List.copyOf(columns);
  }

  /**
   * One column.
   *
   * @param readers columns that are computed from it
   * @param possible columns of tables it reaches, of which it cannot be told
   */
  public record Column(String name, List<Source> readers, List<Source> possible) {
    public Column {
      readers = List.copyOf(readers);
      possible = List.copyOf(possible);
    }
  }

  /** The column of this name, without regard to case; one without readers when there is none. */
  public Column get(String name) {
    return columns.stream()
        .filter(column -> column.name().equalsIgnoreCase(name))
        .findFirst()
        .orElse(new Column(name, List.of(), List.of()));
  }
}
