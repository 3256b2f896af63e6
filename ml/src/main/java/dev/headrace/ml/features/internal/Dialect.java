package dev.headrace.ml.features.internal;

import dev.headrace.spi.engine.SqlEngine;
import dev.headrace.spi.schema.Type;

/** The few words for which the engines have no common form. */
public enum Dialect {
  DUCKDB {
    @Override
    String boxed(String value) {
      return "struct_pack(v := " + value + ")";
    }

    @Override
    String ordered(String value, String order, String filter, int most) {
      return "list_slice(list(%s order by %s)%s, 1, %d)".formatted(value, order, filter, most);
    }

    @Override
    String moment(String micros) {
      return "make_timestamp(" + micros + ")";
    }
  },
  SPARK {
    @Override
    String boxed(String value) {
      return "named_struct('v', " + value + ")";
    }

    // Structs are sorted field by field; the order's columns come first.
    @Override
    String ordered(String value, String order, String filter, int most) {
      String pairs =
          "collect_list(named_struct('o', struct(%s), 'v', %s))%s".formatted(order, value, filter);
      String sorted = "transform(slice(sort_array(%s), 1, %d), s -> s.v)".formatted(pairs, most);
      return "case when size(%s) > 0 then %s end".formatted(pairs, sorted);
    }

    @Override
    String moment(String micros) {
      return "(timestamp '1970-01-01 00:00:00' + make_dt_interval(0, 0, 0, cast(("
          + micros
          + ") / cast(1000000 as decimal(20,0)) as decimal(18,6))))";
    }
  };

  /** The dialect of an engine. */
  public static Dialect of(SqlEngine engine) {
    return engine.name().equals("spark") ? SPARK : DUCKDB;
  }

  /** A value in a struct, so that a null is a value like any other to an aggregate. */
  abstract String boxed(String value);

  /**
   * A list of the first values by an ascending order; null where there are none.
   *
   * @param order expressions separated by commas, ascending, unique together
   * @param filter a FILTER clause with a leading blank, or nothing
   */
  abstract String ordered(String value, String order, String filter, int most);

  /** A TIMESTAMP of microseconds since 1970. */
  abstract String moment(String micros);

  /** Microseconds since 1970 of a time column, days and times without a zone taken as UTC. */
  static String micros(String column, Type type) {
    return type == Type.Primitive.DATE
        ? "epoch_us(cast(" + column + " as timestamp))"
        : "epoch_us(" + column + ")";
  }
}
