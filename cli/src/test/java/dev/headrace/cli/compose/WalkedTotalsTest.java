package dev.headrace.cli.compose;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.cli.Shell;
import dev.headrace.cli.process.Ambient;
import dev.headrace.core.plan.Published;
import dev.headrace.decisions.experiments.Experiments;
import dev.headrace.decisions.experiments.kept.KeptTotals;
import dev.headrace.decisions.experiments.report.ExperimentReport;
import dev.headrace.spi.engine.Watch;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Units that are added up by walking through rows, and brought forward day by day, have the very
 * report of the whole statement, which an engine executes.
 */
class WalkedTotalsTest {
  private static final LocalDate BEGIN = LocalDate.parse("2026-03-01");
  private static final List<String> EXPERIMENTS = List.of("prices", "by_strata", "plain");

  @TempDir Path directory;
  private final Random random = new Random(20_261_122);
  private Shell shop;
  private boolean isDate;

  private void project(String time, String key) throws IOException {
    shop = new Shell(directory);
    isDate = time.equals("date");
    shop.write("headrace.yaml", "name: shop\ntimezone: Asia/Kathmandu\n");
    source("exposures", "user_id: %s, at: %s".formatted(key, time));
    source("orders", "user_id: %s, at: %s, amount: \"decimal(12,2)\"".formatted(key, time));
    source("visits", "user_id: %s, at: %s, seconds: int".formatted(key, time));
    metric("sales", "sum: amount\ntable: orders\n");
    metric("sales_capped", "sum: amount\ntable: orders\ncap: {min: -5.5, max: 60.25}\n");
    metric("orders_placed", "count: \"*\"\ntable: orders\nwhere: amount > 20\n");
    metric("amounts", "count: amount\ntable: orders\n");
    metric("buyers", "proportion: amount > 30\nentity: user_id\ntable: orders\n");
    metric("order_value", "mean: amount\ntable: orders\n");
    metric("seconds_spent", "sum: seconds\ntable: visits\n");
    metric("seconds_per_order", "derived: seconds_spent / orders_placed\n");
    experiment("prices", "dimensions: [country]", "{sequential: anytime, cuped: {lookback: 3d}}");
    experiment("by_strata", "dimensions: [country, device]", "{stratify: [country, device]}");
    experiment("plain", "", "{effect: absolute}");
  }

  private void source(String name, String columns) throws IOException {
    shop.write(
        "sources/" + name + ".yaml",
        "files: data/%s-*.csv\ntime: at\non-change: replace\ncolumns: {%s}\n"
            .formatted(name, columns));
  }

  private void metric(String name, String text) throws IOException {
    shop.write("metrics/" + name + ".yaml", text);
  }

  private void experiment(String name, String dimensions, String analysis) throws IOException {
    shop.write(
        "experiments/" + name + ".yaml",
        """
        unit: user_id
        assignments: exposures
        variants: {old: 50%%, new: 50%%}
        %s
        metrics:
          goal: [sales, sales_capped, orders_placed, amounts, buyers]
          secondary: [order_value, seconds_spent, seconds_per_order]
        period: {start: 2026-03-02, end: 2026-03-28}
        analysis: %s
        """
            .formatted(dimensions, analysis));
  }

  private void day(String table, int day, int rows, String part) throws IOException {
    StringBuilder csv =
        new StringBuilder(
            switch (table) {
              case "exposures" -> "user_id,at,variant,country,device\n";
              case "orders" -> "user_id,at,amount\n";
              default -> "user_id,at,seconds\n";
            });
    for (int i = 0; i < rows; i++) {
      int user = random.nextInt(200 + 60 * Math.max(0, day));
      LocalDateTime at = BEGIN.plusDays(day).atStartOfDay().plusMinutes(random.nextInt(1440));
      csv.append(user).append(',').append(isDate ? at.toLocalDate() : at + ":00").append(',');
      switch (table) {
        case "exposures" -> {
          boolean other = random.nextInt(60) == 0;
          csv.append((user % 2 == 0) != other ? "old" : "new").append(',');
          csv.append(random.nextInt(9) == 0 ? "" : "C" + random.nextInt(3)).append(',');
          csv.append(random.nextBoolean() ? "phone" : "laptop").append('\n');
        }
        case "orders" -> csv.append(amount()).append('\n');
        default -> csv.append(random.nextInt(400) - 40).append('\n');
      }
    }
    write(table, day, part, csv.toString());
  }

