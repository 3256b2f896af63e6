package dev.headrace.decisions.assignment.growthbook;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import dev.headrace.decisions.assignment.growthbook.ExperimentResult.Leaf;
import dev.headrace.decisions.assignment.growthbook.Visit.Unit;
import dev.headrace.decisions.assignment.hash.Ranges;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/** Runs one experiment for one visit. */
final class Experiments {
  private final GrowthBook book;
  private final Visit visit;

  Experiments(GrowthBook book, Visit visit) {
    this.book = book;
    this.visit = visit;
  }

  /** A variation that was assigned before. */
  private record Before(int variation, boolean blocked) {
    static final Before NONE = new Before(-1, false);
  }

  /**
   * Runs it.
   *
   * @param evaluating features whose rules led here
   * @param leaf of the contextual bandit that the experiment's weights are from
   */
  ExperimentResult run(JsonNode experiment, Set<String> evaluating, Optional<Leaf> leaf) {
    String key = experiment.path("key").asText();
    int variations = experiment.path("variations").size();
    if (variations < 2 || !visit.enabled()) {
      return outside(experiment);
    }
    Integer forced = QueryStrings.override(key, visit.url(), variations);
    if (forced == null) {
      forced = visit.forcedVariations().get(key);
    }
    if (forced != null) {
      return result(experiment, forced, false, OptionalDouble.empty(), false, Optional.empty());
    }
    if (experiment.path("status").asText().equals("draft")
        || !experiment.path("active").asBoolean(true)) {
      return outside(experiment);
    }
    Unit unit = unit(experiment);
    if (unit.isEmpty()) {
      return outside(experiment);
    }
    Before before = before(experiment, key);
    if (before.variation() < 0 && !isFor(experiment, unit, evaluating)) {
      return outside(experiment);
    }
    OptionalDouble bucket =
        Arithmetic.hash(seed(experiment, key), unit.text(), Arithmetic.version(experiment, 1));
    if (bucket.isEmpty()) {
      return outside(experiment);
    }
    int assigned =
        before.variation() >= 0
            ? before.variation()
            : ranges(experiment, variations).at(bucket.getAsDouble());
    if (before.blocked() || assigned < 0) {
      return outside(experiment);
    }
    if (experiment.has("force")) {
      return result(
          experiment,
          experiment.path("force").asInt(-1),
          false,
          OptionalDouble.empty(),
          false,
          Optional.empty());
    }
    if (visit.qaMode() || experiment.path("status").asText().equals("stopped")) {
      return outside(experiment);
    }
    ExperimentResult result =
        result(experiment, assigned, true, bucket, before.variation() >= 0, leaf);
    remember(experiment, key, unit, result);
    return result;
  }

  static Ranges ranges(JsonNode experiment, int variations) {
    return experiment.has("ranges")
        ? Arithmetic.ranges(experiment.path("ranges"))
        : Ranges.growthBook(
            variations,
            experiment.path("coverage").asDouble(1),
            Arithmetic.numbers(experiment.path("weights")));
  }

  static String seed(JsonNode experiment, String key) {
    String seed = experiment.path("seed").asText("");
    return seed.isEmpty() ? key : seed;
  }

  private boolean isFor(JsonNode experiment, Unit unit, Set<String> evaluating) {
    if (experiment.has("filters")) {
      if (isFilteredOut(experiment.path("filters"))) {
        return false;
      }
    } else if (experiment.has("namespace")
        && !Arithmetic.inNamespace(unit.text(), experiment.path("namespace"))) {
      return false;
    }
    if (experiment.has("condition")
        && !book.condition(experiment.path("condition")).holds(visit.attributes())) {
      return false;
    }
    for (JsonNode parent : experiment.path("parentConditions")) {
      if (!book.parentHolds(parent, visit, evaluating)) {
        return false;
      }
    }
    return !experiment.has("urlPatterns")
        || UrlPatterns.match(visit.url(), experiment.path("urlPatterns"));
  }

  /** Whether any of the filters does not hold the unit. */
  boolean isFilteredOut(JsonNode filters) {
    for (JsonNode filter : filters) {
      Unit unit = visit.unit(filter.path("attribute"), NullNode.instance);
      OptionalDouble place =
          unit.isEmpty()
              ? OptionalDouble.empty()
              : Arithmetic.hash(
                  filter.path("seed").asText(), unit.text(), Arithmetic.version(filter, 2));
      if (place.isEmpty() || Arithmetic.ranges(filter.path("ranges")).at(place.getAsDouble()) < 0) {
        return true;
      }
    }
    return false;
  }

  // What was assigned before

  private boolean isSticky(JsonNode experiment) {
    return visit.sticky().isPresent()
        && !experiment.path("disableStickyBucketing").asBoolean(false);
  }

  private Unit unit(JsonNode experiment) {
    return visit.unit(
        experiment.path("hashAttribute"),
        isSticky(experiment) ? experiment.path("fallbackAttribute") : NullNode.instance);
  }

  private Before before(JsonNode experiment, String key) {
    if (!isSticky(experiment)) {
      return Before.NONE;
    }
    Map<String, String> assigned =
        visit
            .sticky()
            .orElseThrow()
            .of(
                visit.unit(experiment.path("hashAttribute"), NullNode.instance),
                visit.unit(experiment.path("fallbackAttribute"), NullNode.instance));
    for (int version = 0; version < experiment.path("minBucketVersion").asInt(0); version++) {
      if (assigned.containsKey(StickyBuckets.key(key, version))) {
        return new Before(-1, true);
      }
    }
    String variation = assigned.get(stickyKey(experiment, key));
    for (int i = 0; variation != null && i < experiment.path("variations").size(); i++) {
      if (experiment.path("meta").path(i).path("key").asText("").equals(variation)) {
        return new Before(i, false);
      }
    }
    return Before.NONE;
  }

  private void remember(JsonNode experiment, String key, Unit unit, ExperimentResult result) {
    if (isSticky(experiment)) {
      visit
          .sticky()
          .orElseThrow()
          .put(unit.attribute(), unit.text(), stickyKey(experiment, key), result.key());
    }
  }

  private static String stickyKey(JsonNode experiment, String key) {
    return StickyBuckets.key(key, experiment.path("bucketVersion").asInt(0));
  }

  // Results

  private ExperimentResult outside(JsonNode experiment) {
    return result(experiment, -1, false, OptionalDouble.empty(), false, Optional.empty());
  }

  private ExperimentResult result(
      JsonNode experiment,
      int assigned,
      boolean hashUsed,
      OptionalDouble bucket,
      boolean stickyBucketUsed,
      Optional<Leaf> leaf) {
    boolean inside = assigned >= 0 && assigned < experiment.path("variations").size();
    int variation = inside ? assigned : 0;
    JsonNode meta = experiment.path("meta").path(variation);
    Unit unit = unit(experiment);
    return new ExperimentResult(
        inside,
        variation,
        experiment.path("variations").path(variation),
        hashUsed,
        unit.attribute(),
        unit.value(),
        meta.path("key").asText(Integer.toString(variation)),
        Optional.ofNullable(meta.path("name").textValue()),
        bucket,
        stickyBucketUsed,
        meta.path("passthrough").asBoolean(false),
        leaf);
  }
}
