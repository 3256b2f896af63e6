package dev.headrace.data.draft;

import dev.headrace.data.ingest.Format;
import dev.headrace.data.ingest.SourceSpec;
import dev.headrace.data.quality.CheckSpec;
import dev.headrace.data.quality.TableProfile;
import dev.headrace.spi.engine.Relation;
import dev.headrace.spi.schema.Field;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What was found in one file, or in the files of one glob.
 *
 * @param glob as a declaration names it, relative to the project
 * @param spec how it was read
 * @param columns without those of provenance
 * @param rows the loaded rows
 * @param reason the most frequent reason for which rows were rejected
 * @param key the column that identifies a row
 * @param time the column that says when a row's event took place
 * @param checks what holds for these rows
 * @param references by column, the {@code source.key} in which all its values occur
 */
record RawFile(
    String name,
    String glob,
    Format format,
    SourceSpec spec,
    List<Field> columns,
    Relation.Files rows,
    long rejected,
    Optional<String> reason,
    TableProfile profile,
    @Nullable String key,
    @Nullable String time,
    List<CheckSpec> checks,
    Map<String, String> references) {
  RawFile {
    columns = List.copyOf(columns);
    checks = List.copyOf(checks);
    references = Collections.unmodifiableMap(new LinkedHashMap<>(references));
  }

  /** The same, referring to other sources. */
  RawFile referring(Map<String, String> others) {
    return new RawFile(
        name, glob, format, spec, columns, rows, rejected, reason, profile, key, time, checks,
        others);
  }

  /** The key's column; empty where there is none. */
  Optional<Field> keyField() {
    return columns.stream().filter(column -> column.name().equals(key)).findFirst();
  }
}
