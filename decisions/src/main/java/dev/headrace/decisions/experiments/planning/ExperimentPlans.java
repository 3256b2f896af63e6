package dev.headrace.decisions.experiments.planning;

import dev.headrace.core.project.spec.Percentage;
import dev.headrace.core.stats.Alternative;
import dev.headrace.core.stats.Answer;
import dev.headrace.data.metrics.Direction;
import dev.headrace.data.metrics.Metrics;
import dev.headrace.decisions.experiments.analysis.Analysis;
import dev.headrace.decisions.experiments.analysis.AnalysisSpec;
import dev.headrace.decisions.experiments.analysis.ArmSummary;
import dev.headrace.decisions.experiments.analysis.Method;
import dev.headrace.decisions.experiments.analysis.MetricShape;
import dev.headrace.decisions.experiments.analysis.PlanSpec;
import dev.headrace.decisions.experiments.analysis.PlanSpec.Kind;
import dev.headrace.decisions.experiments.analysis.Planning;
import dev.headrace.decisions.experiments.judging.DueLook;
import dev.headrace.decisions.experiments.judging.Judgement;
import dev.headrace.decisions.experiments.judging.JudgingMethod;
import dev.headrace.decisions.experiments.judging.StratifiedArms;
import dev.headrace.decisions.experiments.planning.PastUnits.Window;
import dev.headrace.decisions.experiments.planning.PlanReport.Horizon;
import dev.headrace.decisions.experiments.planning.PlanReport.Need;
import dev.headrace.decisions.experiments.planning.PlanReport.Shown;
import dev.headrace.decisions.experiments.report.ExperimentReport.Role;
import dev.headrace.decisions.experiments.report.ExperimentReport.Table;
import dev.headrace.decisions.experiments.scan.Sums;
import dev.headrace.decisions.experiments.scan.UnitScan.Measured;
import dev.headrace.decisions.experiments.spec.ExperimentSpec;
import dev.headrace.spi.engine.Watch;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Plans experiments from what their metrics have been.
 *
 * <p>Means, variances and the number of units depend on how long an experiment runs: users come
 * back and go on buying. So each run time of 1, 2, … weeks is looked up by itself, as the last
 * weeks of the past, rather than one week being multiplied.
 */
public final class ExperimentPlans {
  private static final int WEEK = 7;

  /** Plans longer than this are no plans. */
  private static final long LONGEST_DAYS = 26 * WEEK;

  private final Metrics metrics;
  private final Function<List<String>, List<Table>> read;
  private final PlanRequest request;
  private final ExperimentSpec design;
  private final Map<String, Role> roles;
  private final double effect;
  private final double power;
  private final double traffic;
  private final List<String> notes = new ArrayList<>();
  private List<String> strata = List.of();

  /**
   * @param read what stands behind tables
   */
  public ExperimentPlans(
      Metrics metrics, Function<List<String>, List<Table>> read, PlanRequest request) {
    this.metrics = metrics;
    this.read = read;
    this.request = request;
    this.design = request.design();
    this.roles = Judgement.roles(design);
    Optional<ExperimentSpec.Planned> plan = Optional.ofNullable(design.plan());
    this.effect = request.effect().orElse(plan.map(p -> p.effect().fraction()).orElse(0.05));
    this.power = request.power().orElse(plan.map(p -> p.power().fraction()).orElse(0.8));
    this.traffic = request.traffic().orElse(plan.map(p -> p.traffic().fraction()).orElse(1.0));
  }

  private String words() {
    ExperimentSpec.Group group = design.analysis().group();
    return group == null
        ? new Judgement(
                strata.isEmpty() ? design.withAnalysis(design.analysis().withoutStrata()) : design,
                new Sums(Map.of(), 0, Optional.empty(), Map.of()),
                Optional.empty())
            .words()
        : "group-sequential, %d looks".formatted(looks(group));
  }

  private int looks(ExperimentSpec.Group group) {
    ExperimentSpec.Period period = design.period();
    return period == null ? group.looks().size() : DueLook.days(group, period).size();
  }

  /** One run time: what was seen in the past. */
  private record Stretch(Optional<Integer> days, long units, Map<String, Metric> metrics) {}

  /** A metric as it was in one run time; a plan, or the reason why there is none. */
  private record Metric(Measured measured, ArmSummary summary, Answer<PlanSpec> plan) {}

