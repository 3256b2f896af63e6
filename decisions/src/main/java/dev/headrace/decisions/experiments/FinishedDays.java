package dev.headrace.decisions.experiments;

import dev.headrace.core.ledger.Publication;
import dev.headrace.core.plan.Published;
import dev.headrace.data.metrics.UnitMeasure;
import dev.headrace.spi.schema.Type;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;

/**
 * Which days of exposures were over when the rows that are shown were published. A test that allows
 * few looks may not be looked at while the day of one goes on: every hour would be another look.
 *
 * <p>By the newest publication of the environment, not by today's clock: who asks again is told the
 * same. Exposures of days to come are simulated, and their days count as over.
 */
record FinishedDays(Optional<Instant> published, List<ZoneId> zones) {
  FinishedDays {
    zones = List.copyOf(zones);
  }

  /**
   * @param zone the project's; a time without a zone may be of it or of UTC
   */
  static FinishedDays of(Published published, ZoneId zone, Optional<UnitMeasure.Time> exposedAt) {
    boolean instants = exposedAt.filter(at -> at.type() == Type.Primitive.TIMESTAMPTZ).isPresent();
    return new FinishedDays(
        published.tables().stream().map(Publication::publishedAt).max(Instant::compareTo),
        instants ? List.of(zone) : List.of(zone, ZoneOffset.UTC));
  }

  /**
   * The last day that was over, of those that exposures have reached.
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
    return goesOn ? newest.minusDays(1) : newest;
  }

  private static Instant begin(LocalDate day, ZoneId zone) {
    return day.atStartOfDay(zone).toInstant();
  }
}
