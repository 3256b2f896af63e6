package dev.headrace.cli.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The ad world's dirty logs add up to the simulator's truth, however they arrive. */
class AdsExampleTest {
  private static final List<String> FEEDS =
      List.of("impressions", "clicks", "conversions", "logins", "auctions");

  /** Tables whose rows do not depend on when their inputs arrived, and columns that order them. */
  private static final Map<String, String> TABLES =
      Map.of(
          "stg_conversions", "order_id",
          "fct_impressions", "impression_id",
          "fct_clicks", "click_id",
          "fct_conversions", "order_id",
          "win_rate", "day, campaign_id",
          "daily_kpis", "day, campaign_id",
          "visitor_emails", "visitor_id");

  @TempDir Path directory;

  @Test
  void world_addsUpToTheTruth() throws IOException {
    ExampleProject ads = ExampleProject.copy("ads", directory.resolve("ads"));
    Path truth = directory.resolve("truth");
    simulate(ads, 2_000, 14);
    // What the project cannot see it cannot read.
    Files.move(ads.directory().resolve("data/truth"), truth);

    JsonNode report = ads.run();
    assertThat(ExampleProject.statuses(report)).containsOnly("built");
    assertThat(ExampleProject.statuses(ads.run())).containsOnly("skipped");

    assertThat(totals(ads)).isEqualTo(Files.readAllLines(truth.resolve("totals.csv")));
    assertThat(
            ads.row(
                "select cast(sum(impressions) as bigint) as impressions,"
                    + " cast(sum(clicks) as bigint) as clicks,"
                    + " cast(sum(conversions) as bigint) as conversions,"
                    + " sum(revenue_usd) as revenue_usd, sum(spend_usd) as spend_usd"
                    + " from campaign_kpis"))
        .isEqualTo(
            "{\"impressions\":208659,\"clicks\":3357,\"conversions\":130,"
                + "\"revenue_usd\":14875.6945,\"spend_usd\":947.380593}");
    assertDirt(ads, report, dirt(truth));
    assertMetrics(ads);
  }

  /** Metrics over three fact tables give the figures of the report, which joins them by hand. */
  private static void assertMetrics(ExampleProject ads) throws IOException {
    assertThat(
            ads.metrics(
                "ad_impressions,ad_clicks,credited_orders,credited_revenue,spend,ctr,cvr,roas",
                "--by",
                "campaign_id"))
        .hasSize(12)
        .isEqualTo(
            ads.rows(
                "select campaign_id, impressions as ad_impressions, clicks as ad_clicks,"
                    + " conversions as credited_orders, revenue_usd as credited_revenue,"
                    + " spend_usd as spend, ctr, cvr, roas from campaign_kpis order by 1"));
    assertThat(ads.metrics("ctr,roas", "--by", "campaign,day", "--where", "vertical <> 'none'"))
        .isEqualTo(
            ads.rows(
                "select campaign, day, ctr, roas from daily_kpis"
                    + " where impressions + clicks + conversions > 0 order by 1, 2"));
    assertThat(ads.metrics("shop_funnel.clicked,shop_funnel"))
        .isEqualTo(
            ads.rows(
                "with shown as (select visitor_id, min(occurred_at) as at from fct_impressions"
                    + " where visitor_id is not null group by 1),"
                    + " clicked as (select s.visitor_id, s.at as first, min(c.occurred_at) as at"
                    + " from shown s join fct_clicks c on c.visitor_id = s.visitor_id"
                    + " and c.occurred_at between s.at and s.at + interval '7' day group by 1, 2),"
                    + " ordered as (select distinct c.visitor_id from clicked c"
                    + " join fct_conversions o on o.visitor_id = c.visitor_id"
                    + " and o.occurred_at between c.at and c.first + interval '7' day)"
                    + " select (select count(*) from clicked) / (select count(*) from shown)"
                    + " as shop_funnel_clicked, (select count(*) from ordered)"
                    + " / (select count(*) from shown) as shop_funnel"));
    assertThat(ads.succeed(List.of("lineage", "roas")))
        .contains("credited_revenue", "fct_conversions", "stg_conversions", "conversions");
  }

