package dev.headrace.data.duckdb;

import dev.headrace.data.sql.SqlQuotes;
import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.Rows;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Schema;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A result that is fetched while it is read: a few thousand rows are in memory at any time. */
final class DuckDbRows implements Rows {
  private final StreamedQuery streamed;
  private QueryText text = new QueryText();
  private Schema schema = new Schema(List.of());
  private @Nullable ResultSet result;

  private DuckDbRows(StreamedQuery streamed) {
    this.streamed = streamed;
  }

  static DuckDbRows open(
      DuckDb duckDb, QueryCompiler compiler, Vigil vigil, Query query, Watch watch) {
    DuckDbRows rows = new DuckDbRows(new StreamedQuery(duckDb, compiler, vigil, query, watch));
    try {
      rows.start();
      return rows;
    } catch (Throwable e) {
      rows.close();
      throw e;
    }
  }

  private void start() {
    try {
      text = streamed.compiled(new QueryText());
      streamed.begin();
      // Not prepared: DuckDB would plan it twice, which for a short query is most of its time.
      ResultSet rows = run(text.toString());
      schema = DuckDbEngine.schema(rows.getMetaData());
      if (schema.fields().stream().anyMatch(field -> Values.needsText(field.type()))) {
        streamed.end();
        streamed.begin();
        rows = run(withTextTimes());
      }
      result = rows;
    } catch (SQLException e) {
      throw failure(e);
    }
  }

  private ResultSet run(String sql) throws SQLException {
    return streamed.watched(streamed.connection().createStatement()).executeQuery(sql);
  }

  /** The same query with time stamps inside nested values as text; see {@link Values}. */
  private String withTextTimes() {
    List<String> names = new ArrayList<>();
    List<String> columns = new ArrayList<>();
    for (Field field : schema.fields()) {
      String name = SqlQuotes.identifier("c" + names.size());
      names.add(name);
      String type = DuckDbTypes.toSql(Values.asText(field.type()));
      columns.add(Values.needsText(field.type()) ? "CAST(" + name + " AS " + type + ")" : name);
    }
    return "SELECT "
        + String.join(", ", columns)
        + " FROM (\n"
        + text
        + ") AS q("
        + names.stream().collect(Collectors.joining(", "))
        + ")";
  }

  @Override
  public Schema schema() {
    return schema;
  }

  @Override
  public @Nullable List<@Nullable Object> next() {
    ResultSet open = result;
    if (open == null) {
      return null;
    }
    try {
      streamed.requireWanted();
      if (!open.next()) {
        close();
        return null;
      }
      List<@Nullable Object> row = new ArrayList<>(schema.fields().size());
      for (int i = 0; i < schema.fields().size(); i++) {
        row.add(Values.read(open, i + 1, schema.fields().get(i).type()));
      }
      return row;
    } catch (SQLException e) {
      throw failure(e);
    }
  }

  private RuntimeException failure(SQLException e) {
    boolean lost = String.valueOf(e.getMessage()).contains("Invalid result set");
    return lost && !streamed.isCancelled()
        ? streamed.failAgain(e, text)
        : streamed.failure(e, text);
  }

  @Override
  public void close() {
    result = null;
    streamed.close();
  }
}
