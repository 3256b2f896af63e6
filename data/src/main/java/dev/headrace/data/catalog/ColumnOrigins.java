package dev.headrace.data.catalog;

import dev.headrace.core.project.Names;
import dev.headrace.data.sql.ColumnLineage.Derivation;
import dev.headrace.spi.error.HeadraceException;
import java.util.List;

/**
 * Where the columns of a table take their values from.
 *
 * @param columns in the table's order; none when even its columns cannot be told
 * @param obstacle why its columns cannot be told; empty text when they can
 */
public record ColumnOrigins(String table, List<Column> columns, String obstacle) {
  public ColumnOrigins {
    columns = List.copyOf(columns);
  }

  /**
   * One column.
   *
   * @param inputs columns of the tables that its statement reads
   * @param sources columns of raw tables, through every table in between
   */
  public record Column(String name, Derivation inputs, Derivation sources) {}

  /**
   * The column of this name, without regard to case.
   *
   * @throws HeadraceException CATALOG_UNKNOWN_COLUMN, with the nearest name
   */
  public Column get(String name) {
    return columns.stream()
        .filter(column -> column.name().equalsIgnoreCase(name))
        .findFirst()
        .orElseThrow(
            () ->
                new HeadraceException(
                    CatalogError.CATALOG_UNKNOWN_COLUMN,
                    obstacle.isEmpty()
                        ? "Cannot find column '%s': table '%s' has none of that name."
                            .formatted(name, table)
                        : "Cannot find column '%s' of table '%s': %s."
                            .formatted(name, table, obstacle),
                    obstacle.isEmpty()
                        ? Names.suggest(name, columns.stream().map(Column::name).toList())
                        : "Run the project first: headrace run."));
  }
}
