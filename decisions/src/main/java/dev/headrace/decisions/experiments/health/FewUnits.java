package dev.headrace.decisions.experiments.health;

import dev.headrace.decisions.experiments.analysis.Analysis;
import dev.headrace.decisions.experiments.analysis.AnalysisSpec;
import dev.headrace.decisions.experiments.analysis.Method;
import dev.headrace.decisions.experiments.analysis.MetricShape;
import dev.headrace.decisions.experiments.analysis.Moments;
import dev.headrace.decisions.experiments.report.ExperimentReport.Level;
import dev.headrace.decisions.experiments.report.ExperimentReport.Warning;
import dev.headrace.decisions.experiments.scan.Sums;
import dev.headrace.decisions.experiments.scan.UnitScan;
import dev.headrace.decisions.experiments.scan.UnitScan.Measured;
import dev.headrace.decisions.experiments.spec.ExperimentSpec;
import dev.headrace.decisions.experiments.spec.ExperimentSpec.Engine;
import dev.headrace.decisions.experiments.spec.ExperimentSpec.Judging;
import dev.headrace.decisions.experiments.spec.ExperimentSpec.Sequential;
import dev.headrace.decisions.experiments.spec.ExperimentSpec.Tails;
import dev.headrace.decisions.experiments.spec.VariantPrior;
import java.util.List;
import java.util.Optional;

/**
 * Whether there are enough units for intervals that rest on means being nearly normal. Student's t
 * allows for a variance that is estimated from few units; normal tails, and confidence sequences
 * from their first look on, do not.
 */
public final class FewUnits {
  /** Of an arm, judged by t: as many clusters are customary. */
  private static final long BY_T = 40;

  /** Of an arm, judged by normal tails or at several looks. */
  private static final long ASYMPTOTIC = 300;

  /** Successes, and failures, of a share. */
  private static final long SUCCESSES = 10;

  /** The same at several looks; begun at nine, a sequence of 5 % erred in 9 % of simulations. */
  private static final long SUCCESSES_AT_LOOKS = 100;

  private final ExperimentSpec spec;
  private final UnitScan scan;
  private final Sums sums;

  FewUnits(ExperimentSpec spec, UnitScan scan, Sums sums) {
    this.spec = spec;
    this.scan = scan;
    this.sums = sums;
  }

  /** The worst case among goals and guardrails; empty where nothing is asked of normal tails. */
  Optional<Warning> check() {
    long fewest = Long.MAX_VALUE;
    String fewestOf = "";
    for (String variant : spec.variants().keySet()) {
      long units = sums.arms().getOrDefault(variant, Sums.Arm.empty()).units();
      if (units > 0 && units < fewest) {
        fewest = units;
        fewestOf = variant;
      }
    }
    if (fewestOf.isEmpty() || judged().isEmpty()) {
      return Optional.empty();
    }
    long units = fewest;
    if (units < needed()) {
      return Optional.of(
          warning(
              Level.WARN,
              fewest,
              "%s has %s: fewer than %d give right intervals of nearly normal values only"
                  .formatted(fewestOf, units(fewest), needed())));
    }
    return Optional.of(
        fewestWithValue()
            .or(this::rarest)
            .orElseGet(
                () ->
                    warning(
                        Level.OK, units, "no variant has fewer units than %d".formatted(units))));
  }

  private static Warning warning(Level level, long figure, String text) {
    return new Warning("few-units", level, Optional.of((double) figure), text);
  }

  private static String units(long count) {
    return count == 1 ? "1 unit" : count + " units";
  }

  private boolean atLooks() {
    Sequential looks = spec.analysis().sequential();
    return looks == Sequential.ANYTIME || looks == Sequential.MSPRT;
  }

  private long needed() {
    Judging judging = spec.analysis();
    return judging.engine() == Engine.FREQUENTIST
            && judging.sequential() == Sequential.NONE
            && judging.test() == Tails.T
        ? BY_T
        : ASYMPTOTIC;
  }

  /** Goals and guardrails, but for those whose posterior is exact for few units, too. */
  private List<String> judged() {
    return spec.metrics().judged().stream()
        .filter(
            metric -> {
              VariantPrior prior = spec.analysis().priors().get(metric);
              return prior == null || prior instanceof VariantPrior.Normal;
            })
        .toList();
  }

  /** A ratio or a quantile of which few units of a variant have a value, many as they are. */
  private Optional<Warning> fewestWithValue() {
    long fewest = needed();
    String text = "";
    List<String> judged = judged();
    for (Measured measured : scan.metrics()) {
      if (!judged.contains(measured.metric())) {
        continue;
      }
      Analysis analysis = Analysis.of(AnalysisSpec.of(new Method.WelchT()), measured.shape());
      for (String variant : spec.variants().keySet()) {
        Sums.Arm arm = sums.arms().getOrDefault(variant, Sums.Arm.empty());
        if (arm.units() == 0 || !arm.isFinite(measured)) {
          continue;
        }
        long informative = analysis.informative(arm.statistics(measured));
        if (informative < fewest) {
          fewest = informative;
          text =
              "%s of %s %s a value of %s: fewer than %d give right intervals of nearly normal values only"
                  .formatted(
                      units(informative),
                      variant,
                      informative == 1 ? "has" : "have",
                      measured.metric(),
                      needed());
        }
      }
    }
    return text.isEmpty() ? Optional.empty() : Optional.of(warning(Level.WARN, fewest, text));
  }

  /** A share that too few units of a variant have, or too few have not. */
  private Optional<Warning> rarest() {
    long needed = atLooks() ? SUCCESSES_AT_LOOKS : SUCCESSES;
    long rarest = needed;
    String text = "";
    List<String> judged = judged();
    for (Measured measured : scan.metrics()) {
      if (!judged.contains(measured.metric())
          || !(measured.shape() instanceof MetricShape.Proportion)) {
        continue;
      }
      for (String variant : spec.variants().keySet()) {
        Sums.Arm arm = sums.arms().getOrDefault(variant, Sums.Arm.empty());
        if (arm.units() == 0 || !arm.isFinite(measured)) {
          continue;
        }
        Moments moments = arm.moments(measured);
        long successes = Math.round(moments.sum(0));
        long rarer = Math.min(successes, moments.count() - successes);
        if (rarer < rarest) {
          rarest = rarer;
          text =
              "%s of %s %s in %s: intervals of rarer things than %d are not right"
                  .formatted(
                      units(rarer),
                      variant,
                      rarer == successes ? "count" : "do not count",
                      measured.metric(),
                      needed);
        }
      }
    }
    return text.isEmpty() ? Optional.empty() : Optional.of(warning(Level.WARN, rarest, text));
  }
}
