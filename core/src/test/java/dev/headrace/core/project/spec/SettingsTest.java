package dev.headrace.core.project.spec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.core.project.SqlText;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SettingsTest {
  enum Speed {
    SLOW,
    VERY_FAST
  }

  sealed interface Rule {
    record NotNull(List<String> columns) implements Rule {}

    record Between(@Nullable String low, @Nullable String high) implements Rule {}
  }

  record Check(@Inline Rule rule, @Default("error") String severity) {}

  record Nested(@Default("a") String first, @Default("b") String second) {}

  record Everything(
      @Body SqlText sql,
      @Default("slow") Speed speed,
      @Default("0d") Duration lookback,
      @Default("16MiB") ByteSize size,
      @Nullable String note,
      @Default("{}") Nested nested,
      @Default("[]") List<Check> checks,
      Secret password) {}

  @Test
  void of_defaults_leavesOnlyWhatWasSaid() {
    assertThat(
            Settings.of(
                new Everything(
                    new SqlText("select 1", "a.sql", 1),
                    Speed.SLOW,
                    Duration.ZERO,
                    ByteSize.parse("16MiB"),
                    null,
                    new Nested("a", "b"),
                    List.of(),
                    new Secret("hunter2"))))
        .isEqualTo(Map.of("password", "***"));
  }

  @Test
  void of_otherValues_readsAsItIsWritten() {
    assertThat(
            Settings.of(
                    new Everything(
                        new SqlText("select 1", "a.sql", 1),
                        Speed.VERY_FAST,
                        Duration.ofHours(36),
                        ByteSize.parse("1MiB"),
                        "hello",
                        new Nested("a", "c"),
                        List.of(
                            new Check(new Rule.NotNull(List.of("id")), "error"),
                            new Check(new Rule.Between("1", null), "warn")),
                        new Secret("hunter2")))
                .toString())
        .isEqualTo(
            "{speed=very-fast, lookback=36h, size=1MiB, note=hello, nested={second=c},"
                + " checks=[{not-null=[id]}, {between={low=1}, severity=warn}], password=***}");
  }
}
