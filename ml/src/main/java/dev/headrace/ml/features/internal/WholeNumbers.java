package dev.headrace.ml.features.internal;

import dev.headrace.spi.schema.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How the values of a column become whole numbers and their total comes back, with nothing lost on
 * the way: totals of whole numbers do not depend on the order of rows, and may be subtracted.
 *
 * @param scale a fraction is multiplied by 2 to this power, a decimal by 10
 * @param bits enough for the total of any of the rows, the sign left out
 * @param nulls whether any value is missing
 */
record WholeNumbers(Kind kind, int scale, int bits, boolean nulls) {
  /** A running total may have this many bits, the sign left out. */
  static final int MOST_BITS = 125;

  /** Bits of a double's fraction. */
  private static final int PRECISION = 53;

  /** Digits of the widest decimal. */
  private static final int DIGITS = 38;

  private static final double DIGITS_PER_BIT = Math.log10(2);

  enum Kind {
    INTEGER,
    FRACTION,
    DECIMAL,
    /** A decimal so wide that its totals are left to the engine. */
    WIDE
  }

  /**
   * Of a column; empty where fractions would lose their last bits or totals their first.
   *
   * @param count of the rows
   * @param greatest value; of fractions the greatest size
   * @param least value; of fractions the least size but 0
   */
  static Optional<WholeNumbers> of(
      @Nullable Type type,
      long count,
      boolean nulls,
      @Nullable Object greatest,
      @Nullable Object least) {
    if (Cells.isFraction(type)) {
      return fraction(count, nulls, greatest, least);
    }
    int scale = type instanceof Type.Decimal decimal ? decimal.scale() : 0;
    int bits = Math.max(bits(greatest, scale), bits(least, scale)) + bits(count);
    if (!(type instanceof Type.Decimal decimal)) {
      return Optional.of(new WholeNumbers(Kind.INTEGER, 0, bits, nulls));
    }
    boolean narrow =
        decimal.precision() + scale < DIGITS
            && Math.ceil(bits * DIGITS_PER_BIT) + scale < DIGITS - 1;
    return Optional.of(new WholeNumbers(narrow ? Kind.DECIMAL : Kind.WIDE, scale, bits, nulls));
  }

  /** Fine enough for the last bit of the smallest value, if the total of all still has room. */
  private static Optional<WholeNumbers> fraction(
      long count, boolean nulls, @Nullable Object greatest, @Nullable Object least) {
    if (!(greatest instanceof Double max) || !(least instanceof Double min)) {
      return Optional.of(new WholeNumbers(Kind.FRACTION, 0, 1, nulls));
    }
    if (!Double.isFinite(max) || min < Double.MIN_NORMAL) {
      return Optional.empty();
    }
    int scale = Math.max(0, PRECISION - 1 - Math.getExponent(min));
    int bits = Math.getExponent(max) + 1 + scale + bits(count);
    return bits <= MOST_BITS && scale <= Double.MAX_EXPONENT
        ? Optional.of(new WholeNumbers(Kind.FRACTION, scale, bits, nulls))
        : Optional.empty();
  }

  private static int bits(@Nullable Object value, int scale) {
    BigInteger whole =
        switch (value) {
          case null -> BigInteger.ZERO;
          case BigDecimal decimal -> decimal.movePointRight(scale).toBigInteger();
          case BigInteger integer -> integer;
          case Number number -> BigInteger.valueOf(number.longValue());
          default -> throw new IllegalStateException("no number: " + value);
        };
    return whole.abs().bitLength();
  }

  static int bits(long count) {
    return Long.SIZE - Long.numberOfLeadingZeros(count);
  }

  /** SQL of one value. */
  String whole(String column) {
    return switch (kind) {
      case INTEGER -> "cast(" + column + " as hugeint)";
      case FRACTION -> "cast(cast(" + column + " as double) * pow(2, " + scale + ") as hugeint)";
      case DECIMAL ->
          "cast(%s * cast(1%s as decimal(%d, 0)) as hugeint)"
              .formatted(column, "0".repeat(scale), scale + 1);
      case WIDE -> column;
    };
  }

  /** SQL of a total in the type of totals of the column. */
  String original(String total) {
    return switch (kind) {
      case INTEGER -> "cast(" + total + " as bigint)";
      case FRACTION -> "cast(" + total + " as double) / pow(2, " + scale + ")";
      case DECIMAL ->
          scale == 0
              ? "cast(%s as decimal(%d, 0))".formatted(total, DIGITS)
              : "cast(cast(%s as decimal(%d, 0)) * cast(0.%s1 as decimal(%d, %d)) as decimal(%d, %d))"
                  .formatted(
                      total,
                      DIGITS - 1 - scale,
                      "0".repeat(scale - 1),
                      scale,
                      scale,
                      DIGITS,
                      scale);
      case WIDE -> "cast(" + total + " as decimal(" + DIGITS + ", " + scale + "))";
    };
  }
}