  /** Some are missing, some are taken back. */
  private String amount() {
    return random.nextInt(12) == 0
        ? ""
        : "%d.%02d".formatted(random.nextInt(90) - 8, random.nextInt(100));
  }

  private void write(String table, int day, String part, String csv) throws IOException {
    shop.write("data/%s-%02d-%s.csv".formatted(table, day + 10, part), csv);
  }

  private void firstDays() throws IOException {
    for (int day = -2; day < 5; day++) {
      if (day > 0) {
        day("exposures", day, 180, "a");
      }
      day("orders", day, 300, "a");
      day("visits", day, 300, "a");
    }
  }

  /**
   * Each experiment's report, from totals that are kept in a directory; requires those of the whole
   * statement.
   */
  private void assertSame(String when, String kept, OptionalLong totalsAtOnce) {
    Ambient ambient =
        new Ambient(
            Map.of(), InstantSource.system(), ZoneOffset.UTC, directory, directory, directory);
    try (Headrace headrace = Headrace.open(directory, ambient, false)) {
      Published published = headrace.published("prod");
      KeptTotals totals = new KeptTotals(directory.resolve(kept), headrace.lake(), totalsAtOnce);
      for (String experiment : EXPERIMENTS) {
        assertThat(analyze(headrace, published, experiment, Optional.of(totals)))
            .as(experiment + " " + when)
            .isEqualTo(analyze(headrace, published, experiment, Optional.empty()));
      }
    }
  }

  private static ExperimentReport analyze(
      Headrace headrace, Published published, String experiment, Optional<KeptTotals> kept) {
    return new Experiments(
            headrace.graph(),
            published,
            headrace.metrics(published),
            headrace::engine,
            headrace.timezone(),
            kept)
        .analyze(experiment, Watch.none());
  }

  private void assertSame(String when) {
    shop.succeed("run");
    assertSame(when, "kept", OptionalLong.empty());
  }

