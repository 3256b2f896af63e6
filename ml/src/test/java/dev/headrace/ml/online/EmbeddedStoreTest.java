package dev.headrace.ml.online;

import dev.headrace.spi.online.OnlineStore;
import dev.headrace.testkit.online.OnlineStoreContract;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.io.TempDir;

/** The contract of all online stores, kept by the one in process. */
class EmbeddedStoreTest extends OnlineStoreContract {
  @TempDir Path directory;

  @Override
  protected OnlineStore open() {
    return EmbeddedStore.open(directory, Durability.ALWAYS, Duration.ofSeconds(1));
  }
}
