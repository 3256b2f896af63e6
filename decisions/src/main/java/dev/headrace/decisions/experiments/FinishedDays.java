package dev.headrace.decisions.experiments;

import dev.headrace.core.ledger.Publication;
import dev.headrace.core.plan.Published;
import dev.headrace.data.metrics.UnitMeasure;
import dev.headrace.data.release.Relations;
import dev.headrace.spi.schema.Type;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Which days were over when the rows that are shown were published. A test that allows few looks
 * may not be looked at while the day of one goes on: every hour would be another look.
 *
 * <p>By the newest publication of the environment, not by today's clock: who asks again is told the
 * same. Exposures of days to come are simulated, and their days count as over. What is measured may
 * go on when everybody has been exposed, as shops are that are dealt on one day; of its rows only
 * those count that are no later than their publication, for orders may be dated ahead.
 *
 * @param published when the environment changed last
 * @param newest row of the assignments and of what is measured, by their declared times
 */
record FinishedDays(Optional<Instant> published, Optional<Instant> newest, List<ZoneId> zones) {
  FinishedDays {
    zones = List.copyOf(zones);
  }

  /**
   * @param zone the project's; a time without a zone may be of it or of UTC
   * @param tables that are read
   */
  static FinishedDays of(
      Published published,
      ZoneId zone,
      Optional<UnitMeasure.Time> exposedAt,
      Collection<String> tables) {
    boolean instants = exposedAt.filter(at -> at.type() == Type.Primitive.TIMESTAMPTZ).isPresent();
    return new FinishedDays(
        published.tables().stream().map(Publication::publishedAt).max(Instant::compareTo),
        Relations.time(published, tables).map(Publication.TimeRange::last),
        instants ? List.of(zone) : List.of(zone, ZoneOffset.UTC));
  }

  /**
   * The last day that was over, of those that rows have reached.
   *
   * @param newest exposure; days before it are over
   */
  LocalDate until(LocalDate newest) {
    boolean goesOn =
        published
            .filter(
                at ->
                    zones.stream().anyMatch(zone -> at.isBefore(begin(newest.plusDays(1), zone)))
                        && zones.stream()
                            .noneMatch(zone -> at.isBefore(begin(newest.minusDays(1), zone))))
            .isPresent();
    LocalDate exposed = goesOn ? newest.minusDays(1) : newest;
    return measured().filter(day -> day.isAfter(exposed)).orElse(exposed);
  }

  /** The last day that rows of any table have reached, and that their publication came after. */
  private Optional<LocalDate> measured() {
    return newest.flatMap(
        row ->
            published.flatMap(
                at ->
                    zones.stream()
                        .flatMap(
                            zone ->
                                Stream.of(
                                    LocalDate.ofInstant(row, zone),
                                    LocalDate.ofInstant(at, zone).minusDays(1)))
                        .min(LocalDate::compareTo)));
  }

  private static Instant begin(LocalDate day, ZoneId zone) {
    return day.atStartOfDay(zone).toInstant();
  }
}
