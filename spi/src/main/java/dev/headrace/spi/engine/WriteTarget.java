package dev.headrace.spi.engine;

import dev.headrace.spi.schema.Schema;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Where and how a query's rows become Parquet files.
 *
 * @param directory existing directory for the files
 * @param filePrefix start of every file name; unique per write, so that leftovers can be told
 * @param schema columns with their ids; the query yields the same names, in any order, each
 *     castable to its type
 * @param splitByDayOf a timestamp or date column: every file then holds the rows of one UTC day
 * @param lookFor conditions over the columns, each of which ought to be true of no row. An engine
 *     may find out while it writes; it must neither fail nor write other rows because of one
 */
public record WriteTarget(
    Path directory,
    String filePrefix,
    Schema schema,
    Optional<String> splitByDayOf,
    List<String> lookFor) {
  public WriteTarget {
    lookFor = List.copyOf(lookFor);
  }

  /** Nothing is looked for. */
  public WriteTarget(
      Path directory, String filePrefix, Schema schema, Optional<String> splitByDayOf) {
    this(directory, filePrefix, schema, splitByDayOf, List.of());
  }

  /** The same place, with conditions to look for. */
  public WriteTarget lookingFor(List<String> conditions) {
    return new WriteTarget(directory, filePrefix, schema, splitByDayOf, conditions);
  }
}