  public PlanReport plan(PastUnits past, String population, Watch watch) {
    List<String> names = List.copyOf(roles.keySet());
    Optional<Window> span = past.span(request.until(), watch);
    this.strata = strata(past, population);
    List<Stretch> stretches = new ArrayList<>();
    PastUnits.Past last = null;
    for (Optional<Window> window : windows(span)) {
      last = past.sums(names, window, design.analysis().cuped(), strata, watch);
      stretches.add(stretch(window, last));
    }
    if (last == null) {
      throw new IllegalStateException("no run time");
    }
    List<Need> needs = names.stream().map(name -> need(name, stretches)).toList();
    note(span, stretches);
    return new PlanReport(
        request.name(),
        sentence(needs),
        design.unit(),
        population,
        span.map(Window::from),
        span.map(Window::to),
        effect,
        power,
        design.analysis().alpha(),
        alpha(Role.GOAL),
        comparisons(),
        words(),
        traffic,
        needs,
        stretches.stream().map(this::horizon).toList(),
        notes,
        last.sql(),
        read.apply(last.scan().tables()));
  }

  /** Whole weeks, as many as the past has; what there is where it has less than one. */
  private List<Optional<Window>> windows(Optional<Window> span) {
    if (span.isEmpty()) {
      return List.of(Optional.empty());
    }
    List<Optional<Window>> windows = new ArrayList<>();
    for (int week = 1; week <= request.weeks() && week * WEEK <= span.get().days(); week++) {
      windows.add(Optional.of(span.get().last(week * WEEK)));
    }
    return windows.isEmpty() ? List.of(span) : windows;
  }

  private Stretch stretch(Optional<Window> window, PastUnits.Past past) {
    Map<String, Metric> found = new LinkedHashMap<>();
    for (Measured measured : past.scan().metrics()) {
      found.put(measured.metric(), metric(measured, past, window));
    }
    return new Stretch(window.map(Window::days), past.arm().units(), found);
  }

  /** The strata that the population tells apart: all that the design names, or none. */
  private List<String> strata(PastUnits past, String population) {
    List<String> wanted = design.analysis().stratify();
    List<String> lacking = past.lacking(wanted);
    if (!lacking.isEmpty()) {
      notes.add(
          "Planned without strata, which only take variance away: '%s' has no column '%s'."
              .formatted(population, lacking.getFirst()));
      return List.of();
    }
    return wanted;
  }

  private Metric metric(Measured measured, PastUnits.Past past, Optional<Window> window) {
    Sums.Arm arm = past.arm();
    boolean stratified = StratifiedArms.areFor(past.spec(), measured);
    if (!arm.isFinite(measured)) {
      Answer<Double> none =
          Answer.unknown(Answer.Reason.NOT_FINITE, "a sum is infinite or not a number");
      return new Metric(
          measured, new ArmSummary(arm.units(), none, none), none.map(_ -> PlanSpec.ofMean(1, 1)));
    }
    ArmSummary summary =
        Analysis.of(AnalysisSpec.of(new Method.NormalZ()), measured.shape())
            .summarize(arm.statistics(measured));
    boolean allHaveIt =
        measured.shape() instanceof MetricShape.Proportion
            && summary.value().known().filter(share -> share == 1).isPresent();
    return new Metric(
        measured,
        summary,
        allHaveIt
            ? Answer.unknown(
                Answer.Reason.NO_VARIANCE,
                "every unit of the population has it: name who would take part by"
                    + " 'plan.population' or --population")
            : stratified && small(past).isPresent()
                ? Answer.unknown(Answer.Reason.TOO_FEW_VALUES, few(past, small(past).get(), window))
                : PlanBasis.planSpec(measured, arm, stratified ? past.strata().values() : List.of())
                    .map(plan -> designed(plan, measured.metric())));
  }

  /** A stratum that an analysis would refuse, if the experiment had the units of this past. */
  private Optional<String> small(PastUnits.Past past) {
    return past.strata().entrySet().stream()
        .filter(one -> ofSmallestArm(one.getValue()) < StratifiedArms.FEWEST_UNITS)
        .map(Map.Entry::getKey)
        .findFirst();
  }

  private double ofSmallestArm(Sums.Arm stratum) {
    PlanSpec.Split split = PlanBasis.split(design);
    return stratum.units() * traffic * Math.min(split.baseline(), split.treatment());
  }

  private String few(PastUnits.Past past, String level, Optional<Window> window) {
    return "%sthe stratum %s has about %d units of a variant, and strata take %d or more: stratify by coarser levels"
        .formatted(
            window.map(days -> "in %d days ".formatted(days.days())).orElse(""),
            StratifiedArms.name(past.spec(), level),
            Math.round(ofSmallestArm(past.strata().getOrDefault(level, Sums.Arm.empty()))),
            StratifiedArms.FEWEST_UNITS);
  }

  /** With the experiment's test, arms and looks. */
  private PlanSpec designed(PlanSpec plan, String metric) {
    double alpha = alpha(role(metric));
    return plan.withSplit(PlanBasis.split(design))
        .withRelative(PlanBasis.relative(design))
        .withTest(alpha, power, Alternative.TWO_SIDED)
        .withLooks(JudgingMethod.looks(design, alpha));
  }

