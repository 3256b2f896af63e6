package dev.headrace.data.duckdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.Relation;
import dev.headrace.spi.engine.Rows;
import dev.headrace.spi.engine.SqlEngine;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.engine.WriteTarget;
import dev.headrace.spi.engine.WrittenFile;
import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Schema;
import dev.headrace.spi.schema.Type;
import dev.headrace.spi.schema.Type.Primitive;
import dev.headrace.testkit.engine.SqlEngineContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;

/** The contract of engines, kept by DuckDB. */
class DuckDbEngineTest extends SqlEngineContract {
  @TempDir Path spill;

  @Override
  public SqlEngine openEngine(Path directory) {
    return DuckDbEngine.open(EngineConfig.defaults(spill, List.of(directory)));
  }

  @Override
  public SqlEngine openEngine(Path directory, long memoryLimitBytes) {
    return DuckDbEngine.open(
        EngineConfig.defaults(spill, List.of(directory)).withMemoryLimitBytes(memoryLimitBytes));
  }

  @Test
  void countDistinctByBits_isOfferedAsFarAsMemoryGoes() {
    assertThat(engine().countDistinctByBits("n", -5, 5)).isPresent();
    long oneMebibyteOfBits = 8L << 20;
    try (SqlEngine small =
        DuckDbEngine.open(
            EngineConfig.defaults(spill, List.of(lake()))
                .withThreads(3)
                .withMemoryLimitBytes(64L << 20))) {
      // A sixteenth of the memory is 4 MiB: one for each thread, and one for the result.
      assertThat(small.countDistinctByBits("n", 1, oneMebibyteOfBits)).isPresent();
      assertThat(small.countDistinctByBits("n", 1, oneMebibyteOfBits + 8)).isEmpty();
    }
  }

  /** DuckDB has a last moment of the day that is the first of the next one. */
  @Test
  void timeThatIsNoTimeOfDay_isAWrongValue_andNoDefect() {
    try (Rows rows =
        engine().execute(Query.of("select time '24:00:00' as t", Map.of()), Watch.none())) {
      assertThatThrownBy(rows::next)
          .isInstanceOf(HeadraceException.class)
          .hasMessageContaining("86400000000000")
          .extracting(e -> ((HeadraceException) e).code())
          .isEqualTo(DuckDbErrorCode.DUCKDB_VALUE);
    }
  }

  @Test
  void write_compact_isSmallerAndTellsAndReadsTheSame() {
    Schema schema =
        new Schema(
            List.of(
                new Field(1, "id", Primitive.LONG),
                new Field(2, "ratio", Primitive.DOUBLE),
                new Field(3, "share", Primitive.FLOAT),
                new Field(4, "name", Primitive.STRING),
                new Field(5, "seen", Primitive.TIMESTAMP),
                new Field(6, "price", new Type.Decimal(12, 2)),
                new Field(7, "code", Primitive.UUID),
                new Field(8, "parts", new Type.ListOf(9, Primitive.LONG))));
    String sql =
        """
        select range as id, case range when 5 then 'nan'::double else range / 7.0 end as ratio,
          (range / 3.0)::float as share, case when range % 11 > 0 then 'név ' || range * 7919 end as name,
          timestamp '2026-01-01' + to_seconds(range * 37) as seen, (range * 3.5 - 900)::decimal(12,2) as price,
          md5(range::varchar)::uuid as code, [range * 5, null, -range] as parts
        from range(20000)""";
    WrittenFile plain = engine().write(query(sql), target(schema, null), Watch.none()).getFirst();
    WrittenFile compact;
    try (SqlEngine engine =
        DuckDbEngine.open(
            new DuckDbSpec(null, null, "spill", Encodings.COMPACT)
                .config(spill, List.of(lake()), ZoneOffset.UTC))) {
      compact = engine.write(query(sql), target(schema, null), Watch.none()).getFirst();
    }

    assertThat(compact.sizeBytes()).isLessThan(plain.sizeBytes() * 9 / 10);
    assertThat(bounds(compact)).isEqualTo(bounds(plain));
    // This engine has not written it, and reads footer and values.
    String all = "select * from t order by id";
    assertThat(rows(all, Map.of("t", new Relation.Files(schema, List.of(compact.path()), 20_000))))
        .isEqualTo(
            rows(all, Map.of("t", new Relation.Files(schema, List.of(plain.path()), 20_000))));
  }

