package dev.headrace.core.ledger;

import dev.headrace.core.postgres.Postgres;
import dev.headrace.testkit.postgres.PostgresServer;
import java.time.Clock;

/** Environments in a PostgreSQL ledger; here, because core itself has no server to test with. */
class PostgresEnvironmentsTest extends EnvironmentsTest {
  private final String database = PostgresServer.shared().createDatabase();

  @Override
  Ledger openLedger(Clock clock) {
    return Ledger.open(Postgres.of(PostgresServer.shared().spec(database), "shop"), clock);
  }
}
