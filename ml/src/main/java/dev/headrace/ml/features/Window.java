package dev.headrace.ml.features;

import dev.headrace.core.project.spec.Doc;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How far back rows count. */
@Doc("a duration such as 30m, 12h or 7d, or a number of rows such as 10 rows")
public sealed interface Window {
  /** What a window may not exceed, so that no moment minus a window leaves the calendar. */
  Duration LONGEST = Duration.ofDays(36_525);

  /** The newest rows a feature may look at, so that one entity's state stays small. */
  int MOST_ROWS = 10_000;

  /**
   * By time: at a moment t the rows of (t - length, t].
   *
   * @param length longer than nothing
   */
  record Span(Duration length) implements Window {
    /** In microseconds, the resolution of all times. */
    public long micros() {
      return length.toSeconds() * 1_000_000 + length.toNanosPart() / 1_000;
    }

    @Override
    public String toString() {
      StringBuilder text = new StringBuilder();
      part(text, length.toDays(), "d");
      part(text, length.toHoursPart(), "h");
      part(text, length.toMinutesPart(), "m");
      part(text, length.toSecondsPart(), "s");
      part(text, length.toMillisPart(), "ms");
      return text.toString();
    }

    private static void part(StringBuilder text, long number, String unit) {
      if (number > 0) {
        text.append(number).append(unit);
      }
    }
  }

  /** By number: the newest rows that count. */
  record Rows(int count) implements Window {
    @Override
    public String toString() {
      return count + "rows";
    }
  }

  /** Reads {@code 7d} or {@code 10 rows}. */
  static Window parse(String text) {
    Matcher rows = Pattern.compile("(\\d{1,9}) ?rows?").matcher(text.toLowerCase(Locale.ROOT));
    if (rows.matches()) {
      int count = Integer.parseInt(rows.group(1));
      if (count < 1 || count > MOST_ROWS) {
        throw new IllegalArgumentException(
            "must be a window of 1 to " + MOST_ROWS + " rows, not " + count);
      }
      return new Rows(count);
    }
    Matcher parts =
        Pattern.compile(
                "(?=.)(?:(\\d{1,9})d)?(?:(\\d{1,9})h)?(?:(\\d{1,9})m)?(?:(\\d{1,9})s)?(?:(\\d{1,9})ms)?")
            .matcher(text);
    if (!parts.matches()) {
      throw new IllegalArgumentException(
          "must be a window such as 30m, 12h, 7d or 10 rows, not '" + text + "'");
    }
    Duration length =
        Duration.ofDays(number(parts, 1))
            .plusHours(number(parts, 2))
            .plusMinutes(number(parts, 3))
            .plusSeconds(number(parts, 4))
            .plusMillis(number(parts, 5));
    if (length.isZero()) {
      throw new IllegalArgumentException(
          "must be a window longer than nothing, not '" + text + "'");
    }
    if (length.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          "must be a window of at most " + LONGEST.toDays() + "d, not '" + text + "'");
    }
    return new Span(length);
  }

  private static long number(Matcher parts, int group) {
    String digits = parts.group(group);
    return digits == null ? 0 : Long.parseLong(digits);
  }
}