  /** What decision 82 is about: nearly always one of these waited for ever. */
  @Test
  @Timeout(value = 120, unit = TimeUnit.SECONDS, threadMode = ThreadMode.SEPARATE_THREAD)
  void write_thatFailsWhileItsFileIsWritten_ends() {
    Schema schema =
        new Schema(
            List.of(new Field(1, "n", Primitive.LONG), new Field(2, "text", Primitive.STRING)));
    for (int i = 0; i < 60; i++) {
      // A little after the second row group went to the file.
      String failing =
          "select range as n, case when range = %d then error('too far') else md5(cast(range as"
              + " varchar)) end as text from range(300000)";
      Query query = query(failing.formatted(245_800 + i % 40 * 50));
      assertThatThrownBy(() -> engine().write(query, target(schema, null), Watch.none()))
          .hasMessageContaining("too far");
    }
    assertThat(filesIn(lake())).isEmpty();
  }

  @Test
  @Timeout(value = 120, unit = TimeUnit.SECONDS, threadMode = ThreadMode.SEPARATE_THREAD)
  void write_thatIsCancelledSoonAfterItBegan_ends() throws Exception {
    Schema schema = new Schema(List.of(new Field(1, "n", Primitive.LONG)));
    Query large = query("select range as n from range(1000000000)");
    engine().describe(large);
    for (int i = 0; i < 60; i++) {
      Watch watch = Watch.none();
      try (ExecutorService executor = Executors.newSingleThreadExecutor()) {
        Future<?> written =
            executor.submit(() -> engine().write(large, target(schema, null), watch));
        Thread.sleep(i); // Into its setting up, or into its first row groups.
        watch.cancel();
        assertThatThrownBy(written::get).hasCauseInstanceOf(CancellationException.class);
      }
    }
    assertThat(filesIn(lake())).isEmpty();
  }

  /** What is told of a file's columns but for how large they are. */
  private static Map<Integer, List<@Nullable Object>> bounds(WrittenFile file) {
    Map<Integer, List<@Nullable Object>> bounds = new TreeMap<>();
    file.columns()
        .forEach(
            (id, column) ->
                bounds.put(
                    id,
                    Arrays.asList(
                        column.values(), column.nulls(), column.lower(), column.upper())));
    return bounds;
  }

  @Override
  public String slowSql() {
    return "select a.range as x, sum(a.range * b.range % 7) as y"
        + " from range(300000) a, range(300000) b group by 1";
  }

