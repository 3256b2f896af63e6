package dev.headrace.cli.compose;

import dev.headrace.cli.process.CliError;
import dev.headrace.core.project.Names;
import dev.headrace.spi.error.HeadraceException;
import java.util.List;
import java.util.Set;

/** The engines there are, by the name a user gives them. */
public final class Engines {
  /** The one that others are compared with. */
  public static final String DUCKDB = "duckdb";

  public static final String SPARK = "spark";

  /** All of them. */
  public static final List<String> NAMES = List.of(DUCKDB, SPARK);

  private Engines() {}

  /**
   * Returns if there is an engine of this name.
   *
   * @throws HeadraceException CLI_ENGINE, with the nearest name
   */
  public static void require(String name) {
    if (!NAMES.contains(name)) {
      throw new HeadraceException(
          CliError.CLI_ENGINE,
          "Cannot use engine '%s': there are %s.".formatted(name, String.join(" and ", NAMES)),
          Names.nearest(name, Set.copyOf(NAMES))
              .map(near -> "Did you mean '" + near + "'?")
              .orElse("Name one of them."));
    }
  }

  /**
   * Returns if there is an engine of this name that can be compared with {@link #DUCKDB}.
   *
   * @throws HeadraceException CLI_ENGINE
   */
  public static void requireOther(String name) {
    require(name);
    if (name.equals(DUCKDB)) {
      throw new HeadraceException(
          CliError.CLI_ENGINE,
          "Cannot compare engine 'duckdb' with itself: every other engine is compared with it.",
          "Name another engine: --engine spark.");
    }
  }
}
