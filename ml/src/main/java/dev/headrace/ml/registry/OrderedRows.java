package dev.headrace.ml.registry;

import dev.headrace.ml.learn.frame.Frame;
import dev.headrace.ml.learn.frame.FrameReader;
import dev.headrace.ml.learn.frame.RowOrder;
import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.Relation;
import dev.headrace.spi.engine.SqlEngine;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.schema.Schema;
import dev.headrace.spi.schema.Type;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;

/**
 * Rows in the order that follows from their values alone (decision 40): by the key, then by every
 * other column that is read, nulls last.
 *
 * <p>Where no two rows have the same key, the key alone gives that order. Whether it does, the rows
 * show once they are there: they are read as they lie and, where they do not lie by their key, put
 * into its order here, which takes a fraction of what an engine's sort of all columns takes. Only
 * keys are taken that every engine puts into the order of their numbers.
 *
 * @param frame the columns that were asked for
 * @param order the columns that make the order of these rows
 */
record OrderedRows(Frame frame, List<String> order) {
  private static final SequencedSet<String> NONE = new LinkedHashSet<>();

  /**
   * Reads them.
   *
   * @param key may be empty
   * @param order the key and every other column that is read, never none
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
      Optional<Frame> byKey = byKey(read(table, both, NONE, engine, from, watch), key);
      if (byKey.isPresent()) {
        return new OrderedRows(byKey.get().only(List.copyOf(read)), List.copyOf(key));
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
    String sql = "select %s from %s".formatted(ModelColumns.quoted(List.copyOf(read), ""), table);
    String ordered =
        order.isEmpty()
            ? sql
            : sql + " order by " + ModelColumns.quoted(List.copyOf(order), " nulls last");
    Query query = Query.of(ordered, Map.of(table, from));
    return from instanceof Relation.Files files
        ? FrameReader.read(engine, query, files.rows(), watch)
        : FrameReader.read(engine, query, watch);
  }

  /** The rows by their key; empty where it does not tell them apart, as far as doubles can. */
  private static Optional<Frame> byKey(Frame rows, SequencedSet<String> key) {
    if (RowOrder.ascends(numbers(rows, key), rows.rows())) {
      return Optional.of(rows); // As they lie in the files, mostly.
    }
    Frame sorted = rows.rows(RowOrder.of(numbers(rows, key), rows.rows()));
    return RowOrder.ascends(numbers(sorted, key), rows.rows())
        ? Optional.of(sorted)
        : Optional.empty();
  }

  private static List<double[]> numbers(Frame rows, SequencedSet<String> columns) {
    return columns.stream().map(name -> ((Frame.Numbers) rows.column(name)).values()).toList();
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
}
