package dev.headrace.data.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.spi.engine.Watch;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Heap does not grow with the rows. */
class HeapTest {
  private static final int ROWS = 5_000_000;
  @TempDir Path directory;

  @Test
  @Tag("slow")
  void load_fiveMillionRowsOneInAHundredWrong_in64MegabytesOfHeap()
      throws IOException, InterruptedException {
    Path output = directory.resolve("child.txt");
    Process child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "--enable-native-access=ALL-UNNAMED",
                "-Dheadrace.root=" + System.getProperty("headrace.root"),
                "-cp",
                System.getProperty("java.class.path"),
                HeapTest.class.getName(),
                directory.resolve("project").toString())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      child.waitFor();
    } finally {
      child.destroyForcibly();
    }
    assertThat(Files.readString(output)).contains("4950000 loaded, 50000 rejected");
    assertThat(child.exitValue()).isZero();
  }

  /** Run in a child process. */
  public static void main(String[] arguments) throws IOException {
    Path project = Files.createDirectories(Path.of(arguments[0]));
    Path file = Files.createDirectories(project.resolve("in")).resolve("a.jsonl");
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
      for (int i = 0; i < ROWS; i++) {
        String value = i % 100 == 0 ? "\"n/a\"" : "0." + i;
        out.write(
            ("{\"id\":" + i + ",\"v\":" + value + ",\"ctx\":{\"k\":\"k" + i % 7 + "\"}}\n")
                .getBytes(StandardCharsets.US_ASCII));
      }
    }
    SourceSpec spec = IngestFixture.spec("in/a.jsonl").columns(Map.of("v", "double")).build();
    try (IngestFixture at = new IngestFixture(project)) {
      LoadResult result =
          at.load(
              spec, SourceFiles.discover(spec.files(), project), Optional.empty(), Watch.none());
      System.out.println(result.rowsLoaded() + " loaded, " + result.rejected() + " rejected");
    }
  }
}
