package dev.headrace.core.run;

import dev.headrace.core.graph.Asset;
import dev.headrace.core.graph.Graph;
import dev.headrace.core.ledger.CheckRecord;
import dev.headrace.core.ledger.Ledger;
import dev.headrace.core.ledger.Publication;
import dev.headrace.core.ledger.Realignment;
import dev.headrace.core.ledger.RunRecord;
import dev.headrace.core.ledger.StepRecord;
import dev.headrace.core.plan.Decision;
import dev.headrace.core.plan.Plan;
import dev.headrace.core.plan.Published;
import dev.headrace.core.plan.Reuse;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.error.ErrorKind;
import dev.headrace.spi.error.HeadraceException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Executes plans.
 *
 * <p>A step begins when every input in the plan has ended well; a step whose input failed is
 * blocked, all others go on. Each step is decided once more when its turn comes, with what its
 * inputs have really become, so an input that turned out unchanged spares what reads it.
 */
public final class Runner {
  private final Graph graph;
  private final Builders builders;
  private final Ledger ledger;
  private final Clock clock;

  public Runner(Graph graph, Builders builders, Ledger ledger, Clock clock) {
    this.graph = graph;
    this.builders = builders;
    this.ledger = ledger;
    this.clock = clock;
  }

  /**
   * How a run is executed.
   *
   * @param parallel steps at work at once, at least 1
   * @param attempts how often a step is tried in all when something outside fails, at least 1
   * @param backoff pause before the second attempt; doubles with each further one
   */
  public record Limits(int parallel, int attempts, Duration backoff) {}

  /**
   * Ends what an earlier, killed run left open and removes its half-written files. Call it before
   * planning.
   *
   * @param lock what no other run can be at work on
   * @return the steps that were under way
   */
  public List<StepRecord> recover(RunLock lock) {
    // Marked last: a recovery that is killed itself is done again by the next.
    List<StepRecord> interrupted = ledger.stepsUnderWay(lock.reach());
    for (StepRecord step : interrupted) {
      graph
          .find(step.asset())
          .ifPresent(asset -> builders.of(asset.kind()).sweep(asset, step.runId()));
    }
    ledger.closeInterrupted(lock.reach());
    return interrupted;
  }

  /**
   * Executes a plan while holding the {@link RunLock}.
   *
   * @param watch cancels the whole run
   */
  public RunReport run(
      Plan plan, Published published, Limits limits, RunListener listener, Watch watch) {
    Instant startedAt = clock.instant();
    long started = System.nanoTime();
    boolean whole = plan.steps().size() == graph.built().size();
    long runId =
        ledger.startRun(plan.environment(), RunRecord.Action.RUN, whole ? "" : RunRecord.PART);
    listener.runStarted(runId, Math.toIntExact(plan.builds()));
    RunRecord.Status status = RunRecord.Status.FAILED;
    try {
      ledger.environments().realign(plan.environment(), plan.realignment().followed(), runId);
      Execution execution =
          new Execution(
              plan,
              published.realigned(plan.realignment()),
              limits,
              listener,
              watch,
              runId,
              startedAt);
      List<RunReport.StepReport> steps = execution.steps();
      RunReport report =
          new RunReport(runId, (System.nanoTime() - started) / 1e9, steps, execution.checkTotals());
      if (report.succeeded()) {
        // Not before: until all is built, what is published may still read what is to go.
        ledger.environments().realign(plan.environment(), execution.withdrawn(), runId);
        status = RunRecord.Status.SUCCEEDED;
      }
      return report;
    } finally {
      ledger.finishRun(runId, status);
    }
  }

  /** The state of one run. */
  private final class Execution {
    private final Plan plan;
    private final Published published;
    private final Limits limits;
    private final RunListener listener;
    private final Watch watch;
    private final long runId;
    private final Instant startedAt;
    private final List<CheckRecord> checks = new ArrayList<>();

    Execution(
        Plan plan,
        Published published,
        Limits limits,
        RunListener listener,
        Watch watch,
        long runId,
        Instant startedAt) {
      this.plan = plan;
      this.published = published;
      this.limits = limits;
      this.listener = listener;
      this.watch = watch;
      this.runId = runId;
      this.startedAt = startedAt;
    }

    /** Tables that nothing declares and that this run has not published under another asset. */
    Realignment withdrawn() {
      Set<String> withdrawn = new HashSet<>(plan.realignment().withdraw());
      withdrawn.removeIf(table -> published.table(table).isPresent());
      return new Realignment(Set.of(), withdrawn);
    }

