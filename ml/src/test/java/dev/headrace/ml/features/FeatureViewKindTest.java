package dev.headrace.ml.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.headrace.spi.error.HeadraceException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a tired user may write in {@code features/}, and what they are told. */
class FeatureViewKindTest {
  private static final String HEAD = "entity: user\nfrom: events\ntime: event_at\nfeatures:\n";

  @TempDir Path directory;
  private Bench bench;

  @BeforeEach
  void open() {
    bench = new Bench(directory);
  }

  @AfterEach
  void close() {
    bench.close();
  }

  private String problems(String yaml) {
    HeadraceException refused =
        catchThrowableOfType(
            HeadraceException.class, () -> bench.project(Map.of("features/v.yaml", yaml)));
    assertThat(refused).as("the view is refused:\n" + yaml).isNotNull();
    return String.valueOf(refused.getMessage());
  }

  @Test
  void view_withAllThatIsKnown_isSpelledOut() throws Exception {
    FeatureView view =
        bench
            .store(
                Map.of(
                    "features/v.yaml",
                    HEAD
                        + """
                          clicks: {count: "*", where: "type = 'click'", window: [1h, 7d]}
                          form: {mean: score, window: 10 rows}
                          last_page: {last: page}
                          ctr: {ratio: [clicks_1h, clicks_7d]}
                          age: {sql: "date_diff('day', signed_up_at, $at)"}
                        ttl: 90d
                        """))
            .view("v");
    assertThat(view.names())
        .containsExactly("clicks_1h", "clicks_7d", "form", "last_page", "ctr", "age");
    assertThat(view.spec().keyColumns()).containsExactly("user_id");
    assertThat(view.feature("form").orElseThrow().window()).contains(new Window.Rows(10));
  }

  @Test
  void time_absent_isNamed() {
    assertThat(problems("entity: user\nfrom: events\nfeatures: {n: {count: '*'}}\n"))
        .contains("features/v.yaml")
        .contains("'time'");
  }

  @Test
  void table_unknown_isSuggested() {
    assertThat(problems(HEAD.replace("events", "evnts") + "  n: {count: '*'}\n"))
        .contains("features/v.yaml:2", "unknown table 'evnts'", "did you mean 'events'?");
  }

  @Test
  void window_ofZero_isRefused() {
    assertThat(problems(HEAD + "  n: {count: '*', window: 0d}\n"))
        .contains("features/v.yaml:5", "must be a window longer than nothing, not '0d'");
    assertThat(problems(HEAD + "  n: {count: '*', window: 0 rows}\n"))
        .contains("must be a window of 1 to 10000 rows, not 0");
    assertThat(problems(HEAD + "  n: {count: '*', window: soon}\n"))
        .contains("must be a window such as 30m, 12h, 7d or 10 rows, not 'soon'");
  }

  @Test
  void parts_unknownOrDerived_areNamed() {
    assertThat(
            problems(
                HEAD
                    + "  clicks: {count: '*'}\n  r: {ratio: [cliks, clicks]}\n  s: {ratio: [r,"
                    + " clicks]}\n"))
        .contains("unknown feature 'cliks'", "Did you mean 'clicks'?", "'r' is derived itself");
  }

  @Test
  void everything_thatIsWrong_isToldTogether() {
    assertThat(
            problems(
                HEAD
                    + """
                      Bad: {count: "*"}
                      user_id: {last: page}
                      twice: {count: "*", window: [1h, 1h]}
                      r: {ratio: [a], window: 1d}
                      k: {last-k: {of: page, k: 0}}
                    """))
        .contains("must be a ratio of two features", "must have a 'k' of 1 to 1000, not 0");
    assertThat(
            problems(
                HEAD
                    + """
                      Bad: {count: "*"}
                      user_id: {last: page}
                      twice: {count: "*", window: [1h, 1h]}
                      now: {last: "now()"}
                      other: {sum: "(select max(x) from events)"}
                      at: {sum: "$at"}
                    ttl: 0d
                    """))
        .contains(
            "'Bad' is no name for a feature",
            "'user_id' is named like a key column",
            "a window is given twice",
            "'now' gives another value at another time",
            "reads a table",
            "unknown parameter '$at'",
            "a ttl of nothing");
  }
}
