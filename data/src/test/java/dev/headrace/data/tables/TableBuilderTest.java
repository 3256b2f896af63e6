package dev.headrace.data.tables;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.core.ledger.DayRanges;
import dev.headrace.core.ledger.Publication;
import dev.headrace.core.ledger.StepRecord;
import dev.headrace.core.plan.BuildOptions;
import dev.headrace.core.run.RunReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a reader sees after one run and after the next, against answers counted in Java. */
class TableBuilderTest {
  private static final BuildOptions FULL_REFRESH =
      new BuildOptions(BuildOptions.Extent.FULL_REFRESH, Optional.empty());

  private static final LocalDate FIRST = LocalDate.of(2026, 3, 1);

  @TempDir Path directory;
  private Desk desk;

  @BeforeEach
  void open() throws IOException {
    desk = new Desk(directory);
  }

  @AfterEach
  void close() {
    desk.close();
  }

  // By day

  private void events() throws IOException {
    desk.file(
            "sources/events.yaml",
            "files: data/events/*.csv\ntime: ts\ncolumns: {ts: timestamp, amount: bigint}\n")
        .file(
            "tables/rows.sql",
            """
            /*---
            materialize: incremental
            time: ts
            lookback: 2d
            ---*/
            select ts, id, amount from events where ts >= $from and ts < $to
            """)
        .file(
            "tables/daily.sql",
            """
            /*---
            materialize: incremental
            time: day
            lookback: 2d
            ---*/
            select cast(ts as date) as day, count(*) as n, sum(amount)::bigint as total
            from events where ts >= $from and ts < $to group by 1
            """)
        .file(
            "tables/weekly.sql",
            "/*---\nmaterialize: view\n---*/\nselect sum(n)::bigint as n, sum(total)::bigint as total from daily");
  }

  /** One file with events of the given days, counted from {@link #FIRST}. */
  private void eventsOf(String name, int... days) throws IOException {
    StringBuilder csv = new StringBuilder("ts,id,amount\n");
    int id = 0;
    for (int day : days) {
      csv.append(FIRST.plusDays(day)).append(" 12:00:0").append(id % 10);
      csv.append(',').append(name).append(id++).append(',').append(day + 1).append('\n');
    }
    desk.file("data/events/" + name + ".csv", csv.toString());
  }

  private List<String> days() {
    return desk.sql("select day, n from daily order by day", "daily");
  }

  @Test
  void byDay_randomArrivalWithinTheLookback_isWhatAFullRefreshMakes() throws IOException {
    events();
    for (int seed = 0; seed < 3; seed++) {
      Random random = new Random(seed);
      Map<LocalDate, long[]> expected = new TreeMap<>();
      for (int day = 0; day < 7; day++) {
        // Rows of a day's file are of this day or of the two before it.
        StringBuilder csv = new StringBuilder("ts,id,amount\n");
        for (int i = random.nextInt(6); i >= 0; i--) {
          LocalDate of = FIRST.plusDays(100L * seed + Math.max(0, day - random.nextInt(3)));
          long amount = random.nextInt(100) - 20;
          csv.append("%s %02d:%02d:00,%d,%d\n".formatted(of, random.nextInt(24), i, i, amount));
          long[] sums = expected.computeIfAbsent(of, key -> new long[2]);
          sums[0]++;
          sums[1] += amount;
        }
        desk.file("data/events/seed%d-day%d.csv".formatted(seed, day), csv.toString());
        desk.run();
      }
      List<String> rows = new ArrayList<>();
      expected.forEach((day, sums) -> rows.add("[%s, %d, %d]".formatted(day, sums[0], sums[1])));
      String ofSeed =
          "select * from daily where day >= date '%s' order by day"
              .formatted(FIRST.plusDays(100L * seed));
      assertThat(desk.sql(ofSeed, "daily")).as("seed " + seed).isEqualTo(rows);
    }
    List<String> rows = desk.sql("select * from rows order by all", "rows");
    List<String> daily = desk.sql("select * from daily order by all", "daily");
    List<String> week = desk.sql("select * from weekly", "weekly");
    assertThat(week)
        .isEqualTo(desk.sql("select count(*), sum(amount)::bigint from events", "events"));
    desk.run(FULL_REFRESH);
    assertThat(desk.sql("select * from rows order by all", "rows")).isEqualTo(rows);
    assertThat(desk.sql("select * from daily order by all", "daily")).isEqualTo(daily);
    assertThat(desk.sql("select * from weekly", "weekly")).isEqualTo(week);
  }

