package dev.headrace.testkit.ledger;

import dev.headrace.core.ledger.Ledger;
import dev.headrace.core.postgres.Postgres;
import dev.headrace.testkit.postgres.PostgresServer;
import java.time.Clock;

class PostgresEnvironmentsTest extends EnvironmentsContract {
  private static final PostgresServer SERVER = PostgresServer.shared();

  @Override
  protected Ledger openLedger(Clock clock) {
    return Ledger.open(Postgres.of(SERVER.spec(SERVER.createDatabase()), "shop"), clock);
  }
}
