package dev.headrace.data.quality;

import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.Relation;
import dev.headrace.spi.engine.Rows;
import dev.headrace.spi.engine.SqlEngine;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.engine.WriteTarget;
import dev.headrace.spi.engine.WrittenFile;
import dev.headrace.spi.error.ErrorCode;
import dev.headrace.spi.error.ErrorKind;
import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Schema;
import dev.headrace.spi.schema.Type;
import dev.headrace.spi.schema.Type.Primitive;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** DuckDB with nothing around it: Parquet files and views, and a count of the queries executed. */
final class JdbcEngine implements SqlEngine {
  final Connection connection;
  final List<String> executed = new ArrayList<>();

  private enum Code implements ErrorCode {
    TEST_SQL;

    @Override
    public ErrorKind kind() {
      return ErrorKind.INVALID;
    }
  }

  JdbcEngine() throws SQLException {
    connection = DriverManager.getConnection("jdbc:duckdb:");
    run("set TimeZone = 'UTC'");
    run("set threads = 2");
  }

  void run(String sql) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @Override
  public String name() {
    return "duckdb";
  }

  @Override
  public Schema describe(Query query) {
    try (var statement = connection.createStatement();
        var rows = statement.executeQuery("select * from (" + sql(query) + "\n) limit 0")) {
      return schema(rows.getMetaData());
    } catch (SQLException e) {
      throw failure(e);
    }
  }

  @Override
  public Rows execute(Query query, Watch watch) {
    executed.add(query.sql());
    try (var statement = connection.createStatement();
        var result = statement.executeQuery(sql(query))) {
      Schema schema = schema(result.getMetaData());
      List<List<@Nullable Object>> rows = new ArrayList<>();
      while (result.next()) {
        List<@Nullable Object> row = new ArrayList<>();
        for (int i = 1; i <= schema.fields().size(); i++) {
          row.add(value(result, i, schema.fields().get(i - 1).type()));
        }
        rows.add(row);
      }
      var iterator = rows.iterator();
      return new Rows() {
        @Override
        public Schema schema() {
          return schema;
        }

        @Override
        public @Nullable List<@Nullable Object> next() {
          return iterator.hasNext() ? iterator.next() : null;
        }

        @Override
        public void close() {}
      };
    } catch (SQLException e) {
      throw failure(e);
    }
  }

  @Override
  public List<WrittenFile> write(Query query, WriteTarget target, Watch watch) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      throw failure(e);
    }
  }

  private static Object value(ResultSet rows, int i, Type type) throws SQLException {
    Object value = rows.getObject(i);
    return switch (value) {
      case null -> null;
      case OffsetDateTime time -> time.toInstant();
      case java.sql.Timestamp time -> time.toLocalDateTime();
      case java.sql.Array array -> List.of((Object[]) array.getArray());
      case java.math.BigInteger number -> number.longValueExact();
      case Byte number -> number.intValue();
      case Short number -> number.intValue();
      default -> value;
    };
  }

  private static Schema schema(ResultSetMetaData meta) throws SQLException {
    List<Field> fields = new ArrayList<>();
    for (int i = 1; i <= meta.getColumnCount(); i++) {
      String type = meta.getColumnTypeName(i);
      fields.add(
          Field.unassigned(
              meta.getColumnLabel(i),
              switch (type) {
                case "BOOLEAN" -> Primitive.BOOLEAN;
                case "INTEGER", "SMALLINT", "TINYINT" -> Primitive.INT;
                case "BIGINT", "HUGEINT", "UBIGINT" -> Primitive.LONG;
                case "FLOAT" -> Primitive.FLOAT;
                case "DOUBLE" -> Primitive.DOUBLE;
                case "DATE" -> Primitive.DATE;
                case "TIME" -> Primitive.TIME;
                case "TIMESTAMP" -> Primitive.TIMESTAMP;
                case "TIMESTAMP WITH TIME ZONE" -> Primitive.TIMESTAMPTZ;
                case "UUID" -> Primitive.UUID;
                case "BLOB" -> Primitive.BINARY;
                default -> {
                  if (type.startsWith("DECIMAL")) {
                    yield new Type.Decimal(meta.getPrecision(i), meta.getScale(i));
                  }
                  yield type.endsWith("]")
                      ? new Type.ListOf(0, Primitive.STRING)
                      : Primitive.STRING;
                }
              }));
    }
    return new Schema(fields);
  }

  private static String sql(Query query) {
    if (query.relations().isEmpty()) {
      return query.sql();
    }
    return query.relations().entrySet().stream()
        .map(entry -> '"' + entry.getKey() + "\" as (" + source(entry.getValue()) + "\n)")
        .sorted()
        .collect(Collectors.joining(",\n", "with ", "\n" + query.sql()));
  }

  private static String source(Relation relation) {
    return switch (relation) {
      case Relation.View(Query query) -> sql(query);
      case Relation.Files files ->
          "select * from read_parquet(["
              + files.files().stream().map(f -> "'" + f + "'").collect(Collectors.joining(","))
              + "])";
    };
  }

  private static HeadraceException failure(SQLException e) {
    return new HeadraceException(Code.TEST_SQL, "Cannot run a query: " + e.getMessage(), "", e);
  }

  static Relation.Files files(Schema schema, String... paths) {
    return new Relation.Files(schema, List.of(paths), 0);
  }

  static Map<String, Relation> none() {
    return Map.of();
  }
}
