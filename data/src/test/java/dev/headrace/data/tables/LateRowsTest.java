package dev.headrace.data.tables;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.core.plan.BuildOptions;
import dev.headrace.core.run.RunReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows that come late, change or go reach every table by day behind them, however far. */
class LateRowsTest {
  private static final LocalDate FIRST = LocalDate.of(2026, 3, 1);
  private static final String BY_DAY = "/*---\nmaterialize: incremental\ntime: %s\n---*/\n";

  @TempDir Path directory;
  private Desk desk;
  private int rows;

  @BeforeEach
  void open() throws IOException {
    desk = new Desk(directory);
    desk.file(
            "tables/fct.sql",
            BY_DAY.formatted("ts") + "select ts, id from ev where ts >= $from and ts < $to")
        .file(
            "tables/daily.sql",
            BY_DAY.formatted("day")
                + "select cast(ts as date) as day, count(*) as n, sum(id) as ids from fct where ts >= $from and ts < $to group by 1")
        .file("tables/whole.sql", "/*---\ntime: ts\n---*/\nselect ts, id from fct")
        .file(
            "tables/of_whole.sql",
            BY_DAY.formatted("day")
                + "select cast(ts as date) as day, count(*) as n, sum(id) as ids from whole where ts >= $from and ts < $to group by 1");
  }

  @AfterEach
  void close() {
    desk.close();
  }

  private void source(String load) throws IOException {
    desk.file(
        "sources/ev.yaml",
        "files: data/ev*.csv\ntime: ts\ncolumns: {ts: timestamp, id: bigint}\n" + load);
  }

  private String row(int day) {
    return "%s 10:00:00,%d\n".formatted(FIRST.plusDays(day), ++rows);
  }

  private void file(String name, int... days) throws IOException {
    StringBuilder csv = new StringBuilder("ts,id\n");
    for (int day : days) {
      csv.append(row(day));
    }
    desk.file("data/" + name + ".csv", csv.toString());
  }

  private void assertAllSame() {
    String truth =
        "select cast(ts as date) as day, count(*) as n, sum(id) as ids from ev group by 1";
    for (String table : List.of("daily", "of_whole")) {
      assertThat(desk.sql("select day, n, ids from " + table + " order by day", table))
          .as(table)
          .isEqualTo(desk.sql(truth + " order by 1", "ev"));
    }
  }

  @Test
  void lateRow_passesThroughTablesOfASingleFile() throws IOException {
    source("");
    file("ev1", 0, 0, 1);
    desk.run();
    file("ev2", 0);
    desk.run();

    assertAllSame();
  }

  /** "Open" is the last day of the year 9999, and the day after it is one of the year 10000. */
  @Test
  void rowOfTheLastDayOfAll_isADayLikeOthers() throws IOException {
    source("");
    file("ev1", 0, 1);
    desk.run();
    desk.file("data/ev2.csv", "ts,id\n9999-12-31 23:59:59,77\n");
    desk.run();
    file("ev3", 1, 2);
    desk.run();

    assertAllSame();
    assertThat(desk.sql("select ids from daily where day = date '9999-12-31'", "daily"))
        .containsExactly("[77]");
  }

  /** A number is no time of a source; a table that is kept whole makes one of it. */
  @Test
  void daysOfSecondsSince1970_areThoseOfAWholeTable() throws IOException {
    desk.file("sources/ev.yaml", "files: data/ev*.csv\n")
        .file("tables/fct.sql", "select id from ev")
        .file("tables/daily.sql", "select id from ev")
        .file(
            "tables/whole.sql",
            "/*---\ntime: seen\n---*/\nselect to_timestamp(ts) as seen, * exclude ts from ev")
        .file(
            "tables/of_whole.sql",
            BY_DAY.formatted("day")
                + "select cast(seen as date) as day, count(*) as n, sum(id) as ids from whole where seen >= $from and seen < $to group by 1")
        .file("data/ev1.csv", "ts,id\n1772323200,1\n1772409600,2\n1772582400,3\n");
    desk.run();
    desk.file("data/ev2.csv", "ts,id\n1772323201,4\n1772668800,5\n");
    desk.run();

    assertThat(desk.sql("select * from of_whole order by day", "of_whole"))
        .containsExactly(
            "[2026-03-01, 2, 5]", "[2026-03-02, 1, 2]", "[2026-03-04, 1, 3]", "[2026-03-05, 1, 5]");
  }

