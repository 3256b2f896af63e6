package dev.headrace.ml.features.internal;

import dev.headrace.spi.schema.Type;
import dev.headrace.spi.schema.Type.Primitive;

/** Values as the 64 bits that a walk carries, and back. */
final class WalkedValues {
  /** Digits of a decimal that a whole number holds. */
  private static final int MOST_DIGITS = 18;

  /** What stands for a time after all others; less a sign, for one before them. */
  private static final long INFINITY = Long.MAX_VALUE;

  private WalkedValues() {}

  static boolean fits(Type type) {
    return switch (type) {
      case Primitive primitive ->
          switch (primitive) {
            case BOOLEAN, INT, LONG, FLOAT, DOUBLE, DATE, TIMESTAMP, TIMESTAMPTZ -> true;
            case TIME, STRING, UUID, BINARY -> false;
          };
      case Type.Decimal decimal -> decimal.precision() <= MOST_DIGITS;
      case Type.Struct _, Type.ListOf _, Type.MapOf _ -> false;
    };
  }

  /** What a word is: long or double. */
  static Primitive held(Type type) {
    return Cells.isFraction(type) ? Primitive.DOUBLE : Primitive.LONG;
  }

  /** SQL of a value as a word; null where it is. */
  static String word(String x, Type type) {
    return switch (type) {
      case Primitive.DOUBLE -> x;
      case Primitive.FLOAT -> "cast(" + x + " as double)";
      case Primitive.BOOLEAN -> "cast(cast(" + x + " as int) as bigint)";
      case Primitive.DATE, Primitive.TIMESTAMP, Primitive.TIMESTAMPTZ ->
          "case when isfinite(%s) then %s when %s > date '1970-01-01' then %d when %s is not null then %d end"
              .formatted(x, Dialect.micros(x, type), x, INFINITY, x, -INFINITY);
      case Type.Decimal decimal ->
          "cast(%s * cast(1%s as decimal(%d, 0)) as bigint)"
              .formatted(x, "0".repeat(decimal.scale()), decimal.scale() + 1);
      default -> "cast(" + x + " as bigint)";
    };
  }

  /** SQL of the value that a word stands for. */
  static String value(String word, Type type) {
    return switch (type) {
      case Primitive.FLOAT -> "cast(" + word + " as float)";
      case Primitive.BOOLEAN -> "cast(" + word + " as boolean)";
      case Primitive.INT -> "cast(" + word + " as int)";
      case Primitive.DATE -> time(word, "cast(make_timestamp(%s) as date)", "date");
      case Primitive.TIMESTAMP -> time(word, "make_timestamp(%s)", "timestamp");
      case Primitive.TIMESTAMPTZ -> time(word, "make_timestamptz(%s)", "timestamptz");
      case Type.Decimal decimal when decimal.scale() > 0 ->
          "cast(cast(%s as decimal(%d, 0)) * cast(0.%s1 as decimal(%d, %d)) as decimal(%d, %d))"
              .formatted(
                  word,
                  MOST_DIGITS,
                  "0".repeat(decimal.scale() - 1),
                  decimal.scale(),
                  decimal.scale(),
                  decimal.precision(),
                  decimal.scale());
      case Type.Decimal decimal ->
          "cast(%s as decimal(%d, 0))".formatted(word, decimal.precision());
      default -> word;
    };
  }

  private static String time(String word, String finite, String type) {
    return "case %s when %d then %s 'infinity' when %d then %s '-infinity' else %s end"
        .formatted(word, INFINITY, type, -INFINITY, type, finite.formatted(word));
  }
}
