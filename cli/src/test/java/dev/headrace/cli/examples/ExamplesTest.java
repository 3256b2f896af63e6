package dev.headrace.cli.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The examples on public data give the figures that their READMEs state.
 *
 * <p>The figures were counted from the files by other means: the headline ones are those published
 * with the data sets, the others come from scripts that share no code with Headrace.
 */
class ExamplesTest {
  @TempDir Path directory;

  @Test
  void halo_figures() throws IOException {
    ExampleProject halo = ExampleProject.copy("halo", directory);
    runTwice(halo);

    assertThat(halo.row("select * from avg_kills_per_game order by avg_kills desc limit 1"))
        .isEqualTo("{\"player\":\"gimpinator14\",\"avg_kills\":109.0}");
    assertThat(halo.row("select count(*) as players from avg_kills_per_game"))
        .isEqualTo("{\"players\":69420}");
    assertThat(halo.row("select * from plays_by_playlist order by matches desc limit 1"))
        .isEqualTo("{\"playlist_id\":\"f72e0ef0-7c4a-4307-af78-8e38dac3fdba\",\"matches\":7657}");
    assertThat(halo.row("select cast(sum(matches) as bigint) as matches from plays_by_playlist"))
        .isEqualTo("{\"matches\":19050}");
    assertThat(halo.row("select * from plays_by_map order by matches desc limit 1"))
        .isEqualTo("{\"map\":\"Breakout Arena\",\"matches\":7049}");
    assertThat(halo.row("select * from killing_sprees_by_map order by medals desc limit 1"))
        .isEqualTo("{\"map\":\"Breakout Arena\",\"medals\":6744}");
    assertThat(
            halo.row(
                "select (select count(*) from matches) as matches,"
                    + " (select count(*) from match_details) as details,"
                    + " (select count(*) from medals_matches_players) as medals"))
        .isEqualTo("{\"matches\":24025,\"details\":151761,\"medals\":755229}");
    FeatureFigures.halo(halo);
  }

  @Test
  void retail_figures() throws IOException {
    ExampleProject retail = ExampleProject.copy("retail", directory);
    runTwice(retail);

    assertThat(
            retail.row(
                "select count(*) as lines, sum(amount) as amount,"
                    + " count(distinct customer_id) as customers,"
                    + " count(*) filter (where customer_id is null) as without_customer,"
                    + " count(*) filter (where is_repeat) as repeats from stg_retail"))
        .isEqualTo(
            "{\"lines\":541909,\"amount\":9747747.934,\"customers\":4372,"
                + "\"without_customer\":135080,\"repeats\":5268}");
    assertThat(retail.row("select count(*) as days, sum(revenue) as revenue from daily_revenue"))
        .isEqualTo("{\"days\":305,\"revenue\":9747747.934}");
    assertThat(retail.row("select count(*) as orders, sum(amount) as amount from orders"))
        .isEqualTo("{\"orders\":19959,\"amount\":10655622.484}");
    assertThat(
            retail.row(
                "select count(*) as customers, sum(monetary) as monetary,"
                    + " min(recency_days) as newest, max(recency_days) as oldest"
                    + " from customer_rfm"))
        .isEqualTo("{\"customers\":4338,\"monetary\":8911407.904,\"newest\":1,\"oldest\":374}");
    assertThat(
            retail.row(
                "select customers, cohort_size from cohort_retention"
                    + " where cohort_month = date '2010-12-01' and months_later = 1"))
        .isEqualTo("{\"customers\":324,\"cohort_size\":885}");
    assertThat(
            retail.row(
                "select article_a, article_b, orders, round(lift, 3) as lift from basket_pairs"
                    + " order by orders desc limit 1"))
        .isEqualTo(
            "{\"article_a\":\"22386\",\"article_b\":\"85099B\",\"orders\":825,\"lift\":6.411}");
    retailMetrics(retail);
    FeatureFigures.retail(retail);
  }

