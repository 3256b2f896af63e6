package dev.headrace.ml.features;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * How the latest values of a view are distributed.
 *
 * @param entities how many there are
 * @param asOf the moment that the values are those of
 * @param newestEvent time of the newest row of any entity
 * @param medianAge half of the entities have a newest row at most this old, as of {@code asOf}
 * @param expired entities whose newest row is older than the view's ttl, as of {@code asOf}
 * @param comparedWith the snapshot of the build before, that drift is measured against
 */
public record FeatureStatistics(
    String view,
    long entities,
    Optional<Instant> asOf,
    Optional<Instant> newestEvent,
    Optional<Duration> medianAge,
    long expired,
    Optional<Long> comparedWith,
    List<OfFeature> features) {

  /**
   * One feature over all entities.
   *
   * @param nullShare 0 to 1
   * @param distinct different values; 0 for lists
   * @param mean of numbers
   * @param drift population stability index against the build before, at least 0: the sum over
   *     classes of (p - q) ln(p / q), with p and q the shares of the class now and then. Classes
   *     are the tenths of the build before for numbers, its ten most frequent values and the rest
   *     for others, and null; half an entity is added to each, so that an empty class counts as
   *     rare.
   */
  public record OfFeature(
      String feature,
      double nullShare,
      long distinct,
      Optional<String> min,
      Optional<String> median,
      Optional<String> max,
      Optional<Double> mean,
      Optional<Double> drift) {}
}
