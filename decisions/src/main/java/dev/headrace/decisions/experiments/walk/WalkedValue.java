package dev.headrace.decisions.experiments.walk;

import dev.headrace.data.metrics.UnitMeasure.Limits;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Optional;

/**
 * What becomes of a unit's total: a value, moved to the metric's limits where it is beyond them.
 *
 * @param factor from a total to a value, both as whole numbers: a power of ten
 * @param least value, as a whole number
 * @param most value, as a whole number
 * @param scale digits behind the point of a value
 */
record WalkedValue(long factor, long least, long most, int scale) {
  private static final BigInteger SMALLEST = BigInteger.valueOf(Long.MIN_VALUE);
  private static final BigInteger LARGEST = BigInteger.valueOf(Long.MAX_VALUE);

  /**
   * @param totalScale digits behind the point of a total
   * @return empty where limits depend on all units, or have more digits than a value
   */
  static Optional<WalkedValue> of(Optional<Limits> limits, int totalScale, int scale) {
    Optional<BigDecimal> min = limits.flatMap(Limits::min);
    Optional<BigDecimal> max = limits.flatMap(Limits::max);
    if (scale < totalScale
        || limits.flatMap(Limits::quantile).isPresent()
        || min.filter(number -> !fits(number, scale)).isPresent()
        || max.filter(number -> !fits(number, scale)).isPresent()) {
      return Optional.empty();
    }
    BigInteger least = min.map(number -> whole(number, scale)).orElse(SMALLEST);
    BigInteger most = max.map(number -> whole(number, scale)).orElse(LARGEST);
    return least.compareTo(most) > 0
        ? Optional.empty()
        : Optional.of(
            new WalkedValue(
                BigInteger.TEN.pow(scale - totalScale).longValueExact(),
                least.max(SMALLEST).longValueExact(),
                most.min(LARGEST).longValueExact(),
                scale));
  }

  private static boolean fits(BigDecimal number, int scale) {
    return number.stripTrailingZeros().scale() <= scale
        && whole(number, scale).bitLength() < Long.SIZE;
  }

  private static BigInteger whole(BigDecimal number, int scale) {
    return number.movePointRight(scale).toBigInteger();
  }

  /**
   * @throws ArithmeticException where it is no whole number of 64 bits
   */
  long of(long total) {
    long value = factor == 1 ? total : Math.multiplyExact(total, factor);
    return Math.max(least, Math.min(most, value));
  }
}
