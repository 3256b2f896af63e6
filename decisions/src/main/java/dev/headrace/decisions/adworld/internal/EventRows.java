package dev.headrace.decisions.adworld.internal;

import static dev.headrace.decisions.adworld.internal.Sheet.bit;

import dev.headrace.decisions.adworld.Dirt;
import dev.headrace.decisions.adworld.internal.Catalog.Campaign;
import dev.headrace.decisions.adworld.internal.Catalog.City;
import dev.headrace.decisions.adworld.internal.Catalog.Site;
import dev.headrace.decisions.adworld.internal.Seeds.Trait;
import dev.headrace.spi.digest.Sha256;
import java.security.MessageDigest;
import java.util.List;

/** Writes raw events as the ad server, the exchange and the shops would. One per thread. */
@SuppressWarnings("EnumOrdinal") // arrays and packed numbers follow the declared order
final class EventRows {
  private static final byte[] NULL = Text.utf8("null");
  private static final byte[] EVENT_ID = Text.utf8("{\"event_id\":\"");
  private static final byte[] OCCURRED_AT = Text.utf8("\",\"occurred_at\":");
  private static final byte[] REQUEST_ID = Text.utf8(",\"request_id\":\"");
  private static final byte[] IMPRESSION_ID = Text.utf8(",\"impression_id\":\"");
  private static final byte[] EMAIL = Text.utf8(",\"email_sha256\":");
  private static final byte[] NEXT = Text.utf8("\",");
  private static final byte[] USER_AGENT = Text.utf8(",\"user_agent\":");
  private static final byte[] IP = Text.utf8(",\"ip\":\"");
  private static final byte[] UNKNOWN = Text.utf8("unknown");
  private static final byte[] DEVICE = Text.utf8("\",\"device\":{\"type\":\"");
  private static final byte[] SITE = Text.utf8(",\"site_id\":\"");
  private static final byte[] PLACEMENT = Text.utf8("\",\"placement\":\"");
  private static final byte[] POSITION = Text.utf8("\",\"position\":");
  private static final byte[] CAMPAIGN = Text.utf8(",\"campaign_id\":");
  private static final byte[] CREATIVE = Text.utf8(",\"creative_id\":\"");
  private static final byte[] ADVERTISER = Text.utf8("\",\"advertiser_id\":");
  private static final byte[] PRICE = Text.utf8(",\"price\":");
  private static final byte[] FLOOR = Text.utf8(",\"floor\":");
  private static final byte[] GEO = Text.utf8(",\"geo\":");
  private static final byte[] WON = Text.utf8(",won,");
  private static final byte[] LOST = Text.utf8(",lost,,false");
  private static final byte[] CREATIVE_MARK = Text.utf8("-k");

  private static final byte[][] SITE_IDS = bytes(Catalog.SITES.stream().map(Site::id).toList());
  private static final byte[][] PLACEMENTS = bytes(List.of(ClickModel.PLACEMENTS));
  private static final byte[][] CAMPAIGN_IDS =
      bytes(Catalog.CAMPAIGNS.stream().map(Campaign::id).toList());
  private static final byte[][] CITIES =
      bytes(Catalog.CITIES.stream().map(EventRows::geoJson).toList());
  private static final byte[][] DEVICES =
      bytes(List.of(Device.values()).stream().map(d -> d.key() + "\",").toList());

  private static final byte[][] BOT_AGENTS =
      bytes(
          List.of(
              "\"Mozilla/5.0 (compatible; ExampleBot/2.1; +https://example.com/bot.html)\"",
              "\"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko)"
                  + " HeadlessChrome/134.0.0.0 Safari/537.36\""));

  private final Population population;
  private final Clock clock;
  private final Seeds seeds;
  private final MessageDigest sha256;
  private byte[] date = new byte[0];
  private int dateOfDay = -1;

  EventRows(Population population, Clock clock, Seeds seeds) {
    this.population = population;
    this.clock = clock;
    this.seeds = seeds;
    this.sha256 = Sha256.begin();
  }

  /** What happened at the auction for a request. */
  record Sale(
      long time,
      long request,
      long session,
      Visitor visitor,
      int placement,
      int position,
      int floorMilli,
      int campaign,
      int creative,
      int bidMilli,
      int priceMilli,
      boolean won,
      boolean ghost) {}

