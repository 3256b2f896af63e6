package dev.headrace.core.stats;

/**
 * From {@code lower} to {@code upper}, both included.
 *
 * @param lower may be negative infinity, for a one-sided interval
 * @param upper at least {@code lower}; may be infinity
 */
public record Interval(double lower, double upper) {
  /** All real numbers. */
  public static final Interval EVERYTHING =
      new Interval(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);

  public Interval {
    if (!(lower <= upper)) {
      throw new IllegalArgumentException("an interval from " + lower + " to " + upper);
    }
  }

  /** The side of {@code center} that a test of this alternative leaves open is infinite. */
  public static Interval around(double center, double halfWidth, Alternative alternative) {
    return switch (alternative) {
      case TWO_SIDED -> new Interval(center - halfWidth, center + halfWidth);
      case GREATER -> new Interval(center - halfWidth, Double.POSITIVE_INFINITY);
      case LESS -> new Interval(Double.NEGATIVE_INFINITY, center + halfWidth);
    };
  }

  /** The same, moved. */
  public Interval plus(double shift) {
    return new Interval(lower + shift, upper + shift);
  }

  public boolean contains(double value) {
    return lower <= value && value <= upper;
  }

  public double width() {
    return upper - lower;
  }

  /** What both contain; a point between them where they do not touch. */
  public Interval intersect(Interval other) {
    double from = Math.max(lower, other.lower);
    double to = Math.min(upper, other.upper);
    if (from <= to) {
      return new Interval(from, to);
    }
    double middle = from / 2 + to / 2;
    return new Interval(middle, middle);
  }
}