  @Test
  void byDay_plan_tellsWhichDaysAndWhy() throws IOException {
    events();
    eventsOf("a", 3, 4);
    assertThat(desk.planned("daily")).isEqualTo("new (decided after events)");
    desk.run();
    assertThat(desk.published().table("daily").orElseThrow().content().days())
        .isEqualTo(DayRanges.of(FIRST.plusDays(3), FIRST.plusDays(5)));
    assertThat(desk.planned("daily")).isEqualTo("up to date");

    // Days before what is built, days after it, and a gap without any row.
    eventsOf("b", 1, 7);
    RunReport report = desk.run();
    assertThat(Desk.step(report, "daily").reason())
        .isEqualTo("5 days missing, input events changed");
    assertThat(days())
        .containsExactly(
            "[2026-03-02, 1]", "[2026-03-04, 1]", "[2026-03-05, 1]", "[2026-03-08, 1]");
    assertThat(desk.published().table("daily").orElseThrow().content().days())
        .isEqualTo(DayRanges.of(FIRST.plusDays(1), FIRST.plusDays(8)));
  }

  @Test
  void byDay_rowsOfTheOpenDayAndLateRows_arriveWithoutAnyLookback() throws IOException {
    events();
    desk.file(
        "tables/daily.sql",
        """
        /*---
        materialize: incremental
        time: day
        ---*/
        select cast(ts as date) as day, count(*) as n
        from events where ts >= $from and ts < $to group by 1
        """);
    desk.file("tables/weekly.sql", "select 1 as n");
    eventsOf("a", 0, 1);
    desk.run();
    eventsOf("b", 0, 1, 1, 2);
    desk.run();
    // The newest day was open; a late row opens the day before it again.
    assertThat(days()).containsExactly("[2026-03-01, 2]", "[2026-03-02, 3]", "[2026-03-03, 1]");
  }

  private void dailyFrom(String start) throws IOException {
    desk.file(
        "tables/daily.sql",
        """
        /*---
        materialize: incremental
        time: day
        %s
        ---*/
        select cast(ts as date) as day, count(*) as n
        from events where ts >= $from and ts < $to group by 1
        """
            .formatted(start));
  }

  @Test
  void byDay_startMoved_dropsDaysBeforeItAndBuildsThemWhenItMovesBack() throws IOException {
    events();
    dailyFrom("");
    desk.file("tables/weekly.sql", "select 1 as n");
    desk.file(
        "tables/above.sql",
        """
        /*---
        materialize: incremental
        time: day
        ---*/
        select day, n from daily where day >= $from and day < $to
        """);
    eventsOf("a", 0, 1, 2, 3);
    desk.run();

    dailyFrom("start: 2026-03-03");
    assertThat(desk.planned("daily"))
        .isEqualTo("2 days before the start (without days 2026-03-01..2026-03-02)");
    desk.run();
    assertThat(days()).containsExactly("[2026-03-03, 1]", "[2026-03-04, 1]");
    assertThat(desk.sql("select day, n from above order by day", "above")).isEqualTo(days());
    assertThat(desk.published().table("daily").orElseThrow().content().days())
        .isEqualTo(DayRanges.of(FIRST.plusDays(2), FIRST.plusDays(4)));
    assertThat(desk.planned("daily")).isEqualTo("up to date");
    eventsOf("b", 1, 2);
    desk.run();
    assertThat(days())
        .as("a late row before the start")
        .containsExactly("[2026-03-03, 2]", "[2026-03-04, 1]");

    dailyFrom("start: 2026-03-02");
    assertThat(desk.planned("daily")).isEqualTo("1 day missing (days 2026-03-02)");
    desk.run();
    assertThat(days()).containsExactly("[2026-03-02, 2]", "[2026-03-03, 2]", "[2026-03-04, 1]");
    assertThat(desk.sql("select day, n from above order by day", "above")).isEqualTo(days());

    dailyFrom("start: 2026-03-03");
    eventsOf("c", 4);
    assertThat(Desk.step(desk.run(), "daily").reason())
        .isEqualTo("1 day missing, 1 day before the start, input events changed");
    List<String> rows = days();
    assertThat(rows).containsExactly("[2026-03-03, 2]", "[2026-03-04, 1]", "[2026-03-05, 1]");
    desk.run(FULL_REFRESH);
    assertThat(days()).isEqualTo(rows);

    dailyFrom("start: 2026-04-01");
    desk.run();
    assertThat(days()).isEmpty();
    assertThat(desk.sql("select * from above", "above")).isEmpty();
    assertThat(desk.planned("daily")).isEqualTo("up to date");
  }

