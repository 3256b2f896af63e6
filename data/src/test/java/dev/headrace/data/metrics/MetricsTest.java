package dev.headrace.data.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.headrace.spi.error.HeadraceException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A shop whose orders have lines, and whose customers buy and recommend. */
class MetricsTest {
  @TempDir Path directory;
  private MetricProject shop;

  @BeforeEach
  void open() throws IOException {
    shop = new MetricProject(directory, ZoneId.of("UTC"));
    shop.file(
            "data/orders.csv",
            """
            order_id,buyer,recommender,at,amount
            1,10,11,2026-03-01T10:00:00,100
            2,10,,2026-03-02T11:00:00,50
            3,11,10,2026-03-02T12:00:00,7
            """)
        .file("data/lines.csv", "line_id,order_id,article\n1,1,tea\n2,1,pot\n3,2,tea\n4,3,tea\n")
        .file("data/customers.csv", "customer_id,country,city_id\n10,DE,1\n11,FR,2\n")
        .file("data/cities.csv", "city_id,city\n1,Ulm\n2,Nice\n2,Nizza\n")
        .file(
            "sources/orders.yaml",
            """
            files: data/orders.csv
            time: at
            columns: {at: timestamp, amount: "decimal(12,2)"}
            checks:
              - unique: [order_id]
              - foreign-key: {buyer: customers.customer_id, recommender: customers.customer_id}
            """)
        .file(
            "sources/lines.yaml",
            """
            files: data/lines.csv
            checks:
              - foreign-key: {order_id: orders.order_id}
            """)
        .file(
            "sources/customers.yaml",
            """
            files: data/customers.csv
            checks:
              - unique: [customer_id]
              - foreign-key: {city_id: cities.city_id}
            """)
        .file("sources/cities.yaml", "files: data/cities.csv\n")
        .file("metrics/sales.yaml", "sum: amount\ntable: orders\nunit: EUR\n")
        .file("metrics/line_count.yaml", "count: '*'\ntable: lines\n")
        .file("metrics/lines_per_euro.yaml", "ratio: {numerator: line_count, denominator: sales}\n")
        .run();
  }

  @AfterEach
  void close() {
    shop.close();
  }

  @Test
  void columnNamedLikeAPeriod_isNotBoth() throws IOException {
    shop.file("data/plays.csv", "day,at,n\n2026-03-05,2026-03-01T10:00:00,4\n")
        .file("sources/plays.yaml", "files: data/plays.csv\ntime: at\ncolumns: {day: date}\n")
        .file("metrics/played.yaml", "sum: n\ntable: plays\n")
        .run();

    assertThat(refuse(MetricQuery.of("played").by("day").where("day = date '2026-03-05'")))
        .hasMessage(
            "Cannot use 'day': it is the day of its time for 'played' and plays.day for 'played'.");
    assertThat(refuse(MetricQuery.of("played", "sales").where("day = date '2026-03-01'")).code())
        .isEqualTo(MetricError.METRIC_AMBIGUOUS);
    assertThat(rows(MetricQuery.of("played").where("day = date '2026-03-05'")))
        .containsExactly("[4]");
    assertThat(rows(MetricQuery.of("played").by("day").where("plays.day = date '2026-03-05'")))
        .containsExactly("[2026-03-01, 4]");
  }

  @Test
  void timeNamedLikeAPeriod_isThePeriod_whereItIsSplitByIt() throws IOException {
    shop.file(
            "data/plays.csv",
            "day,n\n2026-03-01T10:00:00,4\n2026-03-01T11:00:00,5\n2026-03-02T00:00:00,6\n")
        .file("sources/plays.yaml", "files: data/plays.csv\ntime: day\ncolumns: {day: timestamp}\n")
        .file("metrics/played.yaml", "sum: n\ntable: plays\n")
        .run();

    assertThat(rows(MetricQuery.of("played").by("day").where("day = date '2026-03-01'")))
        .containsExactly("[2026-03-01, 9]");
    assertThat(rows(MetricQuery.of("played").where("day >= timestamp '2026-03-01 11:00:00'")))
        .containsExactly("[11]");
    assertThat(
            rows(
                MetricQuery.of("played")
                    .by("month")
                    .where("day >= timestamp '2026-03-01 11:00:00'")))
        .containsExactly("[2026-03-01, 11]");
  }

