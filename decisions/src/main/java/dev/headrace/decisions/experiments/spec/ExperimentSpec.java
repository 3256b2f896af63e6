package dev.headrace.decisions.experiments.spec;

import dev.headrace.core.project.spec.Default;
import dev.headrace.core.project.spec.Doc;
import dev.headrace.core.project.spec.Percentage;
import dev.headrace.core.stats.multiple.Correction;
import dev.headrace.decisions.experiments.analysis.RelativeInterval;
import dev.headrace.decisions.experiments.analysis.Scale;
import java.time.Duration;
import java.time.LocalDate;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** An experiment as declared: one file in {@code experiments/}. */
@Doc("An A/B test: who was shown what, which metrics decide, and how they are judged.")
public record ExperimentSpec(
    @Doc(
            "Column that says who is randomised, such as user_id; in the assignments and the"
                + " metrics' tables.")
        String unit,
    @Doc(
            "Table of exposures: unit, variant, time of exposure. Of several rows of a unit the"
                + " first counts.")
        String assignments,
    @Default("variant") @Doc("Column of the assignments with the variant's name.") String variant,
    @Doc("Column with the time of exposure; the one that the table declares where absent.")
        @Nullable String exposedAt,
    @Doc("Variants with the share of units each was meant to get; together 100%.")
        Map<String, Percentage> variants,
    @Doc("The variant that the others are compared with; the first one where absent.")
        @Nullable String baseline,
    @Doc("What decides, what else is looked at, and what must not be harmed.") Roles metrics,
    @Default("[]")
        @Doc(
            "Columns of the assignments, such as country; effects are also told by level, as it was"
                + " at the first exposure.")
        List<String> dimensions,
    @Doc("First and last day of exposures.") @Nullable Period period,
    @Default("{}") @Doc("How results are judged.") Judging analysis,
    @Doc("What it is meant to be able to show.") @Nullable Planned plan,
    @Doc("What is expected to happen, and why.") @Nullable String hypothesis,
    @Doc("What it is about, one sentence.") @Nullable String description,
    @Default("[]") @Doc("Labels for --select tag:NAME.") List<String> tags) {
  public ExperimentSpec {
    variants = Collections.unmodifiableMap(new LinkedHashMap<>(variants));
    dimensions = List.copyOf(dimensions);
    tags = List.copyOf(tags);
  }

  /** The variant that the others are compared with. */
  public String base() {
    return baseline == null ? variants.keySet().iterator().next() : baseline;
  }

  /** The same, judged otherwise. */
  public ExperimentSpec withAnalysis(Judging judging) {
    return new ExperimentSpec(
        unit,
        assignments,
        variant,
        exposedAt,
        variants,
        baseline,
        metrics,
        dimensions,
        period,
        judging,
        plan,
        hypothesis,
        description,
        tags);
  }

  /** The same over other days. */
  public ExperimentSpec withPeriod(Period days) {
    return new ExperimentSpec(
        unit,
        assignments,
        variant,
        exposedAt,
        variants,
        baseline,
        metrics,
        dimensions,
        days,
        analysis,
        plan,
        hypothesis,
        description,
        tags);
  }

  @Doc("Metrics by what they are for.")
  public record Roles(
      @Doc("They decide: one of them better and none worse means ship.") List<String> goal,
      @Default("[]") @Doc("They explain.") List<String> secondary,
      @Default("[]") @Doc("They must not get worse.") List<String> guardrail,
      @Default("{}")
          @Doc(
              "Of a guardrail, how much worse it may be, relatively: it must be shown to stay"
                  + " within (non-inferiority).")
          Map<String, Percentage> margins,
      @Default("{}")
          @Doc(
              "Of a guardrail that must stay the same, by how much it may differ either way,"
                  + " relatively: it must be shown to stay within (equivalence).")
          Map<String, Percentage> equivalence) {
    public Roles {
      equivalence = Collections.unmodifiableMap(new LinkedHashMap<>(equivalence));
      margins = Collections.unmodifiableMap(new LinkedHashMap<>(margins));
      goal = List.copyOf(goal);
      secondary = List.copyOf(secondary);
      guardrail = List.copyOf(guardrail);
    }

    /** Those that decide: goals and guardrails. */
    public List<String> judged() {
      return Stream.concat(goal.stream(), guardrail.stream()).toList();
    }
  }

  @Doc("Days, both included.")
  public record Period(
      @Doc("First day.") LocalDate start,
      @Doc("Last day; open where absent.") @Nullable LocalDate end) {}

  @Doc("How results are judged.")
  public record Judging(
      @Default("frequentist") @Doc("frequentist or bayesian.") Engine engine,
      @Default("0.05")
          @Doc(
              "Chance of a false alarm over all goal metrics, in (0, 1); intervals have 1 - alpha, those"
                  + " of goals as 'correction' asks.")
          double alpha,
      @Default("none")
          @Doc("Whether results may be looked at before the end: none, anytime, msprt or group.")
          Sequential sequential,
      @Doc("The looks of 'sequential: group'.") @Nullable Group group,
      @Doc("What 'sequential: msprt' is tuned for.") @Nullable Msprt msprt,
      @Default("relative") @Doc("What effects are told in.") Scale effect,
      @Default("holm") @Doc("Correction of p-values and intervals over goal metrics and variants.")
          Correction correction,
      @Default("t") @Doc("Tails of the fixed-horizon test: t (Welch) or z.") Tails test,
      @Default("fieller") @Doc("Where a relative effect has its interval and p from.")
          RelativeInterval interval,
      @Default("[]")
          @Doc(
              "Further tests, told beside the effects without deciding anything: of means, of shares,"
                  + " of two variants or of all at once.")
          List<CrossCheck> crossChecks,
      @Doc("Use of each unit's values before exposure to take noise away.") @Nullable Cuped cuped,
      @Default("[]")
          @Doc(
              "Dimensions whose levels are judged apart and weighted by their share of the units"
                  + " (post-stratification); several are crossed.")
          List<String> stratify,
      @Doc(
              "Standard deviation of the effects that are believed in beforehand (bayesian); any"
                  + " effect is as likely as any other where absent.")
          @Nullable Double priorSd,
      @Default("{}")
          @Doc(
              "Of a metric, what is believed of its value in each variant (bayesian): effects are then"
                  + " those between the variants' posteriors.")
          Map<String, VariantPrior> priors) {
    public Judging {
      priors = Collections.unmodifiableMap(new LinkedHashMap<>(priors));
      crossChecks = List.copyOf(crossChecks);
      stratify = List.copyOf(stratify);
    }

    /** The same with other looks. */
    public Judging withSequential(Sequential looks) {
      return new Judging(
          engine,
          alpha,
          looks,
          group,
          msprt,
          effect,
          correction,
          test,
          interval,
          crossChecks,
          cuped,
          stratify,
          priorSd,
          priors);
    }

    /** The same without strata. */
    public Judging withoutStrata() {
      return new Judging(
          engine,
          alpha,
          sequential,
          group,
          msprt,
          effect,
          correction,
          test,
          interval,
          crossChecks,
          cuped,
          List.of(),
          priorSd,
          priors);
    }
  }

  /** Which school. */
  public enum Engine {
    FREQUENTIST,
    BAYESIAN
  }

  /** Looks before the end. */
  public enum Sequential {
    @Doc("One look, at the end.")
    NONE,
    @Doc("Any number of looks at any time, for wider intervals.")
    ANYTIME,
    @Doc("The same by the mixture sequential probability ratio test, tuned for a size of effects.")
    MSPRT,
    @Doc("Looks on days named beforehand, for slightly wider intervals.")
    GROUP
  }

  @Doc("Looks on days named beforehand (group-sequential, by a spending function).")
  public record Group(
      @Doc("Days after which results are looked at; the last day of the period is always one.")
          List<LocalDate> looks,
      @Default("obrien-fleming") @Doc("How much of alpha early looks may use up.") Spender spending,
      @Doc("Units planned in all; where absent, information is the share of the period's days.")
          @Nullable Long units) {
    public Group {
      looks = List.copyOf(looks);
    }
  }

  /** Spending functions of K. Lan and D. DeMets (1983). */
  @Doc("A spending function.")
  public sealed interface Spender {
    @Doc("Next to nothing early, nearly all of alpha at the end.")
    record ObrienFleming() implements Spender {}

    @Doc("About the same bound at each look.")
    record Pocock() implements Spender {}

    @Doc("As much of alpha as information is there.")
    record Linear() implements Spender {}

    @Doc(
        "Alpha times the share of information to this power (K. Kim, D. DeMets 1987): 1 spends as"
            + " 'linear', 3 nearly as 'obrien-fleming', more than that still later.")
    record Power(double power) implements Spender {
      /** Beyond, nothing is spent before the end. */
      private static final double MOST = 100;

      public Power {
        if (!(power > 0 && power <= MOST)) {
          throw new IllegalArgumentException(
              "must be a number above 0 and at most 100, not " + power);
        }
      }
    }
  }

  @Doc("The mixture sequential probability ratio test.")
  public record Msprt(
      @Doc(
              "The size of relative effects at which it needs the fewest units: the standard"
                  + " deviation of those that are expected.")
          Percentage effect) {}

  /** Tails of the distribution. */
  public enum Tails {
    T,
    Z
  }

  /** Tests that are told beside the effects. */
  public enum CrossCheck {
    @Doc("Mann-Whitney: whether a unit of the one tends to have more than one of the other.")
    MANN_WHITNEY,
    @Doc("Permutation of units, 2,000 times: whether the means differ.")
    PERMUTATION,
    @Doc("Bootstrap of units, 2,000 times: the effect's interval.")
    BOOTSTRAP,
    @Doc("Kolmogorov-Smirnov: whether the distributions differ anywhere.")
    KOLMOGOROV_SMIRNOV,
    @Doc("Brown-Forsythe, which is Levene's test from medians: whether values spread alike.")
    BROWN_FORSYTHE,
    @Doc("Fisher's exact test of a share of units: right however rare they are.")
    FISHER,
    @Doc("Chi-squared, of a share of units: whether it is the same in all variants.")
    CHI_SQUARED,
    @Doc("Analysis of variance, Welch's: whether means are the same in three variants or more.")
    ANOVA,
    @Doc("Kruskal-Wallis: whether units of one of three variants or more tend to have more.")
    KRUSKAL_WALLIS;

    /** Whether it compares all variants at once, and not each with the baseline. */
    public boolean comparesAll() {
      return this == CHI_SQUARED || this == ANOVA || this == KRUSKAL_WALLIS;
    }

    /** Whether with two variants it is another test, of which more can be told. */
    public boolean isForThree() {
      return this == ANOVA || this == KRUSKAL_WALLIS;
    }

    /** Whether it is about shares of units; the others are about means of a value per unit. */
    public boolean isOfShares() {
      return this == FISHER || this == CHI_SQUARED;
    }

    /** Whether sums do not give it. */
    public boolean needsValues() {
      return this != ANOVA && !isOfShares();
    }

    /** Whether units are dealt or drawn anew thousands of times. */
    public boolean resamples() {
      return this == PERMUTATION || this == BOOTSTRAP;
    }
  }

  @Doc("CUPED: the metric before exposure as a covariate, and others besides.")
  public record Cuped(
      @Default("14d") @Doc("How long before exposure.") Duration lookback,
      @Default("[]")
          @Doc(
              "Further metrics whose values before exposure are covariates of every metric: counts,"
                  + " sums and shares of units.")
          List<String> covariates) {
    public Cuped {
      covariates = List.copyOf(covariates);
    }

    /** The metric's own past alone. */
    public static Cuped of(Duration lookback) {
      return new Cuped(lookback, List.of());
    }
  }

  @Doc("What an experiment is meant to be able to show; 'headrace experiment plan' works with it.")
  public record Planned(
      @Default("5%") @Doc("The relative effect that is not to be missed.") Percentage effect,
      @Default("80%") @Doc("The chance to see it.") Percentage power,
      @Default("100%") @Doc("The share of units that take part.") Percentage traffic,
      @Doc(
              "Table whose units will take part, a row per visit; that of the first metric where"
                  + " absent.")
          @Nullable String population) {}
}
