package dev.headrace.cli.command;

import dev.headrace.cli.compose.Headrace;
import dev.headrace.cli.console.Console;
import dev.headrace.cli.console.JsonOut;
import dev.headrace.cli.console.Look;
import dev.headrace.cli.console.ProgressView;
import dev.headrace.cli.console.Quantity;
import dev.headrace.cli.process.Interrupts;
import dev.headrace.core.graph.Asset;
import dev.headrace.core.ledger.Reach;
import dev.headrace.core.ledger.StepRecord;
import dev.headrace.core.plan.Plan;
import dev.headrace.core.plan.Published;
import dev.headrace.core.run.RunListener;
import dev.headrace.core.run.RunLock;
import dev.headrace.core.run.RunReport;
import dev.headrace.spi.engine.Watch;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code headrace run}: builds what is stale. */
@Command(
    name = "run",
    description = "build what is stale, check it, publish it",
    footer = {
      "",
      "A run that was stopped or killed is taken up by the next one: finished steps stay finished.",
      "Examples:",
      "  headrace run                                 everything that is stale",
      "  headrace run --select +daily_kpis            one table and all it reads",
      "  headrace run --from 2026-03-01 --to 2026-03-07 --select fct_clicks   a backfill"
    })
final class RunCommand implements Action {
  /** Longer than any run that anybody waits for. */
  private static final Duration PATIENCE = Duration.ofHours(24);

  @Mixin private final BuildSelection selection = new BuildSelection();

  @Option(
      names = "--rebase",
      description =
          "with --env: the files hold what prod has redefined meanwhile; promote may follow")
  private boolean rebase;

  @Option(names = "--wait", description = "wait for a run that is under way, instead of failing")
  private boolean wait;

  private record StepJson(
      String asset,
      String kind,
      String status,
      String reason,
      long rowsIn,
      long rowsOut,
      long rejected,
      double seconds,
      Optional<ErrorJson> error,
      List<String> warnings) {}

  private record ErrorJson(String code, String message, String hint) {}

  private record RunJson(
      long run,
      String status,
      double seconds,
      List<StepJson> steps,
      RunReport.CheckTotals checks) {}

  @Override
  public int run(Invocation call) {
    try (Headrace headrace = call.open()) {
      RunReport report =
          carryOut(
              call,
              headrace,
              wait ? PATIENCE : Duration.ZERO,
              published -> selection.plan(headrace, published),
              rebase);
      if (call.console().json()) {
        JsonOut.print(call.console(), json(report));
      } else {
        print(report, call.console());
      }
      return exitCode(call, report);
    }
  }

  /** Runs a plan that is made once nobody else can change the project, showing how far it is. */
  static RunReport carryOut(
      Invocation call,
      Headrace headrace,
      Duration patience,
      Function<Published, Plan> planner,
      boolean rebase) {
    try (RunLock lock = headrace.lock(Reach.of(call.global().environment()), patience)) {
      List<StepRecord> interrupted = headrace.runner().recover(lock);
      if (!interrupted.isEmpty() && !call.console().json()) {
        call.console()
            .say(
                "Taking up an interrupted run: %s half done."
                    .formatted(Quantity.count(interrupted.size(), "step")));
      }
      String environment = call.global().environment();
      OptionalLong known = headrace.openEnvironment(environment, rebase);
      Published published = headrace.publishedOrNew(environment);
      Plan plan = planner.apply(published);
      Watch watch = Watch.none();
      try (Interrupts.Registration _ = call.interrupts().onInterrupt(watch::cancel);
          ProgressView view =
              new ProgressView(call.console(), System::nanoTime, Math.toIntExact(plan.builds()))
                  .live()) {
        RunReport report =
            headrace.runner().run(plan, published, headrace.limits(), new Progress(view), watch);
        boolean whole = plan.steps().size() == headrace.graph().built().size();
        if (report.succeeded() && whole && known.isPresent()) {
          headrace.ledger().environments().rebase(environment, known.getAsLong());
        }
        return report;
      }
    }
  }