  @Test
  void byDay_definitionChanged_buildsAllDaysAnew() throws IOException {
    events();
    eventsOf("a", 0, 1, 5);
    desk.run();
    desk.file(
        "tables/daily.sql",
        """
        /*---
        materialize: incremental
        time: day
        lookback: 2d
        ---*/
        select cast(ts as date) as day, 2 * count(*) as n, 0 as total
        from events where ts >= $from and ts < $to group by 1
        """);
    assertThat(desk.planned("daily")).startsWith("sql changed (from nothing, days 2026-03-01..");
    desk.run();
    assertThat(days()).containsExactly("[2026-03-01, 2]", "[2026-03-02, 2]", "[2026-03-06, 2]");
  }

  // By key

  @Test
  void byKey_randomChanges_areMergedLikeAMap_nullsIncluded() throws IOException {
    desk.file(
            "sources/changes.yaml",
            "files: data/changes.csv\nload: replace\ncolumns: {k: string, part: bigint, v: bigint}\n")
        .file(
            "tables/latest.sql",
            "/*---\nmaterialize: incremental\nkey: [k, part]\n---*/\nselect k, part, v from changes");
    Map<List<String>, String> expected = new LinkedHashMap<>();
    Random random = new Random(11);
    String[] keys = {"", "a", "b", "zz", "ö", "I", "i"};
    for (int load = 0; load < 15; load++) {
      Map<List<String>, String> changes = new LinkedHashMap<>();
      for (int i = random.nextInt(8); i >= 0; i--) {
        String part = random.nextInt(4) == 0 ? "" : Integer.toString(random.nextInt(3));
        changes.put(
            List.of(keys[random.nextInt(keys.length)], part), Integer.toString(1000 * load + i));
      }
      StringBuilder csv = new StringBuilder("k,part,v\n");
      changes.forEach(
          (key, v) -> csv.append(String.join(",", key)).append(',').append(v).append('\n'));
      desk.file("data/changes.csv", csv.toString());
      desk.run();
      expected.putAll(changes);

      List<String> rows = new ArrayList<>();
      expected.forEach(
          (key, v) ->
              rows.add("[%s, %s, %s]".formatted(orNull(key.get(0)), orNull(key.get(1)), v)));
      assertThat(desk.sql("select * from latest", "latest"))
          .as("load %d", load)
          .containsExactlyInAnyOrderElementsOf(rows);
    }
  }

  private static String orNull(String cell) {
    return cell.isEmpty() ? "null" : cell;
  }

  @Test
  void byKey_twoRowsOfOneKey_areRefusedInTheFirstBuildToo() throws IOException {
    desk.file("sources/changes.yaml", "files: data/changes.csv\nload: replace\n")
        .file("data/changes.csv", "k,v\n1,10\n2,20\n2,21\n")
        .file(
            "tables/latest.sql",
            "/*---\nmaterialize: incremental\nkey: [k]\n---*/\nselect k, v from changes");
    RunReport report = desk.tryRun(BuildOptions.STALE);
    assertThat(Desk.step(report, "latest").failure().orElseThrow().code())
        .isEqualTo("TABLE_KEY_DUPLICATE");
  }

