package dev.headrace.ml.features;

import dev.headrace.core.project.spec.Doc;
import java.math.BigDecimal;
import java.util.List;

/** What a feature is made of. */
public sealed interface Computation {
  /** The declaration as a person would say it, such as {@code sum amount}. */
  default String words() {
    return switch (this) {
      case Count(String of) -> of.equals(Count.ROWS) ? "count of rows" : "count " + of;
      case Sum(String of) -> "sum " + of;
      case Mean(String of) -> "mean " + of;
      case Min(String of) -> "min " + of;
      case Max(String of) -> "max " + of;
      case Stddev(String of) -> "stddev " + of;
      case First(String of) -> "first " + of;
      case Last(String of) -> "last " + of;
      case ApproxDistinct(String of) -> "distinct " + of;
      case LastK(String of, int k) -> "last " + k + " of " + of;
      case TopK(String of, int k) -> "top " + k + " of " + of;
      case Percentile(String of, BigDecimal at) -> "percentile " + at + " of " + of;
      case Histogram(String of, List<BigDecimal> bounds) -> "histogram of " + of + " at " + bounds;
      case Ratio(List<String> of) -> of.getFirst() + " / " + of.getLast();
      case Sql(String expression) -> expression;
    };
  }

  /** Made of the rows of the view's table; {@link #of} is a column of it, or SQL over a row. */
  sealed interface Aggregation extends Computation {
    /** What of each row. */
    String of();
  }

  /** Made of other features of the view. */
  sealed interface Derived extends Computation {}

  @Doc("How many rows; with a column, how many in which it is not null.")
  record Count(String of) implements Aggregation {
    /** Counts rows, whatever is in them. */
    static final String ROWS = "*";
  }

  @Doc("Total of a number; null where no row has one.")
  record Sum(String of) implements Aggregation {}

  @Doc("Arithmetic mean of a number.")
  record Mean(String of) implements Aggregation {}

  @Doc("Smallest value.")
  record Min(String of) implements Aggregation {}

  @Doc("Greatest value.")
  record Max(String of) implements Aggregation {}

  @Doc("Sample standard deviation (n - 1) of a number; null for fewer than two.")
  record Stddev(String of) implements Aggregation {}

  @Doc("Value of the oldest row, null if it is null there.")
  record First(String of) implements Aggregation {}

  @Doc("Value of the newest row, null if it is null there.")
  record Last(String of) implements Aggregation {}

  @Doc("How many different values; counted exactly.")
  record ApproxDistinct(String of) implements Aggregation {}

  @Doc("Values of the newest rows, newest first, nulls included.")
  record LastK(@Doc("A column, or SQL over a row.") String of, @Doc("How many, 1 to 1000.") int k)
      implements Aggregation {
    public LastK {
      requireK(k);
    }
  }

  @Doc("The most frequent values, the most frequent first; of equally frequent, the smallest.")
  record TopK(@Doc("A column, or SQL over a row.") String of, @Doc("How many, 1 to 1000.") int k)
      implements Aggregation {
    public TopK {
      requireK(k);
    }
  }

  @Doc("The value below which a share of the numbers lies, interpolated between neighbours.")
  record Percentile(
      @Doc("A column, or SQL over a row.") String of,
      @Doc("The share in percent, 0 to 100: 50 is the median.") BigDecimal at)
      implements Aggregation {
    public Percentile {
      if (at.signum() < 0 || at.compareTo(BigDecimal.valueOf(100)) > 0) {
        throw new IllegalArgumentException("must be a percentile 'at' 0 to 100, not " + at);
      }
    }
  }

  @Doc("How many numbers lie below the first bound, from each bound to the next, and above.")
  record Histogram(
      @Doc("A column, or SQL over a row.") String of,
      @Doc("Ascending; a number that equals a bound belongs above it.") List<BigDecimal> bounds)
      implements Aggregation {
    public Histogram {
      if (bounds.isEmpty()) {
        throw new IllegalArgumentException("must be a histogram with at least one bound");
      }
      for (int i = 1; i < bounds.size(); i++) {
        if (bounds.get(i - 1).compareTo(bounds.get(i)) >= 0) {
          throw new IllegalArgumentException(
              "must be a histogram with ascending bounds, not " + bounds);
        }
      }
    }
  }

  @Doc("One feature divided by another; null where that is zero.")
  record Ratio(List<String> of) implements Derived {
    public Ratio {
      if (of.size() != 2) {
        throw new IllegalArgumentException(
            "must be a ratio of two features, such as [clicks, impressions], not " + of);
      }
    }
  }

  @Doc("SQL over features of the view, columns of the newest row, and $at, the moment in UTC.")
  record Sql(String expression) implements Derived {}

  private static void requireK(int k) {
    if (k < 1 || k > 1_000) {
      throw new IllegalArgumentException("must have a 'k' of 1 to 1000, not " + k);
    }
  }
}
