package dev.headrace.ml.features.internal;

import dev.headrace.spi.schema.Type;
import dev.headrace.spi.schema.Type.Primitive;
import java.util.ArrayList;
import java.util.List;

/**
 * Values as the 64 bits that a walk carries, and back. A word is never null unless it is a double;
 * which values are null is told by bits of one more word.
 */
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

  /** SQL of the bits of the values that are null: most rows have none, and are asked once. */
  static String nulls(List<String> values) {
    List<String> any = new ArrayList<>();
    List<String> bits = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      any.add(values.get(i) + " is null");
      bits.add("case when %s is null then %d else 0 end".formatted(values.get(i), 1L << i));
    }
    return "cast(case when %s then %s else 0 end as bigint)"
        .formatted(String.join(" or ", any), String.join(" + ", bits));
  }

  /** SQL of a value as a word. */
  static String word(String x, Type type) {
    return switch (type) {
      case Primitive.DOUBLE -> x;
      case Primitive.FLOAT -> "cast(" + x + " as double)";
      case Primitive.BOOLEAN -> "coalesce(cast(cast(" + x + " as int) as bigint), 0)";
      case Primitive.DATE, Primitive.TIMESTAMP, Primitive.TIMESTAMPTZ ->
          "coalesce(case when isfinite(%s) then %s when %s > date '1970-01-01' then %d else %d end, 0)"
              .formatted(x, Dialect.micros(x, type), x, INFINITY, -INFINITY);
      case Type.Decimal decimal ->
          "coalesce(cast(%s * cast(1%s as decimal(%d, 0)) as bigint), 0)"
              .formatted(x, "0".repeat(decimal.scale()), decimal.scale() + 1);
      default -> "coalesce(cast(" + x + " as bigint), 0)";
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
