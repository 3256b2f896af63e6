package dev.headrace.decisions.assignment.growthbook;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.headrace.decisions.assignment.growthbook.ExperimentResult.Leaf;
import dev.headrace.decisions.assignment.growthbook.Visit.Unit;
import dev.headrace.decisions.assignment.targeting.Condition;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * A payload of GrowthBook's: features, saved groups and contextual bandits as its server hands them
 * to kits. Thread-safe; whatever a payload holds, evaluating it does not throw.
 */
public final class GrowthBook {
  /** What an experiment takes over from a rule. */
  private static final List<String> EXPERIMENT_KEYS =
      List.of(
          "variations",
          "coverage",
          "weights",
          "hashAttribute",
          "fallbackAttribute",
          "disableStickyBucketing",
          "bucketVersion",
          "minBucketVersion",
          "namespace",
          "meta",
          "ranges",
          "name",
          "phase",
          "seed",
          "hashVersion",
          "filters",
          "condition");

  private static final int MAX_PREREQUISITES = 100;

  private final JsonNode features;
  private final JsonNode bandits;
  private final Map<String, JsonNode> groups = new HashMap<>();

  /**
   * A payload.
   *
   * @param payload an object with {@code features}, {@code savedGroups} and {@code
   *     contextualBandits}, each of which may be absent
   */
  public GrowthBook(JsonNode payload) {
    this.features = payload.path("features");
    this.bandits = payload.path("contextualBandits");
    payload
        .path("savedGroups")
        .properties()
        .forEach(group -> groups.put(group.getKey(), group.getValue()));
  }

  /** What a feature comes to. */
  public FeatureResult feature(String key, Visit visit) {
    return feature(key, visit, Set.of());
  }

  /** Runs an experiment that no feature holds. */
  public ExperimentResult run(JsonNode experiment, Visit visit) {
    return new Experiments(this, visit).run(experiment, Set.of(), Optional.empty());
  }

  /** Where the first experiment sends a visitor whose chosen variation names another page. */
  public Optional<String> redirect(JsonNode experiments, Visit visit) {
    for (JsonNode experiment : experiments) {
      ExperimentResult result = run(experiment, visit);
      String target = result.value().path("urlRedirect").asText("");
      if (result.inExperiment() && !target.isEmpty()) {
        return Optional.of(
            experiment.path("persistQueryString").asBoolean(false)
                ? QueryStrings.merged(target, visit.url())
                : target);
      }
    }
    return Optional.empty();
  }

  Condition condition(JsonNode condition) {
    return Condition.of(condition, groups);
  }

  /** Whether another feature is as a rule wants it. */
  boolean parentHolds(JsonNode parent, Visit visit, Set<String> evaluating) {
    return parentHolds(parent, feature(parent.path("id").asText(), visit, evaluating));
  }

  private boolean parentHolds(JsonNode parent, FeatureResult result) {
    ObjectNode attributes = JsonNodeFactory.instance.objectNode();
    attributes.set("value", result.value());
    return condition(parent.path("condition")).holds(attributes);
  }

  private FeatureResult feature(String key, Visit visit, Set<String> above) {
    if (above.contains(key) || above.size() >= MAX_PREREQUISITES) {
      return plain(NullNode.instance, "cyclicPrerequisite", "");
    }
    JsonNode feature = features.path(key);
    if (!feature.isObject()) {
      return plain(NullNode.instance, "unknownFeature", "");
    }
    Set<String> evaluating = new LinkedHashSet<>(above);
    evaluating.add(key);
    for (JsonNode rule : feature.path("rules")) {
      Optional<FeatureResult> result = rule(key, rule, visit, evaluating);
      if (result.isPresent()) {
        return result.get();
      }
    }
    return plain(orNull(feature.path("defaultValue")), "defaultValue", "");
  }

