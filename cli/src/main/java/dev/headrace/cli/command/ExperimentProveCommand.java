package dev.headrace.cli.command;

import dev.headrace.cli.compose.Headrace;
import dev.headrace.cli.console.JsonOut;
import dev.headrace.cli.console.TextTable;
import dev.headrace.cli.process.CliError;
import dev.headrace.cli.process.Interrupts;
import dev.headrace.decisions.experiments.Experiments;
import dev.headrace.decisions.experiments.planning.ProofReport;
import dev.headrace.decisions.experiments.planning.ProofRequest;
import dev.headrace.decisions.experiments.proof.Proof.MethodProof;
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
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code headrace experiment prove}: what the methods are worth on a metric of one's own. */
@Command(
    name = "prove",
    description = "count on a metric's own past how often each method errs, covers and sees",
    footer = {
      "",
      "Experiments are drawn from what units really did, with no effect (A/A) and with a known one",
      "(A/B). Costs about runs x size x 130 ns of one core. Fails with exit code 1 if Welch's t",
      "does not hold.",
      "Examples:",
      "  headrace experiment prove revenue --unit user_id --population visits",
      "  headrace experiment prove purchase_rate --runs 10000 --size 5000 --effect 10%%"
    })
final class ExperimentProveCommand implements Action {
  private static final Schema COLUMNS =
      new Schema(
          List.of(
              Field.unassigned("method", Type.Primitive.STRING),
              Field.unassigned("looks", Type.Primitive.INT),
              Field.unassigned("false_alarms", Type.Primitive.STRING),
              Field.unassigned("coverage", Type.Primitive.STRING),
              Field.unassigned("power", Type.Primitive.STRING),
              Field.unassigned("half_width", Type.Primitive.STRING),
              Field.unassigned("standing", Type.Primitive.STRING)));

  @Parameters(paramLabel = "METRIC", description = "a metric")
  private String metric = "";

  @Option(
      names = "--runs",
      paramLabel = "N",
      defaultValue = "2000",
      description = "simulated experiments of either sort (default: 2000)")
  private int runs;

  @Option(
      names = "--size",
      paramLabel = "N",
      description = "units in one of them (default: as many as the past has, up to --sample)")
  private @Nullable Integer size;

  @Option(
      names = "--sample",
      paramLabel = "N",
      defaultValue = "100000",
      description = "units that are drawn from, at most (default: 100000)")
  private int sample;

  @Option(
      names = "--days",
      paramLabel = "N",
      defaultValue = "28",
      description = "last days of the past that are looked at (default: 28)")
  private int days;

  @Option(
      names = "--looks",
      paramLabel = "N",
      defaultValue = "10",
      description = "looks of methods for several looks (default: 10)")
  private int looks;

  @Option(
      names = "--effect",
      paramLabel = "SHARE",
      defaultValue = "5%",
      description = "relative effect of the A/B runs (default: 5%%)")
  private String effect = "5%";

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "of all draws (default: 1)")
  private long seed;

  @Option(names = "--sql", description = "show the statement that the units come from, too")
  private boolean sql;

  @Mixin private DesignOptions options = new DesignOptions();

  @Override
  public int run(Invocation call) {
    double share = Shares.parse("--effect", effect).orElseThrow();
    check("--effect below 100%", share < 1);
    check("--runs from 100 to 1000000", runs >= 100 && runs <= 1_000_000);
    check("--size from 20 to 10000000", size == null || (size >= 20 && size <= 10_000_000));
    check("--sample from 20 to 10000000", sample >= 20 && sample <= 10_000_000);
    check("--days from 1 to 3660", days >= 1 && days <= 3_660);
    check("--looks from 1 to 200", looks >= 1 && looks <= 200);
    try (Headrace headrace = call.open()) {
      Watch watch = Watch.none();
      try (Interrupts.Registration _ = call.interrupts().onInterrupt(watch::cancel)) {
        Experiments experiments =
            headrace.experiments(headrace.published(call.global().environment()));
        ExperimentSpec design =
            options.over(experiments.design(List.of(metric), Optional.ofNullable(options.unit), 2));
        ProofReport report =
            experiments.prove(
                new ProofRequest(
                    design,
                    Optional.ofNullable(options.population),
                    Optional.ofNullable(options.until),
                    days,
                    share,
                    runs,
                    size == null ? OptionalInt.empty() : OptionalInt.of(size),
                    sample,
                    looks,
                    seed),
                watch);
        if (call.console().json()) {
          JsonOut.print(call.console(), report);
        } else {
          print(report, call);
        }
        return report.holds() ? 0 : 1;
      }
    }
  }

  private static void check(String allowed, boolean condition) {
    if (!condition) {
      throw new HeadraceException(
          CliError.CLI_USAGE,
          "Cannot prove with these numbers: allowed is %s.".formatted(allowed),
          "See headrace experiment prove --help.");
    }
  }

  private void print(ProofReport report, Invocation call) {
    PrintWriter out = call.console().out();
    out.write(report.sentence() + "\n\n");
    List<List<@Nullable Object>> rows = new ArrayList<>();
    for (MethodProof method : report.methods()) {
      rows.add(
          Arrays.<@Nullable Object>asList(
              method.method(),
              method.looks(),
              percent(method.falseAlarms()),
              percent(method.coverage()),
              percent(method.power()),
              method.halfWidth().map(half -> "± " + percent(half)).orElse(null),
              method.standing().name().toLowerCase(Locale.ROOT).replace('_', ' ')));
    }
    new TextTable(call.console().outLook(), Integer.MAX_VALUE).write(COLUMNS, rows, out);
    out.write(
        "\n%d runs of %d units drawn from %d of %d (%s in %s%s), effect %s, seed %d.\n"
            .formatted(
                report.runs(),
                report.size(),
                report.sampled(),
                report.units(),
                report.unit(),
                report.population(),
                report.from().map(day -> " from " + day).orElse("")
                    + report.to().map(day -> " to " + day).orElse(""),
                percent(report.effect()),
                report.seed()));
    report.warnings().forEach(warning -> out.write(warning + "\n"));
    if (sql) {
      out.write("\n" + report.sql() + "\n");
    }
  }

  private static String percent(double share) {
    return Figures.percent(share, 3);
  }
}
