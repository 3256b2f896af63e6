package dev.headrace.testkit.ledger;

import dev.headrace.core.ledger.Ledger;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class SqliteLedgerTest extends LedgerContract {
  @TempDir Path directory;

  @Override
  protected Ledger openLedger() {
    return Ledger.open(directory.resolve("state/ledger.db"), CLOCK);
  }
}