  @Test
  void days_oneAtATime_giveTheRowsOfAllAtOnce() throws IOException {
    ExampleProject whole = ExampleProject.copy("ads", directory.resolve("whole"));
    simulate(whole, 800, 6);
    whole.run();

    ExampleProject daily = ExampleProject.copy("ads", directory.resolve("daily"));
    Path from = whole.directory().resolve("data/raw");
    Path to = daily.directory().resolve("data/raw");
    copyFiles(from, to, "");
    for (int day = 2; day <= 7; day++) {
      for (String feed : FEEDS) {
        copyFiles(from.resolve(feed), to.resolve(feed), "2026-03-0" + day);
      }
      JsonNode report = daily.run();
      assertThat(ExampleProject.step(report, "fct_impressions").path("status").asText())
          .isEqualTo("built");
      assertThat(ExampleProject.step(report, "sites").path("status").asText())
          .isEqualTo(day == 2 ? "built" : "skipped");
    }

    Map<String, List<JsonNode>> expected = tables(whole);
    assertThat(tables(daily)).isEqualTo(expected);
    FeatureFigures.ads(daily);
    daily.run("--full-refresh");
    assertThat(tables(daily)).isEqualTo(expected);
  }

  private static void simulate(ExampleProject project, int people, int days) {
    project.succeed(
        List.of(
            "simulate",
            "ads",
            project.directory().resolve("data").toString(),
            "--people",
            Integer.toString(people),
            "--days",
            Integer.toString(days),
            "--seed",
            "7"));
  }

  private static void copyFiles(Path from, Path to, String prefix) throws IOException {
    Files.createDirectories(to);
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (file.getFileName().toString().startsWith(prefix)) {
          Files.copy(file, to.resolve(file.getFileName()));
        }
      }
    }
  }

  private static Map<String, List<JsonNode>> tables(ExampleProject project) throws IOException {
    Map<String, List<JsonNode>> tables = new TreeMap<>();
    for (Map.Entry<String, String> table : TABLES.entrySet()) {
      tables.put(
          table.getKey(),
          project.rows("select * from " + table.getKey() + " order by " + table.getValue()));
      assertThat(tables.get(table.getKey())).as(table.getKey()).isNotEmpty();
    }
    return tables;
  }

  /** The daily figures as the simulator writes them. */
  private static List<String> totals(ExampleProject ads) throws IOException {
    List<String> lines = new ArrayList<>();
    lines.add("date,campaign_id,impressions,clicks,conversions,revenue_usd,spend_usd");
    for (JsonNode row : ads.rows("select * from daily_kpis order by day, campaign_id")) {
      lines.add(
          String.join(
              ",",
              row.path("day").asText(),
              row.path("campaign_id").asText(),
              row.path("impressions").toString(),
              row.path("clicks").toString(),
              row.path("conversions").toString(),
              decimal(row.path("revenue_usd"), 4),
              decimal(row.path("spend_usd"), 6)));
    }
    return lines;
  }

  private static String decimal(JsonNode number, int places) {
    assertThat(number.isNumber()).isTrue();
    BigDecimal exact = number.decimalValue();
    return exact.setScale(places, RoundingMode.UNNECESSARY).toPlainString();
  }

  /** Rows per feed and kind of dirt, {@code clicks/duplicate}, over all files. */
  private static Map<String, Long> dirt(Path truth) throws IOException {
    Map<String, Long> rows = new TreeMap<>();
    for (String line : Files.readAllLines(truth.resolve("dirt.csv")).stream().skip(1).toList()) {
      String[] fields = line.split(",");
      String feed = fields[0].split("/")[1];
      rows.merge(feed + "/" + fields[1], Long.parseLong(fields[2]), Long::sum);
    }
    return rows;
  }

  private static void assertDirt(ExampleProject ads, JsonNode report, Map<String, Long> truth)
      throws IOException {
    List<JsonNode> counted = ads.rows("select feed, kind, rows from dirt");
    assertThat(counted).hasSize(19);
    for (JsonNode row : counted) {
      String kind = row.path("feed").asText() + "/" + row.path("kind").asText();
      assertThat(row.path("rows").longValue()).as(kind).isEqualTo(truth.getOrDefault(kind, 0L));
    }
    for (String feed : List.of("impressions", "clicks", "logins")) {
      assertThat(ExampleProject.step(report, feed).path("rejected").longValue())
          .as("cut lines of " + feed)
          .isEqualTo(truth.getOrDefault(feed + "/truncated_line", 0L));
    }
    assertThat(ExampleProject.step(report, "conversions").path("rejected").longValue())
        .as("ragged rows")
        .isEqualTo(
            truth.getOrDefault("conversions/ragged_short", 0L)
                + truth.getOrDefault("conversions/ragged_long", 0L));
  }
}