  @Override
  public List<String> escapes(Path secretFile, Path writableDirectory) {
    String file = "'" + secretFile + "'";
    String upward = "'" + writableDirectory + "/../" + secretFile.getFileName() + "'";
    return List.of(
        "select * from " + file,
        "select * from \"" + secretFile + "\"",
        "select * from read_csv(" + file + ")",
        "select * from read_csv_auto(" + file + ")",
        "select * from main.read_csv(" + file + ")",
        "select * from READ_CSV(" + file + ")",
        "select * from \"read_csv\"(" + file + ")",
        "select * from system.main.read_text(" + file + ")",
        "select * from read_text(" + file + ")",
        "select * from read_text(" + upward + ")",
        "select * from read_blob(" + file + ")",
        "select * from read_json(" + file + ")",
        "select * from read_ndjson_objects(" + file + ")",
        "select * from read_parquet(" + file + ")",
        "select * from parquet_metadata(" + file + ")",
        "select * from sniff_csv(" + file + ")",
        "select * from glob('" + secretFile.getParent() + "/*')",
        "select * from query('select * from read_text(' || chr(39) || '"
            + secretFile
            + "' || chr(39) || ')')",
        "select * from query_table('" + secretFile + "')",
        "select (select content from read_text(" + file + "))",
        "select 1 where exists (select * from read_text(" + file + "))",
        "select 1 in (select size from read_text(" + file + "))",
        "with x as (select * from read_text(" + file + ")) select * from x",
        "with x as (select 1), y as (select * from " + file + ") select * from x, y",
        "values ((select content from read_text(" + file + ")))",
        "select * from range(1) t, lateral (select * from read_text(" + file + "))",
        "select * from (values (1)) t(a) join read_text(" + file + ") r on true",
        "select 1 union all select size from read_text(" + file + ")",
        "select 1 order by (select size from read_text(" + file + "))",
        "select 1 limit (select size from read_text(" + file + "))",
        "select count(*) filter (where exists (from read_text(" + file + "))) from range(3)",
        "select sum(range) over (order by (select size from read_text("
            + file
            + "))) from range(3)",
        "select list_transform([1], lambda x: (select content from read_text(" + file + ")))",
        "from read_text(" + file + ")",
        "from " + file,
        "table " + file,
        "describe " + file,
        "summarize " + file,
        "select * from (describe select * from " + file + ")",
        "select * from (show tables)",
        "show all tables",
        "pivot (from read_text(" + file + ")) on size in (1) using count(*)",
        "unpivot (from read_text(" + file + ")) on size",
        "select * from duckdb_settings()",
        "select * from duckdb_secrets()",
        "select * from duckdb_temporary_files()",
        "select * from pragma_database_size()",
        "select * from information_schema.tables",
        "select * from pg_catalog.pg_tables",
        "select * from sqlite_master",
        "select * from duckdb_tables",
        "select * from enable_logging()",
        "select * from checkpoint()",
        "select * from json_execute_serialized_sql('{}')",
        "select * from arrow_scan(1, 2, 3)",
        "select * from seq_scan('x')",
        "select * from which_secret('s3://x', 's3')",
        "select * from 'https://example.com/x.csv'",
        "select * from read_csv('https://example.com/x.csv')",
        "select * from 's3://bucket/x.parquet'",
        "select current_setting('temp_directory')",
        "select getenv('HOME')",
        "select 'HOME'.getenv()",
        "select setseed(0.5)",
        "select write_log('x')",
        "select nextval('x')",
        "select getvariable('x')",
        "select * from __headrace_0",
        "select 1) to '" + writableDirectory + "/x.csv' (format csv); --",
        "select 1 /*",
        "copy (select 1) to '" + writableDirectory + "/x.csv'",
        "attach '" + writableDirectory + "/x.db'",
        "set enable_external_access = true",
        "set jdbc_stream_results = false",
        "export database '" + writableDirectory + "/x'",
        "create macro m() as table select * from read_text(" + file + ")",
        "call pragma_version()",
        "execute x",
        "select 1; copy (select 1) to '" + writableDirectory + "/x.csv'");
  }

  @Test
  void trusted_directoryBehindALink_isReadByEitherName(@TempDir Path root) throws IOException {
    Path real = Files.createDirectory(root.resolve("real"));
    Path link = Files.createSymbolicLink(root.resolve("link"), real);
    Files.writeString(real.resolve("a.csv"), "x\n1\n");
    for (Path directory : List.of(link, real)) {
      try (DuckDbEngine engine =
          DuckDbEngine.open(EngineConfig.defaults(spill, List.of(directory)))) {
        Query query = Query.of("select x from read_csv('" + directory + "/a.csv')", Map.of());
        try (Rows rows = engine.trusted().execute(query, Watch.none())) {
          assertThat(rows.next()).containsExactly(1L);
        }
      }
    }
  }

  @Test
  void write_typesTheLakeLacks_lieInFilesAsTheLakeHasThem() throws IOException {
    Path directory = Files.createDirectories(spill.resolve("forms"));
    Schema schema =
        new Schema(
            List.of(
                new Field(1, "at", Primitive.TIMESTAMP),
                new Field(2, "small", Primitive.INT),
                new Field(3, "large", Primitive.LONG)));
    try (DuckDbEngine engine =
        DuckDbEngine.open(EngineConfig.defaults(spill, List.of(directory)))) {
      WrittenFile file =
          engine
              .write(
                  Query.of(
                      "select cast('2024-01-01 00:00:00.123456' as timestamp_ns) as at,"
                          + " cast(1 as utinyint) as small, cast(2 as uinteger) as large",
                      Map.of()),
                  new WriteTarget(directory, "f", schema, Optional.empty()),
                  Watch.none())
              .getFirst();
      String forms =
          "select name, type, converted_type from parquet_schema('"
              + file.path()
              + "') where name <> 'duckdb_schema'";
      List<Object> found = new ArrayList<>();
      try (Rows rows = engine.trusted().execute(Query.of(forms, Map.of()), Watch.none())) {
        for (List<?> row = rows.next(); row != null; row = rows.next()) {
          found.add(row);
        }
      }
      assertThat(found)
          .containsExactly(
              List.of("at", "INT64", "TIMESTAMP_MICROS"),
              List.of("small", "INT32", "INT_32"),
              List.of("large", "INT64", "INT_64"));
    }
  }
}
