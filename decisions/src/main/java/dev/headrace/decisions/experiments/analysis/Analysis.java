package dev.headrace.decisions.experiments.analysis;

import dev.headrace.core.stats.Answer;
import dev.headrace.core.stats.Answer.Reason;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The front door: effects of a metric from the sums of its arms. Immutable and thread-safe; a
 * comparison takes less than a microsecond.
 */
public final class Analysis {
  private final AnalysisSpec spec;
  private final MetricShape shape;
  private final Judge judge;

  private Analysis(AnalysisSpec spec, MetricShape shape) {
    this.spec = spec;
    this.shape = shape;
    this.judge = new Judge(spec);
  }

  /** An analysis of metrics of one shape. */
  public static Analysis of(AnalysisSpec spec, MetricShape shape) {
    return new Analysis(spec, shape);
  }

  /** What is computed. */
  public AnalysisSpec spec() {
    return spec;
  }

  /**
   * Every arm against the baseline.
   *
   * @param arms by name, the baseline among them; the order is kept
   * @throws IllegalArgumentException if the baseline is not among the arms
   */
  public MetricResult analyze(String baseline, Map<String, ? extends ArmStatistics> arms) {
    ArmStatistics base = arms.get(baseline);
    if (base == null) {
      throw new IllegalArgumentException(
          "the baseline " + baseline + " is none of " + arms.keySet());
    }
    Map<String, ArmSummary> summaries = new LinkedHashMap<>();
    Map<String, Answer<Inference>> effects = new LinkedHashMap<>();
    arms.forEach(
        (name, arm) -> {
          summaries.put(name, summarize(arm));
          if (!name.equals(baseline)) {
            effects.put(name, compare(base, arm));
          }
        });
    return new MetricResult(baseline, summaries, effects);
  }

  /** One arm against the baseline. */
  public Answer<Inference> compare(ArmStatistics baseline, ArmStatistics treatment) {
    return switch (Contrast.between(shape, baseline, treatment, spec)) {
      case Answer.Known<Contrast>(Contrast contrast) -> judge.judge(contrast);
      case Answer.Unknown<Contrast>(Reason reason, String detail) -> Answer.unknown(reason, detail);
    };
  }

  /**
   * One arm against the baseline, strata apart: effects within strata, averaged by the share of
   * units that each stratum has in both arms together. Removes what chance put into the mix of the
   * arms, like a covariate that says which stratum a unit belongs to (L. Miratrix, J. Sekhon and B.
   * Yu, "Adjusting treatment effect estimates by post-stratification in randomized experiments",
   * JRSS B 75, 2013). Strata must be known before exposure.
   */
  public Answer<Inference> compareWithin(List<Stratum> strata) {
    return switch (Strata.contrast(shape, strata, spec)) {
      case Answer.Known<Contrast>(Contrast contrast) -> judge.judge(contrast);
      case Answer.Unknown<Contrast>(Reason reason, String detail) -> Answer.unknown(reason, detail);
    };
  }

  /** The two arms within one stratum. */
  public record Stratum(Moments baseline, Moments treatment) {}

  /**
   * Effects of parts of the units, as tests of whether all have the same take them.
   *
   * @return in the order of the parts; unknown too where the baseline is too near zero for a
   *     relative effect
   */
  public List<Answer<PartEffect>> parts(List<Part> parts) {
    return Parts.of(shape, parts, spec);
  }

  /** The two arms within one part of the units. */
  public record Part(ArmStatistics baseline, ArmStatistics treatment) {}

  /**
   * Of how many of an arm's units the spread of the metric is: of a ratio or a quantile, of those
   * with a value.
   */
  public long informative(ArmStatistics arm) {
    return switch (arm) {
      case QuantileMoments quantile -> quantile.units();
      case Moments moments ->
          shape instanceof MetricShape.Quantile ? 0 : ArmLine.of(shape, moments).informative();
    };
  }

  /** An arm by itself. */
  public ArmSummary summarize(ArmStatistics arm) {
    return Contrast.summary(shape, arm);
  }
}
