package dev.headrace.data.duckdb;

import dev.headrace.data.sql.AnalysisCache;
import dev.headrace.data.sql.SqlAnalyzer;
import dev.headrace.spi.engine.Columns;
import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.Rows;
import dev.headrace.spi.engine.SqlEngine;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.engine.WriteTarget;
import dev.headrace.spi.engine.WrittenFile;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Schema;
import java.sql.PreparedStatement;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.duckdb.DuckDBConnection;

/**
 * The default engine: DuckDB in this process.
 *
 * <p>A query is first read by {@link dev.headrace.data.sql.SqlGuard}: it may name its relations and
 * nothing else. It then runs as one statement without any state left in DuckDB. Opening is free;
 * DuckDB starts with the first query.
 */
public final class DuckDbEngine implements SqlEngine {
  private static final int CACHED_COLUMNS = 4_096;

  /** One bit each, for each thread: at most 64 MiB. DuckDB itself takes not quite twice as many. */
  private static final long MOST_BITS = 1L << 29;

  private final DuckDb duckDb;
  private final SqlAnalyzer analyzer;
  private final FileSchemas fileSchemas;
  private final QueryCompiler compiler;
  private final Vigil vigil = new Vigil();
  private final Map<Object, Schema> columns =
      Collections.synchronizedMap(
          new LinkedHashMap<>(256, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<Object, Schema> eldest) {
              return size() > CACHED_COLUMNS;
            }
          });

  private DuckDbEngine(EngineConfig config, AnalysisCache analyses) {
    this.duckDb = DuckDb.open(config);
    this.analyzer = new SqlAnalyzer(duckDb::connection);
    this.fileSchemas = new FileSchemas(duckDb::connection);
    this.compiler =
        new QueryCompiler(analyzer, analyses, files -> ParquetScan.of(files, fileSchemas));
  }

  /** An engine that starts when it is first used. */
  public static DuckDbEngine open(EngineConfig config) {
    return open(config, AnalysisCache.inMemory());
  }

  /** The same, which looks up in {@code analyses} what planning has found out already. */
  public static DuckDbEngine open(EngineConfig config, AnalysisCache analyses) {
    return new DuckDbEngine(config, analyses);
  }

  @Override
  public String name() {
    return "duckdb";
  }

  /** Reads SQL with this engine's parser, so that no second DuckDB is started for it. */
  public SqlAnalyzer analyzer() {
    return analyzer;
  }

  /**
   * The same engine for SQL that other rooms of this floor write themselves: it may name files in
   * the engine's directories. Never hand it what a user typed. Closing it does nothing.
   */
  public SqlEngine trusted() {
    return new Trusted();
  }

  private final class Trusted implements SqlEngine {
    private final QueryCompiler trusting = compiler.trusting();

    @Override
    public String name() {
      return DuckDbEngine.this.name();
    }

    /** Not remembered: the columns of a file may change under its name. */
    @Override
    public Schema describe(Query query) {
      return described(trusting, query);
    }

    @Override
    public Rows execute(Query query, Watch watch) {
      return DuckDbRows.open(duckDb, trusting, vigil, query, watch);
    }

    @Override
    public Columns columns(Query query, Watch watch) {
      return DuckDbColumns.open(duckDb, trusting, vigil, query, watch);
    }

    @Override
    public OptionalLong memoryBytes() {
      return DuckDbEngine.this.memoryBytes();
    }

    @Override
    public long roomForComputed() {
      return DuckDbEngine.this.roomForComputed();
    }

    @Override
    public Optional<String> countDistinctByBits(String column, long least, long greatest) {
      return DuckDbEngine.this.countDistinctByBits(column, least, greatest);
    }

    @Override
    public List<WrittenFile> write(Query query, WriteTarget target, Watch watch) {
      return new ParquetWrite(duckDb, trusting, vigil, fileSchemas, query, target, watch)
          .run(describe(query));
    }

    @Override
    public void close() {}
  }

  @Override
  public Schema describe(Query query) {
    Object key = QueryCompiler.columnsKey(query);
    Schema known = columns.get(key);
    if (known != null) {
      return known;
    }
    Schema schema = described(compiler, query);
    columns.put(key, schema);
    return schema;
  }

  private Schema described(QueryCompiler compiler, Query query) {
    QueryText text = new QueryText();
    compiler.compileEmpty(query, text);
    try (DuckDBConnection connection = duckDb.connection();
        PreparedStatement statement = connection.prepareStatement(text.toString())) {
      return schema(statement.getMetaData());
    } catch (SQLException e) {
      throw Failures.of(e, text, query, Watch.none(), "run");
    }
  }

  /** The columns of a result. */
  static Schema schema(ResultSetMetaData metaData) throws SQLException {
    List<Field> fields = new ArrayList<>();
    for (int i = 1; i <= metaData.getColumnCount(); i++) {
      String name = metaData.getColumnName(i);
      fields.add(Field.unassigned(name, DuckDbTypes.parse(name, metaData.getColumnTypeName(i))));
    }
    return new Schema(fields);
  }

  @Override
  public Rows execute(Query query, Watch watch) {
    return DuckDbRows.open(duckDb, compiler, vigil, query, watch);
  }

  @Override
  public Columns columns(Query query, Watch watch) {
    return DuckDbColumns.open(duckDb, compiler, vigil, query, watch);
  }

  @Override
  public OptionalLong memoryBytes() {
    return OptionalLong.of(duckDb.config().memoryBytes());
  }

  /** A quarter of what DuckDB itself may take. */
  @Override
  public long roomForComputed() {
    return duckDb.config().memoryBytes() / 4;
  }

  /** Each thread has bits of its own: together a sixteenth of what DuckDB may take. */
  @Override
  public Optional<String> countDistinctByBits(String column, long least, long greatest) {
    long bits = greatest - least + 1;
    boolean overflow = bits <= 0;
    if (overflow
        || bits > MOST_BITS
        || bits / Byte.SIZE * (duckDb.config().threads() + 1L) > roomForBits()) {
      return Optional.empty();
    }
    return Optional.of(
        "bit_count(bitstring_agg(cast(%s as bigint), cast('%d' as bigint), cast('%d' as bigint)))"
            .formatted(column, least, greatest));
  }

  private long roomForBits() {
    return duckDb.config().memoryBytes() / 16;
  }

  @Override
  public List<WrittenFile> write(Query query, WriteTarget target, Watch watch) {
    return new ParquetWrite(duckDb, compiler, vigil, fileSchemas, query, target, watch)
        .run(describe(query));
  }

  /** Ends the engine; queries that run fail. */
  @Override
  public void close() {
    vigil.close();
    analyzer.close();
    duckDb.close();
  }
}