  /** Shows what a run tells. */
  private record Progress(ProgressView view) implements RunListener {
    @Override
    public void stepStarted(Asset asset, String reason) {
      view.stepStarted(asset.name());
    }

    @Override
    public void stepProgressed(Asset asset, double fraction, long rows) {
      view.stepProgress(asset.name(), fraction, rows);
    }

    @Override
    public void stepFinished(RunReport.StepReport step) {
      finished(view, step.asset(), step);
    }
  }

  /** Shows under a name that a step has ended, and how. */
  static void finished(ProgressView view, String name, RunReport.StepReport step) {
    view.stepFinished(
        name,
        switch (step.status()) {
          case BUILT -> ProgressView.Outcome.BUILT;
          case BLOCKED -> ProgressView.Outcome.BLOCKED;
          case FAILED, INTERRUPTED, RUNNING -> ProgressView.Outcome.FAILED;
          case SKIPPED -> ProgressView.Outcome.SKIPPED;
        },
        step.rowsOut(),
        step.seconds(),
        step.failure().map(StepRecord.Failure::message).orElse(step.reason()));
  }

  /** What came of a run, for a script. */
  static Record json(RunReport report) {
    return new RunJson(
        report.runId(),
        report.succeeded() ? "succeeded" : "failed",
        report.seconds(),
        report.steps().stream()
            .map(
                step ->
                    new StepJson(
                        step.asset(),
                        step.kind(),
                        step.status().name().toLowerCase(Locale.ROOT),
                        step.reason(),
                        step.rowsIn(),
                        step.rowsOut(),
                        step.rejected(),
                        step.seconds(),
                        step.failure().map(f -> new ErrorJson(f.code(), f.message(), f.hint())),
                        step.warnings()))
            .toList(),
        report.checks());
  }

  /** Tells of what may not be meant. */
  static void warn(List<String> warnings, Console console) {
    warnings.forEach(
        warning ->
            console
                .out()
                .write(
                    "%s %s%n"
                        .formatted(
                            console.outLook().paint(Look.Paint.WARNING, "warning:"), warning)));
  }

  /** What came of a run, for a person. */
  static void print(RunReport report, Console console) {
    PrintWriter out = console.out();
    Look look = console.outLook();
    for (RunReport.StepReport step : report.steps()) {
      warn(step.warnings(), console);
      step.failure()
          .ifPresent(
              failure ->
                  out.write(
                      "%s %s (%s)%n%s"
                          .formatted(
                              look.paint(Look.Paint.BAD, step.asset() + ":"),
                              failure.message(),
                              failure.code(),
                              failure.hint().isEmpty() ? "" : "  " + failure.hint() + "\n")));
    }
    long rejected = report.steps().stream().mapToLong(RunReport.StepReport::rejected).sum();
    out.write(
        "Run %d %s in %s: %d built, %d up to date, %d failed, %d blocked%s; checks: %d passed, %d warned, %d failed.%n"
            .formatted(
                report.runId(),
                report.succeeded() ? "succeeded" : "failed",
                Quantity.seconds(report.seconds()),
                count(report, StepRecord.Status.BUILT),
                count(report, StepRecord.Status.SKIPPED),
                count(report, StepRecord.Status.FAILED),
                count(report, StepRecord.Status.BLOCKED),
                rejected == 0 ? "" : "; " + Quantity.count(rejected, "row") + " kept aside",
                report.checks().passed(),
                report.checks().warned(),
                report.checks().failed()));
  }

  private static long count(RunReport report, StepRecord.Status status) {
    return report.steps().stream().filter(step -> step.status() == status).count();
  }

  /**
   * That of the interrupt which stopped the run, or of the first failure, so that a script can tell
   * bad data from a full disk.
   */
  static int exitCode(Invocation call, RunReport report) {
    int stopped = call.interrupts().exitCode();
    if (stopped != 0 && !report.succeeded()) {
      return stopped;
    }
    return report.steps().stream()
        .flatMap(step -> step.failure().stream())
        .findFirst()
        .map(failure -> failure.kind().exitCode())
        .orElse(0);
  }
}