    List<RunReport.StepReport> steps() {
      recordSkips();
      Map<String, Plan.Step> byName = new HashMap<>();
      plan.steps().forEach(step -> byName.put(step.asset().name(), step));
      DependencyQueue queue =
          new DependencyQueue(
              plan.steps().stream().map(step -> step.asset().name()).toList(),
              name -> graph.waitsFor(graph.get(name)).stream().map(Asset::name).toList());
      return queue.process(
          limits.parallel(),
          name -> report(step(byName, name)),
          (name, failedInput) -> block(step(byName, name), failedInput));
    }

    private Plan.Step step(Map<String, Plan.Step> byName, String name) {
      Plan.Step step = byName.get(name);
      if (step == null) {
        throw new IllegalStateException("step " + name + " is not in the plan");
      }
      return step;
    }

    /** Skips are known before anything runs: one transaction instead of one per asset. */
    private void recordSkips() {
      ledger.recordIdle(
          runId,
          plan.steps().stream()
              .filter(step -> !step.builds())
              .map(step -> idle(step, StepRecord.Status.SKIPPED, step.decision().reason()))
              .toList());
    }

    private StepRecord idle(Plan.Step step, StepRecord.Status status, String reason) {
      Asset asset = step.asset();
      return new StepRecord(
          runId,
          asset.name(),
          asset.kind().name(),
          status,
          reason,
          startedAt,
          Optional.of(startedAt),
          0,
          0,
          0,
          0,
          Optional.empty());
    }

    private RunReport.StepReport block(Plan.Step step, String failedInput) {
      boolean reads =
          graph.inputs(step.asset()).stream().anyMatch(input -> input.name().equals(failedInput));
      String reason =
          reads
              ? "input " + failedInput + " failed"
              : failedInput + " failed, which its checks read";
      if (step.builds()) {
        ledger.recordIdle(runId, List.of(idle(step, StepRecord.Status.BLOCKED, reason)));
      }
      RunReport.StepReport report =
          without(
              step.asset(),
              step.builds() ? StepRecord.Status.BLOCKED : StepRecord.Status.SKIPPED,
              step.builds() ? reason : step.decision().reason());
      listener.stepFinished(report);
      return report;
    }

    private RunReport.StepReport report(Plan.Step step) {
      Asset asset = step.asset();
      if (!step.builds()) {
        return without(asset, StepRecord.Status.SKIPPED, step.decision().reason());
      }
      RunReport.StepReport report = execute(asset, step.decision());
      listener.stepFinished(report);
      return report;
    }

    private RunReport.StepReport execute(Asset asset, Decision planned) {
      String reason = planned.reason();
      long started = System.nanoTime();
      ledger.startStep(runId, asset.name(), asset.kind().name(), reason);
      listener.stepStarted(asset, reason);
      int attempt = 0;
      while (true) {
        attempt++;
        try {
          if (attempt > 1) {
            pause(attempt - 1);
          }
          Builder builder = builders.of(asset.kind());
          Decision decision = Reuse.decide(builder, asset, published, plan.options());
          return switch (decision) {
            case Decision.Skip skip -> {
              // An input was built and is as it was before.
              ledger.skipStep(runId, asset.name(), skip.reason());
              yield without(asset, StepRecord.Status.SKIPPED, skip.reason());
            }
            case Decision.Build build when build.work() instanceof Reuse reuse ->
                show(asset, build.reason() + ", " + reuse, reuse, attempt, started);
            case Decision.Build build -> {
              // What the plan could only guess at is known by now: "2 days missing".
              reason = build.reason();
              yield publish(asset, reason, build(asset, builder, build), attempt, started);
            }
          };
        } catch (HeadraceException e) {
          if (e.code().kind() == ErrorKind.EXTERNAL && attempt < limits.attempts()) {
            listener.stepRetried(asset, attempt, String.valueOf(e.getMessage()));
          } else {
            return fail(asset, reason, e, attempt, started);
          }
        } catch (CancellationException e) {
          HeadraceException cancelled =
              new HeadraceException(
                  RunError.RUN_CANCELLED,
                  "Cannot build '%s': the run was cancelled.".formatted(asset.name()),
                  "Run again; finished steps are not repeated.",
                  e);
          return fail(asset, reason, cancelled, attempt, started);
        } catch (RuntimeException | Error e) {
          HeadraceException crashed =
              new HeadraceException(
                  RunError.RUN_STEP_CRASHED,
                  "Cannot build '%s': %s.".formatted(asset.name(), e),
                  "This is a defect of Headrace; please report it with the output of --debug.",
                  e);
          return fail(asset, reason, crashed, attempt, started);
        }
      }
    }

