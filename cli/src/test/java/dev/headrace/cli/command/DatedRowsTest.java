package dev.headrace.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.headrace.cli.Shell;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows that say their day and no hour, beside others that say both. */
class DatedRowsTest {
  private static final int USERS = 40;

  @TempDir Path directory;
  private Shell shell;

  /**
   * Everybody is exposed at two in the afternoon, visits an hour later, and every fourth user of
   * "old" and every second of "new" orders on that day; everybody did on the day before.
   */
  @BeforeEach
  void shop() throws IOException {
    shell = new Shell(directory);
    shell.write("headrace.yaml", "name: shop\n");
    StringBuilder exposures = new StringBuilder("user_id,at,variant\n");
    StringBuilder visits = new StringBuilder("user_id,at\n");
    StringBuilder orders = new StringBuilder("user_id,day\n");
    for (int user = 0; user < USERS; user++) {
      boolean old = user % 2 == 0;
      exposures.append("%d,2026-03-02 14:00:00,%s\n".formatted(user, old ? "old" : "new"));
      visits.append("%d,2026-03-02 15:00:00\n".formatted(user));
      if (user / 2 % (old ? 4 : 2) == 0) {
        orders.append("%d,2026-03-02\n".formatted(user));
      }
      orders.append("%d,2026-03-01\n".formatted(user));
    }
    shell.write("exposures.csv", exposures.toString());
    shell.write("visits.csv", visits.toString());
    shell.write("orders.csv", orders.toString());
    shell.write("sources/exposures.yaml", "files: exposures.csv\ntime: at\n");
    shell.write("sources/visits.yaml", "files: visits.csv\ntime: at\n");
    shell.write("sources/orders.yaml", "files: orders.csv\ntime: day\ncolumns: {day: date}\n");
    shell.write("metrics/orders_made.yaml", "table: orders\ncount: \"*\"\n");
    shell.write(
        "metrics/to_order.yaml",
        """
        table: visits
        entity: user_id
        funnel:
          within: 2d
          steps: [{name: visited}, {name: ordered, table: orders}]
        """);
    shell.succeed("run");
  }

  @Test
  void dayOfTheExposure_isAfterIt_andTheDayBeforeIsNot() throws IOException {
    shell.write(
        "experiments/prices.yaml",
        """
        unit: user_id
        assignments: exposures
        variants: {old: 50%, new: 50%}
        metrics: {goal: orders_made, secondary: [to_order, soon, ordering]}
        """);
    shell.write("metrics/soon.yaml", "table: orders\ncount: \"*\"\nwindow: 1d\n");
    shell.write(
        "metrics/ordering.yaml", "table: orders\nentity: user_id\nproportion: user_id >= 0\n");

    JsonNode report = shell.json("experiment", "analyze", "prices", "--json");

    for (JsonNode metric : report.path("metrics")) {
      assertThat(metric.path("values").findValuesAsText("value"))
          .as(metric.path("metric").asText())
          .containsExactly("0.25", "0.5");
    }
  }

  /** All visited on the day of their exposure too, an hour before it: by date that is no step. */
  @Test
  void stepAfterOneOfADate_isAfterTheExposure() throws IOException {
    StringBuilder visits = new StringBuilder("user_id,at\n");
    for (int user = 0; user < USERS; user++) {
      visits.append("%d,2026-03-02 13:00:00\n".formatted(user));
      if (user % 4 < 2) {
        visits.append("%d,2026-03-02 16:00:00\n".formatted(user));
      }
    }
    shell.write("visits.csv", visits.toString());
    shell.write(
        "metrics/back.yaml",
        """
        table: orders
        entity: user_id
        funnel:
          within: 2d
          steps: [{name: ordered}, {name: visited, table: visits}]
        """);
    shell.write(
        "experiments/prices.yaml",
        """
        unit: user_id
        assignments: exposures
        variants: {old: 50%, new: 50%}
        metrics: {goal: back}
        """);
    shell.succeed("run", "--full-refresh");

    // "old" orders at 0, 8, 16, …, "new" at 1, 5, 9, …: all of these visit again.
    assertThat(
            shell
                .json("experiment", "analyze", "prices", "--json")
                .path("metrics")
                .get(0)
                .path("values")
                .findValuesAsText("value"))
        .containsExactly("0.25", "0.5");
  }

  @Test
  void stepOfADate_followsWhatCameEarlierThatDay() {
    assertThat(shell.succeed("metrics", "query", "to_order")).contains("0.375");
  }
}
