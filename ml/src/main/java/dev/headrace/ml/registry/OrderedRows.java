package dev.headrace.ml.registry;

import dev.headrace.ml.learn.frame.Frame;
import dev.headrace.ml.learn.frame.FrameReader;
import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.Relation;
import dev.headrace.spi.engine.SqlEngine;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.schema.Schema;
import dev.headrace.spi.schema.Type;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;

/**
 * Rows in the order that follows from their values alone (decision 40): by the key, then by every
 * other column that is read, nulls last.
 *
 * <p>Where no two rows have the same key, the key alone gives that order, and sorting by it takes a
 * fraction of the time. Whether it does, the rows show once they are there.
 *
 * @param frame the columns that were asked for
 * @param order the columns that make the order of these rows
 */
record OrderedRows(Frame frame, List<String> order) {
  /**
   * Reads them.
   *
   * @param key may be empty
   * @param order the key and every other column that is read
   * @param read columns that are wanted, each in {@code order}
   */
  static OrderedRows read(
      String table,
      SequencedSet<String> key,
      SequencedSet<String> order,
      SequencedSet<String> read,
      Schema schema,
      SqlEngine engine,
      Relation from,
      Watch watch) {
    if (!key.isEmpty() && key.stream().allMatch(name -> tells(schema, name))) {
      SequencedSet<String> both = new LinkedHashSet<>(read);
      both.addAll(key);
      Frame byKey = read(table, both, key, engine, from, watch);
      if (tellApart(byKey.only(List.copyOf(key)))) {
        return new OrderedRows(byKey.only(List.copyOf(read)), List.copyOf(key));
      }
    }
    return new OrderedRows(read(table, read, order, engine, from, watch), List.copyOf(order));
  }

  private static Frame read(
      String table,
      SequencedSet<String> read,
      SequencedSet<String> order,
      SqlEngine engine,
      Relation from,
      Watch watch) {
    String sql =
        "select %s from %s order by %s"
            .formatted(
                ModelColumns.quoted(List.copyOf(read), ""),
                table,
                ModelColumns.quoted(List.copyOf(order), " nulls last"));
    return FrameReader.read(engine, Query.of(sql, Map.of(table, from)), watch);
  }

  /** Whether rows that differ in the column are cheaply told apart once they are read. */
  private static boolean tells(Schema schema, String name) {
    return switch (schema.field(name).orElseThrow().type()) {
      case Type.Primitive primitive ->
          switch (primitive) {
            case BOOLEAN, INT, LONG, DATE, TIMESTAMP, TIMESTAMPTZ -> true;
            // Minus zero equals zero, and texts as many as rows take longer than the sort.
            case FLOAT, DOUBLE, STRING, UUID, TIME, BINARY -> false;
          };
      case Type.Decimal _ -> true;
      case Type.Struct _, Type.ListOf _, Type.MapOf _ -> false;
    };
  }

  /** Whether neighbours differ; numbers that doubles cannot tell apart do not. */
  private static boolean tellApart(Frame key) {
    List<double[]> columns =
        key.columns().stream().map(column -> ((Frame.Numbers) column).values()).toList();
    for (int i = 1; i < key.rows(); i++) {
      boolean differ = false;
      for (double[] column : columns) {
        differ |= Double.compare(column[i - 1], column[i]) != 0;
      }
      if (!differ) {
        return false;
      }
    }
    return true;
  }
}