  /** The kinds of dirt that an event has because of who made it. */
  static int kindsOf(Visitor visitor, long actor) {
    int kinds =
        switch (visitor.kind()) {
          case NONE -> bit(Dirt.MISSING_ID);
          case ZERO_AD_ID -> bit(Dirt.ZERO_AD_ID);
          case COOKIE, AD_ID -> 0;
        };
    if (Population.isBot(actor)) {
      kinds |= bit(Population.isStealthBot(actor) ? Dirt.BOT_STEALTH : Dirt.BOT_DECLARED);
    }
    return kinds;
  }

  void impression(Text text, Sale sale, int kinds) {
    long actor = Session.actor(sale.session);
    Device device = Session.device(sale.session);
    Campaign campaign = Catalog.CAMPAIGNS.get(sale.campaign);
    text.clear();
    text.put(EVENT_ID).hex(seeds.id(Trait.EVENT, sale.request)).put(OCCURRED_AT);
    putInstant(text, sale.time, kinds);
    text.put(REQUEST_ID).hex(seeds.id(Trait.REQUEST, sale.request)).put(NEXT);
    sale.visitor.putJson(text, population);
    putOrigin(text, sale.session, sale.time, kinds);
    text.put(DEVICE).put(DEVICES[device.ordinal()]);
    text.put(population.software(actor, device).json());
    text.put(SITE).put(SITE_IDS[Session.site(sale.session)]);
    text.put(PLACEMENT).put(PLACEMENTS[sale.placement]).put(POSITION).number(sale.position);
    boolean known = (kinds & bit(Dirt.MISSING_CAMPAIGN)) == 0;
    text.put(CAMPAIGN);
    putId(text, CAMPAIGN_IDS[sale.campaign], known);
    text.put(CREATIVE).put(CAMPAIGN_IDS[sale.campaign]).put(CREATIVE_MARK);
    text.number(sale.creative + 1L).put(ADVERTISER);
    putId(text, Text.utf8(Catalog.ADVERTISERS.get(campaign.advertiser()).id()), known);
    text.put(PRICE);
    if ((kinds & bit(Dirt.PRICE_COMMA)) == 0) {
      text.decimal(sale.priceMilli, 3, '.');
    } else {
      text.put('"').decimal(sale.priceMilli, 3, ',').put('"');
    }
    text.put(FLOOR).decimal(sale.floorMilli, 3, '.').put(GEO);
    text.put(
        (kinds & bit(Dirt.MISSING_GEO)) == 0
            ? CITIES[Catalog.CITIES.indexOf(population.city(actor))]
            : NULL);
    text.put('}');
  }

  /** A click; {@code impression} is the request it belongs to, or a number no request has. */
  void click(Text text, Pending.Click click, long clickId, long impression, int kinds) {
    text.clear();
    text.put(EVENT_ID).hex(clickId).put(OCCURRED_AT);
    putInstant(text, click.time(), kinds);
    text.put(IMPRESSION_ID).hex(seeds.id(Trait.EVENT, impression)).put(NEXT);
    click.visitor().putJson(text, population);
    putOrigin(text, click.session(), click.time(), kinds);
    text.put('"').put('}');
  }

  void login(Text text, long time, long request, long session, Visitor visitor, int kinds) {
    text.clear();
    text.put(EVENT_ID).hex(seeds.id(Trait.LOGIN, request)).put(OCCURRED_AT);
    putInstant(text, time, kinds);
    text.put(EMAIL);
    if ((kinds & bit(Dirt.MISSING_HASH)) == 0) {
      text.put('"');
      putEmailHash(text, Session.actor(session), (kinds & bit(Dirt.UPPERCASE_HASH)) != 0);
      text.put('"');
    } else {
      text.put(NULL);
    }
    text.put(',');
    visitor.putJson(text, population);
    putOrigin(text, session, time, kinds);
    text.put('"').put(SITE).put(SITE_IDS[Session.site(session)]).put('"').put('}');
  }