  /** Metrics and tables that say the same in other words agree. */
  private static void retailMetrics(ExampleProject retail) throws IOException {
    assertThat(retail.metrics("revenue", "--by", "day"))
        .isEqualTo(retail.rows("select day, revenue from daily_revenue order by day"));
    assertThat(retail.metrics("next_month_return", "--by", "month"))
        .filteredOn(month -> !month.path("next_month_return").isNull())
        .isEqualTo(
            retail.rows(
                "select cohort_month as month, retention as next_month_return"
                    + " from cohort_retention where months_later = 1"
                    // December 2011 was not over.
                    + " and cohort_month < date '2011-11-01' order by 1"));
    assertThat(retail.metrics("customers,order_count,orders_per_customer"))
        .singleElement()
        .hasToString(
            "{\"customers\":4338,\"order_count\":19959,\"orders_per_customer\":4.272014753342554}");
    assertThat(
            retail.metrics(
                "revenue,customers",
                "--where",
                "country = 'EIRE'",
                "--from",
                "2011-10-01",
                "--to",
                "2011-10-31"))
        .isEqualTo(
            retail.rows(
                "select (select sum(amount) from stg_retail where country = 'EIRE'"
                    + " and invoiced_at >= timestamp '2011-10-01 00:00:00'"
                    + " and invoiced_at < timestamp '2011-11-01 00:00:00') as revenue,"
                    + " (select count(distinct customer_id) from orders where country = 'EIRE'"
                    + " and ordered_at >= timestamp '2011-10-01 00:00:00'"
                    + " and ordered_at < timestamp '2011-11-01 00:00:00') as customers"));
    assertThat(retail.succeed(List.of("lineage", "revenue")))
        .contains("stg_retail")
        .contains("online_retail");
  }

  @Test
  void wiki_figures() throws IOException {
    ExampleProject wiki = ExampleProject.copy("wiki", directory);
    JsonNode report = runTwice(wiki);

    assertThat(report.at("/checks/warned").intValue()).as("edits of other days").isEqualTo(1);
    assertThat(
            wiki.row(
                "select count(*) as edits, count(*) filter (where is_robot) as robots,"
                    + " count(*) filter (where is_anonymous) as anonymous,"
                    + " cast(sum(delta) as bigint) as delta from stg_edits"))
        .isEqualTo("{\"edits\":39244,\"robots\":15420,\"anonymous\":3799,\"delta\":8991275}");
    assertThat(wiki.row("select count(*) as hours, max(edits) as most from edits_by_hour"))
        .isEqualTo("{\"hours\":69,\"most\":2300}");
    assertThat(
            wiki.row(
                "select channel, edits, robot_edits, pages, editors from edits_by_channel"
                    + " order by edits desc limit 1"))
        .isEqualTo(
            "{\"channel\":\"#en.wikipedia\",\"edits\":11549,\"robot_edits\":1082,"
                + "\"pages\":9696,\"editors\":4343}");
    assertThat(wiki.row("select country, edits from edits_by_country order by edits desc limit 1"))
        .isEqualTo("{\"country\":\"United States\",\"edits\":528}");
    assertThat(wiki.row("select page, edits, editors from top_pages where rank = 1"))
        .isEqualTo("{\"page\":\"Wikipedia:Vandalismusmeldung\",\"edits\":33,\"editors\":23}");
  }

  @Test
  void weblogs_figures() throws IOException {
    ExampleProject weblogs = ExampleProject.copy("weblogs", directory);
    JsonNode report = runTwice(weblogs);

    assertThat(ExampleProject.step(report, "access_log").path("rejected").longValue()).isOne();
    assertThat(weblogs.row("select line from access_log__rejected")).isEqualTo("{\"line\":8899}");
    assertThat(
            weblogs.row(
                "select count(*) as hits, cast(sum(bytes) as bigint) as bytes,"
                    + " count(distinct visitor_id) as visitors,"
                    + " count(*) filter (where is_bot) as bot_hits from stg_hits"))
        .isEqualTo("{\"hits\":9999,\"bytes\":2747282505,\"visitors\":1861,\"bot_hits\":2616}");
    assertThat(weblogs.row("select count(*) as hours, max(hits) as most from hits_by_hour"))
        .isEqualTo("{\"hours\":84,\"most\":136}");
    assertThat(
            weblogs.row(
                "select cast(sum(hits) as bigint) as hits from status_mix where status = 404"))
        .isEqualTo("{\"hits\":213}");
    assertThat(weblogs.row("select path, hits from top_paths where rank = 1"))
        .isEqualTo("{\"path\":\"/favicon.ico\",\"hits\":807}");
    assertThat(weblogs.row("select count(*) as sessions from sessions"))
        .isEqualTo("{\"sessions\":3223}");
  }

  /** Builds everything, and then nothing; the first run's report. */
  private static JsonNode runTwice(ExampleProject project) throws IOException {
    JsonNode planned = project.plan();
    assertThat(planned.path("steps"))
        .isNotEmpty()
        .allMatch(step -> step.path("action").asText().equals("build"));
    JsonNode first = project.run();
    assertThat(ExampleProject.statuses(first)).containsOnly("built");
    assertThat(first.at("/checks/failed").intValue()).isZero();
    assertThat(ExampleProject.statuses(project.run())).containsOnly("skipped");
    return first;
  }
}
