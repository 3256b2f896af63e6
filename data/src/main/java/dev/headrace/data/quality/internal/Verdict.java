package dev.headrace.data.quality.internal;

import dev.headrace.data.quality.CheckResult;
import dev.headrace.data.quality.CheckResult.Status;
import dev.headrace.data.quality.PlannedCheck;
import dev.headrace.data.quality.Severity;
import dev.headrace.spi.error.HeadraceException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Turns what was measured into a result that a tired person understands. */
public final class Verdict {
  private static final int SHOWN_CHARACTERS = 80;

  private Verdict() {}

  /** The result of a check answered by a {@link BoundsScan} or a {@link RowScan}. */
  public static CheckResult of(PlannedCheck check, Measured found, Instant now) {
    return switch (check.probe()) {
      case Probe.Present present ->
          byRow(check, found, Optional.empty(), present.field().name() + " is null");
      case Probe.Within within ->
          byRow(
              check,
              found,
              seen(found),
              within.field().name()
                  + " is not "
                  + within.interval().text()
                  + seen(found).map(seen -> " (seen: " + seen + ")").orElse(""));
      case Probe.Matching matching ->
          byRow(
              check,
              found,
              Optional.ofNullable(found.example()).map(Verdict::shown),
              matching.field().name()
                  + " is not "
                  + matching.expected()
                  + (found.example() == null
                      ? ""
                      : " (for example " + shown(found.example()) + ")"));
      case Probe.Count(Long min, Long max) -> rowCount(check, found, min, max);
      case Probe.Age(var field, Duration allowed) -> age(check, found, field.name(), allowed, now);
      case Probe.Distinct distinct -> throw new IllegalArgumentException(check.id());
      case Probe.Referring referring -> throw new IllegalArgumentException(check.id());
      case Probe.Own own -> throw new IllegalArgumentException(check.id());
    };
  }

  /** The result of a uniqueness check. */
  public static CheckResult repeats(
      PlannedCheck check, long rows, long repeatedValues, long failing) {
    String columns = String.join(", ", check.columns());
    return result(
        check,
        failing == 0,
        rows,
        failing,
        Optional.of(plural(repeatedValues, "repeated value")),
        failing == 0
            ? columns + ": no value repeats in " + plural(rows, "row")
            : columns
                + ": "
                + plural(failing, "row")
                + " of "
                + count(rows)
                + " share "
                + plural(repeatedValues, "value"));
  }

  /** The result of a foreign-key check. */
  public static CheckResult orphans(
      PlannedCheck check,
      Probe.Referring probe,
      long rows,
      long failing,
      @Nullable Object example) {
    return result(
        check,
        failing == 0,
        rows,
        failing,
        Optional.ofNullable(example).map(Verdict::shown),
        failing == 0
            ? probe.field().name() + " is in " + probe.target() + " in all " + plural(rows, "row")
            : probe.field().name()
                + " is not in "
                + probe.target()
                + share(failing, rows)
                + (example == null ? "" : " (for example " + shown(example) + ")"));
  }

  /** The result of a custom query that yields a verdict. */
  public static CheckResult answered(
      PlannedCheck check, long rows, List<@Nullable Object> answers) {
    boolean holds = answers.size() == 1 && Boolean.TRUE.equals(answers.getFirst());
    String answer =
        switch (answers.size()) {
          case 0 -> "no row instead of one";
          case 1 -> String.valueOf(answers.getFirst());
          default -> "more than one row";
        };
    return result(check, holds, rows, 0, Optional.of(answer), "the query answered " + answer);
  }

  /** The result of a custom query that yields failing rows. */
  public static CheckResult found(PlannedCheck check, long rows, long failing) {
    return result(
        check,
        failing == 0,
        rows,
        failing,
        Optional.empty(),
        "the query found " + plural(failing, "failing row"));
  }

  /** The result of a check that could not be evaluated. */
  public static CheckResult error(PlannedCheck check, HeadraceException reason) {
    return new CheckResult(
        check.id(),
        check.columns(),
        check.severity(),
        Status.ERROR,
        0,
        0,
        Optional.empty(),
        "could not be evaluated: " + reason.getMessage());
  }

  private static CheckResult byRow(
      PlannedCheck check, Measured found, Optional<String> observed, String complaint) {
    return result(
        check,
        found.failing() == 0,
        found.rows(),
        found.failing(),
        observed,
        found.failing() == 0
            ? "holds in all " + plural(found.rows(), "row")
            : complaint + share(found.failing(), found.rows()));
  }

  private static CheckResult rowCount(
      PlannedCheck check, Measured found, @Nullable Long min, @Nullable Long max) {
    long rows = found.rows();
    String missed = "";
    if (min != null && rows < min) {
      missed = ", expected at least " + count(min);
    } else if (max != null && rows > max) {
      missed = ", expected at most " + count(max);
    }
    return result(
        check,
        missed.isEmpty(),
        rows,
        0,
        Optional.of(Long.toString(rows)),
        "there are " + plural(rows, "row") + missed);
  }

  private static CheckResult age(
      PlannedCheck check, Measured found, String column, Duration allowed, Instant now) {
    if (found.high() == null) {
      return result(
          check, false, found.rows(), 0, Optional.empty(), column + " has no value at all");
    }
    Duration age = Duration.between(instant(found.high()), now);
    boolean fresh = age.compareTo(allowed) <= 0;
    return result(
        check,
        fresh,
        found.rows(),
        0,
        Optional.of(found.high().toString()),
        "the latest %s is %s, %s%s"
            .formatted(
                column,
                found.high(),
                age.isNegative() ? "in the future" : words(age) + " old",
                fresh ? "" : ", allowed are " + words(allowed)));
  }

  private static CheckResult result(
      PlannedCheck check,
      boolean holds,
      long rows,
      long failing,
      Optional<String> observed,
      String message) {
    Status status =
        holds ? Status.PASSED : check.severity() == Severity.WARN ? Status.WARNED : Status.FAILED;
    return new CheckResult(
        check.id(), check.columns(), check.severity(), status, rows, failing, observed, message);
  }

  private static Instant instant(Object value) {
    return switch (value) {
      case Instant instant -> instant;
      case LocalDateTime time -> time.toInstant(ZoneOffset.UTC);
      // The data of a day are complete when the day is over.
      case LocalDate date -> date.plusDays(1).atStartOfDay().toInstant(ZoneOffset.UTC);
      default -> throw new IllegalArgumentException(value.getClass().toString());
    };
  }

  private static Optional<String> seen(Measured found) {
    return found.low() == null
        ? Optional.empty()
        : Optional.of(found.low() + " to " + found.high());
  }

  private static String share(long failing, long rows) {
    return " in " + count(failing) + " of " + plural(rows, "row");
  }

  private static String plural(long count, String noun) {
    return count(count) + " " + noun + (count == 1 ? "" : "s");
  }

  private static String count(long count) {
    return String.format(Locale.ROOT, "%,d", count);
  }

  private static String shown(Object value) {
    String text = value.toString();
    String cut =
        text.length() <= SHOWN_CHARACTERS ? text : text.substring(0, SHOWN_CHARACTERS) + "…";
    return value instanceof String ? "'" + cut + "'" : cut;
  }

  private static String words(Duration duration) {
    if (duration.toDays() > 0) {
      return duration.toDays() + "d " + duration.toHoursPart() + "h";
    }
    if (duration.toHours() > 0) {
      return duration.toHours() + "h " + duration.toMinutesPart() + "m";
    }
    return duration.toMinutes() + "m " + duration.toSecondsPart() + "s";
  }
}
