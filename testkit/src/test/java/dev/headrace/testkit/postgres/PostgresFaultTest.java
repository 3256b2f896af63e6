package dev.headrace.testkit.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headrace.core.ledger.Ledger;
import dev.headrace.core.ledger.LedgerError;
import dev.headrace.core.ledger.RunRecord;
import dev.headrace.core.postgres.Postgres;
import dev.headrace.core.postgres.PostgresError;
import dev.headrace.core.postgres.PostgresSpec;
import dev.headrace.core.project.spec.Secret;
import dev.headrace.spi.error.ErrorCode;
import dev.headrace.spi.error.HeadraceException;
import dev.headrace.testkit.postgres.CuttingProxy.Moment;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A ledger whose server, or the line to it, fails at the worst moments. */
class PostgresFaultTest {
  private static final PostgresServer SERVER = PostgresServer.shared();

  /** As the driver sends it: "read committed" is something else. */
  private static final String COMMIT = "\0commit\0";

  private final String database = SERVER.createDatabase();

  @Test
  void open_withAWrongPassword_isDenied_andRepeatsNoPassword() {
    PostgresSpec spec =
        new PostgresSpec(SERVER.spec(database).url(), "headrace", new Secret("hush"), null);
    refused(spec, PostgresError.POSTGRES_DENIED, "as 'headrace'", "password");
  }

  @Test
  void open_withoutAPassword_isDenied() {
    PostgresSpec spec = new PostgresSpec(SERVER.spec(database).url(), "headrace", null, null);
    refused(spec, PostgresError.POSTGRES_DENIED, "password", "password");
  }

  @Test
  void open_aDatabaseThatIsAbsent_saysHowToCreateIt() {
    refused(SERVER.spec("nowhere"), PostgresError.POSTGRES_DATABASE_MISSING, "nowhere", "createdb");
  }

  @Test
  void open_whereNoServerIs_saysSo() {
    refused(
        PostgresServer.spec(database, 1),
        PostgresError.POSTGRES_UNREACHABLE,
        "127.0.0.1:1",
        "server runs");
  }

  @Test
  void open_asAUserWhoMayNotCreateTheSchema_saysWhatToGrant() {
    SERVER.execute("postgres", "create user guest_" + database + " password 'x'");
    refused(
        new PostgresSpec(SERVER.spec(database).url(), "guest_" + database, new Secret("x"), null),
        PostgresError.POSTGRES_DENIED,
        "permission denied",
        "create the schema 'headrace_shop'");
  }

  @Test
  void open_asAUserWhoOwnsTheSchemaOnly_works() {
    String owner = "owner_" + database;
    SERVER.execute("postgres", "create user " + owner + " password 'x'");
    SERVER.execute(database, "create schema mine authorization " + owner);
    PostgresSpec spec =
        new PostgresSpec(SERVER.spec(database).url(), owner, new Secret("x"), "mine");
    try (Ledger ledger = Ledger.open(Postgres.of(spec, "shop"), Clock.systemUTC())) {
      assertThat(ledger.startRun("prod")).isEqualTo(1);
    }
  }

  private static void refused(PostgresSpec spec, ErrorCode code, String message, String hint) {
    assertThatThrownBy(() -> Ledger.open(Postgres.of(spec, "shop"), Clock.systemUTC()))
        .isInstanceOfSatisfying(
            HeadraceException.class,
            e -> {
              assertThat(e.code()).as(e.toString()).isEqualTo(code);
              assertThat(e.hint()).contains(hint);
            })
        .hasMessageStartingWith("Cannot ")
        .hasMessageContaining(message)
        .hasMessageNotContaining("hush");
  }

  @ParameterizedTest
  @EnumSource(Moment.class)
  void write_whoseCommitIsCutOff_takesEffectOnce(Moment moment) {
    try (CuttingProxy line = CuttingProxy.to(SERVER.port());
        Ledger ledger = through(line, Duration.ofSeconds(30))) {
      assertThat(ledger.startRun("prod")).isEqualTo(1);
      line.cutAt(COMMIT, moment);
      assertThat(ledger.startRun("prod")).isEqualTo(2);
      assertThat(line.isArmed()).isFalse();
      assertThat(ledger.runs(9)).hasSize(2);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"begin", "into ledger_writer", "insert into run", "select coalesce"})
  void write_cutOffBeforeItsCommit_isDoneAgain(String word) {
    for (Moment moment : Moment.values()) {
      try (CuttingProxy line = CuttingProxy.to(SERVER.port());
          Ledger ledger = through(line, Duration.ofSeconds(30))) {
        int before = ledger.runs(99).size();
        line.cutAt(word, moment);
        ledger.startRun("prod");
        assertThat(line.isArmed()).isFalse();
        assertThat(ledger.runs(99)).hasSize(before + 1);
      }
    }
  }

