package dev.headrace.decisions.adworld.internal;

import dev.headrace.decisions.adworld.internal.Catalog.Advertiser;
import dev.headrace.decisions.adworld.internal.Catalog.Campaign;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Writes the catalogue as the CSV files that an ad server's console exports. */
final class Dimensions {
  private final StringBuilder csv = new StringBuilder();
  private final Path folder;

  private Dimensions(Path folder) {
    this.folder = folder;
  }

  static void write(Path folder, Clock clock, long people) throws IOException {
    Dimensions files = new Dimensions(folder);
    files.row("advertiser_id", "name", "vertical", "country", "currency");
    for (Advertiser a : Catalog.ADVERTISERS) {
      files.row(a.id(), a.name(), a.vertical(), a.country(), a.currency().code());
    }
    files.save("advertisers.csv");
    files.campaigns(clock, people);
    files.creatives();
    files.row("site_id", "name", "kind", "category", "floor_cpm");
    for (Catalog.Site site : Catalog.SITES) {
      String category =
          site.category() < Catalog.VERTICALS
              ? Catalog.ADVERTISERS.get(site.category()).vertical()
              : "news";
      String kind = site.kind().name().toLowerCase(Locale.ROOT);
      files.row(site.id(), site.name(), kind, category, decimal(site.floorMilli(), 3));
    }
    files.save("sites.csv");
    files.row("currency", "usd");
    for (Catalog.Currency currency : Catalog.CURRENCIES) {
      files.row(currency.code(), decimal(currency.usdPercent(), 2));
    }
    files.save("fx.csv");
    files.row("cidr", "prefix");
    files.row("198.18.0.0/16", "198.18.");
    files.row("198.19.0.0/16", "198.19.");
    files.save("datacenters.csv");
  }

  private void campaigns(Clock clock, long people) throws IOException {
    row(
        "campaign_id",
        "advertiser_id",
        "name",
        "objective",
        "start_date",
        "end_date",
        "daily_budget_usd",
        "bid_cpm");
    for (Campaign c : Catalog.CAMPAIGNS) {
      row(
          c.id(),
          Catalog.ADVERTISERS.get(c.advertiser()).id(),
          c.name(),
          c.retargeting() ? "retargeting" : "prospecting",
          clock.date(c.firstDay(clock.days)),
          clock.date(c.lastDay(clock.days)),
          decimal(c.budgetMicrosPerPerson() * people, 6),
          decimal(c.bidMilli(), 3));
    }
    save("campaigns.csv");
  }

  private void creatives() throws IOException {
    row("creative_id", "campaign_id", "format", "width", "height", "headline");
    String[] formats = {"image", "video", "carousel"};
    int[][] sizes = {{300, 250}, {640, 360}, {320, 480}};
    for (Campaign c : Catalog.CAMPAIGNS) {
      for (int k = 0; k < Catalog.CREATIVES; k++) {
        row(
            c.id() + "-k" + (k + 1),
            c.id(),
            formats[k],
            Integer.toString(sizes[k][0]),
            Integer.toString(sizes[k][1]),
            c.name() + ", no. " + (k + 1));
      }
    }
    save("creatives.csv");
  }

  private static String decimal(long unscaled, int places) {
    return BigDecimal.valueOf(unscaled, places).toPlainString();
  }

  private void row(String... fields) {
    for (int i = 0; i < fields.length; i++) {
      String field = fields[i];
      boolean quoted = field.contains(",") || field.contains("\"");
      csv.append(i == 0 ? "" : ",");
      csv.append(quoted ? '"' + field.replace("\"", "\"\"") + '"' : field);
    }
    csv.append('\n');
  }

  private void save(String name) throws IOException {
    Files.writeString(folder.resolve(name), csv);
    csv.setLength(0);
  }
}