  private Role role(String metric) {
    Role role = roles.get(metric);
    return role == null ? Role.SECONDARY : role;
  }

  private int comparisons() {
    return PlanBasis.comparisons(design);
  }

  private double alpha(Role role) {
    return role == Role.GOAL ? PlanBasis.alphaOfGoals(design) : design.analysis().alpha();
  }

  private double wanted(String metric) {
    return metrics.get(metric).spec().direction() == Direction.UP ? effect : -effect;
  }

  private Need need(String name, List<Stretch> stretches) {
    for (Stretch stretch : stretches) {
      Metric metric = found(stretch, name);
      if (metric.plan() instanceof Answer.Known<PlanSpec>(PlanSpec plan)
          && stretch.days().isPresent()
          && power(plan, stretch.units() * traffic, name) >= power) {
        return answer(
            name, metric, needed(plan, name), Optional.of((long) stretch.days().get()), false);
      }
    }
    Stretch last = stretches.getLast();
    Metric metric = found(last, name);
    return switch (metric.plan()) {
      case Answer.Unknown<PlanSpec>(Answer.Reason _, String detail) ->
          unanswered(name, metric, detail);
      case Answer.Known<PlanSpec>(PlanSpec plan) -> {
        if (margin(name).isEmpty()
            && plan.kind() == Kind.PROPORTION
            && plan.mean() * (1 + wanted(name)) > 1) {
          yield unanswered(
              name,
              metric,
              String.format(
                  Locale.ROOT, "a share of %.4g cannot rise by %.3g", plan.mean(), effect));
        }
        Answer<Double> units = needed(plan, name);
        Optional<Long> days =
            units.known().flatMap(count -> perDay(last).map(pace -> weeks(count / pace)));
        yield answer(name, metric, units, days, true);
      }
    };
  }

  /** What a guardrail may lose at most, where that was said. */
  private Optional<Double> margin(String name) {
    return Optional.ofNullable(design.metrics().margins().get(name))
        .or(() -> Optional.ofNullable(design.metrics().equivalence().get(name)))
        .map(Percentage::fraction);
  }

  private boolean isEitherWay(String name) {
    return design.metrics().equivalence().containsKey(name);
  }

  private double power(PlanSpec plan, double units, String name) {
    Optional<Double> margin = margin(name);
    if (margin.isPresent()) {
      return isEitherWay(name)
          ? Planning.powerEquivalent(plan, units, margin.get())
          : Planning.powerWithin(plan, units, limit(plan, name, margin.get()));
    }
    boolean impossible = plan.kind() == Kind.PROPORTION && plan.mean() * (1 + wanted(name)) > 1;
    return impossible ? 0 : Planning.power(plan, units, sign(plan) * wanted(name));
  }

  private Answer<Double> needed(PlanSpec plan, String name) {
    Optional<Double> margin = margin(name);
    if (margin.isEmpty()) {
      return neededToSee(plan, name);
    }
    return isEitherWay(name)
        ? Planning.unitsEquivalent(plan, margin.get())
        : Planning.unitsWithin(plan, limit(plan, name, margin.get()));
  }

  /** Where an effect is as bad as the margin allows. */
  private double limit(PlanSpec plan, String name, double margin) {
    return Math.copySign(margin, -sign(plan) * wanted(name));
  }

  private Answer<Double> neededToSee(PlanSpec plan, String name) {
    return Planning.units(plan, sign(plan) * wanted(name));
  }

  /** Effects are told as a share of the baseline's size, also below zero. */
  private static double sign(PlanSpec plan) {
    return Math.signum(plan.mean());
  }

  private Optional<Double> perDay(Stretch last) {
    if (request.unitsPerDay().isPresent()) {
      return Optional.of(request.unitsPerDay().getAsDouble() * traffic);
    }
    return last.days().map(days -> last.units() * traffic / days);
  }

  private static long weeks(double days) {
    return Math.max(1, (long) Math.ceil(days / WEEK - 1e-9)) * WEEK;
  }

  private Need answer(
      String name, Metric metric, Answer<Double> units, Optional<Long> days, boolean beyond) {
    Optional<String> reason =
        units instanceof Answer.Unknown<Double>(Answer.Reason _, String detail)
            ? Optional.of(detail)
            : days.filter(d -> d > LONGEST_DAYS).map(d -> d / WEEK + " weeks are no experiment");
    return need(name, metric, units.known().map(n -> (long) Math.ceil(n)), days, beyond, reason);
  }

  private Need unanswered(String name, Metric metric, String reason) {
    return need(name, metric, Optional.empty(), Optional.empty(), false, Optional.of(reason));
  }

