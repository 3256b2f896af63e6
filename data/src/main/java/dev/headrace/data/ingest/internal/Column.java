package dev.headrace.data.ingest.internal;

import dev.headrace.spi.schema.Type;
import org.jspecify.annotations.Nullable;

/**
 * How one column of the table is made from a record.
 *
 * @param name in the table
 * @param source its name in the file
 * @param format of dates and times, for {@code strptime}; null for ISO 8601
 * @param profile what was seen of it; null when nothing is known
 */
record Column(
    String name,
    String source,
    Type type,
    @Nullable String format,
    @Nullable ValueProfile profile) {}
