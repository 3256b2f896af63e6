package dev.headrace.data.quality;

import java.util.List;

/**
 * What a table looks like.
 *
 * @param columns in the table's order
 * @param queries queries that were executed
 */
public record TableProfile(long rows, List<ColumnProfile> columns, int queries) {
  public TableProfile {
    columns = List.copyOf(columns);
  }
}
