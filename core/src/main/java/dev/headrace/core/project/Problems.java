package dev.headrace.core.project;

import dev.headrace.spi.error.Location;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Collects everything that is wrong with a project, so that it is reported together. */
public final class Problems {
  private final List<Problem> found = new ArrayList<>();

  /**
   * One thing that is wrong.
   *
   * @param message what is wrong, with the offending value
   * @param hint what to do, one sentence; empty when the message says it all
   */
  public record Problem(Location location, String message, String hint) {}

  public void add(Location location, String message, String hint) {
    found.add(new Problem(location, message, hint));
  }

  public boolean isEmpty() {
    return found.isEmpty();
  }

  /** All problems, by file and line. */
  public List<Problem> list() {
    return found.stream().sorted(Comparator.comparing(Problem::location)).toList();
  }
}
