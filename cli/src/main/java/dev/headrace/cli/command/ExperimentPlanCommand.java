package dev.headrace.cli.command;

import dev.headrace.cli.compose.Headrace;
import dev.headrace.cli.console.JsonOut;
import dev.headrace.cli.console.TextTable;
import dev.headrace.cli.process.CliError;
import dev.headrace.cli.process.Interrupts;
import dev.headrace.decisions.experiments.Experiments;
import dev.headrace.decisions.experiments.planning.PlanReport;
import dev.headrace.decisions.experiments.planning.PlanRequest;
import dev.headrace.decisions.experiments.spec.ExperimentSpec;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Schema;
import dev.headrace.spi.schema.Type;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code headrace experiment plan}: how long an experiment has to run. */
@Command(
    name = "plan",
    description = "say how many units and weeks an experiment takes, from its metrics' own past",
    footer = {
      "",
      "Each run time is looked up by itself in the past, because users come back and go on buying.",
      "Examples:",
      "  headrace experiment plan new_checkout",
      "  headrace experiment plan --metric purchase_rate --population visits --effect 2%%",
      "  headrace experiment plan new_checkout --cuped 14d --sequential anytime --json"
    })
final class ExperimentPlanCommand implements Action {
  private static final Schema NEEDS =
      new Schema(
          List.of(
              Field.unassigned("metric", Type.Primitive.STRING),
              Field.unassigned("role", Type.Primitive.STRING),
              Field.unassigned("kind", Type.Primitive.STRING),
              Field.unassigned("value", Type.Primitive.STRING),
              Field.unassigned("sd", Type.Primitive.STRING),
              Field.unassigned("less_variance", Type.Primitive.STRING),
              Field.unassigned("units", Type.Primitive.LONG),
              Field.unassigned("run_time", Type.Primitive.STRING)));

  @Parameters(paramLabel = "NAME", arity = "0..1", description = "an experiment")
  private @Nullable String name;

  @Option(
      names = "--metric",
      paramLabel = "METRIC",
      split = ",",
      description = "plan one that nobody declared, with these goals")
  private List<String> goals = new ArrayList<>();

  @Option(
      names = "--arms",
      paramLabel = "N",
      defaultValue = "2",
      description = "variants of such a one, of the same size (default: 2)")
  private int arms;

  @Option(
      names = "--effect",
      paramLabel = "SHARE",
      description = "the relative effect that is not to be missed, such as 5%%")
  private @Nullable String effect;

  @Option(names = "--power", paramLabel = "SHARE", description = "chance to see it, such as 80%%")
  private @Nullable String power;

  @Option(
      names = "--traffic",
      paramLabel = "SHARE",
      description = "share of the units that take part")
  private @Nullable String traffic;

  @Option(
      names = "--per-day",
      paramLabel = "N",
      description = "new units a day, where the population has no time")
  private @Nullable Double perDay;

  @Option(
      names = "--weeks",
      paramLabel = "N",
      defaultValue = "4",
      description = "longest run time that is looked up (default: 4)")
  private int weeks;

  @Option(names = "--sql", description = "show the statement of the longest run time, too")
  private boolean sql;

  @Option(
      names = "--sequential",
      paramLabel = "LOOKS",
      description = "none or anytime: whether results are looked at before the end")
  private ExperimentSpec.@Nullable Sequential sequential;

  @Mixin private DesignOptions options = new DesignOptions();

  @Override
  public int run(Invocation call) {
    check();
    try (Headrace headrace = call.open()) {
      Watch watch = Watch.none();
      try (Interrupts.Registration _ = call.interrupts().onInterrupt(watch::cancel)) {
        Experiments experiments =
            headrace.experiments(headrace.published(call.global().environment()));
        PlanReport report = experiments.plan(request(experiments), watch);
        if (call.console().json()) {
          JsonOut.print(call.console(), report);
        } else {
          print(report, call);
        }
      }
      return 0;
    }
  }

  private void check() {
    if ((name == null) == goals.isEmpty()) {
      throw usage("Cannot plan: name an experiment, or metrics by --metric.", "Give one of both.");
    }
    if (arms < 2 || arms > 100) {
      throw usage("Cannot plan %d arms.".formatted(arms), "The baseline counts: write 2 or more.");
    }
    if (weeks < 1 || weeks > 52) {
      throw usage("Cannot look up %d weeks.".formatted(weeks), "Write 1 to 52.");
    }
    if (perDay != null && !(perDay > 0 && perDay < 1e12)) {
      throw usage("Cannot plan with %s units a day.".formatted(perDay), "Write a number above 0.");
    }
  }

