package dev.headrace.decisions.adworld.internal;

import static dev.headrace.decisions.adworld.internal.Sheet.bit;

import dev.headrace.decisions.adworld.Dirt;
import dev.headrace.decisions.adworld.Feed;
import dev.headrace.decisions.adworld.internal.Catalog.Advertiser;
import dev.headrace.decisions.adworld.internal.Seeds.Trait;
import java.io.IOException;
import java.util.Collection;
import java.util.PriorityQueue;
import java.util.random.RandomGenerator;

/**
 * Lets clicks and orders happen in order of time, and credits each order to the last click.
 *
 * <p>Sequential: clicks and orders are a hundredth of all events.
 */
final class Timeline {
  /** Marks the number of a request that was never made. */
  private static final long NEVER = 1L << 61;

  private final Population population;
  private final Seeds seeds;
  private final WorldFiles files;
  private final Orders organic;
  private final EventRows rows;
  private final RandomGenerator random;
  private final PriorityQueue<Pending> pending = new PriorityQueue<>(Pending.BY_TIME);
  private final LastClicks lastClicks = new LastClicks();
  private final Sheets sheets;
  private final Text row = new Text(512);
  private final Text copy = new Text(512);
  private final Text truth = new Text(1 << 12);
  private long testOrders;

  Timeline(Population population, Clock clock, Seeds seeds, WorldFiles files) {
    this.population = population;
    this.seeds = seeds;
    this.files = files;
    this.organic = new Orders(population, seeds);
    this.rows = new EventRows(population, clock, seeds);
    this.random = seeds.generator(Trait.FEEDS, 0);
    this.sheets = new Sheets(clock.days - 1);
    sheets.begin(0);
  }

  void schedule(Collection<? extends Pending> events) {
    pending.addAll(events);
  }

  /** Lets everything happen up to and including {@code until}; later calls go further. */
  void advance(long until) throws IOException {
    while (organic.nextTime() <= until) {
      pending.add(organic.draw());
    }
    for (Pending next = pending.peek();
        next != null && next.time() <= until;
        next = pending.peek()) {
      pending.remove();
      int day = Clock.day(next.time());
      if (day != sheets.day()) {
        write();
        sheets.begin(day);
        lastClicks.forgetBefore(next.time() - LastClicks.WINDOW);
      }
      switch (next) {
        case Pending.Click click -> happen(click);
        case Pending.Order order -> happen(order);
      }
    }
    write();
    sheets.begin(sheets.day());
  }

  private void write() throws IOException {
    files.append(sheets);
    files.appendOrders(truth);
    truth.clear();
  }

  private void happen(Pending.Click click) throws IOException {
    long actor = Session.actor(click.session());
    int kinds = EventRows.kindsOf(click.visitor(), actor);
    if (Sheets.strikes(Dirt.EPOCH_TIME, Feed.CLICKS, random)) {
      kinds |= bit(Dirt.EPOCH_TIME);
    }
    rows.click(row, click, seeds.id(Trait.CLICK, click.request()), click.request(), kinds);
    sheets.deliver(Feed.CLICKS, row, click.time(), kinds, random);
    if (Sheets.strikes(Dirt.UNKNOWN_IMPRESSION, Feed.CLICKS, random)) {
      long never = click.request() | NEVER;
      rows.click(row, click, seeds.id(Trait.CLICK, never), never, kinds);
      sheets.at(Feed.CLICKS, 0).add(row, kinds | bit(Dirt.UNKNOWN_IMPRESSION));
    }
    if (!Population.isBot(actor)) {
      files.tally(sheets.day()).cleanClicks[click.campaign()]++;
      if (click.visitor().isKnown()) {
        lastClicks.put(click.visitor(), click.campaign(), click.time());
      }
    }
  }

  private void happen(Pending.Order order) throws IOException {
    Advertiser advertiser = Catalog.ADVERTISERS.get(order.advertiser());
    long revenue = order.cents() * advertiser.currency().usdPercent();
    Tally tally = files.tally(sheets.day());
    int credited = -1;
    if (order.realised()) {
      Visitor visitor =
          population.visitor(order.person(), order.device(), order.site(), sheets.day());
      if (visitor.isKnown()) {
        credited = lastClicks.find(visitor, order.advertiser(), order.time());
      }
      report(order, visitor, advertiser);
    }
    if (credited >= 0) {
      tally.attributedOrders[credited]++;
      tally.attributedRevenue[credited] += revenue;
    }
    if (order.cause() >= 0) {
      (order.realised() ? tally.causedOrders : tally.withheldOrders)[order.cause()]++;
      (order.realised() ? tally.causedRevenue : tally.withheldRevenue)[order.cause()] += revenue;
    }
    tell(order, credited, revenue);
  }

