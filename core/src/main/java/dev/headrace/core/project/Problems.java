package dev.headrace.core.project;

import dev.headrace.spi.error.ErrorCode;
import dev.headrace.spi.error.HeadraceException;
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

  /**
   * All problems as one failure: the opening, then a line per problem with its place and hint.
   *
   * @param opening what cannot be done, without a full stop
   */
  public HeadraceException toException(ErrorCode code, String opening, String hint) {
    List<Problem> sorted = list();
    List<String> lines = new ArrayList<>();
    lines.add(opening + ": " + (sorted.size() == 1 ? "1 problem." : sorted.size() + " problems."));
    for (Problem problem : sorted) {
      lines.add("  " + problem.location() + ": " + problem.message());
      if (!problem.hint().isEmpty()) {
        lines.add("      " + problem.hint());
      }
    }
    return new HeadraceException(code, String.join("\n", lines), hint, sorted);
  }
}
