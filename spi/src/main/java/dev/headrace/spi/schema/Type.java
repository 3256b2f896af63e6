package dev.headrace.spi.schema;

import java.util.List;

/**
 * The type of a column: the types of Iceberg format v2, which every engine we support can read.
 *
 * <p>Nested types carry field ids, because data files are read by id, not by name.
 */
public sealed interface Type {

  /** A type without parameters. */
  enum Primitive implements Type {
    BOOLEAN,
    /** 32-bit signed. */
    INT,
    /** 64-bit signed. */
    LONG,
    FLOAT,
    DOUBLE,
    DATE,
    /** Time of day in microseconds, no zone. */
    TIME,
    /** Date and time in microseconds, no zone. */
    TIMESTAMP,
    /** An instant in microseconds. */
    TIMESTAMPTZ,
    STRING,
    UUID,
    BINARY
  }

  /**
   * An exact decimal.
   *
   * @param precision total digits, 1 to 38
   * @param scale digits after the point, 0 to {@code precision}
   */
  record Decimal(int precision, int scale) implements Type {
    public Decimal {
      if (precision < 1 || precision > 38 || scale < 0 || scale > precision) {
        throw new IllegalArgumentException("decimal(" + precision + "," + scale + ")");
      }
    }
  }

  /** Named fields in order. */
  record Struct(List<Field> fields) implements Type {
    public Struct {
      fields = List.copyOf(fields);
    }
  }

  /** A list of one element type. */
  record ListOf(int elementId, Type element) implements Type {}

  /** A map; keys are never null. */
  record MapOf(int keyId, Type key, int valueId, Type value) implements Type {}
}
