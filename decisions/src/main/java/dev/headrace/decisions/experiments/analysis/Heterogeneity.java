package dev.headrace.decisions.experiments.analysis;

import dev.headrace.core.stats.Answer;
import dev.headrace.core.stats.Answer.Reason;
import dev.headrace.core.stats.distribution.ChiSquared;
import dev.headrace.core.stats.distribution.Normal;
import dev.headrace.core.stats.hypothesis.TestResult;
import dev.headrace.core.stats.multiple.Correction;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Whether an effect differs between the slices of a dimension.
 *
 * <p>Cochran's Q (Biometrics 10, 1954): the squared distances of the slices' effects from their
 * precision-weighted mean, in standard errors; chi-squared with slices - 1 degrees of freedom if
 * all effects are equal. Look at single slices only after it: some slice is always extreme.
 */
public final class Heterogeneity {
  private Heterogeneity() {}

  /**
   * All slices.
   *
   * @param adjustedP by slice, of "this slice's effect is that of the other slices together",
   *     corrected over slices; unknown with fewer than two usable slices
   * @param equality the test that all effects are equal; the statistic is Q
   * @param unexplained I²: share of the spread between slices that chance does not explain, in [0,
   *     1]
   */
  public record Report(
      Map<String, Answer<Double>> adjustedP,
      Answer<TestResult> equality,
      Answer<Double> unexplained) {}

  /** From effects of one treatment by slice, such as {@link Analysis#parts} gives. */
  public static Report of(Map<String, Answer<PartEffect>> effects, Correction correction) {
    Map<String, PartEffect> usable = new LinkedHashMap<>();
    effects.forEach((name, effect) -> effect.known().ifPresent(e -> usable.put(name, e)));
    if (usable.size() < 2) {
      return tooFew(effects, usable.size());
    }
    double weights = 0;
    double weighted = 0;
    for (PartEffect effect : usable.values()) {
      weights += effect.precision();
      weighted += effect.precision() * effect.estimate();
    }
    double q = 0;
    List<PartEffect> parts = List.copyOf(usable.values());
    double[] p = new double[parts.size()];
    for (int at = 0; at < p.length; at++) {
      PartEffect effect = parts.get(at);
      double own = effect.precision();
      double gap = effect.estimate() - weighted / weights;
      q += own * gap * gap;
      // Added up without it: where it outweighs all others, a difference would leave nothing.
      double rest = 0;
      double others = 0;
      for (int other = 0; other < p.length; other++) {
        if (other != at) {
          rest += parts.get(other).precision();
          others += parts.get(other).precision() * parts.get(other).estimate();
        }
      }
      others /= rest;
      p[at] = Normal.twoSided((effect.estimate() - others) / Math.sqrt(1 / own + 1 / rest));
    }
    double df = usable.size() - 1;
    double[] adjusted = correction.adjust(p);
    List<String> names = List.copyOf(usable.keySet());
    Map<String, Answer<Double>> slices = new LinkedHashMap<>();
    effects
        .keySet()
        .forEach(
            name -> {
              int index = names.indexOf(name);
              slices.put(
                  name,
                  index < 0
                      ? Answer.unknown(Reason.NOT_APPLICABLE, "the slice has no effect")
                      : Answer.of(adjusted[index]));
            });
    return new Report(
        slices,
        Answer.of(new TestResult(q, ChiSquared.upper(q, df), df)),
        Answer.of(q <= df ? 0 : (q - df) / q));
  }

  private static Report tooFew(Map<String, Answer<PartEffect>> effects, int usable) {
    String detail = "%d of %d slices can be compared".formatted(usable, effects.size());
    for (Answer<PartEffect> effect : effects.values()) {
      if (effect instanceof Answer.Unknown<PartEffect>(Reason _, String why)) {
        detail += ": " + why;
        break;
      }
    }
    String reason = detail;
    Map<String, Answer<Double>> slices = new LinkedHashMap<>();
    effects
        .keySet()
        .forEach(name -> slices.put(name, Answer.unknown(Reason.TOO_FEW_VALUES, reason)));
    return new Report(
        slices,
        Answer.unknown(Reason.TOO_FEW_VALUES, reason),
        Answer.unknown(Reason.TOO_FEW_VALUES, reason));
  }

  /** The slice that differs most, where one differs at this alpha. */
  public static Optional<String> outstanding(Report report, double alpha) {
    Optional<String> found = Optional.empty();
    double least = alpha;
    for (Map.Entry<String, Answer<Double>> each : report.adjustedP().entrySet()) {
      double p = each.getValue().known().orElse(1.0);
      if (p <= least) {
        least = p;
        found = Optional.of(each.getKey());
      }
    }
    return found;
  }
}