  /** As of a machine that lost its network: its transaction ends before others give up waiting. */
  @Test
  void write_whileAClientThatIsGoneHoldsTheLedger_takesEffect() throws Exception {
    Postgres postgres = Postgres.of(SERVER.spec(database), "shop");
    try (Ledger ledger = Ledger.open(postgres, Clock.systemUTC());
        Connection gone =
            DriverManager.getConnection(postgres.jdbcUrl(), postgres.properties("silent"));
        Statement statement = gone.createStatement()) {
      gone.setAutoCommit(false);
      statement.execute("lock table headrace_shop.ledger_writer in exclusive mode");
      assertThat(ledger.startRun("prod")).isEqualTo(1);
      assertThatThrownBy(() -> statement.execute("select 1")).isInstanceOf(SQLException.class);
    }
  }

  @Test
  void read_cutOff_isDoneAgain() {
    try (CuttingProxy line = CuttingProxy.to(SERVER.port());
        Ledger ledger = through(line, Duration.ofSeconds(30))) {
      ledger.startRun("prod");
      line.cutAt("from run", Moment.BEFORE_THE_ANSWER);
      assertThat(ledger.runs(9)).hasSize(1);
      assertThat(line.isArmed()).isFalse();
      line.cutAll();
      assertThat(ledger.runs(9)).hasSize(1);
    }
  }

  @Test
  void write_whoseCommitIsCutOffForGood_isOfUnknownOutcome() {
    try (CuttingProxy line = CuttingProxy.to(SERVER.port());
        Ledger ledger = through(line, Duration.ofSeconds(1))) {
      ledger.startRun("prod");
      line.cutAt(COMMIT, Moment.BEFORE_THE_ANSWER);
      line.shut();
      assertThatThrownBy(() -> ledger.startRun("prod"))
          .isInstanceOfSatisfying(
              HeadraceException.class,
              e -> assertThat(e.code()).isEqualTo(LedgerError.LEDGER_OUTCOME_UNKNOWN));
    }
  }

  /** The transaction of the lost session is still at work when its client looks for it. */
  @Test
  void write_whoseCommitIsStillUnderWay_isWaitedFor() throws Exception {
    try (CuttingProxy line = CuttingProxy.to(SERVER.port());
        Ledger ledger = through(line, Duration.ofSeconds(30))) {
      ledger.startRun("prod");
      // A trigger at commit that takes its time: the client is cut off while it runs.
      SERVER.execute(
          database,
          """
          create function headrace_shop.slowly() returns trigger language plpgsql as $$
          begin perform pg_sleep(2); return null; end $$;
          create constraint trigger slow after insert on headrace_shop.run
            deferrable initially deferred for each row execute function headrace_shop.slowly()
          """);
      line.cutAt(COMMIT, Moment.AS_IT_ARRIVES);
      long started = System.nanoTime();
      assertThat(ledger.startRun("prod")).isEqualTo(2);
      assertThat(Duration.ofNanos(System.nanoTime() - started))
          .isGreaterThan(Duration.ofSeconds(1));
      assertThat(ledger.runs(9)).hasSize(2);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"stop", "crash", "kill"})
  void writes_whileTheServerIsStartedAgain_loseAndRepeatNothing(String how) throws Exception {
    try (PostgresServer server = PostgresServer.start()) {
      String own = server.createDatabase();
      Postgres postgres = Postgres.of(server.spec(own), "shop");
      CompletableFuture<Void> writing;
      try (Ledger ledger = Ledger.open(postgres, Clock.systemUTC())) {
        writing =
            CompletableFuture.runAsync(
                () -> {
                  for (int i = 0; i < 400; i++) {
                    ledger.finishRun(ledger.startRun("prod"), RunRecord.Status.SUCCEEDED);
                  }
                },
                Thread.ofPlatform()::start);
        for (int round = 0; round < 2; round++) {
          TimeUnit.MILLISECONDS.sleep(150);
          switch (how) {
            case "stop" -> server.stop();
            case "crash" -> server.crash();
            default -> server.kill();
          }
          server.resume();
        }
        writing.join();
        assertThat(ledger.runs(1000))
            .hasSize(400)
            .allMatch(run -> run.status() == RunRecord.Status.SUCCEEDED)
            .extracting(RunRecord::id)
            .containsExactlyElementsOf(
                LongStream.rangeClosed(1, 400).map(i -> 401 - i).boxed().toList());
      }
    }
  }

  @Test
  void write_withoutAServerForGood_saysSo() {
    try (PostgresServer server = PostgresServer.start()) {
      Postgres postgres =
          Postgres.of(server.spec(server.createDatabase()), "shop")
              .withPatience(Duration.ofSeconds(1));
      try (Ledger ledger = Ledger.open(postgres, Clock.systemUTC())) {
        server.stop();
        assertThatThrownBy(() -> ledger.startRun("prod"))
            .isInstanceOfSatisfying(
                HeadraceException.class,
                e -> assertThat(e.code()).isEqualTo(PostgresError.POSTGRES_UNREACHABLE));
      }
    }
  }

  private Ledger through(CuttingProxy line, Duration patience) {
    PostgresSpec spec = PostgresServer.spec(database, line.port());
    return Ledger.open(Postgres.of(spec, "shop").withPatience(patience), Clock.systemUTC());
  }
}
