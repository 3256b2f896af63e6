package dev.headrace.decisions.assignment;

import com.fasterxml.jackson.databind.JsonNode;
import dev.headrace.core.project.Declaration;
import dev.headrace.core.project.Definition;
import dev.headrace.core.project.Kind;
import dev.headrace.core.project.Names;
import dev.headrace.core.project.Problems;
import dev.headrace.core.project.Scope;
import dev.headrace.core.project.spec.Percentage;
import dev.headrace.decisions.assignment.targeting.Condition;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The kind {@code flag}: files {@code flags/*.yaml}. Nothing is built for one; it is served. */
public final class FlagKind implements Kind<FlagSpec> {
  private static final BigDecimal ALL = BigDecimal.valueOf(100);

  @Override
  public String name() {
    return "flag";
  }

  @Override
  public String folder() {
    return "flags";
  }

  @Override
  public FileForm form() {
    return FileForm.YAML;
  }

  @Override
  public Class<FlagSpec> specType() {
    return FlagSpec.class;
  }

  @Override
  public boolean isBuilt() {
    return false;
  }

  @Override
  public Definition define(Declaration<FlagSpec> declaration, Scope scope, Problems problems) {
    FlagSpec spec = declaration.spec();
    Declaration.Origin origin = declaration.origin();
    if (spec.variants().isEmpty()) {
      problems.add(
          origin.at("variants"),
          "The flag has no variants.",
          "Write for example: variants: {on: true, off: false}");
    } else {
      checkTypes(spec, origin, problems);
    }
    String chosen = spec.default_();
    if (chosen != null) {
      checkVariant("default", chosen, spec, origin, problems);
    }
    for (int i = 0; i < spec.rules().size(); i++) {
      checkRule("rules[" + i + "]", spec.rules().get(i), spec, origin, problems);
    }
    return new Definition(
        List.of(), List.of(), spec.toString(), "", List.of(), new TreeSet<>(spec.tags()));
  }

  private static void checkTypes(FlagSpec spec, Declaration.Origin origin, Problems problems) {
    FlagType declared = spec.type();
    FlagType type =
        declared == null ? FlagType.of(spec.variants().values().iterator().next()) : declared;
    for (Map.Entry<String, JsonNode> variant : spec.variants().entrySet()) {
      if (FlagType.of(variant.getValue()) != type) {
        problems.add(
            origin.at("variants." + variant.getKey()),
            "The variant '%s' is of type %s, but the flag of type %s: %s."
                .formatted(
                    variant.getKey(),
                    FlagType.of(variant.getValue()).word(),
                    type.word(),
                    variant.getValue()),
            "Give all variants values of one type; quotes make a text of a number.");
      }
    }
  }

  private static void checkRule(
      String place, RuleSpec rule, FlagSpec spec, Declaration.Origin origin, Problems problems) {
    if (rule.serve() != null) {
      checkVariant(place + ".serve", rule.serve(), spec, origin, problems);
    }
    BigDecimal sum = BigDecimal.ZERO;
    for (Map.Entry<String, Percentage> arm : rule.split().entrySet()) {
      checkVariant(place + ".split." + arm.getKey(), arm.getKey(), spec, origin, problems);
      sum = sum.add(arm.getValue().percent());
      try {
        Slots.buckets(arm.getValue());
      } catch (IllegalArgumentException e) {
        problems.add(
            origin.at(place + ".split." + arm.getKey()),
            "The share %s %s.".formatted(arm.getValue(), e.getMessage()),
            "One bucket is 0.0001%.");
      }
    }
    if (!rule.split().isEmpty() && sum.compareTo(ALL) != 0) {
      problems.add(
          origin.at(place + ".split"),
          "The shares sum to %s%%, not to 100%%.".formatted(sum.toPlainString()),
          "To include fewer units, keep the shares at 100% and write a ramp.");
    }
    AssignmentSpec assign = rule.assign();
    assign
        .overrides()
        .forEach(
            (unit, variant) -> {
              if (!rule.split().containsKey(variant)) {
                problems.add(
                    origin.at(place + ".assign.overrides." + unit),
                    "The override of '%s' names '%s', which is not in the split."
                        .formatted(unit, variant),
                    Names.suggest(variant, rule.split().keySet()));
              }
            });
    checkCondition(place + ".when", rule.when(), origin, problems);
    checkCondition(place + ".assign.when", assign.when(), origin, problems);
  }

  private static void checkCondition(
      String place, JsonNode condition, Declaration.Origin origin, Problems problems) {
    for (String problem : Condition.problems(condition)) {
      problems.add(
          origin.at(place),
          problem.endsWith(".") || problem.endsWith("?") ? problem : problem + ".",
          "Write for example: {country: {$in: [DE, AT]}}");
    }
  }

  private static void checkVariant(
      String place, String variant, FlagSpec spec, Declaration.Origin origin, Problems problems) {
    Set<String> variants = spec.variants().keySet();
    if (!variants.contains(variant)) {
      problems.add(
          origin.at(place),
          "The flag has no variant '%s'.".formatted(variant),
          Names.suggest(variant, variants));
    }
  }
}
