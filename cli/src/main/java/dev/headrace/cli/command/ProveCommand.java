package dev.headrace.cli.command;

import dev.headrace.cli.compose.Headrace;
import dev.headrace.cli.compose.Proving;
import dev.headrace.cli.console.Console;
import dev.headrace.cli.console.JsonOut;
import dev.headrace.cli.console.Look;
import dev.headrace.cli.console.ProgressView;
import dev.headrace.cli.console.Quantity;
import dev.headrace.cli.process.Interrupts;
import dev.headrace.core.graph.Asset;
import dev.headrace.core.ledger.CheckRecord;
import dev.headrace.core.ledger.StepRecord;
import dev.headrace.core.run.RunListener;
import dev.headrace.core.run.RunReport;
import dev.headrace.data.proof.EngineProof;
import dev.headrace.data.proof.ProofReport;
import dev.headrace.data.proof.TableProof;
import dev.headrace.data.proof.TableProof.Compared;
import dev.headrace.data.proof.TableProof.NotBuilt;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.error.ErrorKind;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code headrace prove}: whether another engine makes the same tables. */
@Command(
    name = "prove",
    description = "build the project on two engines and compare every row",
    footer = {
      "",
      "Loads the sources once and builds every table on DuckDB and on the other engine, in",
      ".headrace/prove beside the project's own state, which stays as it is. Exit code 2 when a",
      "table differs.",
      "Examples:",
      "  headrace prove --engine spark                       everything",
      "  headrace prove --engine spark --select daily_kpis   one table and all it reads"
    })
final class ProveCommand implements Action {
  @Option(
      names = "--engine",
      paramLabel = "NAME",
      required = true,
      description = "engine to compare with DuckDB: spark")
  private String engine = "";

  @Option(
      names = {"-s", "--select"},
      paramLabel = "SEL",
      description = "assets to prove, with all they read (default: all)")
  private @Nullable String select;

  @Mixin private final Tolerance tolerance = new Tolerance();

  @Option(
      names = "--samples",
      paramLabel = "N",
      defaultValue = "5",
      description = "differing rows to show of each table (default: 5)")
  private int samples = 5;

  @Option(names = "--keep", description = "leave both engines' tables in .headrace/prove")
  private boolean keep;

  private record FailureJson(String code, String message, String hint) {}

  private record SourceJson(String source, FailureJson error) {}

  private record ReasonJson(String reason, Optional<FailureJson> error) {}

  private record CheckJson(
      String check, Optional<OutcomeJson> before, Optional<OutcomeJson> after) {}

  private record OutcomeJson(CheckRecord.Status status, long failingRows) {}

  private record TableJson(
      String table,
      String verdict,
      List<String> differingInputs,
      @Nullable Long rowsBefore,
      @Nullable Long rowsAfter,
      List<DiffText.ColumnJson> columns,
      DiffText.@Nullable RowsJson rows,
      List<CheckJson> checks,
      @Nullable ReasonJson notBuiltBefore,
      @Nullable ReasonJson notBuiltAfter) {}

  private record ProofJson(
      String before,
      String after,
      boolean holds,
      double tolerance,
      List<SourceJson> failedSources,
      List<TableJson> tables) {}

  @Override
  public int run(Invocation call) {
    double relative = tolerance.checked();
    try (Headrace headrace = call.open()) {
      Set<String> selected = headrace.select(select);
      try (Proving proving = headrace.engineChange().proving(engine)) {
        ProofReport report = prove(call, proving, selected, relative);
        if (call.console().json()) {
          JsonOut.print(call.console(), json(report));
        } else {
          print(report, call.console());
        }
        if (keep) {
          Path kept = proving.keep();
          call.console().say("Both engines' tables are in " + kept);
        }
        return exitCode(report);
      }
    }
  }