  @Test
  void byKey_twoNewRowsOfOneKey_areRefused_andNothingIsLost() throws IOException {
    desk.file("sources/changes.yaml", "files: data/changes.csv\nload: replace\n")
        .file("data/changes.csv", "k,v\n1,10\n2,20\n")
        .file(
            "tables/latest.sql",
            "/*---\nmaterialize: incremental\nkey: [k]\n---*/\nselect k, v from changes");
    desk.run();
    desk.file("data/changes.csv", "k,v\n2,21\n2,22\n");
    RunReport report = desk.tryRun(BuildOptions.STALE);
    assertThat(Desk.step(report, "latest").failure().orElseThrow().code())
        .isEqualTo("TABLE_KEY_DUPLICATE");
    assertThat(desk.sql("select * from latest order by k", "latest"))
        .containsExactly("[1, 10]", "[2, 20]");
  }

  // Checks

  @Test
  void checks_failed_keepWhatReadersSee_andShowTheRows_untilTheyHold() throws IOException {
    desk.file("sources/orders.yaml", "files: data/*.csv\n")
        .file("data/a.csv", "id,total\n1,10\n2,20\n")
        .file(
            "tables/clean.sql",
            "/*---\nchecks: [{range: {total: {min: 0}}}]\n---*/\nselect id, total from orders")
        .file("tables/report.sql", "select sum(total)::bigint as total from clean");
    desk.run();
    desk.file("data/b.csv", "id,total\n3,-5\n4,7\n");
    RunReport report = desk.tryRun(BuildOptions.STALE);

    assertThat(Desk.step(report, "clean").failure().orElseThrow().code())
        .isEqualTo("RELEASE_CHECKS_FAILED");
    assertThat(Desk.status(report, "report")).isEqualTo(StepRecord.Status.BLOCKED);
    assertThat(report.checks()).isEqualTo(new RunReport.CheckTotals(0, 0, 1));
    assertThat(desk.sql("select * from clean order by id", "clean"))
        .containsExactly("[1, 10]", "[2, 20]");
    assertThat(desk.sql("select id, total from clean__failed", "clean__failed"))
        .containsExactly("[3, -5]");
    assertThat(desk.planned("clean")).isEqualTo("input orders changed (all rows)");

    desk.file(
        "tables/clean.sql",
        "/*---\nchecks: [{range: {total: {min: -9}}}]\n---*/\nselect id, total from orders");
    desk.run();
    assertThat(desk.sql("select * from report", "report")).containsExactly("[32]");
    assertThat(desk.sql("select * from clean__failed", "clean__failed")).isEmpty();
  }

  @Test
  void checks_changed_areDoneAgain_onTheRowsThatAreThere() throws IOException {
    desk.file("sources/orders.yaml", "files: data/*.csv\n")
        .file("data/a.csv", "id,total\n1,10\n2,20\n")
        .file("tables/clean.sql", "select id, total from orders");
    desk.run();
    Publication.Data before = desk.published().table("clean").orElseThrow().content().data();
    desk.file(
        "tables/clean.sql", "/*---\nchecks: [{unique: [id]}]\n---*/\nselect id, total from orders");
    assertThat(desk.planned("clean")).isEqualTo("checks changed (checks only)");
    RunReport report = desk.run();
    assertThat(report.checks()).isEqualTo(new RunReport.CheckTotals(1, 0, 0));
    assertThat(desk.published().table("clean").orElseThrow().content().data()).isEqualTo(before);

    desk.file(
        "tables/clean.sql",
        "/*---\nchecks: [{range: {total: {max: 15}}}]\n---*/\nselect id, total from orders");
    RunReport refused = desk.tryRun(BuildOptions.STALE);
    assertThat(refused.succeeded()).isFalse();
    assertThat(desk.sql("select id from clean__failed", "clean__failed")).containsExactly("[2]");
    assertThat(desk.sql("select count(*) from clean", "clean")).containsExactly("[2]");
    assertThat(desk.planned("clean")).isEqualTo("checks changed (checks only)");
  }

  // Sources

