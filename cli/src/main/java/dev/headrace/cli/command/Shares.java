package dev.headrace.cli.command;

import dev.headrace.cli.process.CliError;
import dev.headrace.core.project.spec.Percentage;
import dev.headrace.spi.error.HeadraceException;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** Shares as they are typed on the command line: {@code 5%}, {@code 0.5%}. */
final class Shares {
  private Shares() {}

  /**
   * Reads a share above 0.
   *
   * @param text empty where the option was not given
   */
  static OptionalDouble parse(String option, @Nullable String text) {
    if (text == null) {
      return OptionalDouble.empty();
    }
    try {
      double share = Percentage.parse(text).fraction();
      if (share > 0) {
        return OptionalDouble.of(share);
      }
    } catch (IllegalArgumentException e) {
      throw refused(option, text, e);
    }
    throw refused(option, text, null);
  }

  private static HeadraceException refused(String option, String text, @Nullable Throwable cause) {
    return new HeadraceException(
        CliError.CLI_USAGE,
        "Cannot read the share '%s' of %s.".formatted(text, option),
        "Write a percentage above 0% and up to 100%, such as 5%.",
        cause);
  }
}