  /** What a rule decides; empty when the next one is asked. */
  private Optional<FeatureResult> rule(
      String key, JsonNode rule, Visit visit, Set<String> evaluating) {
    for (JsonNode parent : rule.path("parentConditions")) {
      FeatureResult result = feature(parent.path("id").asText(), visit, evaluating);
      if (result.source().equals("cyclicPrerequisite")) {
        return Optional.of(result);
      }
      if (!parentHolds(parent, result)) {
        return parent.path("gate").asBoolean(false)
            ? Optional.of(plain(NullNode.instance, "prerequisite", ""))
            : Optional.empty();
      }
    }
    Experiments experiments = new Experiments(this, visit);
    if (experiments.isFilteredOut(rule.path("filters"))) {
      return Optional.empty();
    }
    String ruleId = rule.path("id").asText("");
    if (rule.has("force")) {
      boolean holds =
          (!rule.has("condition") || condition(rule.path("condition")).holds(visit.attributes()))
              && isRolledOut(key, rule, visit);
      return holds ? Optional.of(plain(rule.path("force"), "force", ruleId)) : Optional.empty();
    }
    boolean contextual = rule.has("contextualVariations");
    if (!contextual && !rule.has("variations")) {
      return Optional.empty();
    }
    ObjectNode experiment = experiment(key, rule);
    Optional<Leaf> leaf = contextual ? leaf(rule, experiment, visit) : Optional.empty();
    ExperimentResult result = experiments.run(experiment, evaluating, leaf);
    if (!result.inExperiment() || result.passthrough()) {
      return Optional.empty();
    }
    result.leaf().ifPresent(decided -> experiment.set("contextualBandit", json(decided)));
    return Optional.of(
        new FeatureResult(
            orNull(result.value()),
            "experiment",
            ruleId,
            Optional.of(experiment),
            Optional.of(result)));
  }

  private static ObjectNode experiment(String key, JsonNode rule) {
    ObjectNode experiment = JsonNodeFactory.instance.objectNode();
    experiment.put("key", rule.path("key").asText(key));
    for (String name : EXPERIMENT_KEYS) {
      if (rule.has(name)) {
        experiment.set(name, rule.path(name));
      }
    }
    return experiment;
  }

  /** The leaf of a contextual bandit for a visit, whose weights the experiment takes. */
  private Optional<Leaf> leaf(JsonNode rule, ObjectNode experiment, Visit visit) {
    experiment.set("variations", rule.path("contextualVariations"));
    JsonNode bandit = bandits.path(rule.path("contextualBanditRef").asText());
    if (!bandit.isObject()) {
      return Optional.empty();
    }
    Optional<JsonNode> version =
        bandit.has("banditVersion") ? Optional.of(bandit.path("banditVersion")) : Optional.empty();
    for (JsonNode context : bandit.path("contexts")) {
      if (condition(context.path("condition")).holds(visit.attributes())) {
        experiment.set("weights", context.path("weights"));
        return Optional.of(
            new Leaf(
                context.path("leafId").asInt(),
                Arithmetic.numbers(context.path("weights")),
                version));
      }
    }
    return Optional.of(new Leaf(-1, Arithmetic.numbers(rule.path("weights")), version));
  }

  private static ObjectNode json(Leaf leaf) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("leafId", leaf.id());
    leaf.weights().forEach(json.putArray("variationWeights")::add);
    leaf.banditVersion().ifPresent(version -> json.set("banditVersion", version));
    return json;
  }

  private static boolean isRolledOut(String key, JsonNode rule, Visit visit) {
    boolean ranged = rule.path("range").isArray();
    if (!ranged && !rule.has("coverage")) {
      return true;
    }
    double coverage = rule.path("coverage").asDouble();
    if (!ranged && coverage == 0) {
      return false;
    }
    Unit unit =
        visit.unit(
            rule.path("hashAttribute"),
            visit.sticky().isPresent() ? rule.path("fallbackAttribute") : NullNode.instance);
    if (unit.isEmpty()) {
      return false;
    }
    OptionalDouble place =
        Arithmetic.hash(Experiments.seed(rule, key), unit.text(), Arithmetic.version(rule, 1));
    if (place.isEmpty()) {
      return false;
    }
    return ranged
        ? Arithmetic.ranges(JsonNodeFactory.instance.arrayNode().add(rule.path("range")))
                .at(place.getAsDouble())
            == 0
        : place.getAsDouble() <= coverage;
  }

  private static FeatureResult plain(JsonNode value, String source, String ruleId) {
    return new FeatureResult(value, source, ruleId, Optional.empty(), Optional.empty());
  }

  private static JsonNode orNull(JsonNode value) {
    return value.isMissingNode() ? NullNode.instance : value;
  }
}
