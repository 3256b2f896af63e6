package dev.headrace.decisions.adworld.internal;

import java.util.ArrayList;
import java.util.List;

/** The fixed cast of every world: advertisers, campaigns, sites, cities and exchange rates. */
final class Catalog {
  static final int VERTICALS = 6;
  static final int CREATIVES = 3;

  /** {@code usdPercent}: one unit of the currency in US cents. */
  record Currency(String code, int usdPercent) {}

  record Advertiser(
      String id, String name, String vertical, String country, Currency currency, int basketCents) {
    /** Organic orders per person and day, before interest. */
    static final double ORGANIC_RATE = 0.002;
  }

  /**
   * One campaign. Effects are chances in parts per million that one shown ad causes an order.
   *
   * @param advertiser index, also the vertical's
   * @param bidMilli base bid in thousandths of a USD per thousand impressions
   * @param budgetMicrosPerPerson daily budget in millionths of a USD, per inhabitant
   * @param clickLogit how appealing its creatives are
   * @param viewEffectPpm chance when the ad is not clicked
   * @param clickEffectPpm chance when it is
   * @param delayHours mean wait from the ad to the order it causes
   */
  record Campaign(
      String id,
      int advertiser,
      String name,
      boolean retargeting,
      int bidMilli,
      int budgetMicrosPerPerson,
      double clickLogit,
      int viewEffectPpm,
      int clickEffectPpm,
      int delayHours,
      double flightFrom,
      double flightTo) {
    /** First day of the flight. */
    int firstDay(int days) {
      return (int) (flightFrom * days);
    }

    /** Last day of the flight; at least the first. */
    int lastDay(int days) {
      return Math.max(firstDay(days), (int) Math.ceil(flightTo * days) - 1);
    }
  }

  enum SiteKind {
    WEB,
    APP,
    CTV
  }

  record Site(String id, String name, SiteKind kind, int category, boolean login, int floorMilli) {}

  record City(String country, String region, String name) {}

  static final Currency USD = new Currency("USD", 100);
  static final Currency EUR = new Currency("EUR", 110);
  static final Currency GBP = new Currency("GBP", 125);
  static final List<Currency> CURRENCIES = List.of(USD, EUR, GBP);

  static final List<Advertiser> ADVERTISERS =
      List.of(
          new Advertiser("a1", "Alder & Finch, Outfitters", "fashion", "GB", GBP, 4_500),
          new Advertiser("a2", "Kestrel Travel", "travel", "DE", EUR, 22_000),
          new Advertiser("a3", "Volta \"Plus\" Electronics", "electronics", "US", USD, 12_000),
          new Advertiser("a4", "Hearth & Home", "home", "US", USD, 8_000),
          new Advertiser("a5", "Feinkost Grün", "food", "DE", EUR, 3_500),
          new Advertiser("a6", "Lanternlight Games", "games", "US", USD, 2_500));

  static final List<Campaign> CAMPAIGNS =
      List.of(
          c("c01", 0, "Spring coats, prospecting", false, 5200, 9000, 0.1, 700, 60_000, 10, 0, 1),
          c("c02", 0, "Basket reminder", true, 5600, 9000, 0.5, 0, 0, 12, 0, 1),
          c("c03", 1, "City breaks", false, 5000, 1300, 0.0, 900, 50_000, 40, 0, 1),
          c("c04", 1, "Seen hotels, back again", true, 5400, 9000, 0.3, 200, 20_000, 24, 0, 1),
          c("c05", 2, "Noise-cancelling launch", false, 5500, 9000, 0.2, 1200, 90_000, 20, 0, 1),
          c("c06", 2, "Always-on brand", false, 4300, 9000, -0.4, 300, 10_000, 48, 0, 1),
          c("c07", 3, "Kitchen week", false, 5100, 1600, 0.0, 1000, 80_000, 16, 0, 0.6),
          c("c08", 3, "Viewed sofas", true, 5700, 9000, 0.4, 300, 30_000, 30, 0, 1),
          c("c09", 4, "First box half price", false, 5000, 9000, 0.3, 1500, 120_000, 6, 0.2, 1),
          c("c10", 4, "Recipes", false, 4400, 9000, -0.2, 400, 40_000, 12, 0, 1),
          c("c11", 5, "Launch trailer", false, 5300, 9000, 0.0, 800, 70_000, 8, 0, 1),
          c("c12", 5, "Lapsed players", true, 5200, 1100, 0.2, 600, 40_000, 8, 0, 1));

  static final List<City> CITIES =
      List.of(
          new City("US", "CA", "Oakland"),
          new City("US", "TX", "Austin"),
          new City("US", "NY", "Buffalo"),
          new City("US", "WA", "Spokane"),
          new City("US", "IL", "Peoria"),
          new City("US", "GA", "Savannah"),
          new City("GB", "ENG", "Leeds"),
          new City("GB", "ENG", "Bristol"),
          new City("GB", "SCT", "Dundee"),
          new City("DE", "BY", "München"),
          new City("DE", "NW", "Köln"),
          new City("DE", "SN", "Leipzig"),
          new City("TR", "35", "İzmir"),
          new City("TR", "07", "Antalya"),
          new City("FR", "ARA", "Saint-Étienne"),
          new City("FR", "OCC", "Nîmes"));

  /** What is in a basket, per advertiser: with the commas and quotes of real exports. */
  static final List<List<String>> ITEMS =
      List.of(
          List.of("Rain coat, green", "Wool socks", "Boots, size 42"),
          List.of("Lisbon, 3 nights", "Rail pass", "Hotel \"Zur Post\", Ulm"),
          List.of("24\" monitor", "Headphones, black", "USB-C cable"),
          List.of("Lamp", "Sofa, 2-seat", "Knife set \"Chef\""),
          List.of("Veg box, small", "Olive oil", "Käse, gereift"),
          List.of("Season pass", "Soundtrack", "\"Moon\" edition, digital"));

  static final List<Site> SITES = sites();

  private Catalog() {}

  private static Campaign c(
      String id,
      int advertiser,
      String name,
      boolean retargeting,
      int bidMilli,
      int budget,
      double clickLogit,
      int viewPpm,
      int clickPpm,
      int delayHours,
      double from,
      double to) {
    return new Campaign(
        id,
        advertiser,
        name,
        retargeting,
        bidMilli,
        budget,
        clickLogit,
        viewPpm,
        clickPpm,
        delayHours,
        from,
        to);
  }

  private static List<Site> sites() {
    String[] first = {"morning", "north", "blue", "open", "little", "daily", "cedar", "silver"};
    String[] second = {"courier", "harbour", "kitchen", "pixel", "garden"};
    List<Site> sites = new ArrayList<>();
    for (SiteKind kind : SiteKind.values()) {
      int count =
          switch (kind) {
            case WEB -> 40;
            case APP -> 16;
            case CTV -> 6;
          };
      for (int i = 0; i < count; i++) {
        String words = first[i % first.length] + "-" + second[i / first.length];
        String name =
            switch (kind) {
              case WEB -> words + ".example";
              case APP -> "example.app." + words.replace('-', '_');
              case CTV -> "example.tv." + words.replace('-', '_');
            };
        boolean login = kind != SiteKind.CTV && i % 3 == 0;
        // The last category, equal to VERTICALS, is general news: it matches no advertiser.
        int category = (i * 5) % (VERTICALS + 1);
        int number = sites.size() + 1;
        String id = (number < 10 ? "s0" : "s") + number;
        sites.add(new Site(id, name, kind, category, login, 400 + (i * 370) % 1600));
      }
    }
    return List.copyOf(sites);
  }
}
