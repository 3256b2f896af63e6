package dev.headrace.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.cli.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Days arrive one by one, some of them late; after each, what is kept and brought forward gives the
 * report that everything computed anew gives, to the byte.
 */
class KeptTotalsTest {
  private static final LocalDate BEGIN = LocalDate.parse("2026-03-01");

  @TempDir Path directory;
  private Shell shop;
  private final Random random = new Random(20_261_121);

  @BeforeEach
  void write() throws IOException {
    shop = new Shell(directory);
    shop.write("headrace.yaml", "name: shop\n");
    source("exposures", "user_id: int, seen_at: timestamp");
    source("orders", "user_id: int, seen_at: timestamp, amount: \"decimal(12,2)\"");
    source("visits", "user_id: int, seen_at: timestamp, seconds: double, page: string");
    metric("sales", "sum: amount\ntable: orders\n");
    metric("sales_capped", "sum: amount\ntable: orders\ncap: {max: 60}\n");
    metric("buyers", "proportion: amount > 30\nentity: user_id\ntable: orders\n");
    metric("order_value", "mean: amount\ntable: orders\n");
    metric("time_spent", "sum: seconds\ntable: visits\n");
    metric("pages", "count: distinct page\ntable: visits\n");
    experiment("[sales, sales_capped, order_value, time_spent]");
  }

  private void source(String name, String columns) throws IOException {
    shop.write(
        "sources/" + name + ".yaml",
        "files: data/%s-*.csv\ntime: seen_at\non-change: replace\ncolumns: {%s}\n"
            .formatted(name, columns));
  }

  private void metric(String name, String text) throws IOException {
    shop.write("metrics/" + name + ".yaml", text);
  }

  private void experiment(String goals) throws IOException {
    experiment(goals, "[buyers, pages]", "{lookback: 3d}");
  }

  private void experiment(String goals, String guardrails, String cuped) throws IOException {
    shop.write(
        "experiments/prices.yaml",
        """
        unit: user_id
        assignments: exposures
        variants: {old: 50%%, new: 50%%}
        dimensions: [country, device]
        metrics: {goal: %s, guardrail: %s}
        period: {start: 2026-03-02, end: 2026-03-28}
        analysis: {sequential: anytime, cuped: %s}
        """
            .formatted(goals, guardrails, cuped));
  }

  /** A file of what happened on a day, by its number from the beginning; from 0 units on. */
  private void day(String table, int day, int rows, String part) throws IOException {
    StringBuilder csv =
        new StringBuilder(
            switch (table) {
              case "exposures" -> "user_id,seen_at,variant,country,device\n";
              case "orders" -> "user_id,seen_at,amount\n";
              default -> "user_id,seen_at,seconds,page\n";
            });
    for (int i = 0; i < rows; i++) {
      int user = random.nextInt(60 + 30 * Math.max(0, day));
      LocalDateTime at = BEGIN.plusDays(day).atStartOfDay().plusMinutes(random.nextInt(1440));
      csv.append(user).append(',').append(at).append(',');
      switch (table) {
        case "exposures" -> {
          boolean other = random.nextInt(60) == 0;
          String country = random.nextInt(9) == 0 ? "" : "C" + random.nextInt(3);
          csv.append((user % 2 == 0) != other ? "old" : "new").append(',').append(country);
          csv.append(',').append(random.nextBoolean() ? "phone" : "laptop").append('\n');
        }
        case "orders" -> csv.append("%d.%02d\n".formatted(random.nextInt(80), random.nextInt(100)));
        default -> csv.append(Math.exp(random.nextGaussian() * 4)).append(",p");
      }
      if (table.equals("visits") || table.equals("clicks")) {
        csv.append(random.nextInt(6)).append('\n');
      }
    }
    shop.write("data/%s-%02d-%s.csv".formatted(table, day + 10, part), csv.toString());
  }

  private String analyze() throws IOException {
    shop.succeed("run");
    return shop.succeed("experiment", "analyze", "prices", "--json");
  }

  private Path kept() {
    return directory.resolve(".headrace/experiments/prices/prod");
  }

