package dev.headrace.ml.skew;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What an audit found.
 *
 * @param tolerance relative difference of fractions that counted as none
 * @param undeclared logged vectors of views that the project does not declare (any more)
 */
public record SkewReport(double tolerance, List<OfView> views, long undeclared) {
  public SkewReport {
    views = List.copyOf(views);
  }

  /** Whether nothing differs. */
  public boolean holds() {
    return views.stream()
        .flatMap(view -> view.features().stream())
        .allMatch(f -> f.differing() == 0);
  }

  /** Logged vectors that were compared with the lake. */
  public long compared() {
    return views.stream().mapToLong(OfView::vectors).sum();
  }

  /**
   * One view.
   *
   * @param vectors that were compared
   * @param skipped vectors that were not, and why
   * @param from the first moment at which one was read
   * @param to the last
   * @param features in the order of their declaration
   */
  public record OfView(
      String view,
      long vectors,
      Map<Skip, Long> skipped,
      Optional<Instant> from,
      Optional<Instant> to,
      Optional<Age> age,
      List<OfFeature> features) {
    public OfView {
      skipped = Map.copyOf(skipped);
      features = List.copyOf(features);
    }
  }

  /** Why a vector was not compared. */
  public enum Skip {
    /** It was made by another definition of the view, or of what the view reads. */
    OTHER_DEFINITION,
    /** The store did not answer, so no value was told. */
    UNAVAILABLE,
    /** Nobody had said up to which moment the store was complete. */
    UNKNOWN_MOMENT
  }

  /** How long before the reading the moment of the values lay. */
  public record Age(Duration median, Duration percentile99, Duration greatest) {}

  /**
   * One feature of all compared vectors.
   *
   * @param compared values, null and absent ones among them
   * @param differing values that are not what the lake gives as of their moment
   * @param largestDifference of numbers, as an absolute value; empty where no numbers differ
   * @param causes of those that differ
   * @param outdated values that were right as of their moment, or not, but differ from what the
   *     lake gives as of the reading
   * @param samples of those that differ, a few
   */
  public record OfFeature(
      String feature,
      long compared,
      long differing,
      OptionalDouble largestDifference,
      Map<Cause, Long> causes,
      long outdated,
      List<Sample> samples) {
    public OfFeature {
      causes = Map.copyOf(causes);
      samples = List.copyOf(samples);
    }

    /** The share of values that differ, 0 to 1. */
    public double share() {
      return compared == 0 ? 0 : (double) differing / compared;
    }
  }

  /** Why a value differs. */
  public enum Cause {
    /**
     * The rows it was made of have changed since: the lake as it was then gives what was served.
     */
    HISTORY,
    /** Even the rows as they were then give something else: something is wrong on the way. */
    SERVING,
    /** The rows as they were then cannot be read any more, or it is not known which those were. */
    UNKNOWN
  }

  /**
   * One value that differs.
   *
   * @param key the entity's, as a JSON array
   * @param readAt when it was served
   * @param valuesAt the moment of the values
   * @param served the value as JSON, or {@code MISSING} or {@code EXPIRED}
   * @param lake likewise, as the lake gives it
   */
  public record Sample(
      String key, Instant readAt, Instant valuesAt, String served, String lake, Cause cause) {}
}
