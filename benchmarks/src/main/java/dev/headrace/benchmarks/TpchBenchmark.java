package dev.headrace.benchmarks;

import dev.headrace.data.duckdb.DuckDbEngine;
import dev.headrace.data.duckdb.EngineConfig;
import dev.headrace.data.lake.Lake;
import dev.headrace.data.lake.LakeConfig;
import dev.headrace.data.sql.SqlQuotes;
import dev.headrace.spi.engine.Rows;
import dev.headrace.spi.engine.Watch;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The 22 queries of TPC-H at scale factor 1: through lake tables (read the SQL, ask the lake for
 * the files, compile, run) against a DuckDB with views over the very same files. Both read every
 * row of every answer, and the answers must be equal.
 */
final class TpchBenchmark implements Benchmark {
  private static final double ASKED = 1.10;
  private static final long ENGINE_BYTES = 4L << 30;

  @Override
  public String name() {
    return "tpch";
  }

  @Override
  public boolean isLong() {
    return true;
  }

  @Override
  public List<Result> measure(Workspace workspace) throws Exception {
    Path directory = workspace.fresh("tpch");
    EngineConfig config =
        EngineConfig.defaults(directory.resolve("spill"), List.of(directory))
            .withMemoryLimitBytes(ENGINE_BYTES);
    try (Lake lake = Lake.open(LakeConfig.in(directory.resolve("lake")));
        DuckDbEngine engine = DuckDbEngine.open(config);
        Connection raw = raw(config)) {
      TpchLake tpch = TpchLake.generate(lake, engine, directory, 1);
      views(raw, tpch.files());
      List<String> queries = TpchQueries.all();
      verify(queries, engine, tpch, raw);
      // Query by query in turns, not set by set: noise comes in bursts.
      List<Race> races = new ArrayList<>();
      for (String sql : queries) {
        races.add(
            Race.of(1, workspace.rounds(), () -> ours(engine, tpch, sql), () -> raw(raw, sql)));
      }
      return List.of(result(races, workspace.rounds()));
    } finally {
      Workspace.delete(directory);
    }
  }

  private static Result result(List<Race> races, int rounds) {
    Race whole = Race.sum(races, rounds);
    List<String> notes = new ArrayList<>();
    notes.add(
        "per query, ours / raw in ms: "
            + java.util.stream.IntStream.range(0, races.size())
                .mapToObj(
                    i ->
                        String.format(
                            Locale.ROOT,
                            "Q%d %.0f/%.0f",
                            i + 1,
                            races.get(i).ours().median() * 1e3,
                            races.get(i).peer().median() * 1e3))
                .collect(Collectors.joining(", ")));
    return new Result(
        "22 TPC-H queries at scale factor 1 through lake tables",
        "<= 1.10x raw DuckDB on the same Parquet",
        whole.ours().text(),
        whole.peer().text(),
        whole.text(),
        whole.ratio() <= ASKED,
        notes);
  }

  private static Connection raw(EngineConfig config) throws SQLException {
    Connection connection = DriverManager.getConnection("jdbc:duckdb:");
    try (Statement set = connection.createStatement()) {
      set.execute(
          "SET threads=%d; SET memory_limit='%dKiB'; SET temp_directory=%s; SET TimeZone='UTC'"
              .formatted(
                  config.threads(),
                  config.memoryLimitBytes() / 1024,
                  SqlQuotes.literal(config.spillDirectory() + "-raw")));
    }
    return connection;
  }

  private static void views(Connection raw, Map<String, List<String>> files) throws SQLException {
    try (Statement create = raw.createStatement()) {
      for (Map.Entry<String, List<String>> table : files.entrySet()) {
        create.execute(
            "create view "
                + SqlQuotes.identifier(table.getKey())
                + " as select * from read_parquet("
                + table.getValue().stream()
                    .map(SqlQuotes::literal)
                    .collect(Collectors.joining(", ", "[", "]"))
                + ")");
      }
    }
  }

  private static void verify(
      List<String> queries, DuckDbEngine engine, TpchLake tpch, Connection raw)
      throws SQLException {
    for (int i = 0; i < queries.size(); i++) {
      List<String> ours = ours(engine, tpch, queries.get(i));
      List<String> theirs = raw(raw, queries.get(i));
      if (!ours.equals(theirs) || ours.size() != TpchQueries.ROWS_AT_SCALE_1.get(i)) {
        throw new IllegalStateException(
            "query %d: %d rows through the lake, %d of raw DuckDB, %d by the specification"
                .formatted(i + 1, ours.size(), theirs.size(), TpchQueries.ROWS_AT_SCALE_1.get(i)));
      }
    }
  }

  /** All rows of an answer, as text. */
  static List<String> ours(DuckDbEngine engine, TpchLake tpch, String sql) {
    List<String> answer = new ArrayList<>();
    try (Rows rows = engine.execute(tpch.query(sql), Watch.none())) {
      for (List<@Nullable Object> row = rows.next(); row != null; row = rows.next()) {
        answer.add(row.stream().map(TpchBenchmark::text).collect(Collectors.joining("|")));
      }
    }
    return answer;
  }

  private static List<String> raw(Connection raw, String sql) throws SQLException {
    List<String> answer = new ArrayList<>();
    try (Statement statement = raw.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      int columns = rows.getMetaData().getColumnCount();
      while (rows.next()) {
        StringBuilder line = new StringBuilder();
        for (int i = 1; i <= columns; i++) {
          line.append(i == 1 ? "" : "|").append(text(rows.getObject(i)));
        }
        answer.add(line.toString());
      }
    }
    return answer;
  }

  /** Averages are summed in an order that threads decide: equal to ten digits is equal. */
  private static String text(@Nullable Object value) {
    return value instanceof Double number
        ? String.format(Locale.ROOT, "%.10g", number)
        : String.valueOf(value);
  }
}
