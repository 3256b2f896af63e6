package dev.headrace.data.tables;

import dev.headrace.core.ledger.DayRanges;
import dev.headrace.core.plan.Decision;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What is to be done for one table. */
public sealed interface TableWork extends Decision.Work {

  /** All rows from nothing. */
  record Rebuild() implements TableWork {
    @Override
    public String toString() {
      return "all rows";
    }
  }

  /** The definition of a view is published anew. */
  record Redefine() implements TableWork {
    @Override
    public String toString() {
      return "the view's definition";
    }
  }

  /**
   * The rows of some days take the place of what is there for these days.
   *
   * @param dropped days whose rows go and are not built again
   */
  record Days(DayRanges days, DayRanges dropped, Start start) implements TableWork {
    @Override
    public String toString() {
      return Stream.of(
              start == Start.FROM_NOTHING ? "from nothing, days " + days : named("days ", days),
              named("without days ", dropped))
          .filter(part -> !part.isEmpty())
          .collect(Collectors.joining(", "));
    }

    private static String named(String what, DayRanges days) {
      return days.isEmpty() ? "" : what + days;
    }
  }

  /** New rows take the place of those with the same key. */
  record Merge() implements TableWork {
    @Override
    public String toString() {
      return "rows by key";
    }
  }

  /** The rows stay, they are only checked again. */
  record Recheck() implements TableWork {
    @Override
    public String toString() {
      return "checks only";
    }
  }

  /** What the rows of a build are added to. */
  enum Start {
    FROM_NOTHING,
    ON_WHAT_IS_THERE
  }
}
