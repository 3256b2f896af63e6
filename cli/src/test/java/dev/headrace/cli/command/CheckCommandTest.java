package dev.headrace.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.headrace.cli.Shell;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckCommandTest {
  @TempDir Path directory;
  private Shell shell;

  @BeforeEach
  void project() throws IOException {
    shell = new Shell(directory);
    shell.write("headrace.yaml", "name: shop\n");
    shell.write("sources/orders.yaml", "files: orders.csv\nchecks: [{not-null: [id]}]\n");
    shell.write("orders.csv", "id,total,day\n1,2.5,2026-01-01\n2,3.5,2026-01-02\n");
  }

  @Test
  void rightProject_isSaidToBe() throws IOException {
    shell.write("tables/daily.sql", "select day, count(*) as n from orders group by day");

    assertThat(shell.succeed("check")).isEqualTo("2 assets, nothing wrong.\n");
  }

  @Test
  void unknownColumn_isFoundOnceTheSourceWasLoaded() throws IOException {
    shell.write("tables/daily.sql", "select\n  day,\n  totl\nfrom orders");
    assertThat(shell.run("check")).isZero();

    shell.succeed("run", "--select", "orders");

    assertThat(shell.run("check")).isEqualTo(2);
    assertThat(shell.out()).contains("tables/daily.sql:3:3").contains("totl");
  }

  @Test
  void metricsThatDoNotFitTheirColumns_areFoundOnceTheSourceWasLoaded() throws IOException {
    shell.write(
        "tables/daily.sql",
        "select cast(day as date) as day, count(*) as n from orders group by 1");
    shell.write("metrics/sold.yaml", "sum: totl\ntable: orders\n");
    shell.write("metrics/twice.yaml", "derived: 2 * sold\n"); // Told of where it is wrong: there.
    shell.write(
        "metrics/dear.yaml", "proportion: total > 'much'\nwhere: daily.n > 1\ntable: orders\n");
    shell.write("metrics/late.yaml", "count: \"*\"\ntable: orders\ntime: total\nwindow: 7d\n");
    shell.write("metrics/wrong_types.yaml", "sum: day + total\ntable: orders\n");
    shell.write("metrics/per_day.yaml", "mean: n\ntable: daily\nwindow: 7d\ntime: day\n");
    assertThat(shell.run("check")).isZero();

    shell.succeed("run", "--select", "orders");

    assertThat(shell.run("check")).isEqualTo(2);
    assertThat(shell.out())
        .contains("metrics/sold.yaml:1:1", "'totl'", "Did you mean 'total'?")
        .contains("metrics/dear.yaml:2:1", "'daily'")
        .contains("metrics/late.yaml:")
        .contains("metrics/wrong_types.yaml:1:1")
        .doesNotContain("twice", "per_day")
        .contains("4 problems");
  }

  /** What one message says to write must not be what the next one refuses. */
  @Test
  void metricOverATableInTwoRoles_isToldWhatItCanDo() throws IOException {
    shell.write("people.csv", "k,country\n1,FR\n2,DE\n");
    shell.write("sources/people.yaml", "files: people.csv\nkey: k\n");
    shell.write("sales.csv", "buyer,seller,amount\n1,2,5\n2,1,7\n");
    shell.write(
        "sources/sales.yaml",
        "files: sales.csv\nchecks: [{foreign-key: {buyer: people.k, seller: people.k}}]\n");
    shell.write("metrics/a.yaml", "sum: amount\ntable: sales\nwhere: buyer.country = 'FR'\n");
    shell.write("metrics/b.yaml", "sum: amount\ntable: sales\nwhere: people.country = 'FR'\n");
    shell.succeed("run");

    assertThat(shell.run("check")).isEqualTo(2);
    assertThat(shell.out().split("joined in several roles", -1)).hasSize(3);
    assertThat(shell.out()).doesNotContain("Write ").contains("ask with --where");
    shell.write("metrics/a.yaml", "sum: amount\ntable: sales\n");
    assertThat(shell.succeed("metrics", "query", "a", "--where", "buyer.country = 'FR'"))
        .contains(" 5");
  }

  @Test
  void checksThatDoNotFitTheirColumns_areFoundOnceTheSourceWasLoaded() throws IOException {
    shell.succeed("run");
    shell.write("sources/never.yaml", "files: never.csv\n");
    shell.write(
        "sources/orders.yaml",
        """
        files: orders.csv
        checks:
          - not-null: [id]
          - not-null: [idd]
          - range: {total: {min: 5, max: 1}}
          - regex: {id: "[0-9]+"}
          - freshness: {total: 1d}
          - row-count: {}
          - unique: [id]
            where: totl > 0
        """);
    shell.write(
        "tables/paid.sql",
        """
        /*---
        checks:
          - foreign-key: {id: orders.nr}
          - foreign-key: {id: never.id}
        ---*/
        select id from orders""");
    shell.write(
        "tables/joined.sql",
        """
        /*---
        checks:
          - sql: "select * from {this} join orders using (id, dai)"
        ---*/
        select id from orders""");
    shell.write(
        "tables/daily.sql",
        """
        /*---
        materialize: incremental
        time: dai
        ---*/
        select id, day from orders where day >= $from and day < $to""");
    shell.write(
        "tables/newest.sql",
        """
        /*---
        materialize: incremental
        key: [nr]
        ---*/
        select id, day from orders""");
    shell.write("tables/view.sql", "/*---\nmaterialize: view\n---*/\nselect 1 as one");
    shell.write("tables/twice.sql", "select id, total as id from orders");

    assertThat(shell.run("check")).isEqualTo(2);
    assertThat(shell.err()).isEmpty();
    assertThat(shell.out())
        .contains("orders.yaml:4:5: 'orders' has no column 'idd'.\n    Did you mean 'id'?")
        .contains("orders.yaml:5:13: No value can be at least 5 and at most 1.")
        .contains("orders.yaml:6:13: regex does not apply to 'id', which is long.")
        .contains("orders.yaml:7:17: freshness does not apply to 'total', which is double.")
        .contains("orders.yaml:8:5: The number of rows has no bound.")
        .contains("orders.yaml:10:5:")
        .contains("\"totl\" not found")
        .contains("tables/paid.sql:3:19: 'orders' has no column 'nr'.")
        .contains("tables/joined.sql:3:")
        .contains("\"dai\"")
        .contains("tables/twice.sql:1:1: Cannot store table 'twice': the column 'id' occurs twice")
        .contains("tables/daily.sql:5:1: Cannot build 'daily' by its time column 'dai'")
        .contains("tables/newest.sql:5:1: Cannot merge into 'newest' by key column 'nr'")
        .contains("8 assets, 11 problems.");
  }

  /** Days that are not those of an input would lack rows, and late ones would never reach them. */
  @Test
  void tablesByDayOfOtherDays_areFoundOnceTheSourceWasLoaded() throws IOException {
    String byDay = "/*---\nmaterialize: incremental\ntime: t\n---*/\n";
    shell.write("trips.csv", "id,left_at,back_at\n1,2026-03-01 10:00:00,2026-03-03 09:00:00\n");
    shell.write("sources/trips.yaml", "files: trips.csv\ntime: left_at\n");
    shell.write(
        "tables/monthly.sql",
        byDay
            + "select date_trunc('month', left_at) as t, count(*) as n from trips"
            + " where left_at >= $from and left_at < $to group by 1");
    shell.write(
        "tables/returns.sql",
        byDay + "select back_at as t, id from trips where back_at >= $from and back_at < $to");
    shell.write(
        "tables/undated.sql",
        byDay + "select current_date as t, id from orders where t >= $from and t < $to");
    shell.succeed("run", "--select", "trips,orders");

    assertThat(shell.run("check")).isEqualTo(2);
    assertThat(shell.out())
        .contains(
            "tables/monthly.sql:5:1: Cannot build 'monthly' by its time column 't': it is made of"
                + " trips.left_at with date_trunc('month').")
        .contains(
            "tables/returns.sql:5:1: Cannot build 'returns' by its time column 't': it comes from"
                + " trips.back_at, and the days of 'trips' are those of its time column 'left_at'.")
        .contains("leave out 'materialize' to build the table as a whole")
        .contains(
            "tables/undated.sql:5:1: Cannot build 'undated' by day: none of its inputs [orders]"
                + " has a time column.")
        .contains(", 3 problems.");
    assertThat(shell.run("run", "--select", "monthly")).isEqualTo(2);
    assertThat(shell.out()).contains("with date_trunc('month')");
  }

  @Test
  void conditionThatLeavesItsCheck_isRefused() throws IOException {
    for (String condition :
        List.of("1=1) or (1=1", "true union select 1", "id in (select id from orders)", "id >")) {
      shell.write(
          "sources/orders.yaml",
          "files: orders.csv\nchecks: [{not-null: [id], where: \"" + condition + "\"}]\n");

      assertThat(shell.run("check")).as(condition).isEqualTo(2);
      assertThat(shell.err()).contains("sources/orders.yaml:2:").contains("condition");
    }
  }

  @Test
  void brokenFiles_areAllToldWithTheirPlaces() throws IOException {
    shell.write("tables/a.sql", "select from from orders");
    shell.write("tables/b.sql", "select * from ordres");

    assertThat(shell.run("check")).isEqualTo(2);
    assertThat(shell.err())
        .contains("tables/a.sql:1")
        .contains("tables/b.sql:1")
        .contains("orders");
  }

  @Test
  void tablesThatLeaveTheSubset_areNamedWithPlaceAndRemedy() throws IOException {
    shell.write(
        "tables/lists.sql",
        """
        /*---
        checks:
          - sql: "select * from {this} where 7 // 2 = 4"
        ---*/
        select
          day,
          array_agg(id order by total nulls last) as ids
        from orders
        group by day""");
    shell.write("tables/plain.sql", "select id, total from orders");

    assertThat(shell.run("check", "--engine", "spark")).isEqualTo(2);
    assertThat(shell.out())
        .contains("leaves  tables/lists.sql:7:3: array_agg with order by.")
        .contains("write array_sort(array_agg(x))")
        .contains("leaves  tables/lists.sql:3:")
        .contains("operator //")
        .contains("1 of 2 tables leave the SQL that DuckDB and spark share: lists")
        .doesNotContain("plain.sql");
  }

  @Test
  void fractionsCastToWholeNumbers_areFoundByTheirTypes() throws IOException {
    shell.write("tables/cut.sql", "select id, cast(total as int) as whole from orders");
    shell.write("tables/again.sql", "select cast(whole / 2 as int) as half from cut");
    shell.write("tables/right.sql", "select cast(round(total) as int) as whole from orders");
    shell.succeed("run", "--select", "orders");

    JsonNode found = json(2, "check", "--engine", "spark", "--json").path("portability");

    assertThat(found.path("leaving").toString()).isEqualTo("[\"again\",\"cut\"]");
    assertThat(found.path("findings").path(0).path("construct").asText())
        .isEqualTo("cast of a fraction to a whole number");
    assertThat(found.path("findings").path(1).path("column").asInt()).isEqualTo(12);
    assertThat(found.path("untyped")).isEmpty();
  }

  @Test
  void whatTheDataDecide_isNotedOnly() throws IOException {
    shell.write(
        "tables/ranked.sql",
        """
        select id, total, total / id as share
        from orders
        qualify row_number() over (order by total) <= 10
          and row_number() over (order by id) <= 10""");

    shell.succeed("check", "--engine", "spark");
    assertThat(shell.out())
        .contains("depends tables/ranked.sql:1:")
        // The other key is never null, as the source's check says.
        .containsOnlyOnce("ascending order without nulls")
        .contains("2 places depend on what the data hold");
  }

  @Test
  void sourcesNeverLoaded_areSaidToHideTypes() throws IOException {
    shell.write("tables/cut.sql", "select cast(total as int) as whole from orders");

    assertThat(shell.succeed("check", "--engine", "spark"))
        .contains("Types were not looked at in 1 table, whose sources were never loaded: cut");
  }

  @Test
  void unknownConstruct_isNotTakenOnTrust() throws IOException {
    shell.write("tables/a.sql", "select jaro_winkler_similarity(day, 'x') as near from orders");

    assertThat(shell.run("check", "--engine", "spark")).isEqualTo(2);
    assertThat(shell.out()).contains("function jaro_winkler_similarity. Nothing shows");
  }

  @Test
  void engineThatDoesNotExist_isRefused() {
    assertThat(shell.run("check", "--engine", "sparc")).isEqualTo(2);
    assertThat(shell.err()).contains("CLI_ENGINE").contains("Did you mean 'spark'?");
    assertThat(shell.run("prove", "--engine", "duckdb")).isEqualTo(2);
    assertThat(shell.err()).contains("Cannot compare engine 'duckdb' with itself");
  }

  private JsonNode json(int code, String... args) throws IOException {
    assertThat(shell.run(args)).isEqualTo(code);
    return new JsonMapper().readTree(shell.out());
  }
}
