package dev.headrace.decisions.experiments.judging;

import dev.headrace.decisions.experiments.report.ExperimentReport.Family;
import dev.headrace.decisions.experiments.report.ExperimentReport.Metric;
import dev.headrace.decisions.experiments.report.ExperimentReport.Role;
import dev.headrace.decisions.experiments.spec.ExperimentSpec.Engine;
import dev.headrace.decisions.experiments.spec.ExperimentSpec.Judging;
import dev.headrace.decisions.experiments.spec.ExperimentSpec.Sequential;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What the intervals of a report promise, as a reader is told. */
final class IntervalWords {
  private final Judging judging;

  IntervalWords(Judging judging) {
    this.judging = judging;
  }

  String of(Optional<Family> family, List<Metric> metrics) {
    if (judging.engine() == Engine.BAYESIAN) {
      return "Intervals are credible ones of level %s.".formatted(percent(1 - judging.alpha()));
    }
    boolean onlyGoals = metrics.stream().allMatch(metric -> metric.role() == Role.GOAL);
    String marginal = percent(1 - judging.alpha()) + ", each by itself";
    String looks = judging.sequential() == Sequential.NONE ? "" : ", at all looks together";
    if (family.filter(one -> one.alphaEach() != judging.alpha()).isEmpty()) {
      return "Intervals have level " + marginal + looks + ".";
    }
    return "Intervals of goals have level "
        + goals(family.get())
        + (onlyGoals ? "" : "; those of other metrics " + marginal)
        + looks
        + "."
        + beyond(family.get());
  }

  private String goals(Family family) {
    String each = percent(1 - family.alphaEach());
    int m = family.comparisons();
    return switch (family.promise()) {
      case EACH -> each;
      case ALL ->
          "%s, so that all %d hold together with %s"
              .formatted(each, m, percent(1 - judging.alpha()));
      case SELECTED ->
          family.rejected() == 0
              ? "%s: none of %d comparisons is rejected, and this is the level if one were"
                  .formatted(each, m)
              : "%s, so that of those of the rejected comparisons, %d of %d, at most %s miss on average"
                  .formatted(each, family.rejected(), m, percent(judging.alpha()));
    };
  }

  /** Steps reject more than intervals that hold together can show. */
  private static String beyond(Family family) {
    return family.beyond().isEmpty()
        ? ""
        : " That there is an effect on %s is shown by the further steps of %s, not how large it is: the interval holds zero."
            .formatted(
                String.join(" and ", family.beyond()),
                family.correction().name().toLowerCase(Locale.ROOT).replace('_', '-'));
  }

  private static String percent(double share) {
    return new BigDecimal(100 * share)
            .round(new MathContext(4))
            .stripTrailingZeros()
            .toPlainString()
        + " %";
  }
}
