package dev.headrace.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/**
 * What one more day costs: its file loaded, the latest values brought forward, after a long history
 * and after a short one.
 */
final class DailyFeatures {
  private static final int ROWS_A_DAY = 50_000;
  private static final int USERS = 20_000;
  private static final int LONG = 120;
  private static final int SHORT = 20;
  private static final double MOST = 1.25;

  private final Path project;
  private int days;

  private DailyFeatures(Path project) {
    this.project = project;
  }

  static Result measure(Workspace workspace, int rounds) throws Exception {
    DailyFeatures longer = of(workspace.fresh("daily-long"), LONG);
    DailyFeatures shorter = of(workspace.fresh("daily-short"), SHORT);
    Race race = Race.of(1, rounds, longer::another, shorter::another);
    return new Result(
        "one more day of 50,000 rows: loaded, and the latest values of 20,000 entities brought"
            + " forward, after 120 days",
        "cost follows the day, not the history",
        race.ours().text(),
        race.peer().text() + " after 20 days",
        race.text(),
        race.ratio() <= MOST,
        List.of("windows of 1, 7 and 14 days and the whole past; six times the history"));
  }

  private static DailyFeatures of(Path project, int days) throws IOException, SQLException {
    Files.createDirectories(project.resolve("sources"));
    Files.createDirectories(project.resolve("features"));
    Files.createDirectories(project.resolve("data"));
    Files.writeString(project.resolve("headrace.yaml"), "name: daily\n");
    Files.writeString(
        project.resolve("sources/events.yaml"), "files: data/*.parquet\ntime: event_at\n");
    Files.writeString(
        project.resolve("features/activity.yaml"),
        """
        entity: user
        from: events
        time: event_at
        features:
          n: {count: "*", window: [1d, 7d, 14d]}
          spend: {sum: amount, window: [1d, 7d, 14d]}
          most: {max: amount, window: 7d}
          n_ever: {count: "*"}
          spend_ever: {sum: amount}
          newest: {last: amount}
        """);
    DailyFeatures made = new DailyFeatures(project);
    for (int day = 0; day < days; day++) {
      made.day();
    }
    Projects.run(project);
    return made;
  }

  private void day() throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement()) {
      statement.execute(
          "copy (select cast(hash(i * 1000 + %1$d) %% %2$d as bigint) as user_id, timestamp '2026-01-01' + interval '%1$d' day + to_microseconds(cast(hash(i, %1$d) %% 86400000000 as bigint)) as event_at, cast(hash(i + 7 * %1$d) %% 5000 as bigint) as amount from range(%3$d) t(i)) to '%4$s'"
              .formatted(
                  days,
                  USERS,
                  ROWS_A_DAY,
                  project.resolve("data/day%04d.parquet".formatted(days))));
    }
    days++;
  }

  private void another() throws SQLException {
    day();
    Projects.run(project);
  }
}
