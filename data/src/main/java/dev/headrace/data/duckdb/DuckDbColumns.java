package dev.headrace.data.duckdb;

import dev.headrace.data.sql.SqlQuotes;
import dev.headrace.spi.engine.Columns;
import dev.headrace.spi.engine.Numbers;
import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.schema.Schema;
import dev.headrace.spi.schema.Type;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.duckdb.DuckDBChunkedResult;
import org.duckdb.DuckDBColumnType;
import org.duckdb.DuckDBDataChunkReader;
import org.duckdb.DuckDBReadableVector;
import org.jspecify.annotations.Nullable;

/**
 * A result by DuckDB's own vectors, fetched while it is read.
 *
 * <p>The driver ends such a result without a word when the query fails half-way. A last row is
 * therefore added to every query, with a mark; a result without it is a failure. DuckDB keeps the
 * order of rows through {@code UNION ALL}.
 */
final class DuckDbColumns implements Columns {
  private final StreamedQuery streamed;
  private QueryText text = new QueryText();
  private Schema schema = new Schema(List.of());
  private boolean ended;
  private @Nullable DuckDBChunkedResult result;
  private @Nullable DuckDBDataChunkReader chunk;
  private int rows;

  private DuckDbColumns(StreamedQuery streamed) {
    this.streamed = streamed;
  }

  static DuckDbColumns open(
      DuckDb duckDb, QueryCompiler compiler, Vigil vigil, Query query, Watch watch) {
    DuckDbColumns columns =
        new DuckDbColumns(new StreamedQuery(duckDb, compiler, vigil, query, watch));
    try {
      columns.start();
      return columns;
    } catch (Throwable e) {
      columns.close();
      throw e;
    }
  }

  private void start() {
    try {
      text = streamed.compiled(new QueryText());
      streamed.begin();
      try (PreparedStatement described = streamed.connection().prepareStatement(text.toString())) {
        schema = DuckDbEngine.schema(described.getMetaData());
      }
      text = marked();
      result = streamed.watched(streamed.connection().prepare(text.toString())).query();
    } catch (SQLException e) {
      throw streamed.failure(e, text);
    }
  }

  /** The query with a column of true, and a last row in which it is false. */
  private QueryText marked() {
    int width = schema.fields().size();
    List<String> names =
        IntStream.range(0, width).mapToObj(i -> SqlQuotes.identifier("c" + i)).toList();
    List<String> fetched = new ArrayList<>();
    for (int i = 0; i < width; i++) {
      fetched.add(fetched(names.get(i), schema.fields().get(i).type()));
    }
    QueryText marked =
        new QueryText().append("SELECT " + String.join(", ", fetched) + ", true FROM (\n");
    return streamed
        .compiled(marked)
        .append(
            ") AS q(%s)%nUNION ALL SELECT %s, false"
                .formatted(
                    String.join(", ", names),
                    String.join(", ", Collections.nCopies(width, "NULL"))));
  }

  /** The driver has vectors of a part of the types; of the others nobody asks for values. */
  private static String fetched(String name, Type type) {
    return switch (type) {
      case Type.Primitive primitive ->
          switch (primitive) {
            case STRING, UUID -> "CAST(" + name + " AS VARCHAR)";
            case BOOLEAN, INT, LONG, FLOAT, DOUBLE, DATE, TIMESTAMP, TIMESTAMPTZ -> name;
            case TIME, BINARY -> "CAST(NULL AS BOOLEAN)";
          };
      case Type.Decimal _ -> name;
      case Type.Struct _, Type.ListOf _, Type.MapOf _ -> "CAST(NULL AS BOOLEAN)";
    };
  }

  @Override
  public Schema schema() {
    return schema;
  }

  @Override
  public int next() {
    DuckDBChunkedResult open = result;
    if (open == null) {
      return 0;
    }
    do {
      streamed.requireWanted();
      if (!open.nextChunk()) {
        chunk = null;
        if (!ended) {
          throw failAgain();
        }
        close();
        return 0;
      }
      take(open.chunk());
    } while (rows == 0);
    return rows;
  }

  /** The last row is the mark. */
  private void take(DuckDBDataChunkReader taken) {
    if (ended) {
      throw new IllegalStateException("there are rows after the last one");
    }
    chunk = taken;
    rows = (int) taken.rowCount();
    DuckDBReadableVector marks = taken.vector(schema.fields().size());
    if (rows > 0 && !marks.getBoolean(rows - 1)) {
      ended = true;
      rows--;
    }
  }

