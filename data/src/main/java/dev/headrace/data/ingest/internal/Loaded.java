package dev.headrace.data.ingest.internal;

import dev.headrace.spi.engine.WrittenFile;
import dev.headrace.spi.schema.Schema;
import java.util.List;

/**
 * What a pass over the files has made.
 *
 * @param schema with ids
 */
record Loaded(
    Schema schema, List<Column> columns, List<WrittenFile> written, List<FileState> files) {}
