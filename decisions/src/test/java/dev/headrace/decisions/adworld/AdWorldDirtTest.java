package dev.headrace.decisions.adworld;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Counts the dirt of every file by reading its lines, and compares with the report and truth. */
class AdWorldDirtTest {
  private static final String NO_AD_ID = "\"ad_id\":\"00000000-0000-0000-0000-000000000000\"";
  private static final Pattern EVENT = Pattern.compile("\\{\"event_id\":\"([0-9a-f]{16})\",");
  private static final Pattern TIME = Pattern.compile("\"occurred_at\":(?:\"([^\"]*)\"|(\\d+))");
  private static final Pattern AGENT = Pattern.compile("\"user_agent\":(?:null|\"([^\"]*)\")");

  private static final Pattern CAPITALS = Pattern.compile("\"email_sha256\":\"[0-9A-F]{64}\"");

  private static SmallWorld world;
  private static final Set<String> IMPRESSIONS = new HashSet<>();
  private static final Map<String, Map<Dirt, Long>> SCANNED = new HashMap<>();
  private static final Map<String, Long> ROWS = new HashMap<>();

  @BeforeAll
  static void scan() throws Exception {
    world = SmallWorld.open();
    for (Feed feed : Feed.values()) {
      Set<String> seen = new HashSet<>();
      for (int day = 0; day < SmallWorld.SPEC.days(); day++) {
        LocalDate date = SmallWorld.SPEC.startDate().plusDays(day);
        String path = feed.path(date.toString());
        Map<Dirt, Long> dirt = new EnumMap<>(Dirt.class);
        switch (feed) {
          case IMPRESSIONS, CLICKS, LOGINS -> scanJson(feed, path, date, seen, dirt);
          case CONVERSIONS -> scanCsv(path, date, seen, dirt);
          case AUCTIONS -> scanParquet(path, date, dirt);
        }
        SCANNED.put(path, dirt);
      }
    }
  }

  @AfterAll
  static void close() throws Exception {
    world.close();
  }

  @Test
  void report_equalsScan_fileByFile() {
    for (var file : world.report().files()) {
      assertThat(file.dirt()).as(file.path()).isEqualTo(SCANNED.get(file.path()));
      assertThat(file.rows()).as(file.path()).isEqualTo(ROWS.get(file.path()));
    }
    assertThat(world.report().files()).hasSize(SCANNED.size());
  }

  @Test
  void everyKindOfDirt_occurs() {
    assertThat(world.report().dirt().keySet()).containsExactlyInAnyOrder(Dirt.values());
  }

  @Test
  void truth_tellsTheSameCounts() throws Exception {
    Map<String, Map<String, Long>> told = new HashMap<>();
    List<String> lines = Files.readAllLines(world.root.resolve("truth/dirt.csv"));
    for (String line : lines.subList(1, lines.size())) {
      String[] parts = line.split(",");
      told.computeIfAbsent(parts[0], p -> new HashMap<>()).put(parts[1], Long.valueOf(parts[2]));
    }
    Map<String, Map<String, Long>> scanned = new HashMap<>();
    SCANNED.forEach(
        (path, dirt) -> {
          Map<String, Long> counts = new HashMap<>(Map.of("all", ROWS.get(path)));
          dirt.forEach((kind, rows) -> counts.put(kind.key(), rows));
          scanned.put(path, counts);
        });
    assertThat(told).isEqualTo(scanned);
  }

  @Test
  void injectedDirt_hasTheRateOfItsKind() {
    double rows =
        world.report().files().stream()
            .filter(file -> file.path().startsWith("raw/impressions"))
            .mapToLong(AdWorldReport.EventFile::rows)
            .sum();
    for (Dirt kind : List.of(Dirt.DUPLICATE, Dirt.MISSING_GEO, Dirt.MISSING_CAMPAIGN)) {
      double found =
          world.report().files().stream()
              .filter(file -> file.path().startsWith("raw/impressions"))
              .mapToLong(file -> file.dirt().get(kind))
              .sum();
      double expected = rows * kind.ratePpm(Feed.IMPRESSIONS) / 1e6;
      assertThat(found).as(kind.key()).isBetween(expected * 0.9, expected * 1.1);
    }
  }

  private static void count(Map<Dirt, Long> dirt, Dirt kind, boolean found) {
    if (found) {
      dirt.merge(kind, 1L, Long::sum);
    }
  }

  /** A cut line lacks its last brace, even if it ends with an inner one; no text holds braces. */
  private static boolean isWhole(String line) {
    return line.chars().filter(c -> c == '{').count() == line.chars().filter(c -> c == '}').count();
  }