  private void report(Pending.Order order, Visitor visitor, Advertiser advertiser) {
    Sheet sheet = sheets.at(Feed.CONVERSIONS, 0);
    int kinds = EventRows.kindsOf(visitor, order.person());
    boolean noCurrency = Sheets.strikes(Dirt.MISSING_CURRENCY, Feed.CONVERSIONS, random);
    kinds |= noCurrency ? bit(Dirt.MISSING_CURRENCY) : 0;
    kinds |= order.cents() >= 100_000 ? bit(Dirt.THOUSANDS_SEPARATOR) : 0;

    row.clear();
    row.hex(seeds.id(Trait.ORDER, order.number())).put(',');
    putSecond(row, order.time());
    row.put(',').put(Text.utf8(advertiser.id()));
    if (Sheets.strikes(Dirt.RAGGED_SHORT, Feed.CONVERSIONS, random)) {
      sheet.add(row, bit(Dirt.RAGGED_SHORT));
    }
    row.put(',');
    visitor.put(row, population);
    row.put(',');
    if (order.emailKnown()) {
      rows.putEmailHash(row, order.person(), false);
    }
    row.put(',');
    putValue(order.cents());
    row.put(',');
    if (!noCurrency) {
      row.put(Text.utf8(advertiser.currency().code()));
    }
    row.put(',').put('"');
    var items = Catalog.ITEMS.get(order.advertiser());
    row.put(Text.utf8(items.get(random.nextInt(items.size())).replace("\"", "\"\""))).put('"');
    if (Sheets.strikes(Dirt.RAGGED_LONG, Feed.CONVERSIONS, random)) {
      copy.clear();
      copy.put(row.array(), row.size()).put(Text.utf8(",WEB,1"));
      sheet.add(copy, bit(Dirt.RAGGED_LONG));
    }
    sheets.deliver(Feed.CONVERSIONS, row, order.time(), kinds, random);
    if (Sheets.strikes(Dirt.TEST_ORDER, Feed.CONVERSIONS, random)) {
      copy.clear();
      copy.put(Text.utf8("TEST-")).padded(++testOrders, 6).put(',');
      putSecond(copy, order.time());
      copy.put(',').put(Text.utf8(advertiser.id() + ",,,1.00,"));
      copy.put(Text.utf8(advertiser.currency().code() + ",\"test, please ignore\""));
      sheet.add(copy, bit(Dirt.TEST_ORDER));
    }
  }

  private void putValue(long cents) {
    if (cents < 100_000) {
      row.decimal(cents, 2, '.');
      return;
    }
    row.put('"').number(cents / 100_000).put(',');
    row.padded(cents / 100 % 1000, 3).put('.').padded(cents % 100, 2).put('"');
  }

  private void putSecond(Text text, long time) {
    text.put(rows.date(time)).put(' ').clock((int) (time % Clock.DAY));
  }

  private void tell(Pending.Order order, int credited, long revenue) {
    truth.hex(seeds.id(Trait.ORDER, order.number())).put(',');
    putSecond(truth, order.time());
    truth.put(',');
    EventRows.putActor(truth, order.person());
    truth.put(',').put(Text.utf8(Catalog.ADVERTISERS.get(order.advertiser()).id())).put(',');
    if (order.cause() >= 0) {
      truth.put(Text.utf8(Catalog.CAMPAIGNS.get(order.cause()).id())).put(',');
      truth.hex(seeds.id(Trait.REQUEST, order.request()));
    } else {
      truth.put(Text.utf8("organic,"));
    }
    truth.put(Text.utf8(order.realised() ? ",true," : ",false,"));
    if (credited >= 0) {
      truth.put(Text.utf8(Catalog.CAMPAIGNS.get(credited).id()));
    }
    truth.put(',').decimal(revenue, 4, '.').put('\n');
  }
}
