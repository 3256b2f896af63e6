package dev.headrace.data.tables;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.core.ledger.CheckRecord;
import dev.headrace.core.ledger.StepRecord;
import dev.headrace.core.plan.BuildOptions;
import dev.headrace.core.run.RunReport;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Patterns are looked for while rows are written, and told as if all rows had been read again. */
class ChecksOnTheWayTest {
  private static final String CHECK = "checks: [{regex: {mail: '.+@.+'}, severity: %s}]";
  private static final List<String> TABLES = List.of("users", "whole", "by_day", "by_key");

  @TempDir Path directory;
  private Desk desk;
  private int lines;

  @BeforeEach
  void open() throws IOException {
    desk = new Desk(directory);
  }

  @AfterEach
  void close() {
    desk.close();
  }

  private void project(String severity) throws IOException {
    String check = CHECK.formatted(severity);
    desk.file(
            "sources/users.yaml",
            "files: data/users/*.csv\ntime: ts\ncolumns: {ts: timestamp, mail: string}\n" + check)
        .file("tables/whole.sql", "/*---\n" + check + "\n---*/\nselect * from users")
        .file(
            "tables/by_day.sql",
            "/*---\nmaterialize: incremental\ntime: ts\nlookback: 2d\n"
                + check
                + "\n---*/\nselect ts, id, mail from users where ts >= $from and ts < $to")
        .file(
            "tables/by_key.sql",
            "/*---\nmaterialize: incremental\nkey: [id]\n"
                + check
                + "\n---*/\nselect id, max_by(mail, (ts, mail)) as mail from users group by id");
  }

  /** A file of rows of one day; some have a mail address that is none. */
  private void arrive(int day, int rows, int bad) throws IOException {
    StringBuilder csv = new StringBuilder("ts,id,mail\n");
    for (int i = 0; i < rows; i++) {
      csv.append(
          "%s 10:00:00,%d,u%d%sx\n"
              .formatted(
                  LocalDate.of(2026, 3, 1).plusDays(day), lines % 40, lines, i < bad ? "-" : "@"));
      lines++;
    }
    desk.file("data/users/d%03d.csv".formatted(lines), csv.toString());
  }

  private long failing(String table) {
    return check(table).failingRows();
  }

  private CheckRecord check(String table) {
    List<CheckRecord> checks = desk.published().checks(desk.published().table(table).orElseThrow());
    assertThat(checks).hasSize(1);
    return checks.getFirst();
  }

  private long counted(String table) {
    String row =
        desk.sql("select count(*) from " + table + " where not (mail like '_%@_%')", table)
            .getFirst();
    return Long.parseLong(row.substring(1, row.length() - 1));
  }

  /** Whether the texts were read for the pattern. */
  private boolean areRead() {
    return desk.asked().stream().anyMatch(sql -> sql.contains("like '_%@_%'"));
  }

  @Test
  void randomArrival_isToldAsIfAllRowsWereRead() throws IOException {
    project("warn");
    Random random = new Random(20261123);
    int withFailures = 0;
    for (int run = 0; run < 25; run++) {
      int bad = random.nextInt(4) == 0 ? 1 + random.nextInt(3) : 0;
      arrive(Math.max(0, run / 2 - random.nextInt(3)), 5 + random.nextInt(10), bad);
      desk.run(
          random.nextInt(8) == 0
              ? new BuildOptions(BuildOptions.Extent.FULL_REFRESH, Optional.empty())
              : BuildOptions.STALE);
      for (String table : TABLES) {
        long counted = counted(table);
        assertThat(failing(table)).as(table + " after run " + run).isEqualTo(counted);
        assertThat(check(table).status())
            .isEqualTo(counted == 0 ? CheckRecord.Status.PASSED : CheckRecord.Status.WARNED);
        withFailures += counted > 0 ? 1 : 0;
      }
    }
    assertThat(withFailures).isBetween(20, 90);
  }

  @Test
  void rowsThatHold_areNotReadAgain_neitherNewOnesNorThoseThatStay() throws IOException {
    project("error");
    for (int day = 0; day < 6; day++) {
      arrive(day, 30, 0);
      desk.run();
      assertThat(areRead()).as("day " + day).isFalse();
    }
    assertThat(TABLES).allSatisfy(table -> assertThat(counted(table)).isZero());
    assertThat(desk.sql("select count(*) from by_day", "by_day")).containsExactly("[180]");
  }

  @Test
  void newRowThatFails_isRefusedWithItsRow_andWhatWasShownStays() throws IOException {
    project("error");
    arrive(0, 30, 0);
    desk.run();
    arrive(1, 30, 2);

    RunReport report = desk.tryRun(BuildOptions.STALE);

    assertThat(Desk.status(report, "users")).isEqualTo(StepRecord.Status.FAILED);
    assertThat(areRead()).isTrue();
    assertThat(desk.sql("select count(*) from users", "users")).containsExactly("[30]");
    assertThat(desk.sql("select mail from users__failed order by mail", "users__failed"))
        .containsExactly("[u30-x]", "[u31-x]");
  }

  @Test
  void rowsThatFailedBefore_areCountedAgainEveryTime_andNotLookedFor() throws IOException {
    project("warn");
    arrive(0, 30, 1);
    desk.run();
    assertThat(desk.lookedFor()).isNotEmpty();
    desk.asked();
    arrive(1, 30, 0);
    desk.run();

    assertThat(areRead()).isTrue();
    assertThat(desk.lookedFor()).isEmpty();
    // The newer row of the key in by_key has a good address.
    assertThat(TABLES)
        .allSatisfy(table -> assertThat(failing(table)).isEqualTo(table.equals("by_key") ? 0 : 1));
  }

  @Test
  void changedChecks_readWhatStays_andTheNextRunDoesNot() throws IOException {
    project("error");
    arrive(0, 30, 0);
    desk.run();
    project("warn");
    desk.asked();
    desk.run();
    assertThat(areRead()).isTrue();

    arrive(1, 30, 0);
    desk.run();
    assertThat(areRead()).isFalse();
  }

  @Test
  void otherPatternOfTheSameColumn_isAskedOfWhatStays() throws IOException {
    project("warn");
    arrive(0, 30, 0);
    desk.run();
    String source = "files: data/users/*.csv\ntime: ts\ncolumns: {ts: timestamp, mail: string}\n";
    desk.file("sources/users.yaml", source + "checks: [{regex: {mail: 'u.@.+'}, severity: warn}]");
    arrive(1, 30, 0);
    desk.run();

    assertThat(failing("users")).isEqualTo(50); // All from u10 on.
  }

  @Test
  void expressionThatOnlyTheEngineRefuses_failsTheCheckAndNotTheWrite() throws IOException {
    // Java allows any number of repeats, RE2 a thousand.
    desk.file(
            "sources/users.yaml",
            "files: data/users/*.csv\nchecks: [{regex: {mail: '(u[0-9]){1,1001}'}, severity: warn}]")
        .file("data/users/a.csv", "id,mail\n1,u1\n");

    desk.run();

    assertThat(check("users").status()).isEqualTo(CheckRecord.Status.WARNED);
    assertThat(desk.sql("select id, mail from users", "users")).containsExactly("[1, u1]");
  }
}
