package dev.headrace.cli.environments;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.cli.crash.Child;
import dev.headrace.cli.crash.Workshop;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnvironmentsTest {
  @TempDir Path directory;
  private Workshop shop;

  @BeforeEach
  void build() throws IOException {
    shop =
        new Workshop(directory)
            .file("headrace.yaml", "name: shop\n")
            .file(
                "data/1.csv",
                """
                order_id,customer,total,ordered_at
                1,a,10,2026-01-01
                2,b,20,2026-01-02
                3,a,7,2026-01-02
                """)
            .file(
                "sources/orders.yaml",
                "files: data/*.csv\nkey: [order_id]\ntime: ordered_at\nmax-rejected: 50%\n")
            .file(
                "tables/spent.sql",
                """
                /*---
                key: [customer]
                checks: [{range: {spent: {min: 0}}}]
                ---*/
                select customer, sum(total) as spent from orders group by customer
                """)
            .file("tables/top.sql", "select max(spent) as top from spent")
            .file("tables/days.sql", "select count(distinct ordered_at) as days from orders");
    shop.succeed("run");
  }

  private void change() throws IOException {
    shop.file(
        "tables/spent.sql",
        """
        /*---
        key: [customer]
        checks: [{range: {spent: {min: 0}}}]
        ---*/
        select customer, sum(total) * 2 as spent, count(*) as orders from orders group by customer
        """);
  }

  @Test
  void run_inAnEnvironment_buildsWhatDiffers_andCopiesNothing() throws Exception {
    Set<Path> before = dataFiles();
    change();
    assertThat(shop.succeed("plan", "--env", "dev"))
        .contains("build  spent   table    sql changed")
        .contains("2 to build, 2 up to date");
    assertThat(shop.succeed("env")).contains("There is prod and no other.");

    assertThat(shop.succeed("run", "--env", "dev")).contains("2 built, 2 up to date");

    assertThat(answer("dev", "select top from top")).isEqualTo("40");
    assertThat(answer("prod", "select top from top")).isEqualTo("20");
    Set<Path> made = new TreeSet<>(dataFiles());
    made.removeAll(before);
    assertThat(made.stream().map(file -> tableOf(file)).collect(Collectors.toSet()))
        .containsExactlyInAnyOrder("spent", "top");
    assertThat(shop.succeed("env", "--json")).contains("\"environment\":\"dev\"");
    assertThat(shop.succeed("plan", "--env", "dev")).contains("0 to build");
  }

  @Test
  void environment_unchangedTables_followProd() throws Exception {
    change();
    shop.succeed("run", "--env", "dev");
    shop.file("data/2.csv", "order_id,customer,total,ordered_at\n4,c,100,2026-01-03\n");

    assertThat(shop.succeed("run", "--env", "dev")).as("prod's affair").contains("0 built");
    assertThat(answer("dev", "select count(*) from orders")).isEqualTo("3");

    assertThat(shop.succeed("run", "--select", "orders")).contains("1 built");
    assertThat(answer("dev", "select count(*) from orders")).isEqualTo("4");
    assertThat(shop.succeed("run", "--env", "dev")).contains("2 built");
    assertThat(answer("dev", "select top from top")).isEqualTo("200");
  }

  @Test
  void diff_namesTablesColumnsAndRows() throws Exception {
    change();
    Files.delete(directory.resolve("tables/days.sql"));
    shop.file("tables/few.sql", "select * from spent where spent < 30");
    shop.succeed("run", "--env", "dev");

    assertThat(shop.succeed("diff", "dev"))
        .isEqualTo(
            """
            days  table removed
                rows 1 -> none
            few  table added
                rows none -> 0
            spent  table redefined
                column orders: new, long
                rows 2
                2 changed by customer
                  spent differs in 2
                  ~ customer=a spent=17 -> 34
                  ~ customer=b spent=20 -> 40
            top  table input redefined
                rows 1
                1 new, 1 gone
                  - top=20
                  + top=40
            4 tables of dev differ from prod.
            """);
    assertThat(shop.succeed("diff", "dev", "dev")).isEqualTo("dev shows just what dev shows.\n");
    assertThat(shop.succeed("diff", "dev", "--json"))
        .contains("\"table\":\"spent\",\"kind\":\"table\",\"change\":\"redefined\"")
        .contains("\"changedByColumn\":{\"spent\":2}");
  }

  @Test
  void promote_thenRollback_movesEverythingAtOnce_andNothingIsBuilt() throws Exception {
    change();
    Files.delete(directory.resolve("tables/days.sql"));
    shop.succeed("run", "--env", "dev");
    Set<Path> files = dataFiles();

    assertThat(shop.succeed("promote", "dev"))
        .isEqualTo("Promoted dev to prod as run 3: 2 tables; withdrawn: days.\n");
    assertThat(answer("prod", "select top from top")).isEqualTo("40");
    assertThat(shop.command("sql", "select * from days").exitCode()).isEqualTo(2);
    assertThat(shop.succeed("run")).as("prod is what the files define").contains("0 built");

    assertThat(shop.succeed("rollback")).isEqualTo("Took prod back as run 5: days, spent, top.\n");
    assertThat(answer("prod", "select top from top")).isEqualTo("20");
    assertThat(answer("prod", "select days from days")).isEqualTo("2");
    assertThat(shop.succeed("rollback", "--to", "3")).contains("spent, top; withdrawn: days");
    assertThat(dataFiles()).isEqualTo(files);
    assertThat(shop.succeed("history", "--json"))
        .contains("\"action\":\"promote\",\"note\":\"dev, 3 tables\"")
        .contains("\"action\":\"rollback\",\"note\":\"to the end of run 1\"");
  }

  @Test
  void promote_afterAFailedCheck_isRefused() throws Exception {
    change();
    shop.file(
        "tables/top.sql",
        "/*---\nchecks: [{range: {top: {max: 1}}}]\n---*/\nselect max(spent) as top from spent");
    assertThat(shop.command("run", "--env", "dev").exitCode()).isEqualTo(2);
    Child.End refused = shop.command("promote", "dev");
    assertThat(refused.exitCode()).isEqualTo(5);
    assertThat(refused.err())
        .contains(
            "error[LEDGER_PROMOTION_UNFINISHED]: Cannot promote 'dev': its last run, 2, failed.");
    assertThat(answer("prod", "select top from top")).isEqualTo("20");
  }

  @Test
  void promote_overWhatSomebodyElsePromoted_isAConflict_untilTheFilesHoldIt() throws Exception {
    String original = Files.readString(directory.resolve("tables/spent.sql"));
    change();
    shop.succeed("run", "--env", "theirs");
    shop.file("tables/spent.sql", original);
    shop.file("tables/top.sql", "select max(spent) + 1 as top from spent");
    shop.succeed("run", "--env", "mine");
    shop.succeed("promote", "theirs");

    Child.End refused = shop.command("promote", "mine");
    assertThat(refused.exitCode()).isEqualTo(5);
    assertThat(refused.err())
        .contains("prod has redefined spent (read by top) since this environment was built")
        .contains("headrace run --env mine --rebase");

    change(); // As after a merge of their branch.
    shop.succeed("run", "--env", "mine");
    assertThat(shop.succeed("promote", "mine")).contains("Promoted mine");
    assertThat(answer("prod", "select top from top")).isEqualTo("41");
  }

  @Test
  void sql_at_readsEveryTableAsItWas() throws Exception {
    change();
    shop.succeed("run");
    shop.file("data/2.csv", "order_id,customer,total,ordered_at\n4,c,100,2026-01-03\n");
    shop.succeed("run");
    String question = "select (select top from top) + (select count(*) from orders) as both";
    assertThat(answer("prod", question)).isEqualTo("204");
    assertThat(at("2", question)).isEqualTo("43");
    assertThat(at("1", question)).isEqualTo("23");
    assertThat(at("prod", question)).isEqualTo("204");
    assertThat(at("2999-01-01", question)).isEqualTo("204");

    Child.End early = shop.command("sql", "--at", "2001-01-01T10:00Z", question);
    assertThat(early.exitCode()).isEqualTo(4);
    assertThat(shop.command("sql", "--at", "99", question).err())
        .contains("Cannot find run 99: the newest is 3.");
    assertThat(shop.command("sql", "--at", "2001-99", question).err())
        .contains("Cannot read the time '2001-99'.");
    assertThat(shop.command("sql", "--at", "nowhere", question).err())
        .contains("Cannot find environment 'nowhere': there is prod.");
  }

  @Test
  void run_aTableByDayThatIsToBeginEarlier_isNotTakenForBuilt() throws Exception {
    String daily =
        """
        /*---
        materialize: incremental
        time: day
        %s---*/
        select cast(ordered_at as date) as day, count(*) as orders
        from orders where ordered_at >= $from and ordered_at < $to group by 1
        """;
    shop.file("tables/daily.sql", daily.formatted("start: 2026-01-02\n"));
    shop.succeed("run");
    assertThat(answer("prod", "select sum(orders) from daily")).isEqualTo("2");
    shop.file("tables/daily.sql", daily.formatted(""));
    assertThat(shop.succeed("plan")).contains("1 day missing");
    shop.succeed("run");
    assertThat(answer("prod", "select sum(orders) from daily")).isEqualTo("3");
  }

  @Test
  void run_aTableRenamed_keepsTheOldOne_untilTheNewOneIsBuilt() throws Exception {
    shop.file("tables/seen.sql", "/*---\nmaterialize: view\n---*/\nselect top from top");
    shop.succeed("run");
    Files.delete(directory.resolve("tables/top.sql"));
    shop.file("tables/seen.sql", "/*---\nmaterialize: view\n---*/\nselect top from peak");
    shop.file(
        "tables/peak.sql",
        "/*---\nchecks: [{range: {top: {max: 1}}}]\n---*/\nselect max(spent) as top from spent");
    assertThat(shop.command("run").exitCode()).isEqualTo(2);
    assertThat(answer("prod", "select top from seen")).isEqualTo("20");

    shop.file("tables/peak.sql", "select max(spent) as top from spent");
    shop.succeed("run");
    assertThat(answer("prod", "select top from seen")).isEqualTo("20");
    assertThat(shop.command("sql", "select * from top").exitCode()).isEqualTo(2);
  }

  @Test
  void gc_keepsWhatCanBeGoneBackTo_andSaysWhatItRemovesBefore() throws Exception {
    change();
    shop.succeed("run");
    Set<Path> all = dataFiles();
    assertThat(shop.succeed("gc", "--json")).contains("\"versions\":[],\"snapshots\":0");
    assertThat(dataFiles()).isEqualTo(all);
    assertThat(at("1", "select top from top")).isEqualTo("20");

    assertThat(shop.succeed("gc", "--keep", "0d", "--dry-run"))
        .contains("Would remove 2 table versions");
    assertThat(dataFiles()).isEqualTo(all);
    assertThat(shop.succeed("gc", "--keep", "0d")).contains("Removed 2 table versions");
    assertThat(dataFiles()).hasSizeLessThan(all.size());
    assertThat(answer("prod", "select top from top")).isEqualTo("40");

    Child.End gone = shop.command("rollback");
    assertThat(gone.exitCode()).isEqualTo(4);
    assertThat(gone.err())
        .contains("Cannot go back to run 1: gc has removed the rows that spent, top had then.");
    Child.End past = shop.command("sql", "--at", "1", "select top from top");
    assertThat(past.exitCode()).isEqualTo(4);
    assertThat(past.err()).contains("gc has removed the rows");
  }

  @Test
  void env_dropped_isGone_andGcFreesItsTables() throws Exception {
    Set<Path> before = dataFiles();
    change();
    shop.succeed("run", "--env", "dev");
    assertThat(shop.succeed("env", "--drop", "dev")).contains("Dropped dev and its 2 tables");
    assertThat(shop.command("sql", "--env", "dev", "select * from top").exitCode()).isEqualTo(4);
    assertThat(shop.command("env", "--drop", "prod").exitCode()).isEqualTo(2);
    assertThat(shop.command("promote", "prod").err()).contains("it is where promotions lead");
    assertThat(shop.command("run", "--env", "42").err()).contains("neither a number nor a date");
    shop.succeed("gc", "--keep", "0d");
    assertThat(dataFiles()).isEqualTo(before);
  }

  private String answer(String environment, String sql) {
    return number(shop.succeed("sql", "--env", environment, "--format", "csv", sql));
  }

  private String at(String moment, String sql) {
    return number(shop.succeed("sql", "--at", moment, "--format", "csv", sql));
  }

  private static String number(String csv) {
    return csv.strip().lines().toList().getLast();
  }

  private String tableOf(Path file) {
    return shop.lake().relativize(file).getName(0).toString().replaceAll("__[0-9a-f]+$", "");
  }

  private Set<Path> dataFiles() throws IOException {
    try (Stream<Path> files = Files.walk(shop.lake())) {
      return files
          .filter(file -> file.toString().endsWith(".parquet"))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }
}
