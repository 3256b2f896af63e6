package dev.headrace.spi.error;

import java.util.Comparator;

/**
 * One thing that is wrong in a user's files.
 *
 * @param message what is wrong, with the offending value
 * @param hint what to do, one sentence; empty when the message says it all
 */
public record Problem(Location location, String message, String hint)
    implements Comparable<Problem> {
  private static final Comparator<Problem> ORDER =
      Comparator.comparing(Problem::location)
          .thenComparing(Problem::message)
          .thenComparing(Problem::hint);

  @Override
  public int compareTo(Problem other) {
    return ORDER.compare(this, other);
  }
}