  private Need need(
      String name,
      Metric metric,
      Optional<Long> units,
      Optional<Long> days,
      boolean beyond,
      Optional<String> reason) {
    return new Need(
        name,
        role(name),
        PlanBasis.kind(metric.measured().shape()),
        metric.summary().value().known(),
        metric
            .summary()
            .standardError()
            .known()
            .map(error -> error * Math.sqrt((double) metric.summary().units())),
        metric.plan().known().map(PlanSpec::varianceReduction).orElse(0.0),
        margin(name),
        units,
        days,
        beyond,
        reason);
  }

  private static Metric found(Stretch stretch, String name) {
    Metric metric = stretch.metrics().get(name);
    if (metric == null) {
      throw new IllegalStateException(name);
    }
    return metric;
  }

  private Horizon horizon(Stretch stretch) {
    double units = stretch.units() * traffic;
    List<Shown> shown = new ArrayList<>();
    stretch
        .metrics()
        .forEach(
            (name, metric) -> {
              Optional<PlanSpec> plan = metric.plan().known().filter(_ -> units >= 4);
              shown.add(
                  new Shown(
                      name,
                      plan.flatMap(
                              spec -> Planning.detectable(spec, units, wanted(name) > 0).known())
                          .map(Math::abs),
                      plan.map(spec -> power(spec, units, name))));
            });
    return new Horizon(stretch.days(), (long) Math.floor(units), shown);
  }

  private String sentence(List<Need> needs) {
    // Those without which there is no verdict to ship.
    List<Need> goals =
        needs.stream()
            .filter(need -> role(need.metric()) == Role.GOAL || need.margin().isPresent())
            .toList();
    String shown =
        String.format(
            Locale.ROOT,
            "%s of %s%s with power %s",
            PlanBasis.percent(effect),
            String.join(" and ", design.metrics().goal()),
            needs.stream()
                .filter(need -> need.margin().isPresent())
                .map(
                    need ->
                        ", and that %s stays within %s,"
                            .formatted(
                                need.metric(), PlanBasis.percent(need.margin().orElseThrow())))
                .collect(Collectors.joining()),
            PlanBasis.percent(power));
    Optional<Need> none = goals.stream().filter(need -> need.units().isEmpty()).findFirst();
    if (none.isPresent()) {
      return (none.get().margin().isPresent()
              ? "No run time shows that %s stays within its margin, because %s."
              : "No run time shows an effect on %s, because %s.")
          .formatted(none.get().metric(), none.get().reason().orElse("it has no variance"));
    }
    long units = goals.stream().mapToLong(need -> need.units().orElseThrow()).max().orElseThrow();
    if (goals.stream().anyMatch(need -> need.days().isEmpty())) {
      return "To see %s takes %d units; nothing says how many come in a day."
          .formatted(shown, units);
    }
    long days = goals.stream().mapToLong(need -> need.days().orElseThrow()).max().orElseThrow();
    if (days > LONGEST_DAYS) {
      return "To see %s takes %d units, which come in %d weeks: aim at a larger effect, a metric with less noise, or more units."
          .formatted(shown, units, days / WEEK);
    }
    return "Run it for %d %s: it takes %d units to see %s."
        .formatted(days / WEEK, days == WEEK ? "week" : "weeks", units, shown);
  }

  private void note(Optional<Window> span, List<Stretch> stretches) {
    if (span.isEmpty()) {
      notes.add("The population has no time: all of its units were looked at, none by week.");
    } else if (span.get().days() < WEEK) {
      notes.add(
          "The past has %d days: a plan for whole weeks continues them."
              .formatted(span.get().days()));
    }
    if (comparisons() > 1 && alpha(Role.GOAL) < design.analysis().alpha()) {
      notes.add(
          String.format(
              Locale.ROOT,
              "%d comparisons share alpha: each goal is planned at %.4g, what the first one"
                  + " rejected must pass.",
              comparisons(),
              alpha(Role.GOAL)));
    }
    List<String> plain =
        stretches.getLast().metrics().values().stream()
            .map(metric -> metric.measured())
            .filter(measured -> !measured.isCovaried())
            .map(Measured::metric)
            .toList();
    if (design.analysis().cuped() != null && !plain.isEmpty()) {
      notes.add(
          "CUPED takes nothing away from %s: without times, or of what begins with exposure, there is nothing from before it; and quantiles have no covariates."
              .formatted(String.join(", ", plain)));
    }
    if (design.analysis().engine() == ExperimentSpec.Engine.BAYESIAN) {
      notes.add("A posterior is planned by the test that a flat prior agrees with.");
    }
    if (design.analysis().sequential() == ExperimentSpec.Sequential.ANYTIME
        || design.analysis().sequential() == ExperimentSpec.Sequential.MSPRT) {
      notes.add("The power is that of the last look: stopping earlier only adds to it.");
    }
  }
}
