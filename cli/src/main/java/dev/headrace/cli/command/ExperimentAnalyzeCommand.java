package dev.headrace.cli.command;

import dev.headrace.cli.compose.Headrace;
import dev.headrace.cli.console.JsonOut;
import dev.headrace.cli.console.TextTable;
import dev.headrace.cli.process.Interrupts;
import dev.headrace.decisions.experiments.page.ReportPage;
import dev.headrace.decisions.experiments.report.ExperimentReport;
import dev.headrace.decisions.experiments.report.ExperimentReport.Effect;
import dev.headrace.decisions.experiments.report.ExperimentReport.Level;
import dev.headrace.decisions.experiments.report.ExperimentReport.Metric;
import dev.headrace.decisions.experiments.report.ExperimentReport.Value;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Schema;
import dev.headrace.spi.schema.Type;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code headrace experiment analyze}: what an experiment showed, and what follows. */
@Command(
    name = "analyze",
    description = "say what an experiment showed, and what follows",
    footer = {
      "",
      "The same snapshots give the same report, to the byte.",
      "Example:",
      "  headrace experiment analyze new_checkout --sql",
      "  headrace experiment analyze new_checkout --html > report.html"
    })
final class ExperimentAnalyzeCommand implements Action {
  /**
   * @param chance what the report tells of each effect
   */
  private static Schema columns(String chance) {
    return new Schema(
        List.of(
            Field.unassigned("metric", Type.Primitive.STRING),
            Field.unassigned("role", Type.Primitive.STRING),
            Field.unassigned("variant", Type.Primitive.STRING),
            Field.unassigned("units", Type.Primitive.LONG),
            Field.unassigned("value", Type.Primitive.STRING),
            Field.unassigned("effect", Type.Primitive.STRING),
            Field.unassigned("interval", Type.Primitive.STRING),
            Field.unassigned(chance, Type.Primitive.STRING),
            Field.unassigned("outcome", Type.Primitive.STRING)));
  }

  @Parameters(paramLabel = "NAME", description = "an experiment")
  private String name = "";

  @Option(names = "--sql", description = "show the statement that all sums come from, too")
  private boolean sql;

  @Option(names = "--html", description = "write one self-contained page")
  private boolean html;

  @Option(
      names = "--at",
      paramLabel = "RUN|TIME|ENV",
      description = "over the tables as a run left them, at a time, or as in an environment")
  private @Nullable String at;

  @Override
  public int run(Invocation call) {
    try (Headrace headrace = call.open()) {
      Watch watch = Watch.none();
      try (Interrupts.Registration _ = call.interrupts().onInterrupt(watch::cancel)) {
        ExperimentReport report =
            headrace
                .experiments(PastState.orNow(at, headrace, call))
                .analyze(name, watch)
                .by(Version.current());
        if (call.console().json()) {
          JsonOut.print(call.console(), report);
        } else if (html) {
          call.console().out().write(ReportPage.of(report));
        } else {
          print(report, call);
        }
      }
      return 0;
    }
  }

  private void print(ExperimentReport report, Invocation call) {
    PrintWriter out = call.console().out();
    out.write(report.verdict().sentence() + "\n\n");
    List<List<@Nullable Object>> rows = new ArrayList<>();
    for (Metric metric : report.metrics()) {
      for (Value value : metric.values()) {
        Optional<Effect> effect =
            metric.effects().stream()
                .filter(one -> one.variant().equals(value.variant()))
                .findFirst();
        rows.add(row(metric, value, effect));
      }
    }
    boolean believed =
        report.metrics().stream()
            .flatMap(metric -> metric.effects().stream())
            .anyMatch(effect -> effect.probabilityBetter().isPresent());
    new TextTable(call.console().outLook(), Integer.MAX_VALUE)
        .write(columns(believed ? "P better" : "p"), rows, out);
    out.write("\n" + report.method() + ", against " + report.baseline() + ".\n");
    out.write(report.intervals() + "\n");
    StandingsText.write(report, call.console().outLook(), out);
    ExperimentSplitsText.write(report, out);
    CrossChecksText.write(report, out);
    out.write("\nHealth\n");
    report
        .health()
        .forEach(
            warning ->
                out.write(
                    "  %-7s %s: %s\n"
                        .formatted(
                            warning.level() == Level.OK
                                ? "ok"
                                : warning.level().name().toLowerCase(Locale.ROOT),
                            warning.check(),
                            warning.text())));
    out.write("\nRead\n");
    report
        .tables()
        .forEach(
            table ->
                out.write(
                    "  %s  %s, run %d\n"
                        .formatted(
                            table.table(),
                            table.snapshot().map(id -> "snapshot " + id).orElse("a view"),
                            table.run())));
    if (sql) {
      out.write("\n" + report.sql() + "\n");
    }
  }

  private static List<@Nullable Object> row(Metric metric, Value value, Optional<Effect> effect) {
    return Arrays.<@Nullable Object>asList(
        metric.metric(),
        metric.role().name().toLowerCase(Locale.ROOT),
        value.variant(),
        value.units(),
        value.value().map(ExperimentAnalyzeCommand::number).orElse(null),
        effect.flatMap(Effect::estimate).map(ExperimentAnalyzeCommand::signed).orElse(null),
        effect
            .filter(one -> one.estimate().isPresent())
            .map(one -> end(one.shownLower()) + " to " + end(one.shownUpper()))
            .orElse(null),
        effect
            .flatMap(one -> one.adjustedP().or(one::pValue).or(one::probabilityBetter))
            .map(p -> String.format(Locale.ROOT, "%.3g", p))
            .orElse(null),
        effect
            .map(
                one ->
                    one.reason()
                        .orElse(one.outcome().name().toLowerCase(Locale.ROOT).replace('_', ' ')))
            .orElse("baseline"));
  }

  private static String end(Optional<Double> value) {
    return value.map(ExperimentAnalyzeCommand::signed).orElse("no end");
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.6g", value);
  }

  private static String signed(double value) {
    return String.format(Locale.ROOT, "%+.4g", value);
  }
}