  @Test
  void minimumSampleOfARatio_isThatOfItsDenominator_howeverItIsMeasured() throws IOException {
    shop.file("data/plays.csv", "u,n,at\n1,4,2026-03-01\n1,5,2026-03-01\n2,6,2026-03-02\n")
        .file("sources/plays.yaml", "files: data/plays.csv\ntime: at\n")
        .file("metrics/played.yaml", "sum: n\ntable: plays\n")
        .file("metrics/players.yaml", "count: distinct u\ntable: plays\n")
        .file("metrics/turns.yaml", "count: \"*\"\ntable: plays\n")
        .file("metrics/mean_play.yaml", "mean: n\ntable: plays\n");
    for (String denominator : List.of("players", "turns", "played", "mean_play")) {
      for (int minimum = 1; minimum <= 4; minimum++) {
        shop.file(
            "metrics/share_" + denominator + minimum + ".yaml",
            "ratio: {numerator: played, denominator: %s}\nminimum-sample: %d\n"
                .formatted(denominator, minimum));
      }
      shop.file(
          "metrics/twice_" + denominator + ".yaml", "derived: share_" + denominator + "4 * 2\n");
    }
    shop.run();

    assertThat(rows(MetricQuery.of("share_players1", "share_players2", "share_players3")))
        .containsExactly("[7.5, 7.5, null]");
    assertThat(rows(MetricQuery.of("turns", "share_turns3", "share_turns4", "twice_turns")))
        .containsExactly("[3, 5.0, null, null]");
    assertThat(rows(MetricQuery.of("played", "share_played3", "share_played4", "twice_played")))
        .containsExactly("[15, 1.0, null, null]");
    assertThat(rows(MetricQuery.of("share_mean_play3", "share_mean_play4")))
        .containsExactly("[3.0, null]");
    assertThat(rows(MetricQuery.of("share_players2").by("day")))
        .containsExactly("[2026-03-01, null]", "[2026-03-02, null]");
  }

  @Test
  void dimensionInQuotes_isTheColumnOfThatName() throws IOException {
    shop.file("data/plays.csv", "at,Song.Title,n\n2026-03-01,a,4\n2026-03-01,b,5\n")
        .file("sources/plays.yaml", "files: data/plays.csv\n")
        .file("metrics/played.yaml", "sum: n\ntable: plays\n")
        .run();

    assertThat(rows(MetricQuery.of("played").by("\"Song.Title\"")))
        .isEqualTo(rows(MetricQuery.of("played").by("plays.\"song.title\"")))
        .containsExactly("[a, 4]", "[b, 5]");
    assertThat(refuse(MetricQuery.of("played").by("\"Song.Title")))
        .hasMessageContaining("names no");
    assertThat(refuse(MetricQuery.of("played").by(""))).hasMessageContaining("names no column");
  }

  @Test
  void oneToMany_isRefusedWithWhatWouldHappen() {
    HeadraceException refused = refuse(MetricQuery.of("sales").by("article"));

    assertThat(refused.code()).isEqualTo(MetricError.METRIC_FAN_OUT);
    assertThat(refused)
        .hasMessage(
            "Cannot split 'sales' by 'article': 'lines' has many rows for one of 'orders' (its"
                + " 'order_id' points there), and each would count the same row of 'orders' again.");
    assertThat(refused.hint()).contains("Define a metric over 'lines'");
    assertThat(refuse(MetricQuery.of("sales").where("lines.article = 'tea'")).code())
        .isEqualTo(MetricError.METRIC_FAN_OUT);
  }

