package dev.headrace.data.duckdb;

import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Type;
import java.util.List;

/** How the pages of a Parquet file are compressed: what its values gain by it decides. */
enum Compression {
  ZSTANDARD("zstd, COMPRESSION_LEVEL 1"),
  /** For fractions: Zstandard makes them a tenth smaller, and takes twice as long to read them. */
  SNAPPY("snappy");

  private final String sql;

  Compression(String sql) {
    this.sql = sql;
  }

  /** As DuckDB's COPY has it. */
  String sql() {
    return sql;
  }

  /** Of a table that is written with these columns. */
  static Compression of(List<Field> columns, Encodings encodings) {
    long fractions = columns.stream().filter(column -> isFraction(column.type())).count();
    // Bytes that are split by their place in the number compress well.
    return encodings == Encodings.PLAIN && 2 * fractions > columns.size() ? SNAPPY : ZSTANDARD;
  }

  private static boolean isFraction(Type type) {
    return switch (type) {
      case Type.Primitive primitive ->
          primitive == Type.Primitive.FLOAT || primitive == Type.Primitive.DOUBLE;
      case Type.ListOf list -> isFraction(list.element());
      case Type.Decimal _, Type.Struct _, Type.MapOf _ -> false;
    };
  }
}
