package dev.headrace.ml.features;

import dev.headrace.core.graph.Graph;
import dev.headrace.core.project.Environment;
import dev.headrace.core.project.Project;
import dev.headrace.core.project.ProjectLoader;
import dev.headrace.data.duckdb.DuckDbEngine;
import dev.headrace.data.duckdb.EngineConfig;
import dev.headrace.data.lake.Durability;
import dev.headrace.data.lake.Lake;
import dev.headrace.data.lake.LakeConfig;
import dev.headrace.data.release.Relations;
import dev.headrace.data.sql.SqlAnalyzer;
import dev.headrace.data.tables.TableKind;
import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.Relation;
import dev.headrace.spi.engine.Rows;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.engine.WriteTarget;
import dev.headrace.spi.engine.WrittenFile;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Schema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A workbench: an engine, views from YAML, tables from CSV. Close it. */
final class Bench implements AutoCloseable {
  private final Path directory;
  private final DuckDbEngine engine;
  private final SqlAnalyzer analyzer = SqlAnalyzer.standalone();
  private final Lake lake;
  private int tables;

  Bench(Path directory) {
    this(directory, 512L << 20);
  }

  Bench(Path directory, long engineBytes) {
    this.directory = directory;
    this.lake =
        Lake.open(new LakeConfig(directory.resolve("lake"), Optional.empty(), Durability.PROCESS));
    this.engine =
        DuckDbEngine.open(
            EngineConfig.defaults(directory.resolve("spill"), List.of(directory))
                .withMemoryLimitBytes(engineBytes));
  }

  DuckDbEngine engine() {
    return engine;
  }

  /** The project of these files; the table {@code events} is declared along. */
  Project project(Map<String, String> files) throws IOException {
    Path project = Files.createDirectories(directory.resolve("project" + tables++));
    Files.writeString(project.resolve("headrace.yaml"), "name: bench\n");
    Files.createDirectories(project.resolve("tables"));
    Files.createDirectories(project.resolve("features"));
    Files.writeString(project.resolve("tables/events.sql"), "select 1 as x");
    for (Map.Entry<String, String> file : files.entrySet()) {
      Files.writeString(project.resolve(file.getKey()), file.getValue());
    }
    return new ProjectLoader(
            List.of(new TableKind(analyzer::analyze), new FeatureViewKind(analyzer::analyze)),
            List.of())
        .load(project, new Environment(Map.of()));
  }

  /** A store over views whose tables are handed in. */
  FeatureStore store(Map<String, String> files) throws IOException {
    return new FeatureStore(Graph.of(project(files)), new Relations(lake), engine);
  }

  /** A table in Parquet, from a SELECT that may read files of the directory. */
  Relation.Files table(String select) throws IOException {
    Path target = Files.createDirectories(directory.resolve("table" + tables++));
    Query query = Query.of(select, Map.of());
    List<Field> fields = new ArrayList<>();
    for (Field field : engine.trusted().describe(query).fields()) {
      fields.add(new Field(fields.size() + 1, field.name(), field.type()));
    }
    Schema schema = new Schema(fields);
    List<WrittenFile> files =
        engine
            .trusted()
            .write(query, new WriteTarget(target, "t", schema, Optional.empty()), Watch.none());
    return new Relation.Files(
        schema,
        files.stream().map(WrittenFile::path).toList(),
        files.stream().mapToLong(WrittenFile::rows).sum());
  }

  /** A CSV file of the directory. */
  Path csv(List<String> lines) throws IOException {
    return Files.write(directory.resolve("raw" + tables++ + ".csv"), lines);
  }

  /** All rows of a query. */
  List<List<@Nullable Object>> rows(Query query) {
    List<List<@Nullable Object>> all = new ArrayList<>();
    try (Rows rows = engine.execute(query, Watch.none())) {
      for (List<@Nullable Object> row = rows.next(); row != null; row = rows.next()) {
        all.add(row);
      }
    }
    return all;
  }

  @Override
  public void close() {
    analyzer.close();
    engine.close();
    lake.close();
  }
}
