package dev.headrace.cli.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What the features of the examples come to: training sets against figures that a script without a
 * line of Headrace has counted from the raw files, and what is served against the lake.
 */
final class FeatureFigures {
  /**
   * Area under the curve of one column for one label, by the ranks of Mann and Whitney: the chance
   * that a random positive stands above a random negative, ties counted half.
   */
  private static final String AUC =
      "select round((sum(r) filter (where y) - count(*) filter (where y) * (count(*) filter (where"
          + " y) + 1) / 2.0) / (count(*) filter (where y) * count(*) filter (where not y)), 6) as"
          + " auc from (select y, rank() over (order by x) + (count(*) over (partition by x) - 1) /"
          + " 2.0 as r from (%s))";

  private FeatureFigures() {}

  /**
   * Orders joined with what is known of their customers today tell how the story ended; joined as
   * of their moment, they do not.
   */
  static void retail(ExampleProject retail) throws IOException {
    retail.succeed(
        List.of(
            "features",
            "join",
            "buys_again",
            "--features",
            "customer_activity.*",
            "--to",
            "buys_again_training"));
    assertThat(
            retail.row(
                "select count(*) as labels, count(*) filter (where buys_again) as positive,"
                    + " cast(sum(customer_activity__orders_ever) as bigint) as orders_seen,"
                    + " count(*) filter (where customer_activity__last_ordered_at > ordered_at)"
                    + " as from_the_future from buys_again_training"))
        .isEqualTo(
            "{\"labels\":17922,\"positive\":3539,\"orders_seen\":166877,\"from_the_future\":0}");
    assertThat(
            retail.row(
                "select count(*) as labels, cast(sum(orders_ever) as bigint) as orders_seen,"
                    + " count(*) filter (where last_ordered_at > ordered_at) as from_the_future"
                    + " from buys_again_careless"))
        .isEqualTo("{\"labels\":17922,\"orders_seen\":325414,\"from_the_future\":14081}");
    assertThat(
            retail.row(
                AUC.formatted(
                    "select buys_again as y, customer_activity__orders_ever as x"
                        + " from buys_again_training")))
        .isEqualTo("{\"auc\":0.739184}");
    assertThat(
            retail.row(
                AUC.formatted(
                    "select buys_again as y, customer_activity__orders_30d as x"
                        + " from buys_again_training")))
        .isEqualTo("{\"auc\":0.730819}");
    assertThat(
            retail.row(
                AUC.formatted("select buys_again as y, orders_ever as x from buys_again_careless")))
        .as("the leak")
        .isEqualTo("{\"auc\":0.808617}");
    assertNoSkew(
        retail, "customer_activity", "select customer_id from customer_activity order by 1");
    assertNoSkew(retail, "customer_basket", "select customer_id from customer_basket order by 1");
  }

  /** Form before the day of a match, over matches that have no hour. */
  static void halo(ExampleProject halo) throws IOException {
    halo.succeed(
        List.of(
            "features",
            "join",
            "player_matches",
            "--time",
            "before",
            "--features",
            "player_form.*",
            "--to",
            "win_training"));
    assertThat(
            halo.row(
                "select count(*) as labels, count(player_form__matches) as known,"
                    + " cast(sum(player_form__wins_10) as bigint) as wins,"
                    + " round(avg(player_form__mean_kills_10), 9) as mean_kills,"
                    + " round(avg(player_form__kills_per_death), 9) as kills_per_death,"
                    + " count(player_form__kills_per_death) as with_deaths from win_training"))
        .isEqualTo(
            "{\"labels\":151761,\"known\":68553,\"wins\":239243,\"mean_kills\":8.763586736,"
                + "\"kills_per_death\":1.153594603,\"with_deaths\":68390}");
    assertThat(
            halo.row(
                AUC.formatted(
                    "select won = 1 as y, player_form__wins_10 as x from win_training"
                        + " where player_form__wins_10 is not null")))
        .isEqualTo("{\"auc\":0.592764}");
    assertThat(
            halo.row(
                "select matches, wins_10, last_kills from player_form where player = 'EcZachly'"))
        .isEqualTo(
            "{\"matches\":3325,\"wins_10\":4,\"last_kills\":[13,11,6,11,12,16,16,12,22,13]}");
    assertNoSkew(
        halo, "player_form", "select player from player_form where matches > 40 order by 1");
  }

  /** Impressions with what was known before them, against a plain join of each with its past. */
  static void ads(ExampleProject ads) throws IOException {
    ads.succeed(
        List.of(
            "features",
            "join",
            "impression_clicks",
            "--time",
            "asked_at",
            "--features",
            "visitor_ads.*,device_ads.*,creative_ads.*,campaign_ads.*",
            "--to",
            "ctr_training"));
    for (String[] view :
        new String[][] {
          {"visitor_id", "visitor_ads__impressions_1h", "visitor_ads__clicks_7d", "1 hour"},
          {"device_id", "device_ads__impressions_1d", "device_ads__clicks_7d", "1 day"},
          {"creative_id", "creative_ads__impressions_1h", "creative_ads__clicks_7d", "1 hour"},
          {"campaign_id", "campaign_ads__impressions_1d", "campaign_ads__clicks_7d", "1 day"}
        }) {
      assertThat(
              ads.row(
                  """
                  with asked as (
                    select * from ctr_training where %1$s is not null
                    order by impression_id limit 300)
                  select count(*) as labels, count(*) filter (where impressions <> coalesce(%2$s, 0)
                    or clicks <> coalesce(%3$s, 0)) as wrong
                  from (
                    select s.impression_id, any_value(s.%2$s) as %2$s, any_value(s.%3$s) as %3$s,
                      count(e.event_id) filter (where e.kind = 'impression'
                        and e.occurred_at > s.asked_at - interval '%4$s') as impressions,
                      count(e.event_id) filter (where e.kind = 'click'
                        and e.occurred_at > s.asked_at - interval '7 day') as clicks
                    from asked s
                    left join ad_events e on e.%1$s = s.%1$s and e.occurred_at < s.occurred_at
                    group by s.impression_id)
                  """
                      .formatted(view[0], view[1], view[2], view[3])))
          .isEqualTo("{\"labels\":300,\"wrong\":0}");
    }
    assertNoSkew(ads, "visitor_ads", "select visitor_id from visitor_ads order by 1");
    assertNoSkew(ads, "device_ads", "select device_id from device_ads order by 1");
    assertNoSkew(ads, "creative_ads", "select creative_id from creative_ads order by 1");
    assertNoSkew(ads, "campaign_ads", "select campaign_id from campaign_ads order by 1");
  }

  /** Serves features of up to 300 entities, each of them logged, and audits what was told. */
  private static void assertNoSkew(ExampleProject project, String view, String keysQuery)
      throws IOException {
    Path config = project.directory().resolve("headrace.yaml");
    if (!Files.readString(config).contains("log: 100%")) {
      Files.writeString(config, "features: {log: 100%}\n", StandardOpenOption.APPEND);
    }
    List<JsonNode> rows = project.rows(keysQuery + " limit 300");
    assertThat(rows).isNotEmpty();
    String keys =
        rows.stream()
            .map(row -> row.elements().next().toString())
            .collect(Collectors.joining(", ", "{\"keys\": [", "]}"));
    JsonNode answer = project.ask("/api/v1/features/" + view, keys);
    assertThat(answer.path("rows")).hasSize(rows.size());
    JsonNode report = project.audit(view);
    assertThat(report.path("holds").asBoolean()).as(report.toPrettyString()).isTrue();
    assertThat(report.path("vectors").asInt()).isEqualTo(rows.size());
  }
}
