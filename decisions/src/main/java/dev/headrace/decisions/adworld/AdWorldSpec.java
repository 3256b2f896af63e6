package dev.headrace.decisions.adworld;

import dev.headrace.spi.error.HeadraceException;
import java.time.LocalDate;
import java.util.EnumSet;
import java.util.Set;

/**
 * How large an ad world to simulate, and which one.
 *
 * <p>The files are a function of the first four parts only: {@code threads} changes how long it
 * takes, {@code feeds} which files there are, neither a byte of them.
 *
 * @param people inhabitants, 1 to 1,000,000,000
 * @param days length in UTC days, 1 to 3,650
 * @param seed which world: equal specs with equal seeds give equal bytes
 * @param startDate the first UTC day, year 1970 to 2200
 * @param threads workers, 1 to 64; more than four are not used
 * @param feeds raw events that are written, at least one; the truth tells of all, and of the dirt
 *     in those
 */
public record AdWorldSpec(
    long people, int days, long seed, LocalDate startDate, int threads, Set<Feed> feeds) {
  /** The first day unless another is asked for: a Monday. */
  public static final LocalDate DEFAULT_START_DATE = LocalDate.of(2026, 3, 2);

  public AdWorldSpec {
    feeds = Set.copyOf(feeds);
    require(!feeds.isEmpty(), "the number of feeds", 0, "1 to " + Feed.values().length);
    require(people >= 1 && people <= 1_000_000_000L, "people", people, "1 to 1000000000");
    require(days >= 1 && days <= 3_650, "days", days, "1 to 3650");
    require(threads >= 1 && threads <= 64, "threads", threads, "1 to 64");
    int year = startDate.getYear();
    require(year >= 1970 && year <= 2200, "start year", year, "1970 to 2200");
  }

  /** A world that starts on {@link #DEFAULT_START_DATE}, made by all processors. */
  public static AdWorldSpec of(long people, int days, long seed) {
    int threads = Math.clamp(Runtime.getRuntime().availableProcessors(), 1, 64);
    return new AdWorldSpec(
        people, days, seed, DEFAULT_START_DATE, threads, EnumSet.allOf(Feed.class));
  }

  /** The same world, moved to another first day. */
  public AdWorldSpec withStartDate(LocalDate date) {
    return new AdWorldSpec(people, days, seed, date, threads, feeds);
  }

  /** The same world, made by another number of workers. */
  public AdWorldSpec withThreads(int count) {
    return new AdWorldSpec(people, days, seed, startDate, count, feeds);
  }

  /** The same world, of which only some feeds are written. */
  public AdWorldSpec withFeeds(Set<Feed> some) {
    return new AdWorldSpec(people, days, seed, startDate, threads, some);
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
