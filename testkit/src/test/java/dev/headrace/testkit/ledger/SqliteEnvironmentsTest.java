package dev.headrace.testkit.ledger;

import dev.headrace.core.ledger.Ledger;
import java.nio.file.Path;
import java.time.Clock;
import org.junit.jupiter.api.io.TempDir;

class SqliteEnvironmentsTest extends EnvironmentsContract {
  @TempDir Path directory;

  @Override
  protected Ledger openLedger(Clock clock) {
    return Ledger.open(directory.resolve("ledger.db"), clock);
  }
}
