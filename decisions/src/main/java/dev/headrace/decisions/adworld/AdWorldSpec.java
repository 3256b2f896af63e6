package dev.headrace.decisions.adworld;

import dev.headrace.spi.error.HeadraceException;
import java.time.LocalDate;

/**
 * How large an ad world to simulate, and which one.
 *
 * <p>The files are a function of the first four parts only: {@code threads} changes how long it
 * takes, never a byte.
 *
 * @param people inhabitants, 1 to 1,000,000,000
 * @param days length in UTC days, 1 to 3,650
 * @param seed which world: equal specs with equal seeds give equal bytes
 * @param startDate the first UTC day, year 1970 to 2200
 * @param threads workers, 1 to 64; more than four are not used
 */
public record AdWorldSpec(long people, int days, long seed, LocalDate startDate, int threads) {
  /** The first day unless another is asked for: a Monday. */
  public static final LocalDate DEFAULT_START_DATE = LocalDate.of(2026, 3, 2);

  public AdWorldSpec {
    require(people >= 1 && people <= 1_000_000_000L, "people", people, "1 to 1000000000");
    require(days >= 1 && days <= 3_650, "days", days, "1 to 3650");
    require(threads >= 1 && threads <= 64, "threads", threads, "1 to 64");
    int year = startDate.getYear();
    require(year >= 1970 && year <= 2200, "start year", year, "1970 to 2200");
  }

  /** A world that starts on {@link #DEFAULT_START_DATE}, made by all processors. */
  public static AdWorldSpec of(long people, int days, long seed) {
    int threads = Math.clamp(Runtime.getRuntime().availableProcessors(), 1, 64);
    return new AdWorldSpec(people, days, seed, DEFAULT_START_DATE, threads);
  }

  /** The same world, moved to another first day. */
  public AdWorldSpec withStartDate(LocalDate date) {
    return new AdWorldSpec(people, days, seed, date, threads);
  }

  /** The same world, made by another number of workers. */
  public AdWorldSpec withThreads(int count) {
    return new AdWorldSpec(people, days, seed, startDate, count);
  }

  private static void require(boolean valid, String part, long given, String range) {
    if (!valid) {
      throw new HeadraceException(
          AdWorldError.ADWORLD_SPEC_INVALID,
          "Cannot simulate ads: " + part + " is " + given + ".",
          "Choose " + part + " from " + range + ".");
    }
  }
}