  @Test
  void joinToWhatIsNotUnique_isRefused_untilACheckProvesIt() throws IOException {
    MetricQuery byCity = MetricQuery.of("sales").by("buyer.city_id.city");
    HeadraceException refused = refuse(byCity);

    assertThat(refused.code()).isEqualTo(MetricError.METRIC_FAN_OUT);
    assertThat(refused).hasMessageContaining("nothing declares 'cities.city_id' unique");
    assertThat(refused.hint())
        .isEqualTo("If it is, add to the checks of 'cities': unique: [city_id]");

    shop.file(
        "sources/cities.yaml",
        "files: data/cities.csv\nchecks: [{unique: [city_id], severity: warn}]\n");
    refused = refuse(byCity);
    assertThat(refused)
        .hasMessageContaining("that 'cities.city_id' is unique does not keep rows from");
    assertThat(refused.hint()).contains("severity: error");

    shop.file("data/cities.csv", "city_id,city\n1,Ulm\n2,Nice\n")
        .file(
            "sources/cities.yaml",
            "files: data/cities.csv\nload: replace\nchecks: [{unique: [city_id]}]\n");
    refused = refuse(byCity);
    assertThat(refused).hasMessageContaining("'cities' has not been checked since");
    assertThat(refused.hint()).isEqualTo("Check it: headrace run --select cities");

    shop.run();
    assertThat(rows(byCity)).containsExactly("[Nice, 7.00]", "[Ulm, 150.00]");
  }

  @Test
  void tableInTwoRoles_isNamedByItsKeys() {
    assertThat(refuse(MetricQuery.of("sales").by("country")))
        .hasMessageContaining("several joined tables have it");
    assertThat(refuse(MetricQuery.of("sales").by("customers.country")).hint())
        .isEqualTo("Write buyer.country or recommender.country.");
    assertThat(rows(MetricQuery.of("sales").by("buyer.country", "recommender.country")))
        .containsExactly("[DE, FR, 100.00]", "[DE, null, 50.00]", "[FR, DE, 7.00]");
    assertThat(shop.metrics().plan(MetricQuery.of("sales").by("buyer.country")).sql())
        .isEqualTo(
            """
            select
              buyer.country,
              coalesce(sum(orders.amount), 0) as sales
            from orders
            left join customers as buyer on buyer.customer_id = orders.buyer
            group by 1
            order by country nulls last""");
  }

  @Test
  void ratioOverTwoTables_dividesSums_andNeverMultipliesRows() {
    assertThat(rows(MetricQuery.of("lines_per_euro", "sales", "line_count")))
        .containsExactly("[" + 4 / 157.0 + ", 157.00, 4]");
    assertThat(rows(MetricQuery.of("lines_per_euro").by("buyer.country")))
        .containsExactly("[DE, " + 3 / 150.0 + "]", "[FR, " + 1 / 7.0 + "]");
  }

  @Test
  void filter_appliesToEveryMetricOrIsRefused() {
    assertThat(rows(MetricQuery.of("sales", "line_count").where("buyer.country = 'DE'")))
        .containsExactly("[150.00, 3]");
    assertThat(refuse(MetricQuery.of("sales", "line_count").where("article = 'tea'")).code())
        .isEqualTo(MetricError.METRIC_FAN_OUT);
    assertThat(
            refuse(
                    MetricQuery.of("sales", "line_count")
                        .between(LocalDate.parse("2026-03-01"), LocalDate.parse("2026-03-01")))
                .code())
        .isEqualTo(MetricError.METRIC_NO_TIME);
  }

  @Test
  void nameWithTwoMeanings_isRefused() throws IOException {
    shop.file("data/visits.csv", "visit_id,country\n1,DE\n")
        .file("sources/visits.yaml", "files: data/visits.csv\n")
        .file("metrics/visit_count.yaml", "count: '*'\ntable: visits\n")
        .file("metrics/customer_count.yaml", "count: '*'\ntable: orders_of_buyers\n")
        .file(
            "tables/orders_of_buyers.sql",
            """
            /*---
            checks: [{foreign-key: {buyer: customers.customer_id}}]
            ---*/
            select order_id, buyer from orders
            """)
        .run();

    assertThat(refuse(MetricQuery.of("visit_count", "customer_count").by("country")))
        .hasMessage(
            "Cannot use 'country': it is visits.country for 'visit_count' and customers.country for"
                + " 'customer_count'.");
  }

