package dev.headrace.ml.skew.internal;

import com.fasterxml.jackson.databind.JsonNode;
import dev.headrace.ml.skew.SkewReport;
import dev.headrace.ml.skew.SkewReport.Cause;
import dev.headrace.ml.skew.SkewReport.OfFeature;
import dev.headrace.ml.skew.SkewReport.Sample;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/** What was found of one feature so far. */
final class Tally {
  private final String feature;
  private final int mostSamples;
  private final Map<Cause, Long> causes = new EnumMap<>(Cause.class);
  private final Map<Long, Sample> samples = new HashMap<>();
  private final List<Long> order = new ArrayList<>();
  private long compared;
  private long differing;
  private long outdated;
  private OptionalDouble largest = OptionalDouble.empty();

  Tally(String feature, int mostSamples) {
    this.feature = feature;
    this.mostSamples = mostSamples;
  }

  void compared() {
    compared++;
  }

  void outdated() {
    outdated++;
  }

  /** Notes a value that differs, for reasons not known yet. */
  void differs(Vector vector, JsonNode served, Vector.Lake lake, int index) {
    differing++;
    OptionalDouble apart =
        vector.told() && lake.told()
            ? ValueComparer.difference(served, lake.values().get(index))
            : OptionalDouble.empty();
    if (apart.isPresent() && apart.getAsDouble() > largest.orElse(-1)) {
      largest = apart;
    }
    if (order.size() < mostSamples) {
      order.add(vector.id());
      samples.put(
          vector.id(),
          new Sample(
              vector.key(),
              vector.readAt(),
              vector.valuesAt(),
              vector.told() ? served.toString() : vector.status().name(),
              lake.text(index),
              Cause.UNKNOWN));
    }
  }

  /** Notes why a value differs. */
  void because(long id, Cause cause) {
    causes.merge(cause, 1L, Long::sum);
    samples.computeIfPresent(
        id,
        (_, sample) ->
            new Sample(
                sample.key(),
                sample.readAt(),
                sample.valuesAt(),
                sample.served(),
                sample.lake(),
                cause));
  }

  SkewReport.OfFeature report() {
    long known = causes.values().stream().mapToLong(Long::longValue).sum();
    if (differing > known) {
      causes.merge(Cause.UNKNOWN, differing - known, Long::sum);
    }
    return new OfFeature(
        feature,
        compared,
        differing,
        largest,
        causes,
        outdated,
        order.stream().map(samples::get).toList());
  }
}