  private ProofReport prove(
      Invocation call, Proving proving, Set<String> selected, double tolerance) {
    EngineProof proof = proving.proof();
    Watch watch = Watch.none();
    try (Interrupts.Registration _ = call.interrupts().onInterrupt(watch::cancel);
        ProgressView view =
            new ProgressView(call.console(), System::nanoTime, proof.steps(selected)).live()) {
      return proof.of(
          proving.candidate(),
          selected,
          new EngineProof.Terms(tolerance, Math.max(0, samples)),
          new Progress(view),
          watch);
    }
  }

  /** Shows how far the proof is. */
  private record Progress(ProgressView view) implements EngineProof.Listener {
    @Override
    public RunListener building(String engine) {
      return new RunListener() {
        @Override
        public void stepStarted(Asset asset, String reason) {
          view.stepStarted(name(asset.name(), asset.kind().name()));
        }

        @Override
        public void stepProgressed(Asset asset, double fraction, long rows) {
          view.stepProgress(name(asset.name(), asset.kind().name()), fraction, rows);
        }

        @Override
        public void stepFinished(RunReport.StepReport step) {
          if (step.status() != StepRecord.Status.SKIPPED) {
            RunCommand.finished(view, name(step.asset(), step.kind()), step);
          }
        }

        private String name(String asset, String kind) {
          return kind.equals("source") ? asset : asset + " on " + engine;
        }
      };
    }

    @Override
    public void comparing(String table) {
      view.stepStarted(table + " compared");
    }

    @Override
    public void compared(TableProof proof) {
      view.stepFinished(
          proof.table() + " compared",
          proof.holds() ? ProgressView.Outcome.BUILT : ProgressView.Outcome.FAILED,
          proof.finding() instanceof Compared compared ? compared.candidateRows() : 0,
          0,
          verdict(proof));
    }
  }

  private static String verdict(TableProof proof) {
    return switch (proof.finding()) {
      case Compared _ -> proof.holds() ? "same" : "differs";
      case NotBuilt _ -> "not-built";
    };
  }

  /** What failed outside says more than that tables are missing for it. */
  private static int exitCode(ProofReport report) {
    if (report.holds()) {
      return 0;
    }
    return Stream.concat(
            report.failedSources().stream().map(ProofReport.SourceFailure::failure),
            report.tables().stream()
                .map(TableProof::finding)
                .filter(NotBuilt.class::isInstance)
                .map(NotBuilt.class::cast)
                .flatMap(
                    missing ->
                        Stream.concat(missing.reference().stream(), missing.candidate().stream()))
                .flatMap(reason -> reason.failure().stream()))
        .map(failure -> failure.kind().exitCode())
        .findFirst()
        .orElse(ErrorKind.INVALID.exitCode());
  }

  private static void print(ProofReport report, Console console) {
    PrintWriter out = console.out();
    Look look = console.outLook();
    for (ProofReport.SourceFailure failed : report.failedSources()) {
      out.write(
          "%s  %s: %s%n"
              .formatted(
                  look.paint(Look.Paint.BAD, "not loaded"),
                  failed.source(),
                  text(failed.failure())));
    }
    int width = report.tables().stream().mapToInt(t -> t.table().length()).max().orElse(0);
    for (TableProof table : report.tables()) {
      String name = table.table() + " ".repeat(width - table.table().length());
      switch (table.finding()) {
        case Compared compared -> {
          out.write(
              "%s  %s  %s%s%n"
                  .formatted(
                      table.holds()
                          ? look.paint(Look.Paint.GOOD, "same   ")
                          : look.paint(Look.Paint.BAD, "differs"),
                      name,
                      rows(compared),
                      inputs(table)));
          print(compared, report, out);
        }
        case NotBuilt missing -> {
          out.write(
              "%s  %s%s%n".formatted(look.paint(Look.Paint.BAD, "missing"), name, inputs(table)));
          missing.reference().ifPresent(r -> print(report.reference(), r, out));
          missing.candidate().ifPresent(r -> print(report.candidate(), r, out));
        }
      }
    }
    out.write(
        report.holds()
            ? "%s the same on %s and %s (numbers to %s).%n"
                .formatted(
                    report.tables().size() == 1
                        ? "1 table is"
                        : "All %d tables are".formatted(report.tables().size()),
                    report.reference(),
                    report.candidate(),
                    report.tolerance())
            : "%s of %d not the same on %s and %s.%n"
                .formatted(
                    Quantity.count(report.differing(), "table"),
                    report.tables().size(),
                    report.reference(),
                    report.candidate()));
  }