  @Test
  void unknownNames_comeWithTheNearest() {
    assertThat(refuse(MetricQuery.of("sale")).hint()).isEqualTo("Did you mean 'sales'?");
    assertThat(refuse(MetricQuery.of("sales").by("amuont")).hint())
        .isEqualTo("Did you mean 'amount'?");
    assertThat(refuse(MetricQuery.of("sales.step"))).hasMessageContaining("it has no steps");
  }

  @Test
  void viewAsTable_isMeasuredLikeOne() throws IOException {
    shop.file(
            "tables/recent.sql",
            "/*---\nmaterialize: view\n---*/\nselect * from orders where orders.at >= timestamp '2026-03-02 00:00:00'\n")
        .file("metrics/recent_sales.yaml", "sum: amount\ntable: recent\ntime: at\n")
        .run();

    assertThat(rows(MetricQuery.of("recent_sales").by("day")))
        .containsExactly("[2026-03-02, 57.00]");
  }

  @Test
  void window_holdsWhatCameBefore_andTheStatementSaysHow() throws IOException {
    shop.file("metrics/sales_2d.yaml", "sum: amount\ntable: orders\nwindow: 2d\n")
        .file("metrics/lately.yaml", "count: '*'\ntable: orders\nwindow: 30m\n")
        .run();
    assertThat(rows(MetricQuery.of("sales_2d", "sales").by("day")))
        .containsExactly("[2026-03-01, 100.00, 100.00]", "[2026-03-02, 157.00, 57.00]");
    LocalDate last = LocalDate.parse("2026-03-02");
    assertThat(rows(MetricQuery.of("sales_2d").by("day").between(last, last)))
        .containsExactly("[2026-03-02, 157.00]");
    assertThat(rows(MetricQuery.of("sales_2d", "lately"))).containsExactly("[157.00, 0]");
    assertThat(rows(MetricQuery.of("sales_2d").between(last, last.plusDays(1))))
        .containsExactly("[57.00]");
    assertThat(shop.metrics().plan(MetricQuery.of("sales_2d").by("day", "buyer.country")).sql())
        .isEqualTo(
            """
            with sales_2d__windows as (
              select
                period__start,
                period__start + interval '1' day - interval '2' day as window__start,
                period__start + interval '1' day as window__end
              from (
                select distinct cast(date_trunc('day', orders.at) as date) as period__start
                from orders
                where orders.at is not null
              ) as periods
            )
            select
              sales_2d__windows.period__start as day,
              buyer.country,
              coalesce(sum(orders.amount), 0) as sales_2d
            from orders
            left join customers as buyer on buyer.customer_id = orders.buyer
            join sales_2d__windows on orders.at >= sales_2d__windows.window__start\
             and orders.at < sales_2d__windows.window__end
            group by 1, 2
            order by day nulls last, country nulls last""");
  }

  @Test
  void window_thatCannotBeWhole_isRefused() throws IOException {
    shop.file("metrics/sales_2d.yaml", "sum: amount\ntable: orders\nwindow: 2d\n")
        .file("metrics/lines_2d.yaml", "count: '*'\ntable: lines\nwindow: 2d\n")
        .run();
    assertThat(refuse(MetricQuery.of("sales_2d").where("day > date '2026-03-01'")))
        .hasMessage(
            "Cannot ask 'sales_2d' where 'day' is limited: its window holds rows of earlier"
                + " periods.");
    assertThat(refuse(MetricQuery.of("sales_2d").by("day", "week")))
        .hasMessage("Cannot split 'sales_2d' by day and week: its window ends with one period.");
    assertThat(refuse(MetricQuery.of("lines_2d")).code()).isEqualTo(MetricError.METRIC_NO_TIME);
    shop.file("metrics/bad.yaml", "sum: amount\ntable: orders\nwindow: 0s\ncap: {quantile: 9%}\n")
        .file("metrics/worse.yaml", "derived: sales * 2\nwindow: 2d\n");
    HeadraceException refused = catchThrowableOfType(HeadraceException.class, shop::graph);
    assertThat(String.valueOf(refused.getMessage()))
        .contains("bad.yaml:3:1: A window of no time holds no rows.")
        .contains("bad.yaml:4:7: A window has no quantile of all values as its limit")
        .contains(
            "worse.yaml:2:1: 'window' belongs to count, sum, mean, proportion and quantile, not to"
                + " derived.");
  }

