package dev.headrace.cli.command;

import dev.headrace.cli.compose.Headrace;
import dev.headrace.cli.console.JsonOut;
import dev.headrace.cli.console.TextTable;
import dev.headrace.cli.process.CliError;
import dev.headrace.cli.process.Interrupts;
import dev.headrace.decisions.experiments.report.ReportDiff;
import dev.headrace.decisions.experiments.report.Told;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Schema;
import dev.headrace.spi.schema.Type;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code headrace experiment diff}: what moved the numbers. */
@Command(
    name = "diff",
    description = "say whether data, definition or program moved the numbers of an experiment",
    footer = {
      "",
      "OLD and NEW are reports saved by --json, or a run, a time or an environment whose data are",
      "analyzed as the experiment is declared now.",
      "Examples:",
      "  headrace experiment diff new_checkout report-of-monday.json",
      "  headrace experiment diff new_checkout 2026-03-14 2026-03-21"
    })
final class ExperimentDiffCommand implements Action {
  private static final Schema COLUMNS =
      new Schema(
          List.of(
              Field.unassigned("metric", Type.Primitive.STRING),
              Field.unassigned("variant", Type.Primitive.STRING),
              Field.unassigned("number", Type.Primitive.STRING),
              Field.unassigned("before", Type.Primitive.STRING),
              Field.unassigned("after", Type.Primitive.STRING),
              Field.unassigned("by_definition", Type.Primitive.STRING),
              Field.unassigned("by_data", Type.Primitive.STRING),
              Field.unassigned("cause", Type.Primitive.STRING)));

  @Parameters(index = "0", paramLabel = "NAME", description = "an experiment")
  private String name = "";

  @Parameters(
      index = "1",
      paramLabel = "OLD",
      description = "a saved report, or a run, time or environment")
  private String old = "";

  @Parameters(
      index = "2",
      arity = "0..1",
      paramLabel = "NEW",
      description = "the same; what there is now where absent")
  private @Nullable String recent;

  @Override
  public int run(Invocation call) {
    try (Headrace headrace = call.open()) {
      Watch watch = Watch.none();
      try (Interrupts.Registration _ = call.interrupts().onInterrupt(watch::cancel)) {
        Told before = told(old, headrace, call, watch);
        Told after = told(recent, headrace, call, watch);
        ReportDiff diff =
            ReportDiff.of(before, after, between(before, after, headrace, call, watch));
        if (call.console().json()) {
          JsonOut.print(call.console(), diff);
        } else {
          print(diff, call);
        }
      }
      return 0;
    }
  }

  private Told told(@Nullable String where, Headrace headrace, Invocation call, Watch watch) {
    Path file = where == null ? null : Path.of(where);
    if (file != null && Files.isRegularFile(file)) {
      Told told = ToldReport.read(file);
      if (!told.experiment().equals(name)) {
        throw new HeadraceException(
            CliError.CLI_USAGE,
            "Cannot compare '%s' with '%s': it tells of experiment '%s'."
                .formatted(name, file, told.experiment()),
            "Give a report of the same experiment.");
      }
      return told;
    }
    if (where != null && where.endsWith(".json")) {
      throw new HeadraceException(
          CliError.CLI_USAGE,
          "Cannot compare with the report '%s': there is no such file.".formatted(where),
          "Write one with: headrace experiment analyze %s --json > report.json".formatted(name));
    }
    return Told.of(
        headrace
            .experiments(PastState.orNow(where, headrace, call))
            .analyze(name, watch)
            .by(Version.current()));
  }

  /** The data of before as now declared, where causes have to be told apart and data remain. */
  private Optional<Told> between(
      Told before, Told after, Headrace headrace, Invocation call, Watch watch) {
    if (!ReportDiff.needsBetween(before, after)) {
      return Optional.empty();
    }
    try {
      return Optional.of(told(String.valueOf(before.run()), headrace, call, watch));
    } catch (HeadraceException e) {
      return Optional.empty(); // The data of then are no more; the difference says so.
    }
  }

  private static void print(ReportDiff diff, Invocation call) {
    PrintWriter out = call.console().out();
    out.write(diff.sentence() + "\n");
    if (!diff.before().equals(diff.after())) {
      out.write("\nBefore: %s\nAfter:  %s\n".formatted(diff.before(), diff.after()));
    }
    if (diff.moves().isEmpty()) {
      return;
    }
    out.write("\n");
    List<List<@Nullable Object>> rows = new ArrayList<>();
    for (ReportDiff.Move move : diff.moves()) {
      rows.add(
          Arrays.<@Nullable Object>asList(
              move.metric(),
              move.variant(),
              move.what(),
              number(move.before()),
              number(move.after()),
              number(move.byDefinition()),
              number(move.byData()),
              move.cause()));
    }
    new TextTable(call.console().outLook(), Integer.MAX_VALUE).write(COLUMNS, rows, out);
  }

  private static @Nullable String number(Optional<Double> number) {
    return number.map(value -> Figures.of(value, 6)).orElse(null);
  }
}
