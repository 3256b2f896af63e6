package dev.headrace.data.ingest.internal;

import dev.headrace.core.project.spec.ByteSize;
import dev.headrace.core.project.spec.Percentage;
import dev.headrace.data.ingest.CsvOptions;
import dev.headrace.data.ingest.Format;
import dev.headrace.data.ingest.Load;
import dev.headrace.data.ingest.LoadRequest;
import dev.headrace.data.ingest.LoadResult;
import dev.headrace.data.ingest.OnChange;
import dev.headrace.data.ingest.Provenance;
import dev.headrace.data.ingest.SourceFile;
import dev.headrace.data.ingest.SourceSpec;
import dev.headrace.data.sql.SqlText;
import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.Relation;
import dev.headrace.spi.engine.Rows;
import dev.headrace.spi.engine.SqlEngine;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.engine.WrittenFile;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Schema;
import dev.headrace.spi.schema.Type;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one file holds, found by loading it aside.
 *
 * @param columns without those of provenance
 */
public record Preview(List<Field> columns, long rows, Set<String> uniqueColumns) {

  /** Loads the file into {@code staging} and forgets the rows again. */
  public static Preview of(SourceFile file, Format format, Path staging, SqlEngine engine) {
    LoadRequest request =
        new LoadRequest(
            "preview",
            spec(file, format),
            List.of(file),
            Optional.empty(),
            Instant.EPOCH,
            staging,
            staging,
            staging,
            "preview",
            Preview::numbered);
    LoadResult result = new Pass(request, engine, Watch.none()).run();
    try {
      List<Field> columns =
          result.schema().fields().stream()
              .filter(field -> !Provenance.isReserved(field.name()))
              .toList();
      return new Preview(columns, result.rowsRead(), unique(columns, result, engine));
    } finally {
      result.written().forEach(Preview::delete);
      result.rejectedWritten().forEach(Preview::delete);
    }
  }

  /** Whether the column has no null and no value twice. */
  public boolean isUnique(String column) {
    return uniqueColumns.contains(column);
  }

  private static Set<String> unique(List<Field> columns, LoadResult result, SqlEngine engine) {
    Set<String> unique = new HashSet<>();
    List<String> files = result.written().stream().map(WrittenFile::path).toList();
    if (files.isEmpty()) {
      return unique;
    }
    Relation.Files rows = new Relation.Files(result.schema(), files, result.rowsLoaded());
    for (Field field : columns) {
      if (field.type() instanceof Type.Primitive || field.type() instanceof Type.Decimal) {
        String sql =
            "SELECT count(*) = count(DISTINCT %s) FROM preview"
                .formatted(SqlText.identifier(field.name()));
        try (Rows answer = engine.execute(Query.of(sql, Map.of("preview", rows)), Watch.none())) {
          List<@Nullable Object> row = answer.next();
          if (row != null && Boolean.TRUE.equals(row.getFirst())) {
            unique.add(field.name());
          }
        }
      }
    }
    return unique;
  }

  private static SourceSpec spec(SourceFile file, Format format) {
    return new SourceSpec(
        List.of(file.path()),
        format,
        Load.REPLACE,
        OnChange.ERROR,
        Map.of(),
        Map.of(),
        List.of(),
        null,
        Percentage.parse("100%"),
        ByteSize.parse("16MiB"),
        "utf-8",
        List.of(),
        CsvOptions.STANDARD,
        null,
        List.of(),
        List.of());
  }

  /** Ids for a table that is never published: every field its own. */
  private static Schema numbered(Schema schema) {
    int[] next = {0};
    List<Field> fields = new ArrayList<>();
    schema.fields().forEach(field -> fields.add(numbered(field, next)));
    return new Schema(fields);
  }

  private static Field numbered(Field field, int[] next) {
    int id = ++next[0];
    return new Field(id, field.name(), numbered(field.type(), next));
  }

  private static Type numbered(Type type, int[] next) {
    return switch (type) {
      case Type.Struct struct ->
          new Type.Struct(struct.fields().stream().map(field -> numbered(field, next)).toList());
      case Type.ListOf list -> new Type.ListOf(++next[0], numbered(list.element(), next));
      case Type.MapOf map ->
          new Type.MapOf(
              ++next[0], numbered(map.key(), next), ++next[0], numbered(map.value(), next));
      case Type.Primitive primitive -> type;
      case Type.Decimal decimal -> type;
    };
  }

  private static void delete(WrittenFile file) {
    try {
      Files.deleteIfExists(Path.of(file.path()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
