package dev.headrace.spi.online;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;

/** Times as the microseconds that tables and stores count in; nanoseconds are cut off downwards. */
final class Micros {
  private static final long PER_SECOND = 1_000_000;

  private Micros() {}

  static long of(Instant instant) {
    return Math.addExact(
        Math.multiplyExact(instant.getEpochSecond(), PER_SECOND), instant.getNano() / 1_000);
  }

  static long of(LocalDateTime time) {
    return of(time.toInstant(ZoneOffset.UTC));
  }

  /** Of a duration too long to count: the greatest number. */
  static long of(Duration duration) {
    return duration.getSeconds() >= Long.MAX_VALUE / PER_SECOND
        ? Long.MAX_VALUE
        : duration.getSeconds() * PER_SECOND + duration.getNano() / 1_000;
  }

  static Instant instant(long micros) {
    return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
  }

  static LocalDateTime dateTime(long micros) {
    return LocalDateTime.ofInstant(instant(micros), ZoneOffset.UTC);
  }
}
