package dev.headrace.core.stats.distribution;

import java.util.function.DoubleUnaryOperator;

/** What distributions share: checking a probability, inverting a monotone function. */
final class Probability {
  private Probability() {}

  static void check(double p) {
    if (!(p >= 0 && p <= 1)) {
      throw new IllegalArgumentException("a probability of " + p);
    }
  }

  static void positive(String name, double value) {
    if (!(value > 0) || value == Double.POSITIVE_INFINITY) {
      throw new IllegalArgumentException(name + " of " + value);
    }
  }

  /**
   * x in (low, high) with {@code f(x) = 0}, by Newton's steps kept inside a shrinking bracket.
   *
   * @param f rises from negative to positive
   * @param slope of f; where it fails to help, the bracket is halved
   */
  static double root(
      DoubleUnaryOperator f, DoubleUnaryOperator slope, double start, double low, double high) {
    double from = low;
    double to = high;
    double x = start > low && start < high ? start : low / 2 + high / 2;
    for (int i = 0; i < 200; i++) {
      double value = f.applyAsDouble(x);
      if (value == 0) {
        return x;
      }
      if (value < 0) {
        from = x;
      } else {
        to = x;
      }
      double next = x - value / slope.applyAsDouble(x);
      if (!(next > from && next < to)) {
        next = from / 2 + to / 2;
      }
      if (Math.abs(next - x) <= 4e-16 * Math.abs(x) || next == from || next == to) {
        return next;
      }
      x = next;
    }
    return x;
  }
}
