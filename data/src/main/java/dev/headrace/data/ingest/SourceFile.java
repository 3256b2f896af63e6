package dev.headrace.data.ingest;

import java.nio.file.Path;
import java.time.Instant;

/**
 * One raw file as it lies on disk; nothing of its content is known.
 *
 * @param path relative to the project where it lies inside it or beside it; what {@code _file}
 *     holds
 * @param location absolute
 * @param sizeBytes as stored, before decompression
 * @param modified time of last modification
 */
public record SourceFile(String path, Path location, long sizeBytes, Instant modified) {}
