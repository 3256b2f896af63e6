package dev.headrace.decisions.experiments.report;

import dev.headrace.decisions.experiments.report.ExperimentReport.Effect;
import dev.headrace.decisions.experiments.report.ExperimentReport.Level;
import dev.headrace.decisions.experiments.report.ExperimentReport.Metric;
import dev.headrace.decisions.experiments.report.ExperimentReport.Outcome;
import dev.headrace.decisions.experiments.report.ExperimentReport.Role;
import dev.headrace.decisions.experiments.report.ExperimentReport.Warning;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What follows from an experiment, in one sentence with its reason.
 *
 * @param variant to ship; empty for every other decision
 */
public record Verdict(Decision decision, Optional<String> variant, String sentence) {
  /** What to do. */
  public enum Decision {
    SHIP,
    DO_NOT_SHIP,
    KEEP_RUNNING,
    /** Nothing can be concluded: what was measured is not what was meant. */
    INVALID
  }

  /**
   * Decides: an experiment that cannot be trusted says nothing; one that is not over is not judged
   * by a test that allows one look; a variant ships if a goal got better, none got worse, and no
   * guardrail was harmed; one with a margin must be shown to stay within it, or to be the same.
   *
   * @param unfinished why the result may not be looked at yet; empty when it may
   * @param open why there is more to come, where a test for several looks has shown nothing yet
   */
  public static Verdict of(
      List<String> variants,
      List<Metric> metrics,
      List<Warning> health,
      Optional<String> unfinished,
      Optional<String> open) {
    List<String> invalid =
        health.stream()
            .filter(warning -> warning.level() == Level.INVALID)
            .map(Warning::text)
            .distinct()
            .toList();
    if (!invalid.isEmpty()) {
      return new Verdict(
          Decision.INVALID,
          Optional.empty(),
          "Invalid, because " + String.join("; ", invalid) + ".");
    }
    if (unfinished.isPresent()) {
      return new Verdict(
          Decision.KEEP_RUNNING,
          Optional.empty(),
          "Keep running, because " + unfinished.get() + ".");
    }
    List<String> reasons = new ArrayList<>();
    boolean hopeless = true;
    for (String variant : variants) {
      List<String> harmed = names(metrics, variant, Role.GUARDRAIL, Outcome.WORSE);
      List<String> worse = names(metrics, variant, Role.GOAL, Outcome.WORSE);
      List<String> better = names(metrics, variant, Role.GOAL, Outcome.BETTER);
      List<String> unjudged = unknown(metrics, variant, Role.GOAL);
      List<String> unknown = unknown(metrics, variant, Role.GUARDRAIL);
      List<String> loose = unproven(metrics, variant);
      hopeless &= !harmed.isEmpty() || !worse.isEmpty();
      if (!better.isEmpty()
          && worse.isEmpty()
          && harmed.isEmpty()
          && unknown.isEmpty()
          && loose.isEmpty()) {
        return new Verdict(
            Decision.SHIP,
            Optional.of(variant),
            "Ship %s, because it made %s better and harmed no guardrail%s."
                .formatted(
                    variant,
                    listed(better),
                    unjudged.isEmpty() ? "" : "; it could not be judged by " + listed(unjudged)));
      }
      if (!harmed.isEmpty()) {
        reasons.add(variant + " harmed " + listed(harmed));
      } else if (!worse.isEmpty()) {
        reasons.add(variant + " made " + listed(worse) + " worse");
      } else if (!better.isEmpty() && !unknown.isEmpty()) {
        reasons.add("nothing is known of " + listed(unknown) + " in " + variant);
      } else if (!better.isEmpty()) {
        reasons.add(
            "%s was not shown to keep %s within the margin".formatted(variant, listed(loose)));
      } else {
        reasons.add(notBetter(metrics, variant, unjudged));
      }
    }
    if (open.isPresent() && !hopeless) {
      return new Verdict(
          Decision.KEEP_RUNNING,
          Optional.empty(),
          "Keep running, because %s; so far, %s."
              .formatted(open.get(), String.join("; ", reasons)));
    }
    return new Verdict(
        Decision.DO_NOT_SHIP,
        Optional.empty(),
        "Do not ship, because " + String.join("; ", reasons) + ".");
  }

  /**
   * Of a goal that the data do not give, it is not said that it was looked at and found the same.
   */
  private static String notBetter(List<Metric> metrics, String variant, List<String> unjudged) {
    List<String> same = names(metrics, variant, Role.GOAL, Outcome.NOT_SHOWN);
    if (unjudged.isEmpty()) {
      return variant + " was not shown to make any goal better";
    }
    return same.isEmpty()
        ? "%s could not be judged by %s".formatted(variant, listed(unjudged))
        : "%s was not shown to make %s better, and could not be judged by %s"
            .formatted(variant, listed(same), listed(unjudged));
  }

  /** Metrics of which nothing is known, with the reason. */
  private static List<String> unknown(List<Metric> metrics, String variant, Role role) {
    return metrics.stream()
        .filter(metric -> metric.role() == role)
        .flatMap(
            metric ->
                metric.effects().stream()
                    .filter(effect -> is(effect, variant, Outcome.UNKNOWN))
                    .map(
                        effect ->
                            metric.metric()
                                + effect.reason().map(why -> " (" + why + ")").orElse("")))
        .toList();
  }

  /** Guardrails with a margin that are neither shown to stay within it nor harmed. */
  private static List<String> unproven(List<Metric> metrics, String variant) {
    return names(
        metrics.stream()
            .filter(metric -> metric.margin().isPresent() || metric.equivalence().isPresent())
            .toList(),
        variant,
        Role.GUARDRAIL,
        Outcome.NOT_SHOWN);
  }

  private static List<String> names(
      List<Metric> metrics, String variant, Role role, Outcome outcome) {
    return metrics.stream()
        .filter(metric -> metric.role() == role)
        .filter(metric -> metric.effects().stream().anyMatch(e -> is(e, variant, outcome)))
        .map(Metric::metric)
        .toList();
  }

  private static boolean is(Effect effect, String variant, Outcome outcome) {
    return effect.variant().equals(variant) && effect.outcome() == outcome;
  }

  private static String listed(List<String> names) {
    return names.stream().collect(Collectors.joining(" and "));
  }
}
