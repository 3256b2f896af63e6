package dev.headrace.cli.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.cli.console.ProgressView.Outcome;
import java.io.ByteArrayOutputStream;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ProgressViewTest {
  private final FakeTerminal err = new FakeTerminal();
  private long now = 5_000;

  private ProgressView view(Look look, boolean json, int total) {
    Console console = new Console(new ByteArrayOutputStream(), Look.plain(true), err, look);
    console.json(json);
    return new ProgressView(console, () -> now, total);
  }

  private static Look terminal() {
    return new Look(true, 80, false, true);
  }

  private void pass(long millis) {
    now += TimeUnit.MILLISECONDS.toNanos(millis);
  }

  @Test
  void terminal_stepsRunAndFinish_showsBarsBelowWhatIsDone() {
    try (ProgressView view = view(terminal(), false, 3)) {
      view.stepStarted("orders");
      view.stepStarted("customers");
      pass(2_000);
      view.stepProgress("orders", 0.5, 1_000_000);
      assertThat(err.screen())
          .isEqualTo(
              """
              orders     ██████████░░░░░░░░░░   50 %  1.00M rows  500k rows/s  2 s left
              customers  ░░░░░░░░░░░░░░░░░░░░  2.00 s
              0 of 3 done · 2 running · 2.00 s
              """);
      pass(2_000);
      view.stepFinished("orders", Outcome.BUILT, 2_000_000, 4, "");
      assertThat(err.screen())
          .isEqualTo(
              """
              ✓  orders  2,000,000 rows  4.00 s
              customers  ░░░░░░░░░░░░░░░░░░░░  4.00 s
              1 of 3 done · 1 running · 4.00 s
              """);
      pass(200);
      view.stepFinished("customers", Outcome.FAILED, 0, 4.2, "the disk is full");
      pass(200);
      view.stepFinished("report", Outcome.BLOCKED, 0, 0, "customers failed");
    }
    assertThat(err.screen())
        .isEqualTo(
            """
            ✓  orders  2,000,000 rows  4.00 s
            ✗  customers  the disk is full
            ◌  report  customers failed
            """);
  }

  @Test
  void terminal_manyEvents_repaintsAtMostTenTimesASecond() {
    try (ProgressView view = view(terminal(), false, 1)) {
      view.stepStarted("orders");
      err.reset();
      for (int i = 0; i < 1_000; i++) {
        pass(1);
        view.stepProgress("orders", i / 1_000.0, i);
      }
      assertThat(err.toString().split("\u001b\\[J", -1)).hasSizeBetween(9, 11);
    }
  }

  @Test
  void terminal_progressThatRunsBackwards_staysWhereItWas() {
    try (ProgressView view = view(terminal(), false, 1)) {
      view.stepStarted("orders");
      pass(1_000);
      view.stepProgress("orders", 0.8, 10);
      pass(1_000);
      view.stepProgress("orders", 0.3, 10);
      assertThat(err.screen()).contains(" 80 %");
    }
  }

  @Test
  void terminal_narrow_noLineWraps() {
    try (ProgressView view = view(new Look(true, 40, false, true), false, 30)) {
      for (int i = 0; i < 30; i++) {
        view.stepStarted("a_table_with_a_rather_long_name_" + i);
      }
      pass(1_000);
      view.tick();
      assertThat(err.screen().lines()).hasSize(9).allMatch(line -> line.length() < 40);
      assertThat(err.screen()).contains("30 running");
    }
  }

  @Test
  void pipe_stepsFinish_printsPlainLinesOnly() {
    try (ProgressView view = view(Look.plain(false), false, 2)) {
      view.stepStarted("orders");
      pass(31_000);
      view.stepProgress("orders", 0.25, 500);
      view.stepFinished("orders", Outcome.BUILT, 2_000, 60, "");
      view.stepFinished("old", Outcome.SKIPPED, 0, 0, "unchanged");
    }
    assertThat(err)
        .hasToString(
            """
            orders:  25 %, 500 rows, 16 rows/s, 1 min 33 s left
            built  orders  2,000 rows  1 min 00 s
            """);
  }

  @Test
  void json_pipe_printsNothing() {
    try (ProgressView view = view(Look.plain(true), true, 1)) {
      view.stepStarted("orders");
      view.stepFinished("orders", Outcome.BUILT, 1, 1, "");
    }
    assertThat(err).hasToString("");
  }
}
