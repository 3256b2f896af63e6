package dev.headrace.cli.maintenance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.cli.crash.Workshop;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompactionTest {
  private static final int LOADS = 6;

  @TempDir Path directory;
  private Workshop shop;

  @BeforeEach
  void load() throws IOException {
    shop =
        new Workshop(directory)
            .file("headrace.yaml", "name: shop\n")
            .file("sources/orders.yaml", "files: data/*.csv\ntime: seen\n")
            .file(
                "tables/daily.sql",
                """
                /*---
                materialize: incremental
                time: day
                ---*/
                select cast(seen as date) as day, count(*) as orders, sum(total) as total
                from orders where seen >= $from and seen < $to group by 1
                """);
    for (int i = 1; i <= LOADS; i++) {
      shop.file(
          "data/%d.csv".formatted(i),
          "id,total,seen\n%d,%d,2026-01-%02d\n%d,1,2026-01-%02d\n"
              .formatted(2 * i, 10 * i, i, 2 * i + 1, i));
      shop.succeed("run");
    }
  }

  @Test
  void compact_joinsSmallFiles_keepsEveryRow_andMakesNothingStale() throws Exception {
    Map<String, List<String>> before = shop.tables();
    assertThat(shop.succeed("compact", "--dry-run"))
        .contains("orders: 6 files into 1")
        .contains("Would rewrite 6 small files of 1 table.");

    assertThat(shop.succeed("compact")).contains("Rewrote 6 small files of 1 table as run 7.");

    assertThat(shop.tables()).isEqualTo(before);
    assertThat(shop.succeed("plan")).contains("0 to build");
    assertThat(shop.succeed("compact")).isEqualTo("No table has small files worth rewriting.\n");
    assertThat(shop.succeed("history", "--json"))
        .contains("\"action\":\"compact\",\"note\":\"6 small files\"");
    assertThat(shop.succeed("sql", "--at", "6", "--format", "csv", "select count(*) from orders"))
        .contains("12");
    shop.succeed("gc", "--keep", "0d");
    assertThat(shop.tables()).isEqualTo(before);
    assertThat(files("orders__")).hasSize(1);
    assertThat(shop.succeed("run")).contains("0 built");
  }

  @Test
  void compact_afterGcForgotTheFirstLoads_keepsEveryRow() throws Exception {
    Map<String, List<String>> before = shop.tables();
    shop.succeed("gc", "--keep", "0s");

    assertThat(shop.succeed("compact")).contains("Rewrote 6 small files of 1 table");

    assertThat(shop.tables()).isEqualTo(before);
  }

  @Test
  void run_afterAnotherEnvironmentBuiltTheTableFromNothing_goesOnFromItsOwn() throws Exception {
    shop.succeed("run", "--env", "dev", "--full-refresh");
    shop.file("data/late.csv", "id,total,seen\n99,1000,2026-01-02\n");
    shop.succeed("run");
    assertThat(total()).isEqualTo("1021");
    shop.succeed("run", "--full-refresh");
    shop.succeed("rollback");
    shop.file("data/later.csv", "id,total,seen\n98,100,2026-01-02\n");
    shop.succeed("run");
    assertThat(total()).isEqualTo("1121");
  }

  @Test
  void run_lateRowsAfterACompaction_rebuildsTheirDayAlone() throws Exception {
    shop.succeed("compact");
    shop.file("data/late.csv", "id,total,seen\n99,1000,2026-01-02\n");
    assertThat(shop.succeed("plan")).contains("1 new file");
    shop.succeed("run");
    assertThat(shop.succeed("history", "daily", "--json")).contains("late rows for 2026-01-02\"");
    assertThat(total()).isEqualTo("1021");
  }

  @Test
  void run_lateRowsAfterACompactionThatGcForgot_areFoundAllTheSame() throws Exception {
    shop.succeed("compact");
    shop.file("data/late.csv", "id,total,seen\n99,1000,2026-01-02\n");
    shop.succeed("run", "--select", "orders");
    shop.succeed("gc", "--keep", "0d");
    shop.succeed("run");
    assertThat(total()).isEqualTo("1021");
  }

  @Test
  void rollback_overACompaction_showsTheFilesOfBefore_andTheNextLoadGoesOn() throws Exception {
    Map<String, List<String>> before = shop.tables();
    shop.succeed("compact");
    assertThat(shop.succeed("rollback", "--to", "6")).contains("orders");
    assertThat(shop.tables()).isEqualTo(before);
    shop.succeed("rollback");
    assertThat(shop.succeed("sql", "--format", "csv", "select count(*) from orders"))
        .as("the run before, not the compaction")
        .contains("10");
    shop.succeed("rollback", "--to", "7");
    assertThat(shop.tables()).isEqualTo(before);
    shop.file("data/late.csv", "id,total,seen\n99,1000,2026-01-02\n");
    shop.succeed("run");
    assertThat(total()).isEqualTo("1021");
  }

  @Test
  void compact_daysOfATable_staySplit() throws Exception {
    for (int i = 0; i < 4; i++) {
      shop.file(
          "data/more%d.csv".formatted(i), "id,total,seen\n%d,5,2026-01-06\n".formatted(100 + i));
      shop.succeed("run");
    }
    Map<String, List<String>> before = shop.tables();
    assertThat(shop.succeed("compact", "--min-files", "2")).contains("Rewrote");
    assertThat(shop.tables()).isEqualTo(before);
    shop.succeed("run", "--select", "daily", "--from", "2026-01-03", "--to", "2026-01-04");
    assertThat(shop.tables()).isEqualTo(before);
  }

  private String total() {
    return shop.succeed(
            "sql", "--format", "csv", "select total from daily where day = '2026-01-02'")
        .strip()
        .lines()
        .toList()
        .getLast();
  }

  private List<Path> files(String prefix) throws IOException {
    try (Stream<Path> files = Files.walk(shop.lake())) {
      return files
          .filter(file -> file.toString().endsWith(".parquet"))
          .filter(file -> first(file).startsWith(prefix))
          .toList();
    }
  }

  private String first(Path file) {
    return shop.lake().relativize(file).getName(0).toString();
  }
}