  @Test
  void daysThatTheSourceLoses_goFromTheTables() throws IOException {
    source("load: replace\n");
    file("ev", 0, 1, 2, 3);
    desk.run();
    file("ev", 1, 2);
    desk.run();

    assertAllSame();
    file("ev", 1, 2, 2, 3);
    desk.run();
    assertAllSame();
  }

  @Test
  void inputThatLosesAllItsRows_emptiesWhatReadsItByDay() throws IOException {
    source("load: replace\n");
    desk.file("tables/whole.sql", "/*---\ntime: ts\n---*/\nselect ts, id from fct where id > 2");
    file("ev", 0, 1, 2, 3);
    desk.run();
    rows = 0;
    file("ev", 1, 2);
    desk.run();

    assertThat(desk.sql("select day from of_whole", "of_whole")).isEmpty();
    assertThat(desk.planned("of_whole")).isEqualTo("up to date");
  }

  @ParameterizedTest
  @ValueSource(strings = {"on-change: replace\n", "load: replace\n"})
  void inputThatLosesAllItsTimes_emptiesWhatReadsItByDay(String load) throws IOException {
    source(load);
    file("ev1", 0, 1, 2);
    desk.run();
    desk.file("data/ev1.csv", "ts,id\n,1\n,2\n");
    assertThat(desk.planned("fct")).isEqualTo("input ev is built (decided after ev)");
    assertThat(Desk.step(desk.run(), "fct").reason())
        .isEqualTo("input ev changed, late rows for 2026-03-01..2026-03-03");

    for (String table : List.of("fct", "daily", "whole", "of_whole")) {
      assertThat(desk.sql("select * from " + table, table)).as(table).isEmpty();
    }
    desk.run(new BuildOptions(BuildOptions.Extent.FULL_REFRESH, Optional.empty()));
    for (String table : List.of("fct", "daily", "whole", "of_whole")) {
      assertThat(desk.sql("select * from " + table, table)).as(table).isEmpty();
    }
    file("ev1", 1, 2);
    desk.run();
    assertAllSame();
  }

  @Test
  void wholeTableThatLosesAllItsTimes_emptiesWhatReadsItByDay() throws IOException {
    desk.file(
        "tables/whole.sql",
        "/*---\ntime: ts\n---*/\nselect case when (select max(id) from fct) < 10 then ts end as ts, id from fct");
    source("");
    file("ev1", 0, 1, 2);
    desk.run();
    assertThat(desk.sql("select count(*) from of_whole", "of_whole")).containsExactly("[3]");
    desk.file("data/ev2.csv", "ts,id\n2026-03-03 11:00:00,10\n");
    desk.run();

    assertThat(desk.sql("select count(*) from whole", "whole")).containsExactly("[4]");
    assertThat(desk.sql("select * from of_whole", "of_whole")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "on-change: replace\n", "load: replace\n"})
  void randomArrival_isWhatAFullRefreshMakes(String load) throws IOException {
    source(load);
    Random random = new Random(20261123);
    List<String> names = new ArrayList<>();
    for (int run = 0; run < 12; run++) {
      boolean again = !load.isEmpty() && !names.isEmpty() && random.nextInt(3) == 0;
      String name = again ? names.get(random.nextInt(names.size())) : "ev" + names.size();
      if (!again) {
        names.add(name);
      }
      int first = random.nextInt(8);
      file(name, random.ints(1 + random.nextInt(4), first, first + 3).toArray());
      if (load.startsWith("load") && random.nextInt(5) == 0) {
        Files.delete(directory.resolve("data/" + name + ".csv"));
        names.remove(name);
        file("ev_always", 2);
      }
      desk.run();
      assertAllSame();
    }
  }

