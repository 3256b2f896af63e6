package dev.headrace.data.tables;

import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Schema;
import dev.headrace.spi.schema.Type;
import java.util.List;

/** What a table's declaration asks of the columns of its result. */
final class ResultColumns {
  private static final String NAME_A_TIME =
      "Let 'time' name a date or timestamp column of the result.";

  private ResultColumns() {}

  /**
   * Refuses a result that cannot be kept as it is declared.
   *
   * @throws HeadraceException TABLE_TIME_INVALID, TABLE_KEY_INVALID
   */
  static void require(String table, TableSpec spec, Schema result) {
    switch (spec.growth()) {
      case NONE -> {}
      case BY_DAY -> time(table, spec, result);
      case BY_KEY -> requireKey(table, spec, result);
    }
  }

  /** The column of the event time of a table by day. */
  static Field time(String table, TableSpec spec, Schema result) {
    String name = String.valueOf(spec.time());
    Field field =
        result
            .field(name)
            .orElseThrow(
                () ->
                    timeInvalid(
                        table,
                        spec,
                        "the statement has no such column, only " + result.names(),
                        NAME_A_TIME));
    if (!isTime(field.type())) {
      throw timeInvalid(
          table, spec, "it is " + field.type() + ", not a date or timestamp", NAME_A_TIME);
    }
    return field;
  }

  /** Requires the columns by which rows of a table by key are told apart. */
  static void requireKey(String table, TableSpec spec, Schema result) {
    for (String column : spec.key()) {
      if (result.field(column).isEmpty()) {
        throw new HeadraceException(
            TableError.TABLE_KEY_INVALID,
            "Cannot merge into '%s' by key column '%s': the statement has only %s."
                .formatted(table, column, result.names()),
            "Let 'key' name columns of the result.",
            spec.sql().at(1, 1),
            null);
      }
    }
  }

  private static boolean isTime(Type type) {
    return type == Type.Primitive.TIMESTAMP
        || type == Type.Primitive.TIMESTAMPTZ
        || type == Type.Primitive.DATE;
  }

  /** Why a table cannot be built by its time. */
  static HeadraceException timeInvalid(String table, TableSpec spec, String reason, String hint) {
    return new HeadraceException(
        TableError.TABLE_TIME_INVALID,
        "Cannot build '%s' by its time column '%s': %s.".formatted(table, spec.time(), reason),
        hint,
        spec.sql().at(1, 1),
        null);
  }

  /** Why a table cannot be built by day whose inputs know no days. */
  static HeadraceException timeUnknown(String table, List<String> inputs) {
    return new HeadraceException(
        TableError.TABLE_TIME_UNKNOWN,
        "Cannot build '%s' by day: none of its inputs %s has a time column."
            .formatted(table, inputs),
        "Declare 'time: COLUMN' in the source or table that it reads.");
  }
}
