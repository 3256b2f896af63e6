package dev.headrace.decisions.assignment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.headrace.decisions.assignment.Evaluation.Code;
import dev.headrace.decisions.assignment.Evaluation.Failure;
import dev.headrace.decisions.assignment.Evaluation.Reason;
import dev.headrace.decisions.assignment.Evaluation.Value;
import dev.headrace.decisions.assignment.targeting.Condition;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A flag that is ready to be evaluated. Immutable and thread-safe. */
final class Flag {
  /** What programs call the unit, unless a rule names another attribute. */
  static final String TARGETING_KEY = "targetingKey";

  private final String key;
  private final FlagSpec spec;
  private final List<Rule> rules = new ArrayList<>();

  /**
   * One rule.
   *
   * @param experiment what splits the units; null where one variant is for all
   * @param logged whether what it assigns is an exposure
   */
  private record Rule(
      Condition condition,
      @Nullable String serve,
      @Nullable Experiment experiment,
      boolean logged) {}

  Flag(String asset, FlagSpec spec, FlagsSpec all, ZoneId zone) {
    String written = spec.key();
    this.key = written == null ? asset : written;
    this.spec = spec;
    for (int i = 0; i < spec.rules().size(); i++) {
      RuleSpec rule = spec.rules().get(i);
      rules.add(
          new Rule(
              Condition.of(rule.when(), Map.of()),
              rule.serve(),
              rule.split().isEmpty()
                  ? null
                  : Experiment.of(name(i), rule.split(), rule.assign(), all, zone),
              rule.experiment() != null));
    }
  }

  /** A split without a name is dealt under the flag's, and the second one under a number too. */
  private String name(int rule) {
    String named = spec.rules().get(rule).experiment();
    return named != null ? named : rule == 0 ? key : key + "#" + (rule + 1);
  }

  String key() {
    return key;
  }

  FlagSpec spec() {
    return spec;
  }

  /** The experiment of that name, if it is one of this flag's. */
  Optional<Experiment> experiment(String name) {
    return rules.stream()
        .map(Rule::experiment)
        .filter(experiment -> experiment != null && experiment.name().equals(name))
        .findFirst()
        .map(experiment -> experiment);
  }

  /** Names of the experiments that are logged. */
  List<String> experiments() {
    List<String> names = new ArrayList<>();
    for (Rule rule : rules) {
      if (rule.logged() && rule.experiment() != null) {
        names.add(rule.experiment().name());
      }
    }
    return names;
  }

  Evaluation evaluate(JsonNode attributes, Set<String> stopped, Instant at) {
    if (!spec.enabled() || stopped.contains(key)) {
      return new Value(
          key, Optional.empty(), Optional.empty(), Reason.DISABLED, Map.of(), Optional.empty());
    }
    for (Rule rule : rules) {
      if (!rule.condition().holds(attributes)) {
        continue;
      }
      Experiment experiment = rule.experiment();
      if (experiment == null) {
        return value(rule.serve(), Reason.TARGETING_MATCH, Map.of(), Optional.empty());
      }
      if (stopped.contains(experiment.name())) {
        continue;
      }
      JsonNode unit = attributes.path(experiment.unit());
      if (experiment.unit().equals(TARGETING_KEY)) {
        Failure failure = refuse(unit);
        if (failure != null) {
          return failure;
        }
      }
      String text = text(unit);
      if (text == null) {
        continue; // The rule is about units of another sort.
      }
      Decision decision = experiment.decide(text, attributes, at);
      String variant = decision.variant();
      if (variant != null) {
        boolean drawn = decision.reason() == Decision.Reason.ASSIGNED;
        return value(
            variant,
            drawn ? Reason.SPLIT : Reason.TARGETING_MATCH,
            rule.logged() ? Map.of("experiment", experiment.name()) : Map.of(),
            drawn && rule.logged()
                ? Optional.of(new Exposure(experiment.name(), key, text, variant, attributes))
                : Optional.empty());
      }
    }
    return value(
        spec.default_(),
        rules.isEmpty() ? Reason.STATIC : Reason.DEFAULT,
        Map.of(),
        Optional.empty());
  }

  private Value value(
      @Nullable String variant,
      Reason reason,
      Map<String, String> metadata,
      Optional<Exposure> exposure) {
    JsonNode value =
        variant == null
            ? MissingNode.getInstance()
            : spec.variants().getOrDefault(variant, MissingNode.getInstance());
    return new Value(
        key,
        Optional.ofNullable(variant),
        value.isMissingNode() ? Optional.empty() : Optional.of(value),
        reason,
        metadata,
        exposure);
  }

  private @Nullable Failure refuse(JsonNode unit) {
    if (unit.isMissingNode() || unit.isNull() || (unit.isTextual() && unit.textValue().isEmpty())) {
      return new Failure(
          key,
          Code.TARGETING_KEY_MISSING,
          "The flag '%s' deals its variants by targetingKey, and the context has none."
              .formatted(key));
    }
    return unit.isTextual()
        ? null
        : new Failure(
            key,
            Code.INVALID_CONTEXT,
            "The context's targetingKey must be a text, but is %s."
                .formatted(unit.getNodeType().name().toLowerCase(Locale.ROOT)));
  }

  /** What is hashed; null for what is neither a text nor a whole number. */
  static @Nullable String text(JsonNode unit) {
    if (unit.isTextual()) {
      return unit.textValue().isEmpty() ? null : unit.textValue();
    }
    return unit.isIntegralNumber() ? unit.asText() : null;
  }
}
