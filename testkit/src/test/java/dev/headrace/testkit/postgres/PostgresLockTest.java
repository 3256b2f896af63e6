package dev.headrace.testkit.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headrace.core.ledger.Ledger;
import dev.headrace.core.ledger.LedgerError;
import dev.headrace.core.ledger.LedgerLock;
import dev.headrace.core.ledger.Reach;
import dev.headrace.core.ledger.RunRecord;
import dev.headrace.core.ledger.StepRecord;
import dev.headrace.core.postgres.Postgres;
import dev.headrace.core.run.RunError;
import dev.headrace.core.run.RunLock;
import dev.headrace.spi.error.HeadraceException;
import java.io.BufferedReader;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The run lock of working copies that share nothing but the database. */
class PostgresLockTest {
  private static final PostgresServer SERVER = PostgresServer.shared();

  @TempDir Path directory;

  private final String database = SERVER.createDatabase();
  private final List<Ledger> open = new ArrayList<>();
  private Ledger one;
  private Ledger other;

  @BeforeEach
  void open() {
    one = ledger(SERVER, database);
    other = ledger(SERVER, database);
  }

  private Ledger ledger(PostgresServer server, String name) {
    Ledger ledger = Ledger.open(Postgres.of(server.spec(name), "shop"), Clock.systemUTC());
    open.add(ledger);
    return ledger;
  }

  @AfterEach
  void close() {
    open.forEach(Ledger::close);
  }

  private RunLock lock(String copy, Ledger ledger, String environment) {
    return RunLock.acquire(directory.resolve(copy), ledger, Reach.of(environment), Duration.ZERO);
  }

  @Test
  void acquire_heldInAnotherCopy_isRefusedWithItsProcess_andFreeAfterwards() {
    try (RunLock _ = lock("a", one, "prod")) {
      assertThatThrownBy(() -> lock("b", other, "prod"))
          .isInstanceOfSatisfying(
              HeadraceException.class,
              e -> assertThat(e.code()).isEqualTo(RunError.RUN_IN_PROGRESS))
          .hasMessage(
              "Cannot run environment 'prod': another run is under way (process %d at 127.0.0.1)."
                  .formatted(ProcessHandle.current().pid()));
      // What was refused gave back the lock of its own directory.
      assertThatThrownBy(() -> lock("b", other, "prod")).hasMessageContaining("environment");
    }
    lock("b", other, "prod").close();
  }

  @Test
  void acquire_anotherEnvironment_isGranted_butNotAll() {
    try (RunLock mine = lock("a", one, "mine");
        RunLock prod = lock("b", other, "prod")) {
      assertThat(mine.reach()).isEqualTo(Reach.of("mine"));
      assertThat(prod.reach()).isEqualTo(Reach.of("prod"));
      assertThatThrownBy(
              () ->
                  RunLock.acquire(
                      directory.resolve("c"), ledger(SERVER, database), Reach.all(), Duration.ZERO))
          .hasMessageStartingWith("Cannot run project: another run is under way (process ");
    }
    try (RunLock all = RunLock.acquire(directory.resolve("c"), one, Reach.all(), Duration.ZERO)) {
      assertThat(all.reach().isAll()).isTrue();
      assertThatThrownBy(() -> lock("b", other, "prod")).isInstanceOf(HeadraceException.class);
    }
  }

  @Test
  void acquire_patient_getsItWhenTheHolderIsDone() {
    RunLock first = lock("a", one, "prod");
    CompletableFuture<RunLock> second =
        CompletableFuture.supplyAsync(
            () ->
                RunLock.acquire(
                    directory.resolve("b"), other, Reach.of("prod"), Duration.ofMinutes(1)));
    assertThat(second).isNotDone();
    first.close();
    second.join().close();
  }

