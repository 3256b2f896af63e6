package dev.headrace.testkit.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headrace.core.ledger.Ledger;
import dev.headrace.core.ledger.LedgerError;
import dev.headrace.core.postgres.Postgres;
import dev.headrace.spi.error.HeadraceException;
import dev.headrace.testkit.postgres.PostgresServer;
import java.util.Collections;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PostgresLedgerTest extends LedgerContract {
  private static final PostgresServer SERVER = PostgresServer.shared();

  private String database;

  @BeforeEach
  @Override
  void open() {
    database = SERVER.createDatabase();
    super.open();
  }

  @Override
  protected Ledger openLedger() {
    return Ledger.open(postgres("Shop 1"), CLOCK);
  }

  private Postgres postgres(String project) {
    return Postgres.of(SERVER.spec(database), project);
  }

  @Test
  void open_byManyAtOnce_inAnEmptyDatabase_createsOneLedger() throws Exception {
    database = SERVER.createDatabase();
    try (ExecutorService threads = Executors.newFixedThreadPool(6)) {
      Callable<Long> open =
          () -> {
            try (Ledger own = openLedger()) {
              return own.startRun("prod");
            }
          };
      for (Future<Long> run : threads.invokeAll(Collections.nCopies(6, open))) {
        assertThat(run.get()).isBetween(1L, 6L);
      }
    }
  }

  @Test
  void open_ofAnotherProject_inTheSameDatabase_isAnotherLedger() {
    try (Ledger one = openLedger();
        Ledger other = Ledger.open(postgres("other"), CLOCK)) {
      one.startRun("prod");
      assertThat(one.runs(9)).hasSize(1);
      assertThat(other.runs(9)).isEmpty();
    }
  }

  @Test
  void open_aLedgerOfALaterVersion_isRefused() {
    SERVER.execute(
        database,
        "insert into headrace_shop_1.ledger_history select 99, '99', 'later', 'SQL', 'x', 0, 'x', now(), 1, true");
    assertThatThrownBy(this::openLedger)
        .isInstanceOfSatisfying(
            HeadraceException.class,
            e -> assertThat(e.code()).isEqualTo(LedgerError.LEDGER_TOO_NEW))
        .hasMessageContaining("version 99");
  }
}
