package dev.headrace.ml.online;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of a store whose rows no longer fit into memory. */
class FullStoreTest {
  @TempDir Path directory;

  @Test
  void put_rowsThatMemoryHasNoRoomFor_isRefused_andNothingIsLost() throws Exception {
    Process filling =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "-Xmx40m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                FillingWriter.class.getName(),
                directory.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    List<String> said;
    try (var lines = filling.inputReader()) {
      said = lines.lines().toList();
    }
    assertThat(filling.waitFor()).isZero();
    String[] words = said.getFirst().split(" ", -1);
    assertThat(words[0]).isEqualTo("ONLINE_STORE_FULL");
    long put = Long.parseLong(words[1]);
    assertThat(put).isGreaterThan(5_000);
    assertThat(Long.parseLong(words[2])).as("reads go on").isEqualTo(put);
    assertThat(said.get(1)).startsWith("Cannot put").contains(" keys ").contains("-Xmx");

    try (EmbeddedStore store =
        EmbeddedStore.open(directory, Durability.INTERVAL, Duration.ofSeconds(1))) {
      assertThat(FillingWriter.readable(store, put)).as("with more memory").isEqualTo(put);
    }
  }
}
