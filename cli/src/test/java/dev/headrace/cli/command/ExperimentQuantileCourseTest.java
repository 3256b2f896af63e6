package dev.headrace.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.headrace.cli.Shell;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A quantile over time: of all units exposed until a day, with all that they did since. */
class ExperimentQuantileCourseTest {
  /** What a unit waited for, and since when it was watched. */
  private record Unit(String variant, int day, List<Double> seconds) {}

  @Test
  void points_areQuantilesOfAllExposedUntilThen(@TempDir Path directory) throws IOException {
    Shell shop = new Shell(directory);
    Random random = new Random(17);
    List<Unit> units = new ArrayList<>();
    StringBuilder exposures = new StringBuilder("user_id,variant,seen_at,country\n");
    StringBuilder views = new StringBuilder("user_id,at,seconds\n");
    for (int user = 0; user < 600; user++) {
      Unit unit =
          new Unit(random.nextBoolean() ? "old" : "new", 1 + random.nextInt(12), new ArrayList<>());
      String country = random.nextBoolean() ? "DE" : "FR";
      exposures.append(
          "%d,%s,2026-03-%02dT08:00:00,%s\n".formatted(user, unit.variant(), unit.day(), country));
      double own = Math.exp(random.nextGaussian());
      for (int i = random.nextInt(4); i >= 0; i--) {
        int millis = (int) (1000 * own * Math.exp(random.nextGaussian())) + random.nextInt(5);
        int day = Math.min(12, unit.day() + random.nextInt(5));
        views.append(
            "%d,2026-03-%02dT09:00:00,%d.%03d\n"
                .formatted(user, day, millis / 1000, millis % 1000));
        unit.seconds().add(millis / 1000.0);
      }
      units.add(unit);
    }
    shop.write("headrace.yaml", "name: shop\n");
    shop.write("data/exposures.csv", exposures.toString());
    shop.write("data/views.csv", views.toString());
    shop.write(
        "sources/exposures.yaml",
        "files: data/exposures.csv\ntime: seen_at\ncolumns: {seen_at: timestamp, user_id: int}\n");
    shop.write(
        "sources/views.yaml",
        "files: data/views.csv\ntime: at\ncolumns: {at: timestamp, user_id: int, seconds: double}\n");
    shop.write("metrics/slow.yaml", "quantile: {value: seconds, at: 90%}\ntable: views\n");
    shop.write("metrics/usual.yaml", "quantile: {value: seconds, at: 50%}\ntable: views\n");
    shop.write(
        "experiments/speed.yaml",
        """
        unit: user_id
        assignments: exposures
        variants: {old: 50%, new: 50%}
        metrics: {goal: [slow], secondary: [usual]}
        dimensions: [country]
        period: {start: 2026-03-01, end: 2026-03-12}
        """);
    shop.succeed("run");
    JsonNode report = shop.json("experiment", "analyze", "speed", "--json");
    assertThat(report.path("course")).as("of goals and guardrails").hasSize(1);
    JsonNode points = report.at("/course/0/points");
    assertThat(points).hasSize(6);
    for (JsonNode point : points) {
      int until = Integer.parseInt(point.path("day").asText().substring(8));
      double old = quantile(units, "old", until);
      assertThat(point.path("estimate").doubleValue())
          .as("until " + until)
          .isCloseTo(quantile(units, "new", until) / old - 1, within(1e-12));
      assertThat(point.path("units").longValue())
          .isEqualTo(units.stream().filter(unit -> unit.day() <= until).count());
    }
    JsonNode last = points.get(5);
    for (String figure : List.of("estimate", "lower", "upper")) {
      assertThat(last.path(figure)).isEqualTo(report.at("/metrics/0/effects/0/" + figure));
    }
    // Levels of dimensions are told as before.
    assertThat(report.at("/splits/0/levels")).hasSize(2);
    assertThat(shop.json("experiment", "analyze", "speed", "--json")).isEqualTo(report);
  }

  private static double quantile(List<Unit> units, String variant, int until) {
    double[] values =
        units.stream()
            .filter(unit -> unit.variant().equals(variant) && unit.day() <= until)
            .flatMap(unit -> unit.seconds().stream())
            .mapToDouble(Double::doubleValue)
            .sorted()
            .toArray();
    return values[(int) Math.ceil(0.9 * values.length) - 1];
  }
}
