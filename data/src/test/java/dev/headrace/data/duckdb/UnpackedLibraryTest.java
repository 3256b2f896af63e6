package dev.headrace.data.duckdb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.Rows;
import dev.headrace.spi.engine.Watch;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class UnpackedLibraryTest {
  /** Answers one query, says so, and waits to be killed. */
  static final class Victim {
    private Victim() {}

    public static void main(String[] args) throws Exception {
      Path spill = Path.of(args[0]);
      try (DuckDbEngine engine = DuckDbEngine.open(EngineConfig.defaults(spill, List.of(spill)));
          Rows rows = engine.execute(Query.of("select 42", Map.of()), Watch.none())) {
        System.out.println(rows.next());
        System.in.read();
      }
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void processThatIsKilled_leavesNoCopy(@TempDir Path directory) throws Exception {
    Path temporary = Files.createDirectory(directory.resolve("temporary"));
    Process victim =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "-Djava.io.tmpdir=" + temporary,
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Victim.class.getName(),
                directory.resolve("spill").toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader said = victim.inputReader(StandardCharsets.UTF_8)) {
      assertThat(said.readLine()).isEqualTo("[42]");
    } finally {
      victim.destroyForcibly().waitFor();
    }

    assertThat(names(temporary)).isEmpty();
  }

  private static List<String> names(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }
}
