package dev.headrace.decisions.experiments.scan;

import dev.headrace.data.metrics.UnitMeasure;
import dev.headrace.data.metrics.UnitMetric;
import dev.headrace.decisions.experiments.spec.ExperimentError;
import dev.headrace.decisions.experiments.spec.ExperimentSpec;
import dev.headrace.spi.error.HeadraceException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** The metrics whose values before exposure are covariates of all others. */
public final class Covariates {
  private Covariates() {}

  /** What each of them is of a unit, by name. */
  static Map<String, UnitMeasure> of(
      ExperimentSpec spec,
      Optional<UnitMeasure.Time> exposedAt,
      Function<String, UnitMetric> perUnit) {
    Map<String, UnitMeasure> measures = new LinkedHashMap<>();
    ExperimentSpec.Cuped cuped = spec.analysis().cuped();
    for (String name : cuped == null ? List.<String>of() : cuped.covariates()) {
      UnitMetric metric = perUnit.apply(name);
      String reason = whyNot(metric);
      if (reason.isEmpty() && exposedAt.isEmpty()) {
        reason = "'%s' has no time of exposure".formatted(spec.assignments());
      }
      if (!reason.isEmpty()) {
        throw new HeadraceException(
            ExperimentError.EXPERIMENT_COVARIATE,
            "Cannot use '%s' before exposure as a covariate: %s.".formatted(name, reason),
            "Name counts, sums and shares of units from tables with a time under"
                + " 'analysis.cuped.covariates'.");
      }
      measures.put(name, metric.parts().getFirst());
    }
    return measures;
  }

  /** Why a metric is no number of a unit before its exposure; empty where it is one. */
  private static String whyNot(UnitMetric metric) {
    UnitMeasure part = metric.parts().getFirst();
    if (!(metric instanceof UnitMetric.Total)
        || metric.parts().size() > 1
        || part.totals().size() > 1) {
      return "it is no count, sum or share of units";
    }
    if (part.countsFromExposure()) {
      return "it counts from exposure, so there is nothing of it before";
    }
    return part.time().isEmpty() ? "its table '%s' has no time".formatted(part.table()) : "";
  }
}