    private Outcome build(Asset asset, Builder builder, Decision.Build decision) {
      Watch stepWatch =
          Watch.of((fraction, rows) -> listener.stepProgressed(asset, fraction, rows));
      try (Watch.Registration _ = watch.onCancel(stepWatch::cancel)) {
        return builder.build(
            asset,
            decision,
            new StepContext(runId, startedAt, published, plan.options(), stepWatch));
      }
    }

    /** Points to what was built before; nothing is read or written. */
    private RunReport.StepReport show(
        Asset asset, String reason, Reuse reuse, int attempt, long started) {
      List<String> gone =
          asset.kind().tables(asset.name()).stream()
              .filter(table -> published.table(table).filter(Runner::hasRows).isPresent())
              .filter(
                  table ->
                      reuse.tables().stream()
                          .noneMatch(p -> p.content().table().equalsIgnoreCase(table)))
              .toList();
      ledger.show(
          runId,
          plan.environment(),
          asset.name(),
          reason,
          reuse.tables(),
          gone,
          Ledger.Counts.none(attempt));
      published.advance(reuse.tables());
      gone.forEach(published::withdraw);
      return new RunReport.StepReport(
          asset.name(),
          asset.kind().name(),
          StepRecord.Status.BUILT,
          reason,
          0,
          0,
          0,
          (System.nanoTime() - started) / 1e9,
          Optional.empty(),
          List.of());
    }

    private RunReport.StepReport publish(
        Asset asset, String reason, Outcome outcome, int attempt, long started) {
      Ledger.Counts counts =
          new Ledger.Counts(outcome.rowsIn(), outcome.rowsOut(), outcome.rejected(), attempt);
      StepRecord.@Nullable Failure failure =
          outcome.refusal().map(StepRecord.Failure::of).orElse(null);
      List<Publication> publications =
          ledger.publish(
              runId,
              plan.environment(),
              asset.name(),
              recorded(reason, outcome.warnings()),
              outcome.releases().stream()
                  .map(release -> release.on(published.table(release.content().table())))
                  .toList(),
              outcome.checks(),
              counts,
              failure);
      published.advance(publications);
      synchronized (checks) {
        checks.addAll(outcome.checks());
      }
      return new RunReport.StepReport(
          asset.name(),
          asset.kind().name(),
          failure == null ? StepRecord.Status.BUILT : StepRecord.Status.FAILED,
          reason,
          outcome.rowsIn(),
          outcome.rowsOut(),
          outcome.rejected(),
          (System.nanoTime() - started) / 1e9,
          Optional.ofNullable(failure),
          outcome.warnings());
    }

    /** The ledger has one text for why a step was done and what is to be said of it. */
    private static String recorded(String reason, List<String> warnings) {
      return warnings.isEmpty() ? reason : reason + ". " + String.join(" ", warnings);
    }

    private RunReport.StepReport fail(
        Asset asset, String reason, HeadraceException e, int attempt, long started) {
      StepRecord.Failure failure = StepRecord.Failure.of(e);
      ledger.failStep(runId, asset.name(), Ledger.Counts.none(attempt), failure);
      return new RunReport.StepReport(
          asset.name(),
          asset.kind().name(),
          StepRecord.Status.FAILED,
          reason,
          0,
          0,
          0,
          (System.nanoTime() - started) / 1e9,
          Optional.of(failure),
          List.of());
    }

    private RunReport.StepReport without(Asset asset, StepRecord.Status status, String reason) {
      return new RunReport.StepReport(
          asset.name(),
          asset.kind().name(),
          status,
          reason,
          0,
          0,
          0,
          0,
          Optional.empty(),
          List.of());
    }

    /** Waits for what is outside to recover, longer each time, unless the run is cancelled. */
    private void pause(int failures) {
      CountDownLatch cancelled = new CountDownLatch(1);
      Duration pause = limits.backoff().multipliedBy(1L << Math.min(failures - 1, 6));
      try (Watch.Registration _ = watch.onCancel(cancelled::countDown)) {
        if (cancelled.await(pause.toNanos(), TimeUnit.NANOSECONDS)) {
          throw new CancellationException("cancelled while waiting to try again");
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new CancellationException("interrupted while waiting to try again");
      }
    }

    RunReport.CheckTotals checkTotals() {
      synchronized (checks) {
        return new RunReport.CheckTotals(
            count(CheckRecord.Status.PASSED),
            count(CheckRecord.Status.WARNED),
            count(CheckRecord.Status.FAILED));
      }
    }

    private int count(CheckRecord.Status status) {
      return (int) checks.stream().filter(check -> check.status() == status).count();
    }
  }

  private static boolean hasRows(Publication publication) {
    return !(publication.content().data() instanceof Publication.Stored stored)
        || stored.rows() > 0;
  }
}
