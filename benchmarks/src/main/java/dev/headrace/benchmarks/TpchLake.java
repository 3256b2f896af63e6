package dev.headrace.benchmarks;

import dev.headrace.data.duckdb.DuckDbEngine;
import dev.headrace.data.lake.Change;
import dev.headrace.data.lake.Commit;
import dev.headrace.data.lake.Evolution;
import dev.headrace.data.lake.Lake;
import dev.headrace.data.lake.Layout;
import dev.headrace.data.lake.VersionId;
import dev.headrace.data.sql.SqlAnalysis;
import dev.headrace.data.sql.SqlQuotes;
import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.Relation;
import dev.headrace.spi.engine.SqlEngine;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.engine.WriteTarget;
import dev.headrace.spi.engine.WrittenFile;
import dev.headrace.spi.schema.Schema;
import io.trino.tpch.GenerateUtils;
import io.trino.tpch.TpchColumn;
import io.trino.tpch.TpchEntity;
import io.trino.tpch.TpchTable;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The eight tables of TPC-H in a lake, and queries over them as Headrace runs them. */
final class TpchLake {
  private final Lake lake;
  private final DuckDbEngine engine;
  private final Map<String, Stored> tables = new HashMap<>();

  private record Stored(VersionId version, long snapshotId) {}

  private TpchLake(Lake lake, DuckDbEngine engine) {
    this.lake = lake;
    this.engine = engine;
  }

  /**
   * Generates the tables.
   *
   * @param scratch where text files lie until they are in the lake
   */
  static TpchLake generate(Lake lake, DuckDbEngine engine, Path scratch, double scale)
      throws IOException {
    TpchLake tpch = new TpchLake(lake, engine);
    for (TpchTable<?> table : TpchTable.getTables()) {
      Path text = scratch.resolve(table.getTableName() + ".tbl");
      write(table, scale, text);
      tpch.store(table, text);
      Files.delete(text);
    }
    return tpch;
  }

  private static <E extends TpchEntity> void write(TpchTable<E> table, double scale, Path file)
      throws IOException {
    List<TpchColumn<E>> columns = table.getColumns();
    StringBuilder line = new StringBuilder();
    try (BufferedWriter out = Files.newBufferedWriter(file)) {
      for (E entity : table.createGenerator(scale, 1, 1)) {
        line.setLength(0);
        for (TpchColumn<E> column : columns) {
          value(column, entity, line).append('|');
        }
        line.setCharAt(line.length() - 1, '\n');
        out.append(line);
      }
    }
  }

  private static <E extends TpchEntity> StringBuilder value(
      TpchColumn<E> column, E entity, StringBuilder line) {
    return switch (column.getType().getBase()) {
      case IDENTIFIER -> line.append(column.getIdentifier(entity));
      case INTEGER -> line.append(column.getInteger(entity));
      case DATE -> line.append(GenerateUtils.formatDate(column.getDate(entity)));
      case DOUBLE -> cents(Math.round(column.getDouble(entity) * 100), line);
      case VARCHAR -> line.append(column.getString(entity));
    };
  }

  private static StringBuilder cents(long cents, StringBuilder line) {
    long size = Math.abs(cents);
    return line.append(cents < 0 ? "-" : "")
        .append(size / 100)
        .append('.')
        .append(size / 10 % 10)
        .append(size % 10);
  }

  private static <E extends TpchEntity> String columns(TpchTable<E> table) {
    return table.getColumns().stream()
        .map(
            column ->
                SqlQuotes.literal(column.getColumnName())
                    + ": "
                    + SqlQuotes.literal(
                        switch (column.getType().getBase()) {
                          case IDENTIFIER -> "BIGINT";
                          case INTEGER -> "INTEGER";
                          case DATE -> "DATE";
                          case DOUBLE -> "DECIMAL(15,2)"; // as the specification has it
                          case VARCHAR -> "VARCHAR";
                        }))
        .collect(Collectors.joining(", ", "{", "}"));
  }

  private void store(TpchTable<?> table, Path text) {
    SqlEngine trusted = engine.trusted();
    Query rows =
        Query.of(
            "select * from read_csv(%s, delim = '|', header = false, quote = '', escape = '',"
                    .formatted(SqlQuotes.literal(text.toString()))
                + " auto_detect = false, columns = "
                + columns(table)
                + ")",
            Map.of());
    VersionId version = new VersionId(table.getTableName(), "0123456789ab");
    Schema schema =
        lake.assignIds(version, Optional.empty(), trusted.describe(rows), Evolution.WIDEN);
    List<WrittenFile> files =
        trusted.write(
            rows,
            new WriteTarget(lake.stagingDirectory(version), "tpch", schema, Optional.empty()),
            Watch.none());
    Commit commit =
        new Commit(
            version, Optional.empty(), schema, Layout.whole(), new Change.Append(files), Map.of());
    tables.put(
        version.table().toLowerCase(Locale.ROOT),
        new Stored(version, lake.commit(commit).snapshotId()));
  }

  /** The files of each table, for a reader that knows no lake. */
  Map<String, List<String>> files() {
    return tables.entrySet().stream()
        .collect(
            Collectors.toMap(
                Map.Entry::getKey,
                table ->
                    lake.scan(table.getValue().version(), table.getValue().snapshotId()).files()));
  }

  /** A user's query: its names are found in it, and the lake is asked for their files. */
  Query query(String sql) {
    SqlAnalysis analysis = engine.analyzer().analyze(sql);
    Map<String, Relation> relations = new HashMap<>();
    for (SqlAnalysis.TableReference reference : analysis.tables()) {
      String name = reference.name().toLowerCase(Locale.ROOT);
      Stored stored = tables.get(name);
      if (stored == null) {
        throw new IllegalArgumentException("unknown table " + name);
      }
      relations.computeIfAbsent(name, _ -> lake.scan(stored.version(), stored.snapshotId()));
    }
    return Query.of(sql, relations);
  }
}
