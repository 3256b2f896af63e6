package dev.headrace.ml.learn.frame;

import dev.headrace.ml.learn.LearnError;
import dev.headrace.ml.learn.frame.Frame.Categories;
import dev.headrace.ml.learn.frame.Frame.Column;
import dev.headrace.ml.learn.frame.Frame.Numbers;
import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.Rows;
import dev.headrace.spi.engine.SqlEngine;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Type;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the rows of a query into memory. */
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
    try (Rows rows = engine.execute(query, watch)) {
      List<Growing> columns = rows.schema().fields().stream().map(FrameReader::growing).toList();
      int count = 0;
      for (List<@Nullable Object> row = rows.next(); row != null; row = rows.next()) {
        for (int j = 0; j < columns.size(); j++) {
          columns.get(j).add(count, row.get(j));
        }
        count++;
        if (count == MOST_ROWS) {
          throw tooLarge(count, null);
        }
      }
      int read = count;
      return new Frame(read, columns.stream().map(column -> column.finish(read)).toList());
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
   * @param most rows at once, at least one
   * @param taker is handed at least one row each time; never called where there are none
   */
  public static void readInBatches(
      SqlEngine engine, Query query, int most, Watch watch, Taker taker) throws IOException {
    try (Rows rows = engine.execute(query, watch)) {
      List<@Nullable Object> row = rows.next();
      while (row != null) {
        List<Growing> columns = rows.schema().fields().stream().map(FrameReader::growing).toList();
        int count = 0;
        for (; row != null && count < most; row = rows.next(), count++) {
          for (int j = 0; j < columns.size(); j++) {
            columns.get(j).add(count, row.get(j));
          }
        }
        int read = count;
        taker.take(new Frame(read, columns.stream().map(column -> column.finish(read)).toList()));
      }
    }
  }

  private static HeadraceException tooLarge(int rows, @Nullable Throwable cause) {
    return new HeadraceException(
        LearnError.LEARN_MEMORY,
        "Cannot read the rows to learn from: they do not fit into memory%s."
            .formatted(rows < 0 ? "" : " (more than " + rows + ")"),
        "Learn from fewer rows or columns, or give the process more memory.",
        cause);
  }

  private static Growing growing(Field field) {
    return switch (field.type()) {
      case Type.Primitive primitive ->
          switch (primitive) {
            case STRING, UUID -> new GrowingTexts(field.name());
            case BOOLEAN, INT, LONG, FLOAT, DOUBLE, DATE, TIMESTAMP, TIMESTAMPTZ ->
                new GrowingNumbers(field.name());
            case TIME, BINARY -> throw unusable(field);
          };
      case Type.Decimal _ -> new GrowingNumbers(field.name());
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

  private abstract static sealed class Growing {
    final String name;

    Growing(String name) {
      this.name = name;
    }

    abstract void add(int row, @Nullable Object cell);

    abstract Column finish(int rows);
  }

  private static final class GrowingNumbers extends Growing {
    private double[] values = new double[1024];

    GrowingNumbers(String name) {
      super(name);
    }

    @Override
    void add(int row, @Nullable Object cell) {
      if (row == values.length) {
        values = Arrays.copyOf(values, 2 * row);
      }
      values[row] = Cells.number(name, cell);
    }

    @Override
    Column finish(int rows) {
      return new Numbers(name, Arrays.copyOf(values, rows));
    }
  }

  private static final class GrowingTexts extends Growing {
    private final Map<String, Integer> known = new HashMap<>();
    private int[] codes = new int[1024];

    GrowingTexts(String name) {
      super(name);
    }

    @Override
    void add(int row, @Nullable Object cell) {
      if (row == codes.length) {
        codes = Arrays.copyOf(codes, 2 * row);
      }
      codes[row] = cell == null ? -1 : known.computeIfAbsent(cell.toString(), _ -> known.size());
    }

    /** Codes by order of the texts, not by order of appearance. */
    @Override
    Column finish(int rows) {
      List<String> levels = new ArrayList<>(known.keySet());
      levels.sort(null);
      int[] place = new int[levels.size()];
      for (int i = 0; i < place.length; i++) {
        place[known.getOrDefault(levels.get(i), 0)] = i;
      }
      int[] ordered = new int[rows];
      for (int i = 0; i < rows; i++) {
        ordered[i] = codes[i] < 0 ? -1 : place[codes[i]];
      }
      return new Categories(name, ordered, levels);
    }
  }
}
