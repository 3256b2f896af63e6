package dev.headrace.cli.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.cli.process.Ambient;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LookTest {
  private static Look look(boolean terminal, String... nameAndValue) {
    Map<String, String> environment =
        nameAndValue.length == 0 ? Map.of() : Map.of(nameAndValue[0], nameAndValue[1]);
    Path here = Path.of(".");
    Ambient ambient =
        new Ambient(environment, InstantSource.system(), ZoneOffset.UTC, here, here, here);
    return Look.of(ambient, terminal, 100);
  }

  @Test
  void colour_byConvention_followsTheEnvironment() {
    assertThat(look(true).colour()).isTrue();
    assertThat(look(false).colour()).isFalse();
    assertThat(look(true, "NO_COLOR", "1").colour()).isFalse();
    assertThat(look(true, "NO_COLOR", "").colour()).isTrue();
    assertThat(look(true, "CLICOLOR", "0").colour()).isFalse();
    assertThat(look(false, "CLICOLOR_FORCE", "1").colour()).isTrue();
    assertThat(look(true, "TERM", "dumb").colour()).isFalse();
  }

  @Test
  void terminal_dumb_isNone() {
    assertThat(look(true, "TERM", "dumb").terminal()).isFalse();
  }

  @Test
  void unicode_followsTheFirstLocaleThatIsSet() {
    assertThat(look(true, "LANG", "tr_TR.UTF-8").unicode()).isTrue();
    assertThat(look(true, "LC_ALL", "C").unicode()).isFalse();
    assertThat(look(true).unicode()).isFalse();
  }

  @Test
  void paint_withoutColour_leavesTextAlone() {
    assertThat(look(false).paint(Look.Paint.BAD, "x")).isEqualTo("x");
    assertThat(look(true).paint(Look.Paint.BAD, "x")).isEqualTo("\u001b[1;31mx\u001b[0m");
  }
}
