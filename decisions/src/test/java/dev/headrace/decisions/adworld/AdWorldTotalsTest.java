package dev.headrace.decisions.adworld;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A pipeline that knows the rules only finds exactly the truth. */
class AdWorldTotalsTest {
  private static SmallWorld world;

  @BeforeAll
  static void clean() throws Exception {
    world = SmallWorld.open();
    world.runResource("clean.sql");
    world.run(
        """
        create table truth as
        select date, campaign_id, impressions, clicks, conversions,
               cast(revenue_usd as decimal(18,4)) as revenue_usd,
               cast(cast(spend_usd as decimal(18,6)) * 1000000 as bigint) as spend_micros
        from read_csv('truth/totals.csv', all_varchar = false, columns = {
          date: 'date', campaign_id: 'varchar', impressions: 'bigint', clicks: 'bigint',
          conversions: 'bigint', revenue_usd: 'decimal(18,4)', spend_usd: 'decimal(18,6)'})
        """);
  }

  @AfterAll
  static void close() throws Exception {
    world.close();
  }

  @Test
  void totals_recountedFromRawFiles_equalTruth() throws Exception {
    // Numbers of different SQL types compare by value in "except".
    String active = "from truth where impressions + clicks + conversions > 0";
    assertThat(world.rows("select * " + active + " except all select * from totals")).isEmpty();
    assertThat(world.rows("select * from totals except all select * " + active)).isEmpty();
    assertThat(world.number("select count(*) " + active)).isGreaterThan(90);
  }

  @Test
  void totals_exerciseEveryColumn() throws Exception {
    assertThat(world.number("select sum(impressions) from truth")).isGreaterThan(500_000);
    assertThat(world.number("select sum(clicks) from truth")).isGreaterThan(6_000);
    assertThat(world.number("select sum(conversions) from truth")).isGreaterThan(200);
    assertThat(world.number("select count(*) from totals where conversions > 0")).isGreaterThan(50);
  }

  @Test
  void orders_attributedInTruth_agreeOneByOne() throws Exception {
    assertThat(
            world.rows(
                """
                select t.order_id, t.attributed_campaign_id, a.campaign_id
                from (select * from 'truth/orders.csv' where attributed_campaign_id is not null) t
                full join attributed a using (order_id)
                where t.attributed_campaign_id is distinct from a.campaign_id
                """))
        .isEmpty();
  }

  @Test
  void orders_rawAndTruth_areTheSame() throws Exception {
    assertThat(
            world.rows(
                """
                select order_id, t.value_usd, c.usd
                from (select * from 'truth/orders.csv' where realised) t
                full join conversions c using (order_id)
                where cast(t.value_usd as decimal(18,4)) is distinct from c.usd
                   or t.occurred_at is distinct from c.occurred_at
                """))
        .isEmpty();
  }

  @Test
  void clicks_bringTheirImpression_orAreCountedAsUnknown() throws Exception {
    double orphans =
        world.number(
            "select count(*) from raw_clicks c anti join raw_impressions i"
                + " on i.event_id = c.impression_id");
    assertThat(orphans).isEqualTo(world.report().dirt().get(Dirt.UNKNOWN_IMPRESSION).doubleValue());
    assertThat(
            world.number(
                "select count(*) from clicks c join impressions i"
                    + " on i.event_id = c.impression_id where c.occurred_at <= i.occurred_at"))
        .isZero();
  }

  @Test
  void impressions_matchTheExchange() throws Exception {
    // Every shown ad was won at the price told, and every auction won and not withheld was shown.
    assertThat(
            world.number(
                """
                select count(*)
                from (select distinct request_id, campaign_id, clearing_cpm, occurred_at
                      from 'raw/auctions/*.parquet' where outcome = 'won' and not is_ghost) a
                full join (select distinct request_id, c.campaign_id, instant(occurred_at) as at,
                             cast(replace(price, ',', '.') as decimal(9,3)) as price
                           from raw_impressions join 'raw/creatives.csv' c using (creative_id)) i
                  using (request_id)
                where a.clearing_cpm is distinct from i.price
                   or a.campaign_id is distinct from i.campaign_id
                   or a.occurred_at is distinct from i.at
                """))
        .isZero();
    assertThat(
            world.number(
                "select count(*) from 'raw/auctions/*.parquet' where outcome = 'won'"
                    + " and not (clearing_cpm < bid_cpm and clearing_cpm >= floor_cpm)"))
        .isZero();
  }

  @Test
  void identifiers_leadFromEventsToDevices() throws Exception {
    assertThat(
            world.number(
                """
                select count(*)
                from impressions i
                join 'truth/exposures/*.csv' e using (event_id)
                left join 'truth/identifiers.csv' d on d.identifier = i.visitor_id
                  and cast(i.occurred_at as date) between d.first_date and d.last_date
                where i.visitor_id is not null and d.device_id is distinct from e.device_id
                """))
        .isZero();
  }

  @Test
  void logins_carryTheHashOfTheirPerson() throws Exception {
    assertThat(
            world.number(
                """
                with l as (
                  select distinct on (event_id) event_id, instant(occurred_at) as at,
                         lower(email_sha256) as hash, visitor(cookie_id, ad_id) as visitor_id
                  from read_json('raw/logins/*.jsonl', format = 'newline_delimited',
                    ignore_errors = true, columns = {event_id: 'varchar', occurred_at: 'varchar',
                    email_sha256: 'varchar', cookie_id: 'varchar', ad_id: 'varchar'})
                  where event_id is not null)
                select count(*)
                from l
                join 'truth/identifiers.csv' i on i.identifier = l.visitor_id
                  and cast(l.at as date) between i.first_date and i.last_date
                join 'truth/devices.csv' d using (device_id)
                join 'truth/people.csv' p on p.person_id = d.owner_id
                where l.hash is not null and l.hash <> p.email_sha256
                """))
        .isZero();
  }

  @Test
  void budgets_areOverspentByFourBatchesAtMost() throws Exception {
    // Bots cost money too: the spending that a budget stops includes them.
    var spending =
        """
        with spent as (
          select campaign_id, cast(occurred_at as date) as day, sum(clearing_cpm) / 1000 as usd
          from (select distinct on (request_id) * from 'raw/auctions/*.parquet')
          where outcome = 'won' and not is_ghost group by all)
        select %s from spent join 'raw/campaigns.csv' using (campaign_id)
        """;
    assertThat(world.number(spending.formatted("max(usd / daily_budget_usd)"))).isLessThan(1.4);
    assertThat(world.number(spending.formatted("count(*) filter (usd > daily_budget_usd)")))
        .as("days on which a budget is used up")
        .isGreaterThan(10);
    assertThat(
            world.number(
                spending.formatted("count(*) filter (day < start_date or day > end_date)")))
        .isZero();
  }
}
