package dev.headrace.decisions.adworld.internal;

import dev.headrace.decisions.adworld.AdWorldReport.EventFile;
import dev.headrace.decisions.adworld.Dirt;
import dev.headrace.decisions.adworld.internal.Catalog.Campaign;
import dev.headrace.decisions.adworld.internal.Catalog.City;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** Writes what only the simulator knows, besides exposures, orders and daily totals. */
final class Truth {
  private static final int FLUSH_BYTES = 1 << 16;

  private final Path folder;
  private final Population population;
  private final Clock clock;
  private final EventRows rows;

  Truth(Path folder, Population population, Clock clock, EventRows rows) {
    this.folder = folder;
    this.population = population;
    this.clock = clock;
    this.rows = rows;
  }

  static void putTotals(Text text, String date, Tally tally) {
    for (int c = 0; c < Catalog.CAMPAIGNS.size(); c++) {
      text.put(Text.utf8(date + "," + Catalog.CAMPAIGNS.get(c).id() + ","));
      text.number(tally.cleanImpressions[c]).put(',').number(tally.cleanClicks[c]).put(',');
      text.number(tally.attributedOrders[c]).put(',');
      text.decimal(tally.attributedRevenue[c], 4, '.').put(',');
      text.decimal(tally.cleanSpendMicros[c], 6, '.').put('\n');
    }
  }

  void write(Tally world, List<EventFile> files) throws IOException {
    writePeople();
    writeDevices();
    writeIdentifiers();
    writeEffects(world);
    writeClickModel();
    writeDirt(files);
    try (InputStream rules = Truth.class.getResourceAsStream("/adworld/rules.md")) {
      Files.copy(Objects.requireNonNull(rules), folder.resolve("rules.md"));
    }
  }

  private void writePeople() throws IOException {
    try (OutputStream out = create("people.csv")) {
      Text text = new Text(FLUSH_BYTES + 1024);
      text.put(
          Text.utf8(
              "person_id,household_id,email_sha256,country,region,city,employed,activity,"
                  + "interest_fashion,interest_travel,interest_electronics,interest_home,"
                  + "interest_food,interest_games\n"));
      for (long person = 0; person < population.people; person++) {
        text.put('p').number(person).put(',').put('h').number(population.household(person));
        text.put(',');
        rows.putEmailHash(text, person, false);
        City city = population.city(person);
        text.put(Text.utf8("," + city.country() + "," + city.region() + "," + city.name() + ","));
        text.put(Text.utf8(population.works(person) + "," + population.activity(person)));
        for (int vertical = 0; vertical < Catalog.VERTICALS; vertical++) {
          text.put(',').number(population.interest(person, vertical));
        }
        text.put('\n');
        flush(text, out, FLUSH_BYTES);
      }
      flush(text, out, 1);
    }
  }

  private void writeDevices() throws IOException {
    try (OutputStream out = create("devices.csv")) {
      Text text = new Text(FLUSH_BYTES + 1024);
      text.put(Text.utf8("device_id,owner_id,household_id,type,os,browser\n"));
      for (long person = 0; person < population.people; person++) {
        for (Device device : Device.values()) {
          if (owns(person, device)) {
            text.put('d').number(population.device(person, device)).put(',');
            if (device != Device.TV) {
              EventRows.putActor(text, person);
            }
            text.put(',').put('h').number(population.household(person));
            putSoftware(text, person, device);
            flush(text, out, FLUSH_BYTES);
          }
        }
      }
      for (long bot = 0; bot < population.bots; bot++) {
        long actor = Population.FIRST_BOT + bot;
        text.put('d').number(population.device(actor, Device.LAPTOP)).put(',');
        EventRows.putActor(text, actor);
        text.put(',');
        putSoftware(text, actor, Device.LAPTOP);
        flush(text, out, FLUSH_BYTES);
      }
      flush(text, out, 1);
    }
  }

  /** A television belongs to a household and is listed with its first member. */
  private boolean owns(long person, Device device) {
    return population.has(person, device)
        && (device != Device.TV || population.household(person) == person);
  }

  private void putSoftware(Text text, long actor, Device device) {
    Device.Software software = population.software(actor, device);
    text.put(Text.utf8("," + device.key() + "," + software.os() + "," + software.browser() + "\n"));
  }

  private void writeIdentifiers() throws IOException {
    try (OutputStream out = create("identifiers.csv")) {
      Text text = new Text(FLUSH_BYTES + 1024);
      text.put(Text.utf8("identifier,kind,device_id,first_date,last_date\n"));
      byte[][] dates = new byte[clock.days][];
      for (int day = 0; day < clock.days; day++) {
        dates[day] = Text.utf8(clock.date(day));
      }
      for (long person = 0; person < population.people; person++) {
        for (Device device : Device.values()) {
          if (owns(person, device)) {
            putIdentifiers(text, person, device, dates, out);
          }
        }
      }
      for (long bot = 0; bot < population.bots; bot++) {
        putIdentifiers(text, Population.FIRST_BOT + bot, Device.LAPTOP, dates, out);
      }
      flush(text, out, 1);
    }
  }