  private static void scanJson(
      Feed feed, String path, LocalDate date, Set<String> seen, Map<Dirt, Long> dirt)
      throws Exception {
    long rows = 0;
    Instant latest = Instant.MIN;
    try (BufferedReader lines = lines(path)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        rows++;
        Matcher event = EVENT.matcher(line);
        if (!isWhole(line) || !event.lookingAt()) {
          count(dirt, Dirt.TRUNCATED_LINE, true);
          continue;
        }
        String id = event.group(1);
        count(dirt, Dirt.DUPLICATE, !seen.add(id));
        Matcher time = TIME.matcher(line);
        assertThat(time.find()).isTrue();
        Instant at =
            time.group(1) != null
                ? Instant.parse(time.group(1))
                : Instant.ofEpochMilli(Long.parseLong(time.group(2)));
        count(dirt, Dirt.EPOCH_TIME, time.group(2) != null);
        boolean late = at.atZone(ZoneOffset.UTC).toLocalDate().isBefore(date);
        count(dirt, Dirt.LATE, late);
        if (feed == Feed.IMPRESSIONS && !late) {
          count(dirt, Dirt.OUT_OF_ORDER, at.isBefore(latest));
          latest = at.isAfter(latest) ? at : latest;
        }
        count(dirt, Dirt.MISSING_CAMPAIGN, line.contains("\"campaign_id\":null"));
        count(dirt, Dirt.PRICE_COMMA, line.contains("\"price\":\""));
        count(dirt, Dirt.MISSING_USER_AGENT, line.contains("\"user_agent\":null"));
        count(dirt, Dirt.MALFORMED_IP, line.contains("\"ip\":\"unknown\""));
        count(dirt, Dirt.MISSING_GEO, line.contains("\"geo\":null"));
        count(dirt, Dirt.MISSING_ID, line.contains("\"cookie_id\":null,\"ad_id\":null"));
        count(dirt, Dirt.ZERO_AD_ID, line.contains(NO_AD_ID));
        count(dirt, Dirt.MISSING_HASH, line.contains("\"email_sha256\":null"));
        count(dirt, Dirt.UPPERCASE_HASH, CAPITALS.matcher(line).find());
        Matcher agent = AGENT.matcher(line);
        assertThat(agent.find()).isTrue();
        String name = agent.group(1) == null ? "" : agent.group(1);
        boolean declared = name.contains("Bot") || name.contains("Headless");
        boolean center = line.contains("\"ip\":\"198.18.") || line.contains("\"ip\":\"198.19.");
        count(dirt, Dirt.BOT_DECLARED, declared);
        count(dirt, Dirt.BOT_STEALTH, !declared && center);
        if (feed == Feed.IMPRESSIONS) {
          IMPRESSIONS.add(id);
        } else if (feed == Feed.CLICKS) {
          String impression = line.replaceAll(".*\"impression_id\":\"([0-9a-f]+)\".*", "$1");
          count(dirt, Dirt.UNKNOWN_IMPRESSION, !IMPRESSIONS.contains(impression));
        }
      }
    }
    ROWS.put(path, rows);
  }

  private static void scanCsv(String path, LocalDate date, Set<String> seen, Map<Dirt, Long> dirt)
      throws Exception {
    long rows = -1;
    try (BufferedReader lines = lines(path)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (++rows == 0) {
          continue;
        }
        // Split at commas outside quotes; a quote in a field is doubled and keeps the parity.
        String[] fields = line.split(",(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)", -1);
        if (fields.length != 8) {
          count(dirt, fields.length < 8 ? Dirt.RAGGED_SHORT : Dirt.RAGGED_LONG, true);
          continue;
        }
        if (fields[0].startsWith("TEST-")) {
          count(dirt, Dirt.TEST_ORDER, true);
          continue;
        }
        count(dirt, Dirt.DUPLICATE, !seen.add(fields[0]));
        count(dirt, Dirt.LATE, LocalDate.parse(fields[1].substring(0, 10)).isBefore(date));
        count(dirt, Dirt.MISSING_ID, fields[3].isEmpty());
        count(dirt, Dirt.ZERO_AD_ID, fields[3].startsWith("00000000-0000-0000-0000-"));
        count(dirt, Dirt.THOUSANDS_SEPARATOR, fields[5].matches("\"\\d+,\\d{3}\\.\\d\\d\""));
        count(dirt, Dirt.MISSING_CURRENCY, fields[6].isEmpty());
      }
    }
    ROWS.put(path, rows);
  }

  private static void scanParquet(String path, LocalDate date, Map<Dirt, Long> dirt)
      throws Exception {
    List<Object> counts =
        world
            .rows(
                """
                select count(*),
                       count(*) filter (copy > 1),
                       count(*) filter (occurred_at < date '%s'),
                       count(*) filter (visitor_id is null),
                       count(*) filter (visitor_id = '00000000-0000-0000-0000-000000000000')
                from (select *, row_number() over (partition by request_id order by filename) as copy
                      from read_parquet('raw/auctions/*.parquet', filename = true))
                where filename like '%%%s'
                """
                    .formatted(date, path))
            .getFirst();
    ROWS.put(path, (Long) counts.get(0));
    Dirt[] kinds = {Dirt.DUPLICATE, Dirt.LATE, Dirt.MISSING_ID, Dirt.ZERO_AD_ID};
    for (int i = 0; i < kinds.length; i++) {
      long found = (Long) counts.get(i + 1);
      if (found > 0) {
        dirt.put(kinds[i], found);
      }
    }
  }

  private static BufferedReader lines(String path) throws Exception {
    Path file = world.root.resolve(path);
    InputStream in = Files.newInputStream(file);
    InputStream text = path.endsWith(".gz") ? new GZIPInputStream(in) : in;
    return new BufferedReader(new InputStreamReader(text, StandardCharsets.UTF_8));
  }
}
