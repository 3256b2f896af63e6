package dev.headrace.core.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headrace.core.graph.Asset;
import dev.headrace.core.ledger.CheckRecord;
import dev.headrace.core.ledger.Ledger;
import dev.headrace.core.ledger.LedgerError;
import dev.headrace.core.ledger.Reach;
import dev.headrace.core.ledger.RunRecord;
import dev.headrace.core.ledger.StepRecord;
import dev.headrace.core.plan.BuildOptions;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.error.ErrorCode;
import dev.headrace.spi.error.ErrorKind;
import dev.headrace.spi.error.HeadraceException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunnerTest {
  private static final Map<String, String> SHOP =
      Map.of(
          "orders", "",
          "customers", "",
          "stg_orders", "orders",
          "stg_customers", "customers",
          "revenue", "stg_orders stg_customers",
          "board", "revenue");

  private static final Duration BACKOFF = Duration.ofMillis(20);

  @TempDir Path directory;
  private Ledger ledger;
  private Works works;

  @BeforeEach
  void open() {
    ledger = Ledger.open(directory.resolve("ledger.db"), Works.CLOCK);
    works = new Works(ledger, SHOP);
  }

  @AfterEach
  void close() {
    ledger.close();
  }

  private enum Trouble implements ErrorCode {
    TROUBLE_OUTSIDE(ErrorKind.EXTERNAL),
    TROUBLE_WITH_DATA(ErrorKind.INVALID);

    private final ErrorKind kind;

    Trouble(ErrorKind kind) {
      this.kind = kind;
    }

    @Override
    public ErrorKind kind() {
      return kind;
    }

    HeadraceException exception() {
      return new HeadraceException(this, "Cannot go on.", "Help it.");
    }
  }

  @Test
  void run_firstTime_buildsInputsBeforeReaders_thenNothingIsLeftToDo() {
    RunReport report = works.run();

    assertThat(report.succeeded()).isTrue();
    assertThat(statuses(report).values()).containsOnly(StepRecord.Status.BUILT);
    assertThat(report.checks()).isEqualTo(new RunReport.CheckTotals(6, 0, 0));
    assertThat(works.hands.built).containsExactlyInAnyOrderElementsOf(SHOP.keySet());
    SHOP.forEach(
        (name, inputs) -> {
          for (String input : inputs.split(" ")) {
            assertThat(works.hands.built.indexOf(input))
                .isLessThan(works.hands.built.indexOf(name));
          }
        });
    RunReport again = works.run();
    assertThat(statuses(again).values()).containsOnly(StepRecord.Status.SKIPPED);
    assertThat(again.succeeded()).isTrue();
    assertThat(works.hands.built).hasSize(6);
  }

  @Test
  void run_manyWorkers_workAtOnceButNeverMoreThanAllowed() throws InterruptedException {
    CountDownLatch both = new CountDownLatch(2);
    AtomicInteger atWork = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    for (String name : SHOP.keySet()) {
      works.hands.on(
          name,
          (asset, context) -> {
            most.accumulateAndGet(atWork.incrementAndGet(), Math::max);
            if (SHOP.get(name).isEmpty()) {
              both.countDown();
              await(both);
            }
            atWork.decrementAndGet();
            return works.hands.publish(asset, context);
          });
    }
    RunReport report =
        works.run(new Runner.Limits(2, 1, Duration.ZERO), RunListener.NONE, Watch.none());

    assertThat(report.succeeded()).isTrue();
    assertThat(most).hasValue(2);
  }

  @Test
  void run_externalError_isTriedAgainAfterLongerAndLongerPauses() {
    List<Long> tries = new ArrayList<>();
    works.hands.on(
        "orders",
        (asset, context) -> {
          tries.add(System.nanoTime());
          if (tries.size() < 4) {
            throw Trouble.TROUBLE_OUTSIDE.exception();
          }
          return works.hands.publish(asset, context);
        });
    List<String> retried = Collections.synchronizedList(new ArrayList<>());
    RunReport report =
        works.run(
            new Runner.Limits(1, 4, BACKOFF),
            new RunListener() {
              @Override
              public void stepRetried(Asset asset, int attempt, String message) {
                retried.add(asset.name() + " " + attempt + " " + message);
              }
            },
            Watch.none());

    assertThat(report.succeeded()).isTrue();
    assertThat(retried)
        .containsExactly(
            "orders 1 Cannot go on.", "orders 2 Cannot go on.", "orders 3 Cannot go on.");
    for (int i = 1; i < tries.size(); i++) {
      assertThat(tries.get(i) - tries.get(i - 1))
          .isGreaterThanOrEqualTo(BACKOFF.multipliedBy(1L << (i - 1)).toNanos());
    }
    assertThat(step("orders").attempts()).isEqualTo(4);
    assertThat(step("orders").status()).isEqualTo(StepRecord.Status.BUILT);
  }

  @Test
  void run_externalErrorThatStays_failsOnlyWhatDependsOnIt() {
    works.hands.on(
        "orders",
        (asset, context) -> {
          throw Trouble.TROUBLE_OUTSIDE.exception();
        });
    RunReport report = works.run(new Runner.Limits(1, 3, BACKOFF), RunListener.NONE, Watch.none());

    assertThat(report.succeeded()).isFalse();
    assertThat(works.hands.built.stream().filter("orders"::equals)).hasSize(3);
    assertThat(statuses(report))
        .isEqualTo(
            Map.of(
                "orders", StepRecord.Status.FAILED,
                "customers", StepRecord.Status.BUILT,
                "stg_customers", StepRecord.Status.BUILT,
                "stg_orders", StepRecord.Status.BLOCKED,
                "revenue", StepRecord.Status.BLOCKED,
                "board", StepRecord.Status.BLOCKED));
    assertThat(step("orders").failure())
        .contains(
            new StepRecord.Failure(
                ErrorKind.EXTERNAL, "TROUBLE_OUTSIDE", "Cannot go on.", "Help it."));
    assertThat(step("stg_orders").reason()).isEqualTo("input orders failed");
    assertThat(step("board").reason()).isEqualTo("input revenue failed");
    assertThat(ledger.runs(1).getFirst().status()).isEqualTo(RunRecord.Status.FAILED);

    works.hands.on("orders", works.hands::publish);
    assertThat(statuses(works.run()))
        .containsEntry("customers", StepRecord.Status.SKIPPED)
        .containsEntry("orders", StepRecord.Status.BUILT)
        .containsEntry("board", StepRecord.Status.BUILT);
  }

  @Test
  void run_anyOtherError_isNotTriedAgain() {
    works.hands.on(
        "orders",
        (asset, context) -> {
          throw Trouble.TROUBLE_WITH_DATA.exception();
        });
    works.hands.on(
        "customers",
        (asset, context) -> {
          throw new StackOverflowError("deep");
        });
    RunReport report = works.run(new Runner.Limits(2, 9, BACKOFF), RunListener.NONE, Watch.none());

    assertThat(works.hands.built).containsExactlyInAnyOrder("orders", "customers");
    assertThat(failure(report, "orders").code()).isEqualTo("TROUBLE_WITH_DATA");
    assertThat(failure(report, "customers").code()).isEqualTo("RUN_STEP_CRASHED");
    assertThat(failure(report, "customers").message())
        .isEqualTo("Cannot build 'customers': java.lang.StackOverflowError: deep.");
    assertThat(ledger.published("prod")).isEmpty();
  }

  @Test
  void run_refusedByChecks_publishesTheFailingRowsAndKeepsTheTable() {
    works.run();
    String before = state("stg_orders");
    works = new Works(ledger, Works.graph(SHOP, Map.of("stg_orders", "select 2")));
    works.hands.on(
        "stg_orders",
        (asset, context) ->
            new Outcome(
                List.of(Works.Hands.release(asset, "stg_orders__failed", context, "bad")),
                List.of(new CheckRecord("unique: id", CheckRecord.Status.FAILED, 2, "2 rows")),
                5,
                0,
                0,
                Optional.of(Trouble.TROUBLE_WITH_DATA.exception())));
    RunReport report = works.run();

    assertThat(statuses(report))
        .containsEntry("stg_orders", StepRecord.Status.FAILED)
        .containsEntry("revenue", StepRecord.Status.BLOCKED);
    assertThat(report.checks()).isEqualTo(new RunReport.CheckTotals(0, 0, 1));
    assertThat(state("stg_orders")).isEqualTo(before);
    assertThat(state("stg_orders__failed")).isEqualTo("bad");
  }

  @Test
  void run_inputBuiltButUnchanged_sparesItsReaders() {
    works.hands.on("orders", (asset, context) -> Works.Hands.outcome(asset, context, "same"));
    works.run();
    works = new Works(ledger, Works.graph(SHOP, Map.of("orders checks", "more")));
    works.hands.on("orders", (asset, context) -> Works.Hands.outcome(asset, context, "same"));
    RunReport report = works.run();

    assertThat(works.hands.built).containsExactly("orders");
    assertThat(statuses(report))
        .containsEntry("orders", StepRecord.Status.BUILT)
        .containsEntry("stg_orders", StepRecord.Status.SKIPPED)
        .containsEntry("board", StepRecord.Status.SKIPPED);
    assertThat(step("board").status()).isEqualTo(StepRecord.Status.SKIPPED);
  }

  @Test
  void run_cancelled_keepsWhatIsFinishedAndBeginsNothingMore() {
    Watch watch = Watch.none();
    works.hands.on(
        "stg_customers",
        (asset, context) -> {
          watch.cancel();
          assertThat(context.watch().isCancelled()).isTrue();
          throw new java.util.concurrent.CancellationException("stopped");
        });
    RunReport report = works.run(new Runner.Limits(1, 3, BACKOFF), RunListener.NONE, watch);

    assertThat(report.succeeded()).isFalse();
    assertThat(failure(report, "stg_customers").code()).isEqualTo("RUN_CANCELLED");
    assertThat(works.hands.built).doesNotContain("revenue", "board");
    assertThat(works.hands.built.indexOf("stg_customers")).isEqualTo(works.hands.built.size() - 1);
    assertThat(ledger.published("prod")).containsKey("customers").doesNotContainKey("revenue");
    works.hands.on("stg_customers", works.hands::publish);
    assertThat(works.run().succeeded()).isTrue();
    assertThat(works.hands.built.stream().filter("customers"::equals)).hasSize(1);
  }

  @Test
  void run_cancelledWhileWaitingToTryAgain_endsAtOnce() {
    Watch watch = Watch.none();
    works.hands.on(
        "orders",
        (asset, context) -> {
          throw Trouble.TROUBLE_OUTSIDE.exception();
        });
    // Were the wait not cut short, this test would not end.
    RunReport report =
        works.run(
            new Runner.Limits(1, 2, Duration.ofDays(365)),
            new RunListener() {
              @Override
              public void stepRetried(Asset asset, int attempt, String message) {
                Thread.ofVirtual().start(watch::cancel);
              }
            },
            watch);

    assertThat(failure(report, "orders").code()).isEqualTo("RUN_CANCELLED");
    assertThat(ledger.runs(1).getFirst().status()).isEqualTo(RunRecord.Status.FAILED);
    assertThat(ledger.steps(report.runId()))
        .extracting(StepRecord::status)
        .doesNotContain(StepRecord.Status.RUNNING);
  }

  /** The instant between what a builder has committed and its publication. */
  @Test
  void run_ledgerLostBeforePublication_publishesNothing_andTheNextRunTakesUp() {
    works.hands.on(
        "stg_orders",
        (asset, context) -> {
          ledger.close();
          return works.hands.publish(asset, context);
        });
    assertThatThrownBy(works::run)
        .isInstanceOfSatisfying(
            HeadraceException.class,
            e -> assertThat(e.code()).isEqualTo(LedgerError.LEDGER_UNAVAILABLE));

    ledger = Ledger.open(directory.resolve("ledger.db"), Works.CLOCK);
    works = new Works(ledger, SHOP);
    assertThat(ledger.published("prod")).containsKey("orders").doesNotContainKey("stg_orders");
    assertThat(ledger.runs(1).getFirst().status()).isEqualTo(RunRecord.Status.RUNNING);

    works.hands.sweepFails = true;
    try (RunLock lock = RunLock.acquire(directory, ledger, Reach.of("prod"), Duration.ZERO)) {
      assertThatThrownBy(() -> works.runner().recover(lock)).hasMessage("killed");
      assertThat(works.runner().recover(lock))
          .extracting(StepRecord::asset)
          .containsExactly("stg_orders");
      assertThat(works.hands.swept).containsExactly("stg_orders@1");
      assertThat(ledger.runs(1).getFirst().status()).isEqualTo(RunRecord.Status.INTERRUPTED);
      assertThat(works.runner().recover(lock)).isEmpty();
    }

    assertThat(works.run().succeeded()).isTrue();
    assertThat(works.hands.built).doesNotContain("orders").contains("stg_orders", "board");
  }

  @Test
  void plan_beforeAnythingIsBuilt_saysWhatWaitsForWhat() {
    assertThat(works.plan(BuildOptions.STALE).steps())
        .extracting(step -> step.asset().name() + ": " + step.decision())
        .contains(
            "orders: Build[reasons=[new], work=All[], warnings=[]]",
            "revenue: Build[reasons=[new], work=decided after stg_customers, stg_orders, warnings=[]]");
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(30, TimeUnit.SECONDS)).as("both begin").isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private StepRecord step(String name) {
    return ledger.stepsOf(name, 1).getFirst();
  }

  private String state(String table) {
    return ledger.published("prod").get(table).content().state();
  }

  private static StepRecord.Failure failure(RunReport report, String name) {
    return report.steps().stream()
        .filter(step -> step.asset().equals(name))
        .findFirst()
        .flatMap(RunReport.StepReport::failure)
        .orElseThrow();
  }

  private static Map<String, StepRecord.Status> statuses(RunReport report) {
    return report.steps().stream()
        .collect(Collectors.toMap(RunReport.StepReport::asset, RunReport.StepReport::status));
  }
}