  private List<String> files() throws IOException {
    try (Stream<Path> files = Files.list(kept())) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  /** The report from what is kept; requires that of a computation from nothing. */
  private List<String> assertSameAsAnew() throws IOException {
    String report = analyze();
    List<String> made = files();
    Path aside = directory.resolve("aside");
    Files.move(directory.resolve(".headrace/experiments"), aside);
    assertThat(shop.succeed("experiment", "analyze", "prices", "--json")).isEqualTo(report);
    try (Stream<Path> all = Files.walk(directory.resolve(".headrace/experiments"))) {
      for (Path path : all.sorted((a, b) -> b.compareTo(a)).toList()) {
        Files.delete(path);
      }
    }
    Files.move(aside, directory.resolve(".headrace/experiments"));
    return made;
  }

  private static boolean has(List<String> files, String part) {
    return files.stream().anyMatch(file -> file.startsWith(part + "-"));
  }

  @Test
  void furtherDays_lateRows_andUnitsExposedLater_giveTheReportOfEverythingComputedAnew()
      throws IOException {
    for (int day = -3; day < 4; day++) {
      day("orders", day, 120, "a");
      day("visits", day, 120, "a");
      day("exposures", Math.max(0, day), 60, "a" + (day + 3));
    }
    assertThat(assertSameAsAnew()).anyMatch(file -> file.startsWith("all-"));

    day("orders", 4, 100, "a");
    List<String> made = assertSameAsAnew();
    assertThat(has(made, "added")).as("rows of a later day are added").isTrue();
    assertThat(has(made, "redone")).isFalse();

    day("visits", 4, 100, "a");
    made = assertSameAsAnew();
    assertThat(has(made, "redone")).as("different pages and doubles do not add up").isTrue();

    List<String> seen = new ArrayList<>();
    for (int day = 5; day < 9; day++) {
      day("orders", day, 90, "a");
      day("visits", day, 60, "a");
      day("exposures", day, 40, "a");
      if (day % 2 == 0) {
        day("orders", day - 3, 20, "late");
        day("exposures", day - 4, 6, "late");
      } else {
        day("orders", day - 2, 30, "a"); // Other rows take the place of those of two days ago.
        day("exposures", day - 3, 30, "a3");
      }
      seen.addAll(assertSameAsAnew());
    }
    assertThat(has(seen, "merged")).as("layers are merged once they outgrow the first").isTrue();
  }

  /**
   * Days of rows alone: whatever they add to is above the totals that were there. One metric has
   * doubles as covariates, whose products do not add up without rounding.
   */
  @Test
  void furtherDaysOfRows_addToTotals_andNothingIsComputedAnew() throws IOException {
    metric("order_count", "count: \"*\"\ntable: orders\n");
    metric("visit_count", "count: \"*\"\ntable: visits\nwhere: seconds > 1\n");
    metric("visitors", "proportion: seconds > 2\nentity: user_id\ntable: visits\n");
    metric("sales_capped", "sum: amount\ntable: orders\ncap: {min: 20, max: 60.5}\n");
    metric("orders_per_visit", "ratio: {numerator: order_count, denominator: visit_count}\n");
    metric("worth", "derived: (sales - 2 * order_count) / visit_count\n");
    experiment(
        "[sales, sales_capped, order_count, visit_count, visitors, orders_per_visit, worth]",
        "[buyers, order_value]",
        "{lookback: 3d, covariates: [visit_count, time_spent]}");
    source("clicks", "user_id: int, seen_at: timestamp, seconds: double, page: string");
    metric("time_spent", "sum: seconds\ntable: clicks\n");
    for (int day = -3; day < 3; day++) {
      day("orders", day, 120, "a");
      day("visits", day, 120, "a");
      day("clicks", day, 60, "a");
      day("exposures", Math.max(0, day), 60, "a" + (day + 3));
    }
    assertSameAsAnew();
    for (int day = 3; day < 7; day++) {
      day("orders", day, 40 + 20 * day, "a");
      if (day != 4) {
        day("visits", day, 60, "a");
      }
      List<String> made = assertSameAsAnew();
      assertThat(has(made, "redone")).isFalse();
      assertThat(has(made, "added") || has(made, "merged")).isTrue();
    }
    day("orders", 7, 50, "a");
    day("exposures", 7, 30, "a");
    List<String> made = assertSameAsAnew();
    assertThat(has(made, "redone") && has(made, "added") || has(made, "merged")).isTrue();
    day("clicks", 7, 50, "a"); // Doubles do not add up: these units are computed anew.
    assertSameAsAnew();
  }

  @Test
  void nothingNew_readsNothing_andAChangedDefinitionIsComputedAnew() throws IOException {
    for (int day = -3; day < 3; day++) {
      day("orders", day, 80, "a");
      day("visits", day, 80, "a");
      day("exposures", Math.max(0, day), 60, "a" + (day + 3));
    }
    String report = analyze();
    List<String> made = files();
    assertThat(analyze()).isEqualTo(report);
    assertThat(files()).isEqualTo(made);

    metric("sales", "sum: amount\ntable: orders\nwhere: amount > 20\n");
    String filtered = analyze();
    assertThat(filtered).isNotEqualTo(report);
    assertThat(files()).as("made anew").isNotEqualTo(made);
    assertSameAsAnew();

    // What is damaged is computed again, and so is what lost a file.
    shop.write(".headrace/experiments/prices/prod/kept.json", "{\"definition\": 3");
    assertThat(analyze()).isEqualTo(filtered);
    for (String file : files()) {
      if (file.endsWith(".parquet")) {
        Files.delete(kept().resolve(file));
      }
    }
    assertThat(analyze()).isEqualTo(filtered);
  }

  /** Steps of late rows come before those that were there; quantiles are read anew each time. */
  @Test
  void funnelsAndQuantiles_overSeveralDays_areThoseOfEverythingComputedAnew() throws IOException {
    metric(
        "order_then_visit",
        """
        entity: user_id
        table: orders
        funnel:
          within: 3d
          steps: [{name: order, where: amount > 20}, {name: visit, table: visits}]
        """);
    metric("slow", "quantile: {value: seconds, at: 75%}\ntable: visits\n");
    metric("per_order", "derived: (time_spent + 2 * sales) / pages\n");
    experiment("[order_then_visit, per_order, slow, sales]");
    for (int day = -1; day < 3; day++) {
      day("orders", day, 80, "a");
      day("visits", day, 80, "a");
      day("exposures", Math.max(0, day), 60, "a" + (day + 3));
    }
    assertSameAsAnew();
    day("visits", 3, 20, "a");
    assertThat(assertSameAsAnew()).anyMatch(file -> file.matches("(redone|merged)-.*"));
    day("orders", 3, 20, "a");
    day("orders", 1, 20, "late");
    assertThat(assertSameAsAnew()).anyMatch(file -> file.matches("(redone|merged)-.*"));
  }

  /** What a unit did on the day of its exposure, before it and after, comes with a later file. */
  @Test
  void laterRowsOnBothSidesOfAnExposure_areOfOneUnit() throws IOException {
    source("exposures", "user_id: string, seen_at: timestamp");
    source("orders", "user_id: string, seen_at: timestamp, amount: \"decimal(12,2)\"");
    experiment("[sales]", "[buyers]", "{lookback: 3d}");
    day("visits", 0, 5, "a");
    for (int day = -3; day < 3; day++) {
      day("orders", day, 80, "a");
      day("exposures", Math.max(0, day), 60, "a" + (day + 3));
    }
    day("exposures", 3, 60, "a");
    assertSameAsAnew();
    day("orders", 3, 300, "a");
    assertThat(has(assertSameAsAnew(), "added")).isTrue();
  }

  @Test
  void laterRowsOfNobodyWhoTakesPart_addNothing() throws IOException {
    for (int day = -3; day < 3; day++) {
      day("orders", day, 80, "a");
      day("visits", day, 80, "a");
      day("exposures", Math.max(0, day), 60, "a" + (day + 3));
    }
    assertSameAsAnew();
    shop.write("data/orders-20-x.csv", "user_id,seen_at,amount\n7777,2026-03-11T10:00,5.00\n");
    assertThat(has(assertSameAsAnew(), "added")).isFalse();
    day("exposures", 9, 20, "a");
    day("orders", 11, 50, "a");
    assertSameAsAnew();
  }

  @Test
  void limitThatIsAQuantile_followsAllUnits() throws IOException {
    metric("sales_capped", "sum: amount\ntable: orders\ncap: {quantile: 90%}\n");
    for (int day = -3; day < 3; day++) {
      day("orders", day, 80, "a");
      day("visits", day, 80, "a");
      day("exposures", Math.max(0, day), 60, "a" + (day + 3));
    }
    assertSameAsAnew();
    day("orders", 3, 200, "a");
    assertThat(has(assertSameAsAnew(), "added")).isTrue();
  }

  @Test
  void thePast_isComputed_andLeavesWhatIsKeptAsItIs() throws IOException {
    for (int day = -3; day < 3; day++) {
      day("orders", day, 80, "a");
      day("visits", day, 80, "a");
      day("exposures", Math.max(0, day), 60, "a" + (day + 3));
    }
    String first = analyze();
    day("orders", 3, 200, "a");
    String second = analyze();
    List<String> made = files();
    assertThat(second).isNotEqualTo(first);

    assertThat(shop.succeed("experiment", "analyze", "prices", "--json", "--at", "1"))
        .isEqualTo(first);
    assertThat(files()).isEqualTo(made);
  }
}