  /** One line of the CSV from which the exchange's Parquet export is made. */
  void auction(Text text, Sale sale) {
    text.clear();
    text.hex(seeds.id(Trait.REQUEST, sale.request)).put(',');
    text.number(clock.epochMillis(sale.time)).put(',');
    sale.visitor.put(text, population);
    text.put(',').put(SITE_IDS[Session.site(sale.session)]).put(',');
    text.put(PLACEMENTS[sale.placement]).put(',').number(sale.position).put(',');
    text.put(CAMPAIGN_IDS[sale.campaign]).put(',').decimal(sale.floorMilli, 3, '.').put(',');
    text.decimal(sale.bidMilli, 3, '.');
    if (sale.won) {
      text.put(WON).decimal(sale.priceMilli, 3, '.').put(sale.ghost ? TRUE : FALSE);
    } else {
      text.put(LOST);
    }
  }

  private static final byte[] TRUE = Text.utf8(",true");
  private static final byte[] FALSE = Text.utf8(",false");

  /** One line of {@code truth/exposures}. */
  void exposure(Text text, Sale sale, int clickPpm) {
    long actor = Session.actor(sale.session);
    text.hex(seeds.id(Trait.REQUEST, sale.request)).put(',');
    if (!sale.ghost) {
      text.hex(seeds.id(Trait.EVENT, sale.request));
    }
    text.put(',');
    putActor(text, actor);
    text.put(',').put('d').number(population.device(actor, Session.device(sale.session)));
    text.put(',').put(CAMPAIGN_IDS[sale.campaign]).put(sale.ghost ? TRUE : FALSE);
    text.put(',').decimal(clickPpm, 6, '.').put('\n');
  }

  /** {@code p17} for a person, {@code b3} for a bot. */
  static void putActor(Text text, long actor) {
    boolean bot = Population.isBot(actor);
    text.put(bot ? 'b' : 'p').number(bot ? actor - Population.FIRST_BOT : actor);
  }

  void putEmailHash(Text text, long person, boolean capitals) {
    byte[] digest = sha256.digest(Text.utf8(population.email(person)));
    int from = text.size();
    for (byte b : digest) {
      text.hex(b, 2);
    }
    for (int i = from; capitals && i < text.size(); i++) {
      byte digit = text.array()[i];
      text.array()[i] = digit >= 'a' ? (byte) (digit - 32) : digit;
    }
  }

  /** {@code 2026-03-02} as bytes. */
  byte[] date(long time) {
    int day = Clock.day(time);
    if (day != dateOfDay) {
      date = Text.utf8(clock.date(day));
      dateOfDay = day;
    }
    return date;
  }

  private void putInstant(Text text, long time, int kinds) {
    if ((kinds & bit(Dirt.EPOCH_TIME)) != 0) {
      text.number(clock.epochMillis(time));
      return;
    }
    int millis = (int) (time % Clock.DAY);
    text.put('"').put(date(time)).put('T').clock(millis);
    text.put('.').padded(millis % 1000, 3).put('Z').put('"');
  }

  private void putOrigin(Text text, long session, long time, int kinds) {
    long actor = Session.actor(session);
    text.put(USER_AGENT);
    if ((kinds & bit(Dirt.MISSING_USER_AGENT)) != 0) {
      text.put(NULL);
    } else if ((kinds & bit(Dirt.BOT_DECLARED)) != 0) {
      text.put(BOT_AGENTS[(int) (actor & 1)]);
    } else {
      text.put(population.software(actor, Session.device(session)).quotedAgent());
    }
    text.put(IP);
    if ((kinds & bit(Dirt.MALFORMED_IP)) != 0) {
      text.put(UNKNOWN);
    } else {
      text.ip(population.ip(actor, Session.network(session), time));
    }
  }

  private static void putId(Text text, byte[] id, boolean known) {
    if (known) {
      text.put('"').put(id).put('"');
    } else {
      text.put(NULL);
    }
  }

  private static String geoJson(City city) {
    return "{\"country\":\""
        + city.country()
        + "\",\"region\":\""
        + city.region()
        + "\",\"city\":\""
        + city.name()
        + "\"}";
  }

  private static byte[][] bytes(List<String> texts) {
    return texts.stream().map(Text::utf8).toArray(byte[][]::new);
  }
}