  @Test
  void source_newColumn_flowsToTablesThatTakeAll() throws IOException {
    desk.file("sources/orders.yaml", "files: data/*.csv\n")
        .file("data/a.csv", "id,total\n1,10\n")
        .file("tables/copy.sql", "select * exclude (_file, _line, _loaded_at) from orders")
        .file(
            "tables/merged.sql",
            "/*---\nmaterialize: incremental\nkey: [id]\n---*/\nselect * exclude (_file, _line,"
                + " _loaded_at) from orders");
    desk.run();
    desk.file("data/b.csv", "id,total,country\n2,20,DE\n");
    desk.run();
    for (String table : List.of("copy", "merged")) {
      assertThat(desk.sql("select id, total, country from " + table + " order by id", table))
          .as(table)
          .containsExactly("[1, 10, null]", "[2, 20, DE]");
    }
  }

  @Test
  void source_changedFileDeclaredReplaceable_takesItsOldRowsOut() throws IOException {
    desk.file("sources/orders.yaml", "files: data/*.csv\non-change: replace\nkey: [id]\n")
        .file("data/a.csv", "id,total\n1,10\n2,20\n")
        .file("data/b.csv", "id,total\n3,30\n");
    desk.run();
    desk.file("data/a.csv", "id,total\n1,11\n4,40\n");
    assertThat(desk.planned("orders")).startsWith("1 changed file");
    desk.run();
    assertThat(desk.sql("select id, total, _file from orders order by id", "orders"))
        .containsExactly("[1, 11, data/a.csv]", "[3, 30, data/b.csv]", "[4, 40, data/a.csv]");
    assertThat(desk.planned("orders")).isEqualTo("up to date");
  }

  @Test
  void source_keyThatAChangedFileLoses_isThatOfTheNextFileThatHasIt() throws IOException {
    desk.file(
            "sources/orders.yaml",
            "files: data/*.csv\non-change: replace\nkey: [id]\nmax-rejected: 90%\n"
                + "columns: {id: long, total: long}\n")
        .file("data/a.csv", "id,total\n1,10\n2,20\nx,1\n")
        .file("data/b.csv", "id,total\n1,11\n3,30\ny,1\n")
        .file("data/c.csv", "id,total\n4,40\nz,1\n");
    desk.run();
    desk.file("data/a.csv", "id,total\n2,21\n");
    desk.run();

    assertThat(desk.sql("select id, total, _file from orders order by id", "orders"))
        .containsExactly(
            "[1, 11, data/b.csv]",
            "[2, 21, data/a.csv]",
            "[3, 30, data/b.csv]",
            "[4, 40, data/c.csv]");
    // What was wrong in the old a.csv is gone, and that of b.csv is there once.
    assertThat(desk.sql("select raw from orders__rejected order by raw", "orders__rejected"))
        .containsExactly("[y,1]", "[z,1]");
    assertThat(desk.planned("orders")).isEqualTo("up to date");
  }

  @Test
  void source_filesThatAreGone_areCountedBeforeABuildFromNothingDropsTheirRows()
      throws IOException {
    desk.file("sources/orders.yaml", "files: data/*.csv\n")
        .file("data/a.csv", "id,total\n1,10\n2,20\n")
        .file("data/b.csv", "id,total\n3,30\n");
    desk.run();
    Files.delete(directory.resolve("data/a.csv"));
    assertThat(desk.planned("orders")).isEqualTo("up to date");

    desk.file("sources/orders.yaml", "files: data/*.csv\ncolumns: {total: double}\n");
    assertThat(desk.planned("orders")).contains("1 file, 1 file gone, with 2 rows");
    desk.run();
    assertThat(desk.sql("select id from orders", "orders")).containsExactly("[3]");
    assertThat(desk.planned("orders")).isEqualTo("up to date");
  }

  @Test
  void source_keyLoadedBefore_isDroppedInLaterLoadsToo() throws IOException {
    desk.file("sources/orders.yaml", "files: data/*.csv\nkey: [id]\n")
        .file("data/a.csv", "id,total\n1,10\n2,20\n1,99\n");
    desk.run();
    desk.file("data/b.csv", "id,total\n2,21\n3,30\n3,31\n");
    RunReport report = desk.run();
    assertThat(desk.sql("select id, total from orders order by id", "orders"))
        .containsExactly("[1, 10]", "[2, 20]", "[3, 30]");
    assertThat(Desk.step(report, "orders").rowsIn()).isEqualTo(3);
    assertThat(Desk.step(report, "orders").rowsOut()).isEqualTo(1);
  }
}
