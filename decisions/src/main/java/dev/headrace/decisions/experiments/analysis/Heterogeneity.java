package dev.headrace.decisions.experiments.analysis;

import dev.headrace.core.stats.Answer;
import dev.headrace.core.stats.Answer.Reason;
import dev.headrace.core.stats.distribution.ChiSquared;
import dev.headrace.core.stats.distribution.Normal;
import dev.headrace.core.stats.hypothesis.TestResult;
import dev.headrace.core.stats.multiple.Correction;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Whether an effect differs between the slices of a dimension.
 *
 * <p>Cochran's Q (Biometrics 10, 1954): the squared distances of the slices' effects from their
 * precision-weighted mean, in standard errors; chi-squared with slices - 1 degrees of freedom if all
 * effects are equal. Look at single slices only after it: some slice is always extreme.
 */
public final class Heterogeneity {
  private Heterogeneity() {}

  /**
   * A slice's effect.
   *
   * @param adjustedP of "this slice's effect is that of the other slices together", corrected over
   *     slices; unknown with fewer than two usable slices
   */
  public record Slice(Answer<Inference> effect, Answer<Double> adjustedP) {}

  /**
   * All slices.
   *
   * @param equality the test that all effects are equal; the statistic is Q
   * @param unexplained I²: share of the spread between slices that chance does not explain, in [0,
   *     1]
   */
  public record Report(
      Map<String, Slice> slices, Answer<TestResult> equality, Answer<Double> unexplained) {}

  /** From effects of one treatment by slice, such as {@link Analysis#compare} gives. */
  public static Report of(Map<String, Answer<Inference>> effects, Correction correction) {
    List<String> usable =
        effects.keySet().stream().filter(n -> effects.get(n).known().isPresent()).toList();
    if (usable.size() < 2) {
      Answer<Double> none =
          Answer.unknown(Reason.TOO_FEW_VALUES, usable.size() + " slices have an effect");
      Map<String, Slice> slices = new LinkedHashMap<>();
      effects.forEach((name, effect) -> slices.put(name, new Slice(effect, none)));
      return new Report(
          slices,
          Answer.unknown(Reason.TOO_FEW_VALUES, usable.size() + " slices have an effect"),
          none);
    }
    double weights = 0;
    double weighted = 0;
    for (String name : usable) {
      double weight = precision(effects.get(name).orThrow());
      weights += weight;
      weighted += weight * effects.get(name).orThrow().estimate();
    }
    double mean = weighted / weights;
    double q = 0;
    List<Double> p = new ArrayList<>();
    for (String name : usable) {
      Inference effect = effects.get(name).orThrow();
      double own = precision(effect);
      double gap = effect.estimate() - mean;
      q += own * gap * gap;
      // Against the others: gap to their mean is gap / (1 - own / weights).
      double rest = weights - own;
      double others = (weighted - own * effect.estimate()) / rest;
      p.add(Normal.twoSided((effect.estimate() - others) / Math.sqrt(1 / own + 1 / rest)));
    }
    double df = usable.size() - 1;
    double[] adjusted = correction.adjust(p.stream().mapToDouble(Double::doubleValue).toArray());
    Map<String, Slice> slices = new LinkedHashMap<>();
    effects.forEach(
        (name, effect) -> {
          int at = usable.indexOf(name);
          Answer<Double> own =
              at < 0
                  ? Answer.unknown(Reason.NOT_APPLICABLE, "the slice has no effect")
                  : Answer.of(adjusted[at]);
          slices.put(name, new Slice(effect, own));
        });
    return new Report(
        slices,
        Answer.of(new TestResult(q, ChiSquared.upper(q, df), df)),
        Answer.of(q <= df ? 0 : (q - df) / q));
  }

  private static double precision(Inference effect) {
    return 1 / (effect.standardError() * effect.standardError());
  }

  /** The slice that differs most, where one differs at this alpha. */
  public static Optional<String> outstanding(Report report, double alpha) {
    String found = null;
    double least = alpha;
    for (Map.Entry<String, Slice> each : report.slices().entrySet()) {
      double p = each.getValue().adjustedP().known().orElse(1.0);
      if (p <= least) {
        least = p;
        found = each.getKey();
      }
    }
    return Optional.ofNullable(found);
  }
}