  @Test
  void acquire_heldByAProcessThatIsKilled_isFree_andItsRunIsClosed() throws Exception {
    Process holder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Holder.class.getName(),
                Integer.toString(SERVER.port()),
                database,
                directory.resolve("a").toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader said = holder.inputReader()) {
      assertThat(said.readLine()).isEqualTo("held");
      assertThatThrownBy(() -> lock("b", other, "prod"))
          .hasMessageContaining("(process " + holder.pid() + " at ");
      assertThat(other.stepsUnderWay(Reach.of("prod"))).hasSize(1);
    } finally {
      holder.destroyForcibly().waitFor();
    }
    try (RunLock lock =
        RunLock.acquire(directory.resolve("b"), other, Reach.of("prod"), Duration.ofSeconds(30))) {
      other.closeInterrupted(lock.reach());
      assertThat(other.runs(1).getFirst().status()).isEqualTo(RunRecord.Status.INTERRUPTED);
    }
  }

  /** Another process that begins a run and holds its lock. */
  static final class Holder {
    private Holder() {}

    public static void main(String[] args) throws Exception {
      Postgres postgres =
          Postgres.of(PostgresServer.spec(args[1], Integer.parseInt(args[0])), "shop");
      try (Ledger ledger = Ledger.open(postgres, Clock.systemUTC());
          RunLock _ = RunLock.acquire(Path.of(args[2]), ledger, Reach.of("prod"), Duration.ZERO)) {
        ledger.startStep(ledger.startRun("prod"), "t", "table", "new");
        System.out.println("held");
        Thread.sleep(Duration.ofMinutes(1));
      }
    }
  }

  /** After a restart the holder takes its lock again before anybody else may. */
  @Test
  void serverStartedAgain_leavesTheLockWithTheRunThatIsAlive() throws Exception {
    try (PostgresServer server = PostgresServer.start()) {
      String own = server.createDatabase();
      Ledger runner = ledger(server, own);
      Ledger rival = ledger(server, own);
      try (RunLock _ = lock("a", runner, "prod")) {
        long run = runner.startRun("prod");
        runner.startStep(run, "t", "table", "new");
        server.crash();
        server.resume();
        long until = System.nanoTime() + Duration.ofSeconds(13).toNanos();
        while (System.nanoTime() < until) {
          assertThatThrownBy(() -> lock("b", rival, "prod"))
              .isInstanceOfSatisfying(
                  HeadraceException.class,
                  e -> assertThat(e.code()).isEqualTo(RunError.RUN_IN_PROGRESS));
          // Hardly a pause: an attempt of one must not be in the way of the other's return.
          TimeUnit.MILLISECONDS.sleep(1);
        }
        runner.skipStep(run, "t", "done");
        runner.finishRun(run, RunRecord.Status.SUCCEEDED);
        assertThat(runner.steps(run))
            .extracting(StepRecord::status)
            .containsExactly(StepRecord.Status.SKIPPED);
      }
      lock("b", rival, "prod").close();
    }
  }

  /** Its session breaks, and somebody is a moment quicker, but does not stay. */
  @Test
  void lockThatAnotherHadForAMoment_isTakenAgain() throws Exception {
    Postgres postgres = Postgres.of(SERVER.spec(database), "shop");
    try (RunLock _ = lock("a", one, "prod");
        Connection quicker = postgres.connect("test");
        Statement statement = quicker.createStatement()) {
      statement.execute(
          """
          select pg_terminate_backend(pid) from pg_stat_activity
          where datname = current_database() and application_name like 'headrace run %'
          """);
      statement.execute("select pg_advisory_lock(" + postgres.lockKey("run/prod") + ")");
      TimeUnit.SECONDS.sleep(3); // It is looked for every two.
      statement.execute("select pg_advisory_unlock_all()");
      TimeUnit.SECONDS.sleep(3);
      assertThatThrownBy(() -> lock("b", other, "prod")).hasMessageContaining("(process ");
    }
    lock("b", other, "prod").close();
  }

  /**
   * The line of one process breaks for good and its lock goes to another: it ends, loses nothing.
   */
  @Test
  void holderCutOff_isTakenOver_andCanPublishNoMore() throws Exception {
    try (CuttingProxy line = CuttingProxy.to(SERVER.port())) {
      Postgres postgres = Postgres.of(PostgresServer.spec(database, line.port()), "shop");
      try (Ledger cut = Ledger.open(postgres, Clock.systemUTC());
          LedgerLock lock = held(cut)) {
        assertThat(lock).isNotNull();
        long run = cut.startRun("prod");
        line.cutAll();
        try (RunLock taken =
            RunLock.acquire(
                directory.resolve("b"), other, Reach.of("prod"), Duration.ofSeconds(1))) {
          other.closeInterrupted(taken.reach());
          assertThatThrownBy(() -> cut.startStep(run, "t", "table", "new"))
              .isInstanceOfSatisfying(
                  HeadraceException.class,
                  e -> assertThat(e.code()).isEqualTo(LedgerError.LEDGER_RUN_CLOSED));
        }
      }
    }
  }

  private static LedgerLock held(Ledger ledger) {
    return ((LedgerLock.Held) ledger.tryLock(Reach.of("prod"))).lock();
  }
}
