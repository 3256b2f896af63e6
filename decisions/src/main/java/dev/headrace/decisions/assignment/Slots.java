package dev.headrace.decisions.assignment;

import dev.headrace.core.project.spec.Doc;
import dev.headrace.core.project.spec.Percentage;
import dev.headrace.decisions.assignment.hash.Buckets;
import java.math.BigDecimal;

/**
 * The part of a layer that belongs to one experiment, in buckets.
 *
 * @param from the first bucket
 * @param to the first bucket that no longer belongs to it
 */
@Doc("A part of a layer, written 0%-50%: from the first share to before the second.")
public record Slots(int from, int to) {
  public Slots {
    if (from >= to) {
      throw new IllegalArgumentException("must be a range such as 0%-50%");
    }
  }

  /**
   * Reads {@code 0%-50%}.
   *
   * @throws IllegalArgumentException if it is no range of percentages
   */
  public static Slots parse(String text) {
    int dash = text.indexOf('-');
    if (dash < 0) {
      throw new IllegalArgumentException("must be a range such as 0%-50%");
    }
    return new Slots(
        buckets(Percentage.parse(text.substring(0, dash).strip())),
        buckets(Percentage.parse(text.substring(dash + 1).strip())));
  }

  /** A share of all buckets, which must come out whole. */
  static int buckets(Percentage share) {
    try {
      return share.percent().multiply(BigDecimal.valueOf(Buckets.COUNT / 100)).intValueExact();
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException("must have at most four decimals of a percent", e);
    }
  }

  boolean holds(int bucket) {
    return bucket >= from && bucket < to;
  }

  boolean overlaps(Slots other) {
    return from < other.to && other.from < to;
  }

  @Override
  public String toString() {
    return share(from) + "-" + share(to);
  }

  static String share(int buckets) {
    return BigDecimal.valueOf(buckets, 4).stripTrailingZeros().toPlainString() + "%";
  }
}
