package dev.headrace.ml.features.internal.walk;

/** Whole numbers of 128 bits in two words, as DuckDB's HUGEINT. */
final class Exact {
  private static final int PRECISION = 52;
  private static final long FRACTION = (1L << PRECISION) - 1;
  private static final double TWO_TO_64 = 0x1p64;

  private Exact() {}

  /** The lower word of a fraction times 2 to the power of {@code scale}, a whole number. */
  static long low(double value, int scale) {
    int shift = shift(value, scale);
    long size = shift < Long.SIZE ? size(value) << shift : 0;
    return value < 0 ? -size : size;
  }

  /** The upper word. */
  static long high(double value, int scale) {
    int shift = shift(value, scale);
    long size = size(value);
    long high = shift == 0 ? 0 : shift < Long.SIZE ? size >>> (Long.SIZE - shift) : size << shift;
    if (value >= 0) {
      return high;
    }
    boolean lowIsZero = shift >= Long.SIZE || size << shift == 0;
    return lowIsZero ? -high : ~high;
  }

  /** Its digits; of 0 none. */
  private static long size(double value) {
    return value == 0 ? 0 : (Double.doubleToRawLongBits(value) & FRACTION) | (1L << PRECISION);
  }

  private static int shift(double value, int scale) {
    return value == 0 ? 0 : Math.getExponent(value) - PRECISION + scale;
  }

  /** The double that DuckDB's CAST makes of a HUGEINT, to the last bit. */
  static double toDouble(long high, long low) {
    return high == -1 ? -unsigned(~low) - 1 : unsigned(low) + high * TWO_TO_64;
  }

  /** The nearest double of a word without a sign. */
  private static double unsigned(long word) {
    return word >= 0 ? word : ((word >>> 1) | (word & 1)) * 2.0;
  }
}