  private static String rows(Compared compared) {
    return compared.referenceRows() == compared.candidateRows()
        ? Quantity.count(compared.referenceRows(), "row")
        : Quantity.grouped(compared.referenceRows())
            + " -> "
            + Quantity.count(compared.candidateRows(), "row");
  }

  private static String inputs(TableProof table) {
    return table.differingInputs().isEmpty()
        ? ""
        : ", reads " + String.join(", ", table.differingInputs()) + " (not the same either)";
  }

  private static void print(Compared compared, ProofReport report, PrintWriter out) {
    compared
        .columns()
        .forEach(
            column ->
                out.write("    column %s: %s%n".formatted(column.name(), DiffText.types(column))));
    if (!compared.rows().isEmpty()) {
      DiffText.print(compared.rows(), out);
    }
    for (TableProof.CheckDiff check : compared.checks()) {
      out.write(
          "    check %s: %s on %s, %s on %s%n"
              .formatted(
                  check.check(),
                  text(check.reference()),
                  report.reference(),
                  text(check.candidate()),
                  report.candidate()));
    }
  }

  private static void print(String engine, TableProof.Reason reason, PrintWriter out) {
    out.write(
        "    on %s: %s%n"
            .formatted(engine, reason.failure().map(ProveCommand::text).orElse(reason.text())));
  }

  private static String text(StepRecord.Failure failure) {
    return "%s (%s)".formatted(failure.message(), failure.code());
  }

  private static String text(Optional<CheckRecord> check) {
    return check
        .map(
            found ->
                found.status() == CheckRecord.Status.PASSED
                    ? "passed"
                    : "%s, %s"
                        .formatted(
                            found.status() == CheckRecord.Status.WARNED ? "warned" : "failed",
                            Quantity.count(found.failingRows(), "row")))
        .orElse("not made");
  }

  private static ProofJson json(ProofReport report) {
    return new ProofJson(
        report.reference(),
        report.candidate(),
        report.holds(),
        report.tolerance(),
        report.failedSources().stream()
            .map(failed -> new SourceJson(failed.source(), json(failed.failure())))
            .toList(),
        report.tables().stream().map(ProveCommand::json).toList());
  }

  private static TableJson json(TableProof table) {
    return switch (table.finding()) {
      case Compared compared ->
          new TableJson(
              table.table(),
              verdict(table),
              table.differingInputs(),
              compared.referenceRows(),
              compared.candidateRows(),
              compared.columns().stream().map(DiffText::json).toList(),
              DiffText.json(compared.rows()),
              compared.checks().stream()
                  .map(
                      check ->
                          new CheckJson(
                              check.check(),
                              check.reference().map(ProveCommand::json),
                              check.candidate().map(ProveCommand::json)))
                  .toList(),
              null,
              null);
      case NotBuilt missing ->
          new TableJson(
              table.table(),
              verdict(table),
              table.differingInputs(),
              null,
              null,
              List.of(),
              null,
              List.of(),
              missing.reference().map(ProveCommand::json).orElse(null),
              missing.candidate().map(ProveCommand::json).orElse(null));
    };
  }

  private static OutcomeJson json(CheckRecord check) {
    return new OutcomeJson(check.status(), check.failingRows());
  }

  private static ReasonJson json(TableProof.Reason reason) {
    return new ReasonJson(reason.text(), reason.failure().map(ProveCommand::json));
  }

  private static FailureJson json(StepRecord.Failure failure) {
    return new FailureJson(failure.code(), failure.message(), failure.hint());
  }
}
