package dev.headrace.core.ledger;

import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * An immutable set of UTC days, kept as the fewest ranges: years of daily builds without a gap are
 * one range.
 */
public record DayRanges(List<Range> ranges) {
  private static final DayRanges NONE = new DayRanges(List.of());

  /**
   * A range of days.
   *
   * @param from first day
   * @param to day after the last
   */
  public record Range(LocalDate from, LocalDate to) {
    public Range {
      if (!from.isBefore(to)) {
        throw new IllegalArgumentException("empty range " + from + " to " + to);
      }
    }

    /** Number of days, at least 1. */
    public long days() {
      return ChronoUnit.DAYS.between(from, to);
    }

    @Override
    public String toString() {
      return days() == 1 ? from.toString() : from + ".." + to.minusDays(1);
    }
  }

  public DayRanges {
    ranges = normalise(ranges);
  }

  /** No day. */
  public static DayRanges none() {
    return NONE;
  }

  /** The days from {@code from} to before {@code to}; none when they are not in that order. */
  public static DayRanges of(LocalDate from, LocalDate to) {
    return from.isBefore(to) ? new DayRanges(List.of(new Range(from, to))) : NONE;
  }

  public boolean isEmpty() {
    return ranges.isEmpty();
  }

  /** Number of days. */
  public long days() {
    return ranges.stream().mapToLong(Range::days).sum();
  }

  /** Days in either. */
  public DayRanges union(DayRanges other) {
    List<Range> all = new ArrayList<>(ranges);
    all.addAll(other.ranges);
    return new DayRanges(all);
  }

  /** Days in this that are not in {@code other}. */
  public DayRanges minus(DayRanges other) {
    List<Range> rest = new ArrayList<>();
    for (Range range : ranges) {
      LocalDate from = range.from();
      for (Range hole : other.ranges) {
        if (!hole.to().isAfter(from) || !hole.from().isBefore(range.to())) {
          continue;
        }
        if (hole.from().isAfter(from)) {
          rest.add(new Range(from, hole.from()));
        }
        from = hole.to();
      }
      if (from.isBefore(range.to())) {
        rest.add(new Range(from, range.to()));
      }
    }
    return new DayRanges(rest);
  }

  /** Days in both. */
  public DayRanges intersection(DayRanges other) {
    return minus(minus(other));
  }

  @Override
  public String toString() {
    return String.join(", ", ranges.stream().map(Range::toString).toList());
  }

  /** Sorts and joins ranges that touch or overlap. */
  private static List<Range> normalise(List<Range> ranges) {
    List<Range> sorted = ranges.stream().sorted(Comparator.comparing(Range::from)).toList();
    List<Range> joined = new ArrayList<>();
    for (Range range : sorted) {
      Range last = joined.isEmpty() ? null : joined.getLast();
      if (last == null || range.from().isAfter(last.to())) {
        joined.add(range);
      } else if (range.to().isAfter(last.to())) {
        joined.set(joined.size() - 1, new Range(last.from(), range.to()));
      }
    }
    return List.copyOf(joined);
  }
}
