package dev.headrace.cli.features;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.cli.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Latest values brought forward are those of a rebuild; a training set keeps what it was made of.
 */
class FeaturesCommandTest {
  private static final String LATEST = "select * from activity order by user_id";

  @TempDir Path directory;

  private void file(String name, String text) throws IOException {
    Path file = directory.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private void day(int day, int rows, int latest) throws IOException {
    Random random = new Random(day);
    StringBuilder csv = new StringBuilder("user_id,event_at,amount,page\n");
    for (int i = 0; i < rows; i++) {
      csv.append(random.nextInt(12))
          .append(
              ",2026-03-%02dT%02d:%02d:00,"
                  .formatted(day, random.nextInt(latest), random.nextInt(60)))
          .append(random.nextInt(500))
          .append(',')
          .append((char) ('a' + random.nextInt(5)))
          .append('\n');
    }
    file("data/day" + day + "-" + rows + ".csv", csv.toString());
  }

  private String sql(Shell shell, String sql) {
    return shell.succeed("sql", sql, "--format", "json", "-p", directory.toString());
  }

  @Test
  void latestValues_broughtForwardDayByDay_areThoseOfARebuild() throws IOException {
    file("headrace.yaml", "name: days\n");
    file(
        "sources/events.yaml",
        "files: data/*.csv\ntime: event_at\ncolumns: {event_at: timestamp, amount: bigint, user_id: bigint}\n");
    file(
        "features/activity.yaml",
        """
        entity: user
        from: events
        time: event_at
        features:
          n: {count: "*", window: [6h, 2d]}
          high: {max: amount, window: 1d}
          pages: {top-k: {of: page, k: 2}, window: 1d}
          hist: {histogram: {of: amount, bounds: [100, 300]}, window: 1d}
          n_ever: {count: "*", where: "page = 'a'"}
          spend: {sum: amount}
          least: {min: amount}
          newest: {last: amount}
          share: {ratio: [n_6h, n_2d]}
        """);
    Shell shell = new Shell(directory);
    day(1, 40, 24);
    shell.succeed("run", "-p", directory.toString());
    for (int day = 2; day <= 6; day++) {
      if (day == 5) {
        day(2, 7, 24); // Late rows: what covers the whole past is built anew.
      }
      day(day, day == 4 ? 3 : 25, 24);
      long read =
          shell
              .json("features", "build", "--json", "-p", directory.toString())
              .at("/steps")
              .findParents("asset")
              .stream()
              .filter(step -> step.path("asset").asText().equals("activity"))
              .findFirst()
              .orElseThrow()
              .path("rowsIn")
              .asLong();
      if (day == 6) {
        assertThat(read).as("rows read of 150").isLessThan(100);
      } else if (day == 5) {
        assertThat(read).as("rows read after late rows").isEqualTo(125);
      }
      String forward = sql(shell, LATEST);
      shell.succeed("features", "build", "--full-refresh", "-p", directory.toString());
      assertThat(forward).as("day %d", day).isEqualTo(sql(shell, LATEST));
    }
    assertThat(shell.succeed("features", "stats", "activity", "-p", directory.toString()))
        .contains("n_6h", "drift");
  }

  @Test
  void trainingSet_isKeptByRuns_andItsInputsAreTold() throws IOException {
    file("headrace.yaml", "name: sets\n");
    file(
        "sources/events.yaml",
        "files: data/*.csv\ntime: event_at\ncolumns: {event_at: timestamp, amount: bigint, user_id: bigint}\n");
    file(
        "features/activity.yaml",
        "entity: user\nfrom: events\ntime: event_at\nfeatures: {n: {count: '*'}}\n");
    day(1, 30, 24);
    Shell shell = new Shell(directory);
    String project = directory.toString();
    shell.succeed("run", "-p", project);
    assertThat(
            shell.succeed(
                "features",
                "join",
                "events",
                "--features",
                "activity.*",
                "--to",
                "seen",
                "--json",
                "-p",
                project))
        .contains("activity__n", "\"events\"");
    shell.succeed("run", "-p", project);
    // The n-th row of a user has seen n rows, unless several share a minute.
    assertThat(
            sql(
                shell,
                "select count(*) as wrong from (select activity__n, count(*) over (partition by user_id"
                    + " order by event_at) as n from seen) where activity__n <> n"))
        .contains("\"wrong\":0");
    assertThat(
            shell.run(
                "features",
                "join",
                "events",
                "--features",
                "activity.m",
                "--to",
                "seen",
                "-p",
                project))
        .isEqualTo(4);
    assertThat(
            shell.run(
                "features",
                "join",
                "events",
                "--features",
                "activity.n",
                "--to",
                "events",
                "-p",
                project))
        .isEqualTo(5);
  }
}