  @Test
  void declarations_tellEverythingThatIsWrong() throws IOException {
    shop.file("metrics/a.yaml", "sum: amount\n")
        .file("metrics/b.yaml", "sum: amount\ntable: ordres\n")
        .file("metrics/c.yaml", "ratio: {numerator: salse, denominator: c}\n")
        .file("metrics/d.yaml", "derived: sales - nothing\ntable: orders\n")
        .file("metrics/e.yaml", "sum: amount +\ntable: orders\n")
        .file("metrics/f.yaml", "sum: amount from lines\ntable: orders\n")
        .file("metrics/g.yaml", "count: '*'\ntable: orders\nwhere: orders.at > now()\n")
        .file("metrics/h.yaml", "quantile: {value: amount, at: 100%}\ntable: orders\n")
        .file("metrics/i.yaml", "mean: amount\ntable: orders\ncap: {min: 5, max: 1}\n")
        .file("metrics/j.yaml", "retention: {after: 0}\ntable: orders\n")
        .file(
            "metrics/k.yaml",
            "funnel: {within: 1d, steps: [{name: a, table: orders}]}\nentity: buyer\n")
        .file("metrics/l.yaml", "count: '*'\ntable: sales\n")
        .file("metrics/m.yaml", "count: '*'\ntable: orders\ncap: {max: 1}\n")
        .file("metrics/n.yaml", "median: amount\ntable: orders\n")
        .file("tables/t.sql", "select * from sales\n");

    HeadraceException refused = catchThrowableOfType(HeadraceException.class, shop::graph);

    assertThat(String.valueOf(refused.getMessage()))
        .contains("a.yaml:1:1: A sum measures a table, but none is named.")
        .contains("b.yaml:2:1: unknown table 'ordres'")
        .contains("c.yaml:1:9: unknown metric 'salse'")
        .contains("The metric 'c' is made of itself.")
        .contains("d.yaml:1:1: unknown metric 'nothing'")
        .contains("'table' belongs to metrics over a table, not to derived.")
        .contains(
            "e.yaml:1:1: Cannot read the SQL of 'metrics/e.yaml': syntax error at or near \"+\"")
        .contains("f.yaml:1:1: 'amount from lines' is more than one expression.")
        .contains("g.yaml:3:1: A metric may not call 'now': its value would change by itself.")
        .contains("h.yaml:1:27: The quantile 100% is the least or the greatest value")
        .contains("i.yaml:3:7: The cap's 'min' of 5 is not below its 'max' of 1.")
        .contains("A retention follows entities, but no 'entity' is named.")
        .contains("The periods 0 to 0 after the first are none to come back in.")
        .contains("A funnel of one step leads nowhere.")
        .contains("l.yaml:2:1: 'sales' is a metric, not a table.")
        .contains("'cap' belongs to sum, mean and quantile, not to count.")
        .contains("n.yaml:1:1: Unknown key 'median'.")
        .contains("t.sql:1:15: unknown table 'sales'");
  }

  private HeadraceException refuse(MetricQuery question) {
    return catchThrowableOfType(HeadraceException.class, () -> shop.metrics().plan(question));
  }

  private List<String> rows(MetricQuery question) {
    return shop.ask(question).stream().map(List::toString).toList();
  }
}
