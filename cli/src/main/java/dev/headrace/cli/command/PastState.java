package dev.headrace.cli.command;

import dev.headrace.cli.compose.Headrace;
import dev.headrace.cli.process.CliError;
import dev.headrace.core.ledger.Environments;
import dev.headrace.core.ledger.Ledger;
import dev.headrace.core.plan.Published;
import dev.headrace.spi.error.HeadraceException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What {@code --at} names: the number of a run or another action, an instant, or an environment.
 */
sealed interface PastState {
  /** As a run left it. */
  record AfterRun(long run) implements PastState {}

  /** As it was at an instant. */
  record AtTime(Instant instant) implements PastState {}

  /** As an environment shows it now. */
  record InEnvironment(String name) implements PastState {}

  Pattern RUN = Pattern.compile("\\d{1,18}");
  Pattern TIME = Pattern.compile("\\d{4}-.*");

  /**
   * Reads what a user typed.
   *
   * @param zone of times without one; a date stands for its first instant
   */
  static PastState parse(String text, ZoneId zone) {
    if (RUN.matcher(text).matches()) {
      return new AfterRun(Long.parseLong(text));
    }
    if (!TIME.matcher(text).matches()) {
      return new InEnvironment(text);
    }
    String iso = text.replace(' ', 'T');
    try {
      if (!iso.contains("T")) {
        return new AtTime(LocalDate.parse(iso).atStartOfDay(zone).toInstant());
      }
      boolean zoned = iso.endsWith("Z") || iso.matches(".*T.*[+-]\\d\\d:?\\d\\d");
      return new AtTime(
          zoned
              ? OffsetDateTime.parse(iso).toInstant()
              : LocalDateTime.parse(iso).atZone(zone).toInstant());
    } catch (DateTimeException e) {
      throw new HeadraceException(
          CliError.CLI_USAGE,
          "Cannot read the time '%s'.".formatted(text),
          "Write 2026-03-01, 2026-03-01T12:30 or 2026-03-01T12:30:00Z.",
          e);
    }
  }

  /** What {@code --at} names, or what the call's environment shows now where it is absent. */
  static Published orNow(@Nullable String at, Headrace headrace, Invocation call) {
    String environment = call.global().environment();
    return at == null
        ? headrace.published(environment)
        : parse(at, headrace.timezone()).of(headrace.ledger(), environment);
  }

  /** The state itself; a run belongs to its own environment, whichever was asked for. */
  default Published of(Ledger ledger, String environment) {
    Environments environments = ledger.environments();
    return switch (this) {
      case AfterRun(long run) -> Published.at(ledger, environments.after(run));
      case AtTime(Instant instant) -> {
        environments.require(environment);
        yield Published.at(ledger, environments.at(environment, instant));
      }
      case InEnvironment(String name) -> {
        environments.require(name);
        yield Published.of(ledger, name);
      }
    };
  }
}
