package dev.headrace.data.metrics;

import dev.headrace.data.metrics.Reach.Column;
import java.time.Duration;
import java.time.LocalDate;
import java.util.Optional;

/**
 * The rows of some time up to the end of each period that is asked for: a table of periods, with
 * the beginning and the end of what counts in each, that rows are joined to. A row is in as many
 * groups as windows hold it, so any measure is exact.
 *
 * <p>Periods are those in which the measured table has a row, whatever is filtered. One that
 * reaches beyond the last day asked ends with it. Where no period is asked for there is one window:
 * up to the end of the last day asked, or of the newest row's day.
 *
 * @param prelude the name of the table of periods
 * @param sql that table
 * @param time when a row took place
 */
record TrailingWindow(String prelude, String sql, String time) {
  private static final String PERIOD = "period__start";
  private static final String START = "window__start";
  private static final String END = "window__end";

  /**
   * Windows over the rows of a table.
   *
   * @param metric that asks for them first
   * @param from rows, with the joins that the time needs
   */
  static TrailingWindow of(
      String metric,
      Duration length,
      String from,
      Column time,
      Optional<Grain> grain,
      Optional<LocalDate> first,
      Optional<LocalDate> last) {
    String prelude = metric + "__windows";
    String at = time.sql();
    String back = " - " + interval(length);
    Optional<String> end = last.map(day -> Question.timestamp(day.plusDays(1)));
    if (grain.isEmpty()) {
      String until =
          end.orElseGet(
              () ->
                  "max(%s) + %s"
                      .formatted(Grain.DAY.sql(at, time.field().type()), Grain.DAY.step()));
      String rows = end.isPresent() ? "" : "\n" + from;
      return new TrailingWindow(
          prelude,
          "select\n  %s%s as %s,\n  %1$s as %s%s".formatted(until, back, START, END, rows),
          at);
    }
    String until = PERIOD + " + " + grain.get().step();
    if (end.isPresent() && grain.get().compareTo(Grain.DAY) > 0) {
      until = "least(%s, %s)".formatted(until, end.get());
    }
    StringBuilder rows = new StringBuilder(at + " is not null");
    first.ifPresent(day -> rows.append("\n    and " + at + " >= " + Question.literal(day, time)));
    last.ifPresent(
        day -> rows.append("\n    and " + at + " < " + Question.literal(day.plusDays(1), time)));
    return new TrailingWindow(
        prelude,
        """
        select
          %s,
          %s%s as %s,
          %2$s as %s
        from (
          select distinct %s as %1$s
          %s
          where %s
        ) as periods"""
            .formatted(
                PERIOD,
                until,
                back,
                START,
                END,
                grain.get().sql(at, time.field().type()),
                from.replace("\n", "\n  "),
                rows),
        at);
  }

  /** Whole days are those of the calendar, also where clocks change. */
  static String interval(Duration length) {
    return length.equals(Duration.ofDays(length.toDays()))
        ? "interval '" + length.toDays() + "' day"
        : "interval '" + length.toSeconds() + "' second";
  }

  /** The beginning of the period whose end the window has. */
  String period() {
    return Reach.name(prelude) + "." + PERIOD;
  }

  /** Puts every row into the windows that hold it. */
  String join() {
    String name = Reach.name(prelude);
    return "join %s on %s >= %1$s.%s and %2$s < %1$s.%s".formatted(name, time, START, END);
  }
}