  @Test
  void sumsOverTheLastDays_areWhatAFullRefreshMakes() throws IOException {
    String rolling =
        """
        select d.day, count(e.id) as n, sum(e.id) as ids
        from (select distinct cast(ts as date) as day from fct where ts >= $from and ts < $to) d
        join fct e
          on e.ts >= d.day - interval 2 days and e.ts < d.day + interval 1 day
          and e.ts >= $from - interval 2 days and e.ts < $to
        group by 1""";
    desk.file(
        "tables/rolling.sql",
        "/*---\nmaterialize: incremental\ntime: day\nreads-back: 2d\n---*/\n" + rolling);
    source("on-change: replace\n");
    String truth =
        """
        select d.day, count(e.id) as n, sum(e.id) as ids
        from (select distinct cast(ts as date) as day from ev) d
        join ev e on e.ts >= d.day - interval 2 days and e.ts < d.day + interval 1 day
        group by 1 order by 1""";
    Random random = new Random(20261123);
    for (int run = 0; run < 15; run++) {
      int first = random.nextInt(10);
      file(
          "ev" + random.nextInt(8), random.ints(1 + random.nextInt(4), first, first + 3).toArray());
      desk.run();
      assertThat(desk.sql("select day, n, ids from rolling order by day", "rolling"))
          .isEqualTo(desk.sql(truth, "ev"));
    }
  }

  /** Of an instant at which a local day begins, no day of UTC has all rows. */
  @Test
  void localDaysAsInstants_areRefused_andInstantsThatAreNoneAreNot() throws IOException {
    desk.close();
    Path elsewhere = Files.createDirectories(directory.resolve("zoned"));
    desk = new Desk(elsewhere, ZoneId.of("Europe/Berlin"));
    desk.file(
            "sources/ev.yaml",
            "files: data/ev*.csv\ntime: ts\ncolumns: {ts: timestamptz, id: bigint}\n")
        .file("data/ev.csv", "ts,id\n2026-03-01T23:30:00Z,1\n2026-03-02T12:00:00Z,2\n")
        .file(
            "tables/passed.sql",
            BY_DAY.formatted("ts")
                + "select ts, date_trunc('month', ts) as m, id from ev where ts >= $from and ts < $to");
    desk.run();
    desk.file(
        "tables/daily.sql",
        BY_DAY.formatted("d")
            + "select date_trunc('day', ts) as d, count(*) as n from ev where ts >= $from and ts < $to group by 1");

    RunReport report = desk.tryRun(BuildOptions.STALE);

    assertThat(Desk.step(report, "daily").failure().orElseThrow().message())
        .contains("instants at which days or hours begin in Europe/Berlin");
  }

  /** Instants as they come, days as the project has them: neither end of the history is cut. */
  @ParameterizedTest
  @ValueSource(strings = {"America/Los_Angeles", "Asia/Tokyo", "Europe/Berlin"})
  void localDaysOfInstants_areWhatAFullRefreshMakes(String zone) throws IOException {
    desk.close();
    Path elsewhere = Files.createDirectories(directory.resolve("zoned"));
    desk = new Desk(elsewhere, ZoneId.of(zone));
    String local =
        "select cast(ts as date) as day, count(*) as n, sum(id) as ids from %s where ts >= $from"
            + " and ts < $to group by 1";
    desk.file(
            "sources/ev.yaml",
            "files: data/ev*.csv\ntime: ts\ncolumns: {ts: timestamptz, id: bigint}\n")
        .file(
            "tables/fct.sql",
            BY_DAY.formatted("ts") + "select ts, id from ev where ts >= $from and ts < $to")
        .file("tables/daily.sql", BY_DAY.formatted("day") + local.formatted("fct"))
        .file("tables/of_whole.sql", BY_DAY.formatted("day") + local.formatted("ev"));
    Random random = new Random(20261123);
    for (int run = 0; run < 10; run++) {
      StringBuilder csv = new StringBuilder("ts,id\n");
      int day = random.nextInt(6);
      for (int i = 1 + random.nextInt(5); i > 0; i--) {
        csv.append(
            "%sT%02d:30:00Z,%d\n"
                .formatted(FIRST.plusDays(day + random.nextInt(2)), random.nextInt(24), ++rows));
      }
      desk.file("data/ev" + run + ".csv", csv.toString());
      desk.run();
      assertAllSame();
    }
  }
}
