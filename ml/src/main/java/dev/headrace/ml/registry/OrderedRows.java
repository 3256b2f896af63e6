package dev.headrace.ml.registry;

import dev.headrace.ml.learn.frame.Frame;
import dev.headrace.ml.learn.frame.FrameReader;
import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.Relation;
import dev.headrace.spi.engine.SqlEngine;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.schema.Schema;
import dev.headrace.spi.schema.Type;
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
      Optional<Frame> byKey = new KeyedRows(table, key, engine, from).read(read, watch);
      if (byKey.isPresent()) {
        return new OrderedRows(byKey.get(), List.copyOf(key));
      }
    }
    String sorted =
        "select %s from %s order by %s"
            .formatted(
                ModelColumns.quoted(List.copyOf(read), ""),
                table,
                ModelColumns.quoted(List.copyOf(order), " nulls last"));
    Query query = Query.of(sorted, Map.of(table, from));
    return new OrderedRows(
        from instanceof Relation.Files files
            ? FrameReader.read(engine, query, files.rows(), watch)
            : FrameReader.read(engine, query, watch),
        List.copyOf(order));
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
