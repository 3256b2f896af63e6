package dev.headrace.decisions.adworld.internal;

import static dev.headrace.decisions.adworld.internal.Sheet.bit;

import dev.headrace.decisions.adworld.Dirt;
import dev.headrace.decisions.adworld.Feed;
import dev.headrace.decisions.adworld.internal.Catalog.Campaign;
import dev.headrace.decisions.adworld.internal.Catalog.Site;
import dev.headrace.decisions.adworld.internal.Catalog.SiteKind;
import dev.headrace.decisions.adworld.internal.EventRows.Sale;
import dev.headrace.decisions.adworld.internal.Seeds.Trait;
import java.util.random.RandomGenerator;

/**
 * Runs the auctions of a batch: who wins, who pays what, who sees the ad, who clicks, who buys.
 *
 * <p>Depends on the batch and the seed only, so batches run in parallel. One per thread at a time.
 */
final class Auctioneer {
  private static final int BIDDERS = 3;
  private static final double RIVAL_MEDIAN_MILLI = 3_000;
  private static final double RIVAL_SCALE = 0.45;
  private static final double[] RETARGETING_BID = {0.35, 1.0, 1.8};
  private static final int LOGIN_PPM = 250_000;
  private static final long LONGEST_DELAY = 7 * Clock.DAY;

  private static final Dirt[] IMPRESSION_DIRT = {
    Dirt.MISSING_CAMPAIGN, Dirt.PRICE_COMMA, Dirt.EPOCH_TIME, Dirt.MISSING_GEO
  };
  private static final Dirt[] ORIGIN_DIRT = {Dirt.MISSING_USER_AGENT, Dirt.MALFORMED_IP};
  private static final Dirt[] LOGIN_DIRT = {Dirt.UPPERCASE_HASH, Dirt.MISSING_HASH};

  private final Population population;
  private final Seeds seeds;
  private final EventRows rows;
  private final Text row = new Text(1024);

  Auctioneer(Population population, Clock clock, Seeds seeds) {
    this.population = population;
    this.seeds = seeds;
    this.rows = new EventRows(population, clock, seeds);
  }

  void run(Batch batch) {
    RandomGenerator random = seeds.generator(Trait.BATCH, batch.number);
    for (int i = 0; i < batch.size; i++) {
      request(batch, i, random);
    }
    batch.sheets.finish();
  }

  private void request(Batch batch, int index, RandomGenerator random) {
    long time = batch.times[index];
    long session = batch.sessions[index];
    long actor = Session.actor(session);
    Site site = Catalog.SITES.get(Session.site(session));
    Visitor visitor =
        population.visitor(actor, Session.device(session), site.kind(), Clock.day(time));
    if (site.login()
        && Session.isFirst(session)
        && !Population.isBot(actor)
        && random.nextInt(1_000_000) < LOGIN_PPM) {
      login(batch, index, visitor, random);
    }
    int placement =
        switch (site.kind()) {
          case WEB -> random.nextInt(3);
          case APP -> 3 + random.nextInt(2);
          case CTV -> 5;
        };
    int position = site.kind() == SiteKind.CTV ? 1 : 1 + random.nextInt(3);

    int winner = -1;
    int bid = 0;
    int second = site.floorMilli();
    for (int i = 0; i < BIDDERS; i++) {
      int campaign = random.nextInt(Catalog.CAMPAIGNS.size());
      double noise = 0.75 + 0.5 * random.nextDouble();
      if ((batch.activeCampaigns >>> campaign & 1) == 0 || campaign == winner) {
        continue;
      }
      int offer = offer(Catalog.CAMPAIGNS.get(campaign), site, actor, noise);
      if (offer > bid) {
        second = Math.max(second, bid);
        bid = offer;
        winner = campaign;
      } else {
        second = Math.max(second, offer);
      }
    }
    double rivals = RIVAL_MEDIAN_MILLI * Seeds.logLogistic(random, RIVAL_SCALE);
    second = Math.max(second, (int) Math.min(rivals, 1e6));
    if (bid <= site.floorMilli()) {
      return;
    }
    boolean won = bid > second;
    boolean ghost = won && population.heldOut(actor, winner);
    int creative = random.nextInt(Catalog.CREATIVES);
    Sale sale =
        new Sale(
            time,
            batch.request(index),
            session,
            visitor,
            placement,
            position,
            site.floorMilli(),
            winner,
            creative,
            bid,
            second,
            won,
            ghost);
    rows.auction(row, sale);
    int kinds = EventRows.kindsOf(visitor, Population.FIRST_BOT - 1);
    batch.sheets.deliver(Feed.AUCTIONS, row, time, kinds, random);
    if (won) {
      expose(batch, sale, site, random);
    }
  }

