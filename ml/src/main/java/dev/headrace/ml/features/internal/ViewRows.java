package dev.headrace.ml.features.internal;

import dev.headrace.data.sql.SqlQuotes;
import dev.headrace.ml.features.Computation.Derived;
import dev.headrace.ml.features.Feature;
import dev.headrace.ml.features.FeatureView;
import dev.headrace.spi.engine.Relation;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Type;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A view with everything looked up: what its SQL is made of.
 *
 * @param alias what the names in its SQL begin with, such as {@code v0}
 * @param relation the rows of its table
 * @param since no row before this value of the time column matters; absent where all may
 * @param keys the key columns, as the table has them
 * @param arrival the column that says when a row arrived
 * @param rowOrder columns that order rows of equal time and arrival; none for the values themselves
 * @param expressions what is aggregated of a row, by the name of its column
 * @param conditions which rows count, by the name of their column
 * @param cells the aggregates, by the feature or implicit column they are the value of
 */
public record ViewRows(
    String alias,
    FeatureView view,
    Relation relation,
    @Nullable Object since,
    List<Field> keys,
    Field time,
    Optional<Field> arrival,
    List<String> rowOrder,
    SequencedMap<String, String> expressions,
    SequencedMap<String, String> conditions,
    SequencedMap<String, Cell> cells) {

  /** The same view over other rows of its table. */
  ViewRows over(String otherAlias, Relation rows) {
    return over(otherAlias, rows, null);
  }

  /**
   * The same view over other rows of its table, of which none before a moment matters: asked of the
   * column as it is, an engine skips parts of files by what they say of it.
   */
  ViewRows over(String otherAlias, Relation rows, @Nullable Object from) {
    return new ViewRows(
        otherAlias,
        view,
        rows,
        from,
        keys,
        time,
        arrival,
        rowOrder,
        expressions,
        conditions,
        cells);
  }

  /** Names of the key columns in the SQL made here. */
  List<String> keyNames() {
    return IntStream.range(0, keys.size()).mapToObj(i -> "k" + i).toList();
  }

  /** The relation that FROM names. */
  String source() {
    return alias + "_rows";
  }

  /** Lifetime of the features behind an entity's newest row, in microseconds. */
  Optional<Long> ttlMicros() {
    return Optional.ofNullable(view.spec().ttl())
        .map(ttl -> ttl.toSeconds() * 1_000_000 + ttl.toNanosPart() / 1_000);
  }

  /** What {@link #select} refers to, for the query that contains it. */
  Map<String, Object> parameters() {
    return since == null ? Map.of() : Map.of(sinceParameter(), since);
  }

  private String sinceParameter() {
    return alias + "_since";
  }

  /** Whether any aggregate depends on the order of rows, beyond their times. */
  boolean needsOrder() {
    return cells.values().stream().anyMatch(Cells::needsOrder);
  }

  /** Columns of the newest row that derived features need and that are no features themselves. */
  List<String> kept() {
    return cells.keySet().stream().filter(name -> view.feature(name).isEmpty()).toList();
  }

  /** Features that are made of other features. */
  Map<String, Derived> derived() {
    Map<String, Derived> derived = new LinkedHashMap<>();
    for (Feature feature : view.features()) {
      if (feature.computation() instanceof Derived made) {
        derived.put(feature.name(), made);
      }
    }
    return derived;
  }

  /**
   * The rows that any moment can see, columns renamed: keys, {@code e} (event time), {@code a}
   * (arrival, where there is one), what orders rows, what is aggregated and which rows count. A row
   * without key, time or arrival is seen by none.
   */
  String select() {
    List<String> columns = new ArrayList<>();
    List<String> present = new ArrayList<>();
    for (int i = 0; i < keys.size(); i++) {
      columns.add(SqlQuotes.identifier(keys.get(i).name()) + " as k" + i);
      present.add("k" + i);
    }
    columns.add(micros(time) + " as e");
    present.add("e");
    arrival.ifPresent(
        column -> {
          columns.add(micros(column) + " as a");
          present.add("a");
        });
    for (int i = 0; i < rowOrder.size(); i++) {
      columns.add(SqlQuotes.identifier(rowOrder.get(i)) + " as r" + i);
    }
    expressions.forEach((name, sql) -> columns.add("(" + sql + "\n) as " + name));
    conditions.forEach((name, sql) -> columns.add("coalesce((" + sql + "\n), false) as " + name));
    return "select * from (select "
        + String.join(", ", columns)
        + " from "
        + source()
        + " as "
        + Expressions.ROWS
        + (since == null
            ? ""
            : " where " + SqlQuotes.identifier(time.name()) + " >= $" + sinceParameter())
        + ") s where "
        + String.join(" is not null and ", present)
        + " is not null";
  }

  /** What decides between rows of the same event time, first to last. */
  List<String> tieBreak() {
    List<String> order = new ArrayList<>();
    if (arrival.isPresent()) {
      order.add("a");
    }
    if (rowOrder.isEmpty()) {
      order.addAll(expressions.keySet());
      order.addAll(conditions.keySet());
    } else {
      IntStream.range(0, rowOrder.size()).forEach(i -> order.add("r" + i));
    }
    return order;
  }

  private static String micros(Field column) {
    return Dialect.micros(SqlQuotes.identifier(column.name()), column.type());
  }

  /** Whether values of a column can tell entities apart. */
  static boolean isKeyType(Type type) {
    return type instanceof Type.Primitive primitive
        && switch (primitive) {
          case BOOLEAN, INT, LONG, DATE, STRING, UUID -> true;
          case FLOAT, DOUBLE, TIME, TIMESTAMP, TIMESTAMPTZ, BINARY -> false;
        };
  }

  /** Whether a column can say when something happened. */
  static boolean isTimeType(Type type) {
    return type == Type.Primitive.TIMESTAMP
        || type == Type.Primitive.TIMESTAMPTZ
        || type == Type.Primitive.DATE;
  }
}
