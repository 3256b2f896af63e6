package dev.headrace.decisions.experiments.spec;

import dev.headrace.core.project.Declaration;
import dev.headrace.core.project.Names;
import dev.headrace.core.project.Problems;
import dev.headrace.core.project.Scope;
import dev.headrace.data.metrics.MetricKind;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

/** What is checked of the use of what is known before exposure: covariates and strata. */
public final class CovariateRules {
  /** What a unit did before says little of it after years. */
  private static final Duration LONGEST = Duration.ofDays(3_650);

  private CovariateRules() {}

  static void check(
      ExperimentSpec spec,
      Declaration.Origin origin,
      Scope scope,
      Problems problems,
      Set<String> inputs) {
    ExperimentSpec.Cuped cuped = spec.analysis().cuped();
    if (cuped != null) {
      checkCovariates(cuped, origin, scope, problems, inputs);
    }
    Set<String> seen = new HashSet<>();
    for (String dimension : spec.analysis().stratify()) {
      if (!spec.dimensions().contains(dimension)) {
        problems.add(
            origin.at("analysis.stratify"),
            "'%s' is no dimension of the experiment.".formatted(dimension),
            spec.dimensions().isEmpty()
                ? "Name columns of the assignments under 'dimensions', and strata among them."
                : Names.suggest(dimension, spec.dimensions()));
      } else if (!seen.add(dimension)) {
        problems.add(
            origin.at("analysis.stratify"),
            "The dimension '%s' is named twice.".formatted(dimension),
            "Name it once.");
      }
    }
  }

  private static void checkCovariates(
      ExperimentSpec.Cuped cuped,
      Declaration.Origin origin,
      Scope scope,
      Problems problems,
      Set<String> inputs) {
    if (cuped.lookback().isZero() || cuped.lookback().isNegative()) {
      problems.add(
          origin.at("analysis.cuped.lookback"),
          "The lookback leaves no time before exposure.",
          "Write for example 14d.");
    } else if (cuped.lookback().compareTo(LONGEST) > 0) {
      problems.add(
          origin.at("analysis.cuped.lookback"),
          "The lookback of %d days is longer than %d."
              .formatted(cuped.lookback().toDays(), LONGEST.toDays()),
          "Write for example 14d.");
    }
    Set<String> seen = new HashSet<>();
    for (String metric : cuped.covariates()) {
      if (!scope.assetsOf(MetricKind.NAME).contains(metric)) {
        problems.add(
            origin.at("analysis.cuped.covariates"),
            "unknown metric '" + metric + "'",
            Names.suggest(metric, scope.assetsOf(MetricKind.NAME)));
      } else if (!seen.add(metric)) {
        problems.add(
            origin.at("analysis.cuped.covariates"),
            "The covariate '%s' is named twice.".formatted(metric),
            "Name it once.");
      } else {
        inputs.add(metric);
      }
    }
  }
}