  private void putIdentifiers(
      Text text, long actor, Device device, byte[][] dates, OutputStream out) throws IOException {
    long id = population.device(actor, device);
    Device.Software software = population.software(actor, device);
    if (device != Device.TV && !population.blocksCookies(id)) {
      int life = population.cookieLifeDays(id, software);
      for (int day = 0; day < clock.days; ) {
        long generation = population.cookieGeneration(id, life, day);
        int next = (int) ((generation + 1) * life) - population.offset(id, life);
        text.hex(population.cookie(id, generation)).put(Text.utf8(",cookie,d")).number(id);
        text.put(',').put(dates[day]).put(',');
        text.put(dates[Math.min(next, clock.days) - 1]).put('\n');
        day = next;
        flush(text, out, FLUSH_BYTES);
      }
    }
    if (device != Device.LAPTOP && !population.limitsTracking(id, software)) {
      population.putAdId(text, population.adId(id));
      text.put(Text.utf8(",ad_id,d")).number(id).put(',').put(dates[0]).put(',');
      text.put(dates[clock.days - 1]).put('\n');
      flush(text, out, FLUSH_BYTES);
    }
  }

  private void writeEffects(Tally world) throws IOException {
    Text text = new Text(1 << 12);
    text.put(
        Text.utf8(
            "campaign_id,advertiser_id,view_effect,click_effect,mean_delay_hours,impressions,"
                + "ghosts,incremental_orders,incremental_revenue_usd,withheld_orders,"
                + "withheld_revenue_usd\n"));
    for (int c = 0; c < Catalog.CAMPAIGNS.size(); c++) {
      Campaign campaign = Catalog.CAMPAIGNS.get(c);
      String advertiser = Catalog.ADVERTISERS.get(campaign.advertiser()).id();
      text.put(Text.utf8(campaign.id() + "," + advertiser + ","));
      text.decimal(campaign.viewEffectPpm(), 6, '.').put(',');
      text.decimal(campaign.clickEffectPpm(), 6, '.').put(',');
      text.number(campaign.delayHours()).put(',').number(world.cleanImpressions[c]).put(',');
      text.number(world.cleanGhosts[c]).put(',').number(world.causedOrders[c]).put(',');
      text.decimal(world.causedRevenue[c], 4, '.').put(',');
      text.number(world.withheldOrders[c]).put(',');
      text.decimal(world.withheldRevenue[c], 4, '.').put('\n');
    }
    Files.write(folder.resolve("campaign_effects.csv"), Arrays.copyOf(text.array(), text.size()));
  }

  private void writeClickModel() throws IOException {
    try (PrintStream out =
        new PrintStream(create("click_model.json"), false, StandardCharsets.UTF_8)) {
      out.print("{\"intercept\":" + ClickModel.INTERCEPT);
      out.print(",\"position\":" + coefficients(List.of("1", "2", "3"), ClickModel.POSITION));
      List<String> devices = Arrays.stream(Device.values()).map(Device::key).toList();
      out.print(",\"device_type\":" + coefficients(devices, ClickModel.DEVICE));
      List<String> placements = List.of(ClickModel.PLACEMENTS);
      out.print(",\"placement\":" + coefficients(placements, ClickModel.PLACEMENT));
      out.print(",\"interest\":" + coefficients(List.of("0", "1", "2"), ClickModel.INTEREST));
      out.print(",\"creative\":" + coefficients(List.of("k1", "k2", "k3"), ClickModel.CREATIVE));
      List<String> campaigns = Catalog.CAMPAIGNS.stream().map(Campaign::id).toList();
      double[] appeal = Catalog.CAMPAIGNS.stream().mapToDouble(Campaign::clickLogit).toArray();
      out.print(",\"campaign_id\":" + coefficients(campaigns, appeal));
      out.print(",\"site_category_is_vertical\":" + ClickModel.SAME_CATEGORY);
      out.print(",\"hour_utc_18_to_22\":" + ClickModel.EVENING);
      out.print(",\"bot_probability\":" + ClickModel.BOT_PPM / 1e6 + "}\n");
    }
  }

  private static String coefficients(List<String> names, double[] values) {
    StringBuilder json = new StringBuilder("{");
    for (int i = 0; i < values.length; i++) {
      json.append(i == 0 ? "\"" : ",\"").append(names.get(i)).append("\":").append(values[i]);
    }
    return json.append('}').toString();
  }

  private void writeDirt(List<EventFile> files) throws IOException {
    try (PrintStream out = new PrintStream(create("dirt.csv"), false, StandardCharsets.UTF_8)) {
      out.print("file,kind,rows\n");
      for (EventFile file : files) {
        out.print(file.path() + ",all," + file.rows() + "\n");
        Map<Dirt, Long> ordered = new TreeMap<>(file.dirt());
        ordered.forEach(
            (kind, count) -> out.print(file.path() + "," + kind.key() + "," + count + "\n"));
      }
    }
  }

  private OutputStream create(String name) throws IOException {
    return new BufferedOutputStream(Files.newOutputStream(folder.resolve(name)), FLUSH_BYTES);
  }

  private static void flush(Text text, OutputStream out, int atLeast) throws IOException {
    if (text.size() >= atLeast) {
      out.write(text.array(), 0, text.size());
      text.clear();
    }
  }
}