  @Override
  public void numbers(int column, double[] into, int at) {
    DuckDBReadableVector vector = vector(column);
    if (VectorMemory.numbers(vector, rows, into, at)) {
      return;
    }
    DuckDBColumnType type = vector.getType();
    for (int i = 0; i < rows; i++) {
      into[at + i] = vector.isNull(i) ? Double.NaN : number(vector, type, i);
    }
  }

  private static double number(DuckDBReadableVector vector, DuckDBColumnType type, int i) {
    return switch (type) {
      case BOOLEAN -> vector.getBoolean(i) ? 1 : 0;
      case TINYINT -> vector.getByte(i);
      case SMALLINT -> vector.getShort(i);
      case INTEGER -> vector.getInt(i);
      case BIGINT -> vector.getLong(i);
      case UTINYINT -> vector.getUint8(i);
      case USMALLINT -> vector.getUint16(i);
      case UINTEGER -> vector.getUint32(i);
      case UBIGINT -> vector.getUint64(i).doubleValue();
      case HUGEINT -> vector.getHugeInt(i).doubleValue();
      case UHUGEINT -> vector.getUHugeInt(i).doubleValue();
      case FLOAT -> vector.getFloat(i);
      case DOUBLE -> vector.getDouble(i);
      case DECIMAL -> vector.getBigDecimal(i).doubleValue();
      case DATE -> Numbers.of(vector.getLocalDate(i));
      case TIMESTAMP, TIMESTAMP_S, TIMESTAMP_MS, TIMESTAMP_NS ->
          Numbers.of(vector.getLocalDateTime(i));
      case TIMESTAMP_WITH_TIME_ZONE -> Numbers.of(vector.getOffsetDateTime(i).toInstant());
      default -> throw new IllegalArgumentException("no number: " + type);
    };
  }

  @Override
  public void longs(int column, long[] into, int at) {
    VectorMemory.eachNull(
        vector(column),
        rows,
        _ -> {
          throw new IllegalArgumentException("a null among whole numbers, in column " + column);
        });
    longs(column, into, at, 0);
  }

  @Override
  public void longs(int column, long[] into, int at, long absent) {
    DuckDBReadableVector vector = vector(column);
    if (VectorMemory.longs(vector, rows, into, at, absent)) {
      return;
    }
    DuckDBColumnType type = vector.getType();
    for (int i = 0; i < rows; i++) {
      into[at + i] = vector.isNull(i) ? absent : whole(vector, type, i);
    }
  }

  @Override
  public void markNulls(int column, long bits, long[] into, int at) {
    VectorMemory.eachNull(vector(column), rows, i -> into[at + i] |= bits);
  }

  private static long whole(DuckDBReadableVector vector, DuckDBColumnType type, int i) {
    return switch (type) {
      case TINYINT -> vector.getByte(i);
      case SMALLINT -> vector.getShort(i);
      case INTEGER -> vector.getInt(i);
      case BIGINT -> vector.getLong(i);
      case UTINYINT -> vector.getUint8(i);
      case USMALLINT -> vector.getUint16(i);
      case UINTEGER -> vector.getUint32(i);
      default -> throw new IllegalArgumentException("no whole number: " + type);
    };
  }

  @Override
  public void texts(int column, @Nullable String[] into, int at) {
    DuckDBReadableVector vector = vector(column);
    for (int i = 0; i < rows; i++) {
      into[at + i] = vector.isNull(i) ? null : vector.getString(i);
    }
  }

  private DuckDBReadableVector vector(int column) {
    DuckDBDataChunkReader at = chunk;
    if (at == null) {
      throw new IllegalStateException("there are no rows at hand");
    }
    return at.vector(column);
  }

  /** The reason is lost: the driver ended the result as if that were all. */
  private RuntimeException failAgain() {
    SQLException lost = new SQLException("IO Error: the result ended before its last row");
    return streamed.isCancelled() ? streamed.failure(lost, text) : streamed.failAgain(lost, text);
  }

  @Override
  public void close() {
    chunk = null;
    DuckDBChunkedResult open = result;
    result = null;
    try (StreamedQuery _ = streamed) {
      close(open);
    }
  }

  private void close(@Nullable DuckDBChunkedResult open) {
    try {
      if (open != null) {
        open.close();
      }
    } catch (SQLException e) {
      throw streamed.failure(e, text);
    }
  }
}
