package dev.headrace.data.quality;

import dev.headrace.core.project.Declaration.Origin;
import dev.headrace.core.project.Problems;
import dev.headrace.data.duckdb.DuckDbEngine;
import dev.headrace.data.duckdb.EngineConfig;
import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.Relation;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.engine.WriteTarget;
import dev.headrace.spi.engine.WrittenFile;
import dev.headrace.spi.error.Location;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Schema;
import dev.headrace.spi.schema.Type;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Makes Parquet tables from queries, with an engine whose queries are counted. */
final class TestTables implements AutoCloseable {
  final ListeningEngine engine;
  private final Path directory;
  private final Map<String, Schema> schemas = new HashMap<>();

  TestTables(Path directory) {
    this.directory = directory;
    engine =
        new ListeningEngine(
            DuckDbEngine.open(
                EngineConfig.defaults(directory.resolve("spill"), List.of(directory))));
  }

  /** Writes the rows of a query as a table. */
  Relation.Files table(String name, String select) {
    Query query = Query.of(select, Map.of());
    List<Field> fields = new ArrayList<>();
    for (Field field : engine.describe(query).fields()) {
      int id = fields.size() + 1;
      Type type =
          field.type() instanceof Type.ListOf(int none, Type element)
              ? new Type.ListOf(id + 100_000, element)
              : field.type();
      fields.add(new Field(id, field.name(), type));
    }
    Schema schema = new Schema(fields);
    schemas.put(name.toLowerCase(Locale.ROOT), schema);
    List<WrittenFile> files =
        engine.write(
            query, new WriteTarget(directory, name, schema, Optional.empty()), Watch.none());
    return new Relation.Files(
        schema,
        files.stream().map(WrittenFile::path).toList(),
        files.stream().mapToLong(WrittenFile::rows).sum());
  }

  /** Plans checks of {@code table}; the other tables made so far can be referred to. */
  CheckPlan plan(String table, Relation.Files files, List<CheckSpec> checks, Problems problems) {
    return CheckPlan.of(
        table,
        files.schema(),
        checks,
        name -> Optional.ofNullable(schemas.get(name.toLowerCase(Locale.ROOT))),
        new Origin() {
          @Override
          public String file() {
            return "tables/" + table + ".sql";
          }

          @Override
          public Location at(String keyPath) {
            return Location.of(keyPath);
          }
        },
        problems);
  }

  @Override
  public void close() {
    engine.close();
  }
}
