package dev.headrace.data.ingest;

import dev.headrace.spi.engine.Relation;
import dev.headrace.spi.schema.Schema;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * Everything a load depends on: the same request over the same files gives the same rows.
 *
 * @param source the source's name, for messages
 * @param files what to load, in the order in which the first of equal keys wins
 * @param table the table as it stands, for its schema and the keys it holds; empty before the first
 *     load and when everything is replaced
 * @param loadedAt what {@code _loaded_at} holds
 * @param directory existing directory for the finished Parquet files
 * @param rejectedDirectory existing directory for the finished files of rejected rows
 * @param staging existing directory for passing files; nothing is left in it
 * @param filePrefix start of every finished file's name
 * @param assignIds gives ids to the columns of the final schema; known columns have theirs already
 * @param lookFor conditions that ought to be true of no row, by the columns of the final schema
 */
public record LoadRequest(
    String source,
    SourceSpec spec,
    List<SourceFile> files,
    Optional<Relation.Files> table,
    Instant loadedAt,
    Path directory,
    Path rejectedDirectory,
    Path staging,
    String filePrefix,
    UnaryOperator<Schema> assignIds,
    Function<Schema, List<String>> lookFor) {
  public LoadRequest {
    files = List.copyOf(files);
  }
}
