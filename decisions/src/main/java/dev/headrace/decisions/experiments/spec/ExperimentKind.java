package dev.headrace.decisions.experiments.spec;

import dev.headrace.core.project.Declaration;
import dev.headrace.core.project.Definition;
import dev.headrace.core.project.Kind;
import dev.headrace.core.project.Names;
import dev.headrace.core.project.Problems;
import dev.headrace.core.project.Scope;
import dev.headrace.core.project.spec.Percentage;
import dev.headrace.data.metrics.MetricKind;
import dev.headrace.decisions.experiments.analysis.RelativeInterval;
import dev.headrace.decisions.experiments.analysis.Scale;
import dev.headrace.decisions.experiments.spec.ExperimentSpec.Engine;
import dev.headrace.decisions.experiments.spec.ExperimentSpec.Judging;
import dev.headrace.decisions.experiments.spec.ExperimentSpec.Sequential;
import dev.headrace.spi.error.Location;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The kind {@code experiment}: files {@code experiments/*.yaml}. */
public final class ExperimentKind implements Kind<ExperimentSpec> {
  /** The kind's name. */
  public static final String NAME = "experiment";

  /** Days of periods, with lookbacks before them, are days that every engine has. */
  private static final int FIRST_YEAR = 1900;

  private static final int LAST_YEAR = 9998;

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String folder() {
    return "experiments";
  }

  @Override
  public FileForm form() {
    return FileForm.YAML;
  }

  @Override
  public Class<ExperimentSpec> specType() {
    return ExperimentSpec.class;
  }

  @Override
  public boolean isBuilt() {
    return false;
  }

  @Override
  public Definition define(
      Declaration<ExperimentSpec> declaration, Scope scope, Problems problems) {
    ExperimentSpec spec = declaration.spec();
    Declaration.Origin origin = declaration.origin();
    Set<String> inputs = new LinkedHashSet<>();
    checkTable(spec.assignments(), origin.at("assignments"), scope, problems, inputs);
    checkVariants(spec, origin, problems);
    checkMetrics(spec, origin, scope, problems, inputs);
    checkPeriod(spec, origin, problems);
    checkJudging(spec.analysis(), origin, problems);
    checkInterval(spec, origin, problems);
    checkCrossChecks(spec, origin, problems);
    checkPriors(spec, origin, problems);
    CovariateRules.check(spec, origin, scope, problems, inputs);
    checkPlan(spec, origin, scope, problems, inputs);
    checkLooks(spec, origin, problems);
    String identity =
        String.join(
            "\n",
            spec.unit(),
            spec.variant(),
            String.valueOf(spec.exposedAt()),
            spec.variants().toString(),
            spec.base(),
            spec.metrics().toString(),
            spec.dimensions().toString(),
            String.valueOf(spec.period()),
            spec.analysis().toString(),
            String.valueOf(spec.plan()));
    return new Definition(
        List.copyOf(inputs), List.of(), identity, "", List.of(), new TreeSet<>(spec.tags()));
  }

  private static void checkTable(
      String table, Location place, Scope scope, Problems problems, Set<String> inputs) {
    String name = table.toLowerCase(Locale.ROOT);
    if (scope.tables().contains(name)) {
      inputs.add(name);
    } else {
      problems.add(
          place,
          "unknown table '" + table + "'",
          scope
              .nearest(name)
              .map(near -> "did you mean '" + near + "'?")
              .orElse("declare it under sources/ or tables/"));
    }
  }

  private static void checkLooks(
      ExperimentSpec spec, Declaration.Origin origin, Problems problems) {
    ExperimentSpec.Group group = spec.analysis().group();
    ExperimentSpec.Period period = spec.period();
    if ((group == null) == (spec.analysis().sequential() == Sequential.GROUP)) {
      problems.add(
          origin.at("analysis"),
          group == null
              ? "The looks of 'sequential: group' are not named."
              : "Looks are named, but 'sequential' is not 'group'.",
          "Write {sequential: group, group: {looks: [2026-03-07, 2026-03-14]}}.");
      return;
    }
    if (group == null) {
      return;
    }
    if (period == null || period.end() == null) {
      problems.add(
          origin.at("analysis.group"),
          "Looks are shares of a period that has no end.",
          "Name period.start and period.end.");
      return;
    }
    LocalDate before = period.start().minusDays(1);
    for (LocalDate look : group.looks()) {
      if (!look.isAfter(before) || look.isAfter(period.end())) {
        problems.add(
            origin.at("analysis.group.looks"),
            "The look on %s is not after the one before it, or not within the period."
                .formatted(look),
            "Name rising days from %s to %s.".formatted(period.start(), period.end()));
        return;
      }
      before = look;
    }
    if (group.units() != null && group.units() < 1) {
      problems.add(
          origin.at("analysis.group.units"),
          "%d units are no plan.".formatted(group.units()),
          "Write how many units are planned in all variants.");
    }
  }

  private static void checkPlan(
      ExperimentSpec spec,
      Declaration.Origin origin,
      Scope scope,
      Problems problems,
      Set<String> inputs) {
    ExperimentSpec.Planned plan = spec.plan();
    if (plan == null) {
      return;
    }
    if (plan.population() != null) {
      checkTable(plan.population(), origin.at("plan.population"), scope, problems, inputs);
    }
    if (plan.effect().percent().signum() == 0 || plan.traffic().percent().signum() == 0) {
      problems.add(
          origin.at("plan"),
          "An effect of " + plan.effect() + " on " + plan.traffic() + " of the units is nothing.",
          "Write shares above 0%.");
    }
    double power = plan.power().fraction();
    if (!(power > spec.analysis().alpha() && power < 1)) {
      problems.add(
          origin.at("plan.power"),
          "A power of %s cannot be planned with an alpha of %s."
              .formatted(plan.power(), spec.analysis().alpha()),
          "Write for example 80%.");
    }
  }

  private static void checkVariants(
      ExperimentSpec spec, Declaration.Origin origin, Problems problems) {
    BigDecimal sum =
        spec.variants().values().stream()
            .map(Percentage::percent)
            .reduce(BigDecimal.ZERO, BigDecimal::add);
    if (spec.variants().size() < 2) {
      problems.add(
          origin.at("variants"),
          "An experiment of " + spec.variants().size() + " variant compares nothing.",
          "Name two variants or more, such as {control: 50%, treatment: 50%}.");
    } else if (sum.subtract(BigDecimal.valueOf(100)).abs().compareTo(new BigDecimal("0.1")) > 0) {
      problems.add(
          origin.at("variants"),
          "The variants' shares add up to " + sum.stripTrailingZeros().toPlainString() + "%.",
          "Let them be 100% together; write thirds as 33.33%, 33.33%, 33.34%.");
    }
    spec.variants()
        .forEach(
            (name, share) -> {
              if (share.percent().signum() == 0) {
                problems.add(
                    origin.at("variants." + name),
                    "The variant '" + name + "' is meant to get no units.",
                    "Give it a share, or leave it out.");
              }
            });
    if (spec.baseline() != null && !spec.variants().containsKey(spec.baseline())) {
      problems.add(
          origin.at("baseline"),
          "The baseline '" + spec.baseline() + "' is none of the variants.",
          Names.suggest(spec.baseline(), spec.variants().keySet()));
    }
  }

  private static void checkMetrics(
      ExperimentSpec spec,
      Declaration.Origin origin,
      Scope scope,
      Problems problems,
      Set<String> inputs) {
    if (spec.metrics().goal().isEmpty()) {
      problems.add(
          origin.at("metrics.goal"), "No goal metric decides.", "Name at least one metric.");
    }
    checkMargins(spec, spec.metrics().margins(), origin.at("metrics.margins"), problems);
    checkMargins(spec, spec.metrics().equivalence(), origin.at("metrics.equivalence"), problems);
    for (String metric : spec.metrics().equivalence().keySet()) {
      if (spec.metrics().margins().containsKey(metric)) {
        problems.add(
            origin.at("metrics.equivalence"),
            "'%s' has a margin to one side and margins to both.".formatted(metric),
            "Name it under 'margins' if better is welcome, else under 'equivalence'.");
      }
    }
    Set<String> seen = new TreeSet<>();
    List<String> all = new ArrayList<>(spec.metrics().goal());
    all.addAll(spec.metrics().secondary());
    all.addAll(spec.metrics().guardrail());
    for (String metric : all) {
      if (!scope.assetsOf(MetricKind.NAME).contains(metric)) {
        problems.add(
            origin.at("metrics"),
            "unknown metric '" + metric + "'",
            Names.suggest(metric, scope.assetsOf(MetricKind.NAME)));
      } else if (!seen.add(metric)) {
        problems.add(
            origin.at("metrics"),
            "The metric '" + metric + "' has two roles.",
            "Let it be goal, secondary or guardrail.");
      } else {
        inputs.add(metric);
      }
    }
  }

  private static void checkMargins(
      ExperimentSpec spec, Map<String, Percentage> margins, Location place, Problems problems) {
    margins.forEach(
        (metric, margin) -> {
          if (!spec.metrics().guardrail().contains(metric) || margin.percent().signum() == 0) {
            problems.add(
                place,
                "The margin of '%s' has no use: it is %s of what is no guardrail or nothing."
                    .formatted(metric, margin),
                "Margins belong to guardrails and are above 0%.");
          }
        });
  }

  private static void checkPeriod(
      ExperimentSpec spec, Declaration.Origin origin, Problems problems) {
    ExperimentSpec.Period period = spec.period();
    if (period != null && (isNoDate(period.start()) || isNoDate(period.end()))) {
      problems.add(
          origin.at("period"),
          "The period begins on %s and ends on %s: no engine has all days between."
              .formatted(period.start(), period.end()),
          "Write days from %d to %d, or leave the end out.".formatted(FIRST_YEAR, LAST_YEAR));
    } else if (period != null && period.end() != null && period.end().isBefore(period.start())) {
      problems.add(
          origin.at("period.end"),
          "The end %s is before the start %s.".formatted(period.end(), period.start()),
          "Exchange them; both days are included.");
    }
  }

  private static boolean isNoDate(@Nullable LocalDate day) {
    return day != null && (day.getYear() < FIRST_YEAR || day.getYear() > LAST_YEAR);
  }

  private static void checkPriors(
      ExperimentSpec spec, Declaration.Origin origin, Problems problems) {
    Judging judging = spec.analysis();
    if (judging.priors().isEmpty()) {
      return;
    }
    Location place = origin.at("analysis.priors");
    if (judging.engine() != Engine.BAYESIAN) {
      problems.add(
          place, "Priors are given, but nothing believes them.", "Add 'engine: bayesian'.");
    }
    if (judging.cuped() != null || !judging.stratify().isEmpty()) {
      problems.add(
          place,
          "Variants' own posteriors take neither covariates nor strata.",
          "Remove 'priors', or 'cuped' and 'stratify'.");
    }
    Set<String> metrics = new TreeSet<>(spec.metrics().judged());
    metrics.addAll(spec.metrics().secondary());
    for (String metric : judging.priors().keySet()) {
      if (!metrics.contains(metric)) {
        problems.add(
            place,
            "'%s' has a prior and no role in the experiment.".formatted(metric),
            Names.suggest(metric, metrics));
      }
    }
  }

  private static void checkCrossChecks(
      ExperimentSpec spec, Declaration.Origin origin, Problems problems) {
    for (ExperimentSpec.CrossCheck test : spec.analysis().crossChecks()) {
      if (test.isForThree() && spec.variants().size() == 2) {
        problems.add(
            origin.at("analysis.cross-checks"),
            "'%s' compares three variants or more, and there are two."
                .formatted(test.name().toLowerCase(Locale.ROOT).replace('_', '-')),
            test == ExperimentSpec.CrossCheck.ANOVA
                ? "Remove it: of two variants it is Welch's t, which is told anyway."
                : "Of two variants it is 'mann-whitney'.");
      }
    }
  }

  private static void checkInterval(
      ExperimentSpec spec, Declaration.Origin origin, Problems problems) {
    boolean isRelative =
        spec.analysis().effect() == Scale.RELATIVE
            || !spec.metrics().margins().isEmpty()
            || !spec.metrics().equivalence().isEmpty();
    if (spec.analysis().interval() == RelativeInterval.DELTA && !isRelative) {
      problems.add(
          origin.at("analysis.interval"),
          "There is no relative effect to be told by the delta method.",
          "Remove 'interval' or 'effect: absolute'.");
    }
  }

  private static void checkJudging(Judging judging, Declaration.Origin origin, Problems problems) {
    if (!(judging.alpha() > 0 && judging.alpha() < 1)) {
      problems.add(
          origin.at("analysis.alpha"),
          "An alpha of " + judging.alpha() + " is no chance of a false alarm.",
          "Write a number between 0 and 1, such as 0.05.");
    }
    if (judging.priorSd() != null
        && (judging.engine() != Engine.BAYESIAN || !(judging.priorSd() > 0))) {
      problems.add(
          origin.at("analysis.prior-sd"),
          "A prior with a standard deviation of " + judging.priorSd() + " has no use here.",
          "It belongs to 'engine: bayesian' and is greater than 0.");
    }
    if (judging.engine() == Engine.BAYESIAN && judging.sequential() != Sequential.NONE) {
      problems.add(
          origin.at("analysis.sequential"),
          "A posterior is not changed by looks.",
          "Remove 'sequential', or choose 'engine: frequentist'.");
    }
    if (Set.copyOf(judging.crossChecks()).size() < judging.crossChecks().size()) {
      problems.add(
          origin.at("analysis.cross-checks"),
          "A test is named twice: " + judging.crossChecks() + ".",
          "Name each once.");
    }
    ExperimentSpec.Msprt msprt = judging.msprt();
    if (msprt != null && judging.sequential() != Sequential.MSPRT) {
      problems.add(
          origin.at("analysis.msprt"),
          "'msprt' has a setting, but 'sequential' is not 'msprt'.",
          "Write {sequential: msprt, msprt: {effect: 5%}}.");
    } else if (msprt != null && msprt.effect().percent().signum() == 0) {
      problems.add(
          origin.at("analysis.msprt.effect"),
          "A mixture of effects of 0% expects none.",
          "Write the size of effects that are expected, such as 5%.");
    }
  }
}
