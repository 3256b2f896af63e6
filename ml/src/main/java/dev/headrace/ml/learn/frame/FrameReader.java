package dev.headrace.ml.learn.frame;

import dev.headrace.ml.learn.LearnError;
import dev.headrace.spi.engine.Columns;
import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.SqlEngine;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Type;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the rows of a query into memory, column by column. */
public final class FrameReader {
  /** What an array can hold, with room to grow. */
  private static final int MOST_ROWS = 1 << 30;

  private FrameReader() {}

  /**
   * Reads all rows in the order the query gives them. Whole and decimal numbers become doubles;
   * dates and times become the seconds since 1970-01-01T00:00Z, a time without a zone as in UTC.
   *
   * @throws HeadraceException LEARN_TYPE for a column that is neither a number, a text nor a time;
   *     LEARN_NOT_FINITE; LEARN_MEMORY
   */
  public static Frame read(SqlEngine engine, Query query, Watch watch) {
    return read(engine, query, Growing.FIRST, watch);
  }

  /**
   * The same of rows whose number is known: memory is taken once.
   *
   * @param expected how many there will be; more or fewer are read as well
   */
  public static Frame read(SqlEngine engine, Query query, long expected, Watch watch) {
    try (Columns columns = engine.columns(query, watch)) {
      List<Growing> growing = growing(columns, Math.clamp(expected, 1, MOST_ROWS));
      long count = 0;
      for (int rows = columns.next(); rows > 0; rows = columns.next()) {
        count += rows;
        if (count > MOST_ROWS) {
          throw tooLarge(count, null);
        }
        for (int j = 0; j < growing.size(); j++) {
          growing.get(j).add(columns, j, rows);
        }
      }
      return frame((int) count, growing);
    } catch (OutOfMemoryError e) {
      throw tooLarge(-1, e);
    }
  }

  /** Takes some of the rows. */
  @FunctionalInterface
  public interface Taker {
    /** Takes them; the frame is the taker's to keep. */
    void take(Frame rows) throws IOException;
  }

  /**
   * Reads as {@link #read} does, some rows at a time: memory is needed for these alone.
   *
   * @param about how many rows at once: as many, and less than a further batch of the engine's
   * @param taker is handed at least one row each time; never called where there are none
   */
  public static void readInBatches(
      SqlEngine engine, Query query, int about, Watch watch, Taker taker) throws IOException {
    try (Columns columns = engine.columns(query, watch)) {
      int rows = columns.next();
      while (rows > 0) {
        List<Growing> growing = growing(columns, Growing.FIRST);
        int count = 0;
        for (; rows > 0 && count < about; rows = columns.next()) {
          for (int j = 0; j < growing.size(); j++) {
            growing.get(j).add(columns, j, rows);
          }
          count += rows;
        }
        taker.take(frame(count, growing));
      }
    }
  }

  private static List<Growing> growing(Columns columns, int expected) {
    return columns.schema().fields().stream().map(field -> growing(field, expected)).toList();
  }

  private static Frame frame(int rows, List<Growing> growing) {
    return new Frame(rows, growing.stream().map(column -> column.finish(rows)).toList());
  }

  private static HeadraceException tooLarge(long rows, @Nullable Throwable cause) {
    return new HeadraceException(
        LearnError.LEARN_MEMORY,
        "Cannot read the rows to learn from: they do not fit into memory%s."
            .formatted(rows < 0 ? "" : " (more than " + rows + ")"),
        "Learn from fewer rows or columns, or give the process more memory.",
        cause);
  }

  private static Growing growing(Field field, int expected) {
    return switch (field.type()) {
      case Type.Primitive primitive ->
          switch (primitive) {
            case STRING, UUID -> new Growing.Texts(field.name(), expected);
            case BOOLEAN, INT, LONG, FLOAT, DOUBLE, DATE, TIMESTAMP, TIMESTAMPTZ ->
                new Growing.Doubles(field.name(), expected);
            case TIME, BINARY -> throw unusable(field);
          };
      case Type.Decimal _ -> new Growing.Doubles(field.name(), expected);
      case Type.Struct _, Type.ListOf _, Type.MapOf _ -> throw unusable(field);
    };
  }

  private static HeadraceException unusable(Field field) {
    return new HeadraceException(
        LearnError.LEARN_TYPE,
        "Cannot learn from column '%s': it is neither a number, a text nor a time, but %s."
            .formatted(field.name(), field.type()),
        "Derive a number or a text from it in a table, or leave it out of 'features'.");
  }
}