  private int offer(Campaign campaign, Site site, long actor, double noise) {
    double factor = site.category() == campaign.advertiser() ? 1.2 : 1.0;
    if (campaign.retargeting()) {
      factor *= RETARGETING_BID[population.interest(actor, campaign.advertiser())];
    }
    return (int) (campaign.bidMilli() * factor * noise);
  }

  /** Draws both potential outcomes; only those of shown ads are seen in the raw files. */
  private void expose(Batch batch, Sale sale, Site site, RandomGenerator random) {
    long actor = Session.actor(sale.session());
    Device device = Session.device(sale.session());
    Campaign campaign = Catalog.CAMPAIGNS.get(sale.campaign());
    boolean bot = Population.isBot(actor);
    int clickPpm =
        bot
            ? ClickModel.BOT_PPM
            : ClickModel.ppm(
                device,
                sale.placement(),
                sale.position(),
                site,
                campaign,
                sale.creative(),
                population.interest(actor, campaign.advertiser()),
                Clock.hour(sale.time()));
    rows.exposure(batch.exposures, sale, clickPpm);
    boolean clicks = random.nextInt(1_000_000) < clickPpm;
    long clickTime = sale.time() + 1_000 + (long) (9_000 * Seeds.exponential(random));

    if (!sale.ghost()) {
      show(batch, sale, actor, random);
      if (clicks) {
        batch.pending.add(
            new Pending.Click(
                clickTime, sale.request(), sale.session(), sale.visitor(), sale.campaign()));
      }
    } else if (!bot) {
      batch.tally.cleanGhosts[sale.campaign()]++;
    }
    int effectPpm = clicks ? campaign.clickEffectPpm() : campaign.viewEffectPpm();
    if (!bot && random.nextInt(1_000_000) < effectPpm) {
      long from = clicks ? clickTime : sale.time();
      batch.pending.add(caused(sale, site.kind(), campaign, from, random));
    }
  }

  private void show(Batch batch, Sale sale, long actor, RandomGenerator random) {
    int kinds = EventRows.kindsOf(sale.visitor(), actor);
    kinds |= strikes(IMPRESSION_DIRT, Feed.IMPRESSIONS, random);
    int origin = strikes(ORIGIN_DIRT, Feed.IMPRESSIONS, random);
    boolean bot = Population.isBot(actor);
    kinds |= bot ? 0 : origin;
    rows.impression(row, sale, kinds);
    batch.sheets.deliver(Feed.IMPRESSIONS, row, sale.time(), kinds, random);
    batch.tally.budgetMicros[sale.campaign()] += sale.priceMilli();
    if (!bot) {
      batch.tally.cleanImpressions[sale.campaign()]++;
      batch.tally.cleanSpendMicros[sale.campaign()] += sale.priceMilli();
    }
  }

  private Pending.Order caused(
      Sale sale, SiteKind site, Campaign campaign, long from, RandomGenerator random) {
    long person = Session.actor(sale.session());
    Device device = Session.device(sale.session());
    long mean = campaign.delayHours() * Clock.HOUR;
    long delay = Math.min((long) (mean * Seeds.exponential(random)), LONGEST_DELAY - Clock.HOUR);
    boolean elsewhere = random.nextInt(5) == 0 || device == Device.TV;
    return new Pending.Order(
        Orders.wholeSecond(from + 60_000 + delay),
        sale.request() * 2,
        person,
        elsewhere ? Orders.shoppingDevice(population, person, random) : device,
        elsewhere ? SiteKind.WEB : site,
        campaign.advertiser(),
        sale.campaign(),
        sale.request(),
        !sale.ghost(),
        Orders.basketCents(campaign.advertiser(), random),
        random.nextInt(10) < 7);
  }

  private void login(Batch batch, int index, Visitor visitor, RandomGenerator random) {
    long time = batch.times[index];
    long session = batch.sessions[index];
    int kinds = EventRows.kindsOf(visitor, Session.actor(session));
    int hash = strikes(LOGIN_DIRT, Feed.LOGINS, random);
    // A hash that is missing has no capitals.
    kinds |= (hash & bit(Dirt.MISSING_HASH)) != 0 ? bit(Dirt.MISSING_HASH) : hash;
    rows.login(row, time, batch.request(index), session, visitor, kinds);
    batch.sheets.deliver(Feed.LOGINS, row, time, kinds, random);
  }

  private static int strikes(Dirt[] kinds, Feed feed, RandomGenerator random) {
    int struck = 0;
    for (Dirt kind : kinds) {
      if (Sheets.strikes(kind, feed, random)) {
        struck |= bit(kind);
      }
    }
    return struck;
  }
}
