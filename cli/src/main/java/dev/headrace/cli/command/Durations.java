package dev.headrace.cli.command;

import dev.headrace.cli.process.CliError;
import dev.headrace.spi.error.HeadraceException;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as they are typed on the command line: {@code 30d}, {@code 12h}, {@code 15m}. */
final class Durations {
  private static final Pattern TEXT = Pattern.compile("(\\d{1,6})([dhms])");

  private Durations() {}

  static Duration parse(String text) {
    Matcher parts = TEXT.matcher(text);
    if (!parts.matches()) {
      throw new HeadraceException(
          CliError.CLI_USAGE,
          "Cannot read the duration '%s'.".formatted(text),
          "Write a number and a unit: 30d, 12h, 15m or 10s.");
    }
    long number = Long.parseLong(parts.group(1));
    return switch (parts.group(2)) {
      case "d" -> Duration.ofDays(number);
      case "h" -> Duration.ofHours(number);
      case "m" -> Duration.ofMinutes(number);
      default -> Duration.ofSeconds(number);
    };
  }
}
