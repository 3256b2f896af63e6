package dev.headrace.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.headrace.cli.Shell;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The first command of the README, in a small world. */
class DemoCommandTest {
  @TempDir Path directory;

  @Test
  void demo_agreesWithTheTruth_andCanBeRepeated() throws IOException {
    Shell shell = new Shell(directory);
    JsonNode demo = shell.json("demo", "--people", "200", "--days", "4", "--json");
    assertThat(demo.at("/run/status").asText()).isEqualTo("succeeded");
    assertThat(demo.at("/figures")).hasSize(5);
    for (JsonNode figure : demo.at("/figures")) {
      assertThat(figure.at("/tables").decimalValue())
          .as(figure.at("/name").asText())
          .isPositive()
          .isEqualByComparingTo(figure.at("/truth").decimalValue());
    }

    String again = shell.succeed("demo");
    assertThat(again)
        .doesNotContain("Simulated")
        .contains(" 0 built, 34 up to date")
        .contains("Always-on brand")
        .contains("  ✓ spend_usd")
        .contains("headrace show daily_kpis -p headrace-demo");
  }

  @Test
  void directoryOfSomethingElse_isLeftAlone() throws IOException {
    Shell shell = new Shell(directory);
    shell.write("mine/notes.txt", "mine");
    assertThat(shell.run("demo", "mine")).isEqualTo(2);
    assertThat(shell.err()).contains("Cannot put the demo into 'mine': something else is there.");
    assertThat(directory.resolve("mine/headrace.yaml")).doesNotExist();
  }
}