  private static HeadraceException usage(String message, String hint) {
    return new HeadraceException(CliError.CLI_USAGE, message, hint);
  }

  private PlanRequest request(Experiments experiments) {
    ExperimentSpec design =
        name == null
            ? experiments.design(goals, Optional.ofNullable(options.unit), arms)
            : (ExperimentSpec) experiments.get(name).declaration().spec();
    OptionalDouble wanted = Shares.parse("--power", power);
    ExperimentSpec judged = looked(options.over(design));
    if (wanted.isPresent()
        && !(wanted.getAsDouble() > judged.analysis().alpha() && wanted.getAsDouble() < 1)) {
      throw usage(
          "Cannot plan a power of %s with an alpha of %s."
              .formatted(power, judged.analysis().alpha()),
          "Write for example --power 80%.");
    }
    return new PlanRequest(
        name == null ? String.join(",", goals) : name,
        judged,
        Optional.ofNullable(options.population),
        Optional.ofNullable(options.until),
        Shares.parse("--effect", effect),
        wanted,
        Shares.parse("--traffic", traffic),
        perDay == null ? OptionalDouble.empty() : OptionalDouble.of(perDay),
        weeks);
  }

  private ExperimentSpec looked(ExperimentSpec design) {
    ExperimentSpec.Judging judging = design.analysis();
    if (sequential == ExperimentSpec.Sequential.GROUP && judging.group() == null) {
      throw new HeadraceException(
          CliError.CLI_USAGE,
          "Cannot plan looks on named days: nothing names them.",
          "Declare an experiment with 'analysis: {sequential: group, group: {looks: [DAY, …]}}' and"
              + " plan that.");
    }
    return sequential == null ? design : design.withAnalysis(judging.withSequential(sequential));
  }

  private void print(PlanReport report, Invocation call) {
    PrintWriter out = call.console().out();
    out.write(report.sentence() + "\n\n");
    List<List<@Nullable Object>> rows = new ArrayList<>();
    for (PlanReport.Need need : report.metrics()) {
      rows.add(
          Arrays.<@Nullable Object>asList(
              need.metric(),
              need.role().name().toLowerCase(Locale.ROOT)
                  + need.margin().map(m -> ", margin " + percent(m)).orElse(""),
              need.kind(),
              need.value().map(ExperimentPlanCommand::number).orElse(null),
              need.standardDeviation().map(ExperimentPlanCommand::number).orElse(null),
              percent(need.varianceReduction()),
              need.units().orElse(null),
              need.reason()
                  .or(
                      () ->
                          need.days()
                              .map(
                                  d -> d / 7 + " weeks" + (need.beyondPast() ? ", continued" : "")))
                  .orElse(null)));
    }
    new TextTable(call.console().outLook(), Integer.MAX_VALUE).write(NEEDS, rows, out);
    out.write("\nSmallest effect seen, by run time\n");
    horizons(report, call);
    out.write(
        "\nUnits of %s in %s%s. %s, alpha %s.\n"
            .formatted(
                report.unit(),
                report.population(),
                report.from().map(day -> " from " + day).orElse("")
                    + report.to().map(day -> " to " + day).orElse(""),
                report.method(),
                number(report.alpha())));
    report.notes().forEach(note -> out.write(note + "\n"));
    if (sql) {
      out.write("\n" + report.sql() + "\n");
    }
  }

  private static void horizons(PlanReport report, Invocation call) {
    List<Field> columns = new ArrayList<>();
    columns.add(Field.unassigned("weeks", Type.Primitive.STRING));
    columns.add(Field.unassigned("units", Type.Primitive.LONG));
    report
        .metrics()
        .forEach(need -> columns.add(Field.unassigned(need.metric(), Type.Primitive.STRING)));
    List<List<@Nullable Object>> rows = new ArrayList<>();
    for (PlanReport.Horizon horizon : report.horizons()) {
      List<@Nullable Object> row = new ArrayList<>();
      row.add(horizon.days().map(days -> number(days / 7.0)).orElse("all"));
      row.add(horizon.units());
      horizon
          .metrics()
          .forEach(
              shown ->
                  row.add(shown.detectable().map(ExperimentPlanCommand::percent).orElse(null)));
      rows.add(row);
    }
    new TextTable(call.console().outLook(), Integer.MAX_VALUE)
        .write(new Schema(columns), rows, call.console().out());
  }

  private static String number(double value) {
    return Figures.of(value, 5);
  }

  private static String percent(double share) {
    return Figures.percent(share, 3);
  }
}
