package dev.headrace.decisions.experiments.report;

import dev.headrace.core.stats.multiple.Correction;
import dev.headrace.core.stats.multiple.SimultaneousIntervals.Promise;
import dev.headrace.decisions.experiments.analysis.Scale;
import dev.headrace.decisions.experiments.spec.ExperimentSpec;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;

/**
 * What an experiment showed. Holds no clock and no chance: over the same snapshots it is the same
 * to the byte.
 *
 * @param baseline the variant the others are compared with
 * @param method how effects were judged, in words
 * @param intervals what the intervals promise, in a sentence or two
 * @param effect what effects are told in
 * @param family of goals, whose p-values are corrected; empty where there is no correction, or
 *     nothing to correct
 * @param look the look of a group-sequential design that is told; empty for others, and before the
 *     first one
 * @param course effects of goals and guardrails as exposures came in
 * @param sql the statement that all sums come from
 * @param tables what it read
 * @param splits effects by level of each dimension
 * @param crossChecks further tests, which decide nothing
 * @param code the version of the program; empty until somebody says it with {@link #by}
 */
public record ExperimentReport(
    String experiment,
    Verdict verdict,
    String baseline,
    String method,
    String intervals,
    Scale effect,
    double alpha,
    Optional<Family> family,
    List<Arm> arms,
    List<Metric> metrics,
    List<Warning> health,
    Optional<LocalDate> newestExposure,
    Optional<Look> look,
    List<Course> course,
    String fingerprint,
    String sql,
    List<Table> tables,
    List<Split> splits,
    List<CrossCheck> crossChecks,
    String code) {
  public ExperimentReport {
    arms = List.copyOf(arms);
    metrics = List.copyOf(metrics);
    health = List.copyOf(health);
    course = List.copyOf(course);
    tables = List.copyOf(tables);
    splits = List.copyOf(splits);
    crossChecks = List.copyOf(crossChecks);
  }

  /** The same, with the version of the program that made it. */
  public ExperimentReport by(String version) {
    return new ExperimentReport(
        experiment,
        verdict,
        baseline,
        method,
        intervals,
        effect,
        alpha,
        family,
        arms,
        metrics,
        health,
        newestExposure,
        look,
        course,
        fingerprint,
        sql,
        tables,
        splits,
        crossChecks,
        version);
  }

  /**
   * A variant.
   *
   * @param expected the share of units it was meant to get
   */
  public record Arm(String variant, long units, double expected) {}

  /**
   * The comparisons that one correction is about: of each goal, each variant with the baseline.
   *
   * @param promise of the adjusted intervals
   * @param comparisons that have a p-value
   * @param rejected of them, by corrected p-values
   * @param alphaEach adjusted intervals have the level 1 - this
   * @param beyond rejected comparisons whose adjusted interval holds zero, as "METRIC in VARIANT"
   */
  public record Family(
      Correction correction,
      Promise promise,
      int comparisons,
      int rejected,
      double alphaEach,
      List<String> beyond) {
    public Family {
      beyond = List.copyOf(beyond);
    }
  }

  /** What a metric is for. */
  public enum Role {
    GOAL,
    SECONDARY,
    GUARDRAIL
  }

  /**
   * A look of a group-sequential design.
   *
   * @param number from 1
   * @param of how many
   * @param day until which exposures and rows count
   * @param information share of the planned information
   * @param criticalZ an effect is shown beyond so many standard errors
   */
  public record Look(int number, int of, LocalDate day, double information, double criticalZ) {}

  /**
   * A variant's effect on a metric, of all units exposed until a day, with all they did since.
   * Intervals are those of the method, which for one look hold on one day only, of the level at
   * which the report shows the effect.
   *
   * @param alpha intervals have the level 1 - this
   */
  public record Course(String metric, String variant, double alpha, List<Point> points) {
    public Course {
      points = List.copyOf(points);
    }
  }

  /**
   * One day.
   *
   * @param units of both arms
   */
  public record Point(
      LocalDate day, long units, double estimate, Optional<Double> lower, Optional<Double> upper) {}

  /**
   * One metric.
   *
   * @param upIsGood which way is better
   * @param margin how much worse a guardrail may be, relatively; empty where none is declared
   * @param equivalence by how much it may differ either way; empty where none is declared
   * @param standings of a posterior, which variant is best; empty for tests
   */
  public record Metric(
      String metric,
      Role role,
      Optional<String> unit,
      boolean upIsGood,
      Optional<Double> margin,
      Optional<Double> equivalence,
      List<Value> values,
      List<Effect> effects,
      List<Standing> standings) {
    public Metric {
      standings = List.copyOf(standings);
      values = List.copyOf(values);
      effects = List.copyOf(effects);
    }

    public Metric withEffects(List<Effect> others) {
      return new Metric(
          metric, role, unit, upIsGood, margin, equivalence, values, others, standings);
    }
  }

  /**
   * The metric in one variant, never adjusted.
   *
   * @param value empty where the data do not give it
   */
  public record Value(
      String variant, long units, Optional<Double> value, Optional<Double> standardError) {}

  /**
   * What is believed of a variant.
   *
   * @param prior of its value
   * @param lower end of the credible interval of its value, of level 1 - alpha
   * @param probabilityBest that no variant has a better value
   * @param expectedLoss what choosing it costs on average, in the metric's unit: E[best value - its
   *     value], the other way round where less is better
   */
  public record Standing(
      String variant,
      String prior,
      double lower,
      double upper,
      double probabilityBest,
      double expectedLoss) {}

  /**
   * A variant against the baseline.
   *
   * @param estimate on the scale of the analysis; empty, with the reason, where the data give none
   * @param lower of the interval of level 1 - alpha, by itself; empty where it has no end
   * @param pValue of "no effect"; of goal metrics corrected over goals and variants in {@code
   *     adjustedP}; empty for a posterior
   * @param adjustedInterval the interval that goes with the corrected p-value, of goals
   * @param probabilityBetter that the effect is in the good direction; empty for a test
   * @param varianceReduction share of the variance that values before exposure took away
   * @param outcome what it comes to
   */
  public record Effect(
      String variant,
      Optional<Double> estimate,
      Optional<Double> lower,
      Optional<Double> upper,
      Optional<Double> standardError,
      Optional<Double> statistic,
      Optional<Double> pValue,
      Optional<Double> adjustedP,
      Optional<AdjustedInterval> adjustedInterval,
      Optional<Double> probabilityBetter,
      double varianceReduction,
      Outcome outcome,
      Optional<String> reason) {
    /** The end that is shown: that of the adjusted interval, where there is one. */
    public Optional<Double> shownLower() {
      return adjustedInterval.isPresent() ? adjustedInterval.get().lower() : lower;
    }

    /** As {@link #shownLower}. */
    public Optional<Double> shownUpper() {
      return adjustedInterval.isPresent() ? adjustedInterval.get().upper() : upper;
    }

    public Effect withOutcome(Outcome other) {
      return with(adjustedP, adjustedInterval, other);
    }

    /** As one of a family of comparisons. */
    public Effect corrected(double p, AdjustedInterval interval, Outcome other) {
      return with(Optional.of(p), Optional.of(interval), other);
    }

    private Effect with(Optional<Double> p, Optional<AdjustedInterval> interval, Outcome other) {
      return new Effect(
          variant,
          estimate,
          lower,
          upper,
          standardError,
          statistic,
          pValue,
          p,
          interval,
          probabilityBetter,
          varianceReduction,
          other,
          reason);
    }
  }

  /**
   * An interval as one of a family.
   *
   * @param alpha it has the level 1 - this
   * @param lower empty where it has no end
   */
  public record AdjustedInterval(double alpha, Optional<Double> lower, Optional<Double> upper) {
    public boolean contains(double effect) {
      return lower.filter(end -> end > effect).isEmpty()
          && upper.filter(end -> end < effect).isEmpty();
    }
  }

  /** What an effect comes to. */
  public enum Outcome {
    BETTER,
    WORSE,
    /** Shown to stay within the margin of a guardrail, or to be the same within it. */
    WITHIN_MARGIN,
    NOT_SHOWN,
    /** The data do not give it. */
    UNKNOWN
  }

  /**
   * A metric's effect by level of a dimension. The tests hold for one look at a size fixed in
   * advance, whatever the experiment's own method is.
   *
   * @param equalityP of "all levels have the same effect"; empty, with the reason, where fewer than
   *     two levels have one
   * @param adjustedP the same, corrected over all splits of the report
   * @param unexplained share of the spread between levels that chance does not explain, in [0, 1]
   */
  public record Split(
      String dimension,
      String metric,
      String variant,
      List<Slice> levels,
      Optional<Double> equalityP,
      Optional<Double> adjustedP,
      Optional<Double> unexplained,
      Optional<String> reason) {
    public Split {
      levels = List.copyOf(levels);
    }

    public Split withAdjustedP(double p) {
      return new Split(
          dimension, metric, variant, levels, equalityP, Optional.of(p), unexplained, reason);
    }
  }

  /**
   * A level of a dimension.
   *
   * @param units in all variants
   * @param estimate of the effect among them, on the scale of the analysis; empty, with the reason,
   *     where the data give none
   * @param adjustedP of "its effect is that of the other levels together", corrected over levels
   */
  public record Slice(
      String level,
      long units,
      Optional<Double> estimate,
      Optional<Double> lower,
      Optional<Double> upper,
      Optional<Double> adjustedP,
      Optional<String> reason) {}

  /**
   * A test that is told beside the effects.
   *
   * @param variant what is compared with the baseline; empty where all variants are compared
   * @param statistic the chance that a unit of the variant has more than one of the baseline
   *     (Mann-Whitney, equal ones counted half), the largest distance of the distributions
   *     (Kolmogorov-Smirnov), the odds over the baseline's (Fisher; empty where infinite),
   *     chi-squared, F (analysis of variance, Brown-Forsythe), H (Kruskal-Wallis), or the effect;
   *     empty, with the reason, where nothing is said
   * @param lower of the effect's interval (bootstrap)
   */
  public record CrossCheck(
      String metric,
      Optional<String> variant,
      ExperimentSpec.CrossCheck test,
      Optional<Double> statistic,
      Optional<Double> pValue,
      Optional<Double> lower,
      Optional<Double> upper,
      Optional<String> reason) {}

  /**
   * Something that was looked at for whether the result can be trusted.
   *
   * @param check for example {@code sample-ratio}
   * @param figure what was found
   */
  public record Warning(String check, Level level, Optional<Double> figure, String text) {}

  /** What a health check means. */
  public enum Level {
    OK,
    WARN,
    /** No effect of this experiment can be trusted. */
    INVALID
  }

  /**
   * A table as it was read.
   *
   * @param snapshot of the lake; empty for a view
   * @param run that published it
   */
  public record Table(String table, Optional<Long> snapshot, long run, String state) {}
}
