package dev.headrace.spi.engine;

import dev.headrace.spi.schema.Schema;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where and how a query's rows become Parquet files.
 *
 * @param directory existing directory for the files
 * @param filePrefix start of every file name; unique per write, so that leftovers can be told
 * @param schema columns with their ids; the query yields the same names, in any order, each
 *     castable to its type
 * @param splitByDayOf a timestamp or date column: every file then holds the rows of one UTC day
 */
public record WriteTarget(
    Path directory, String filePrefix, Schema schema, Optional<String> splitByDayOf) {}
