package dev.headrace.decisions.adworld;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Memory does not grow with days or events: a long world fits the heap of a short one. */
@Tag("slow")
class AdWorldMemoryTest {
  @TempDir private Path folder;

  @Test
  void simulate_millionsOfEvents_inAHeapOf64Megabytes() throws Exception {
    Process child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-XX:+ExitOnOutOfMemoryError",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                Child.class.getName(),
                folder.resolve("world").toString())
            .inheritIO()
            .start();
    assertThat(child.waitFor()).isZero();
    assertThat(folder.resolve("world/raw/auctions").toFile().list()).hasSize(60);
  }

  /** Runs in the child process. */
  static final class Child {
    public static void main(String[] arguments) {
      AdWorldReport report = AdWorld.simulate(AdWorldSpec.of(10_000, 60, 5), Path.of(arguments[0]));
      if (report.events() < 10_000_000) {
        throw new IllegalStateException("only " + report.events() + " events");
      }
    }
  }
}