  private List<String> files(String kept) throws IOException {
    Path place = directory.resolve(kept).resolve("prices").resolve("prod");
    try (Stream<Path> files = Files.list(place)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> !name.startsWith("kept") && !name.startsWith("lock"))
          .map(name -> name.substring(0, name.indexOf('-')) + name.substring(name.lastIndexOf('.')))
          .sorted()
          .toList();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"timestamp", "timestamptz", "date"})
  void furtherDays_lateRows_andUnitsThatGo_giveTheReportOfTheWholeStatement(String time)
      throws IOException {
    project(time, "int");
    firstDays();
    assertSame("from nothing");
    assertThat(files("kept")).containsExactly("all.units");
    assertSame("in turns", "in-turns", OptionalLong.of(300));
    assertThat(files("in-turns")).hasSizeGreaterThan(2).containsOnly("all.units");

    day("orders", 5, 60, "a");
    assertSame("with a day of one table");
    assertThat(files("kept")).containsExactly("all.units", "changed.units");
    day("exposures", 6, 20, "a");
    day("orders", 6, 60, "a");
    day("visits", 6, 60, "a");
    assertSame("with a day of all tables");
    // The second day's units are new ones, and ones that rows are added to.
    assertThat(files("kept"))
        .containsExactly("all.units", "changed.units", "changed.units", "changed.units");

    day("exposures", 6, 8, "a"); // Others than before: some of those take part no more.
    assertSame("with exposures that went");
    day("orders", 2, 40, "late");
    day("exposures", 3, 5, "late");
    day("visits", 7, 10, "a");
    assertSame("with late rows");
    day("orders", 8, 400, "a");
    assertSame("with so many layers that they become one");
    day("orders", 9, 10, "a");
    assertSame("above that");
    assertThat(files("kept")).containsExactly("changed.units", "merged.units");
    day("exposures", 9, 20, "a");
    day("visits", 9, 200, "a");
    assertSame("with a day above that");
    assertSame("in turns, several days later", "in-turns", OptionalLong.of(300));
  }

  /** As after a power cut, or by a hand that should not be there. */
  @Test
  void fileThatIsNotWhole_isAddedUpAnew() throws IOException {
    project("timestamp", "int");
    firstDays();
    assertSame("from nothing");
    Path place = directory.resolve("kept").resolve("prices").resolve("prod");
    try (Stream<Path> files = Files.list(place)) {
      for (Path file : files.filter(name -> name.toString().endsWith(".units")).toList()) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
          channel.truncate(channel.size() - 1);
        }
      }
    }
    day("orders", 5, 60, "a");
    assertSame("with a day, and a file that lacks its last byte");
    assertThat(files("kept")).containsExactly("all.units");
  }

  @Test
  void totalsThatOutgrowTheirBytes_andUnitsThatAreFarApart_areTheSame() throws IOException {
    project("timestamp", "long");
    metric("sales_capped", "sum: amount\ntable: orders\ncap: {max: 100000000000}\n");
    firstDays();
    StringBuilder exposures = new StringBuilder("user_id,at,variant,country,device\n");
    StringBuilder orders = new StringBuilder("user_id,at,amount\n");
    for (long key : new long[] {Long.MAX_VALUE, Long.MIN_VALUE, -1}) {
      exposures.append(key).append(",2026-03-02T00:00:00,new,C1,phone\n");
      for (int i = 0; i < 3; i++) {
        orders.append(key).append(",2026-03-03T00:00:0%d,9999999999.99\n".formatted(i));
      }
    }
    write("exposures", 1, "far", exposures.toString());
    write("orders", 2, "far", orders.toString());
    assertSame("with sums beyond 32 bits");

    StringBuilder many = new StringBuilder("user_id,at,amount\n");
    for (int i = 0; i < 33_000; i++) {
      many.append("-1,2026-03-06T00:00:00,25\n");
    }
    write("orders", 5, "many", many.toString());
    assertSame("with counts beyond 16 bits, on a further day");
    assertThat(files("kept")).containsExactly("all.units", "changed.units");
  }

  /** From a hundred thousand on, each processor has some of them. */
  @Test
  void manyUnits_walkedSideBySide_areTheSame() throws IOException {
    project("timestamp", "int");
    int units = 110_000;
    StringBuilder exposures = new StringBuilder("user_id,at,variant,country,device\n");
    StringBuilder orders = new StringBuilder("user_id,at,amount\n");
    for (int i = 0; i < units; i++) {
      exposures.append(i).append(",2026-03-0%d".formatted(2 + i % 3)).append("T00:00:00,");
      exposures.append(i % 2 == 0 ? "old" : "new").append(",C").append(i % 4).append(",phone\n");
      if (i % 3 == 0) {
        orders.append(i).append(",2026-03-0%d".formatted(1 + i % 4)).append("T12:00:00,");
        orders.append(amount()).append('\n');
      }
    }
    write("exposures", 1, "many", exposures.toString());
    write("orders", 1, "many", orders.toString());
    day("visits", 2, 5_000, "a");
    assertSame("from nothing");
    int processors = Runtime.getRuntime().availableProcessors();
    assertThat(files("kept")).hasSize(processors).containsOnly("all.units");

    StringBuilder later = new StringBuilder("user_id,at,amount\n");
    for (int i = 0; i < 30_000; i++) {
      later.append(random.nextInt(units + 900)).append(",2026-03-06T00:00:01,");
      later.append(amount()).append('\n');
    }
    write("orders", 5, "later", later.toString());
    StringBuilder fresh = new StringBuilder("user_id,at,variant,country,device\n");
    for (int i = 0; i < 900; i++) {
      fresh.append(units + i).append(",2026-03-06T00:00:00,").append(i % 2 == 0 ? "old" : "new");
      fresh.append(",C1,laptop\n");
    }
    write("exposures", 5, "fresh", fresh.toString());
    assertSame("with a day");
    assertThat(files("kept"))
        .as("units that rows are added to in as many parts, and new ones")
        .hasSize(processors + processors + 1);
    day("orders", 3, 500, "late");
    assertSame("with late rows");
  }

  @Test
  void unitsThatAreTexts_areLeftToStatements() throws IOException {
    project("timestamp", "string");
    firstDays();
    assertSame("by text");
    assertThat(files("kept")).containsExactly("all.parquet");
  }
}
