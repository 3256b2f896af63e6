package dev.headrace.decisions.adworld.internal;

import java.time.LocalDate;
import java.time.ZoneOffset;

/** The world's time: milliseconds since its first midnight, UTC. */
final class Clock {
  static final long HOUR = 3_600_000L;
  static final long DAY = 24 * HOUR;

  final int days;
  final long end;
  private final LocalDate start;
  private final long startEpochMillis;

  Clock(LocalDate start, int days) {
    this.start = start;
    this.days = days;
    this.end = days * DAY;
    this.startEpochMillis = start.atStartOfDay().toInstant(ZoneOffset.UTC).toEpochMilli();
  }

  static int day(long time) {
    return (int) (time / DAY);
  }

  static int hour(long time) {
    return (int) (time % DAY / HOUR);
  }

  long epochMillis(long time) {
    return startEpochMillis + time;
  }

  /** {@code 2026-03-02}; {@link LocalDate#toString} is the same in every locale. */
  String date(int day) {
    return start.plusDays(day).toString();
  }

  boolean isWeekend(int day) {
    return start.plusDays(day).getDayOfWeek().getValue() >= 6;
  }
}
