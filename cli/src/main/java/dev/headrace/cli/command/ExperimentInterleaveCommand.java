package dev.headrace.cli.command;

import dev.headrace.cli.compose.Headrace;
import dev.headrace.cli.console.JsonOut;
import dev.headrace.cli.process.CliError;
import dev.headrace.cli.process.Interrupts;
import dev.headrace.decisions.experiments.interleaving.InterleavingReport;
import dev.headrace.decisions.experiments.interleaving.InterleavingRequest;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.error.HeadraceException;
import java.io.PrintWriter;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code headrace experiment interleave}: which of two rankings is preferred. */
@Command(
    name = "interleave",
    description = "say which of two rankings, mixed into one list, units prefer",
    footer = {
      "",
      "Results of both rankings were shown in one list (team draft); a row says how much credit,",
      "such as clicks, each of them got from a unit. Rows of a unit are added up.",
      "Examples:",
      "  headrace experiment interleave search_clicks --unit user_id --a clicks_old --b clicks_new"
    })
final class ExperimentInterleaveCommand implements Action {
  @Parameters(paramLabel = "TABLE", description = "a table of credits")
  private String table = "";

  @Option(
      names = "--unit",
      required = true,
      paramLabel = "COL",
      description = "column that says whose a row is: what is independent, a user or a session")
  private String unit = "";

  @Option(
      names = "--a",
      required = true,
      paramLabel = "COL",
      description = "column with the credit of the one ranking")
  private String a = "";

  @Option(
      names = "--b",
      required = true,
      paramLabel = "COL",
      description = "column with the credit of the other ranking")
  private String b = "";

  @Option(
      names = "--alpha",
      paramLabel = "X",
      defaultValue = "0.05",
      description = "chance of a false alarm (default: 0.05)")
  private double alpha = 0.05;

  @Option(names = "--sql", description = "show the statement that counts, too")
  private boolean sql;

  @Override
  public int run(Invocation call) {
    check("--alpha between 0 and 1", alpha > 0 && alpha < 1);
    check("two different columns --a and --b", !a.equalsIgnoreCase(b));
    try (Headrace headrace = call.open()) {
      Watch watch = Watch.none();
      try (Interrupts.Registration _ = call.interrupts().onInterrupt(watch::cancel)) {
        InterleavingReport report =
            headrace
                .experiments(headrace.published(call.global().environment()))
                .interleave(new InterleavingRequest(table, unit, a, b, alpha), watch);
        if (call.console().json()) {
          JsonOut.print(call.console(), report);
        } else {
          print(report, call.console().out());
        }
        return 0;
      }
    }
  }

  private static void check(String allowed, boolean condition) {
    if (!condition) {
      throw new HeadraceException(
          CliError.CLI_USAGE,
          "Cannot compare rankings like this: allowed is %s.".formatted(allowed),
          "See headrace experiment interleave --help.");
    }
  }

  private void print(InterleavingReport report, PrintWriter out) {
    out.write(report.sentence() + "\n\n");
    out.write(
        "%d units: %d for %s, %d for %s, %d for neither.\n"
            .formatted(
                report.units(),
                report.forA(),
                report.a(),
                report.forB(),
                report.b(),
                report.ties()));
    report
        .preference()
        .ifPresent(
            preference ->
                out.write(
                    String.format(Locale.ROOT, "Preference for %s: %+.4f", report.b(), preference)
                        + (report.lower().isPresent() && report.upper().isPresent()
                            ? String.format(
                                Locale.ROOT,
                                ", %.4g %% interval %+.4f to %+.4f",
                                100 * (1 - report.alpha()),
                                report.lower().get(),
                                report.upper().get())
                            : "")
                        + " (-0.5: all for %s, 0.5: all for %s).\n"
                            .formatted(report.a(), report.b())));
    if (report.rowsWithoutUnit() > 0) {
      out.write("%d rows without a unit were left out.\n".formatted(report.rowsWithoutUnit()));
    }
    if (sql) {
      out.write("\n" + report.sql() + "\n");
    }
  }
}
