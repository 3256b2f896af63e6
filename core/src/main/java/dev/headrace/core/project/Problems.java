package dev.headrace.core.project;

import dev.headrace.spi.error.Location;
import dev.headrace.spi.error.Problem;
import java.util.ArrayList;
import java.util.List;

/**
 * Collects everything that is wrong with a project, so that it is reported together. Not
 * thread-safe: who reads files in parallel gives each its own and joins them with {@link #addAll}.
 */
public final class Problems {
  private final List<Problem> found = new ArrayList<>();

  /**
   * Adds one thing that is wrong.
   *
   * @param message what is wrong, with the offending value, a whole sentence
   * @param hint what to do, one sentence; empty when the message says it all
   */
  public void add(Location location, String message, String hint) {
    found.add(new Problem(location, message, hint));
  }

  /** Adds what another one has collected. */
  public void addAll(Problems others) {
    found.addAll(others.found);
  }

  public boolean isEmpty() {
    return found.isEmpty();
  }

  /** How many were added: whoever binds a part compares before and after. */
  public int size() {
    return found.size();
  }

  /** All problems, by file and line. */
  public List<Problem> list() {
    return found.stream().sorted().toList();
  }
}
