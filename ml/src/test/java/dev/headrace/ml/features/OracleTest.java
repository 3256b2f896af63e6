package dev.headrace.ml.features;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.ml.features.BruteForce.Event;
import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.Relation;
import dev.headrace.spi.engine.Watch;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The point-in-time join against {@link BruteForce}: 10,000 random entities, each with a handful of
 * rows and labels, under random views. Times are few, so that rows tie with each other, with labels
 * and with the bounds of windows; rows arrive late, early or never; keys have two parts whose texts
 * run together, and nulls.
 */
class OracleTest {
  private static final int FEATURES = 14;
  private static final LocalDateTime ZERO = LocalDateTime.of(2026, 3, 28, 23, 30);

  private static final List<String> WINDOWS =
      List.of("1m", "5m", "7m", "1h", "30s", "1 row", "2 rows", "3 rows", "5 rows");

  private static final Map<String, Function<Event, @Nullable Object>> EXPRESSIONS =
      Map.of(
          "n", row -> row.values().get("n"),
          "amount", row -> row.values().get("amount"),
          "price", row -> row.values().get("price"),
          "s", row -> row.values().get("s"),
          "n * 2 + 1",
              row -> row.values().get("n") instanceof Long n ? (Object) (n * 2 + 1) : null);

  private static final Map<String, Predicate<Event>> CONDITIONS =
      Map.of(
          "n > 1", row -> row.values().get("n") instanceof Long n && n > 1,
          "s = 'a'", row -> "a".equals(row.values().get("s")),
          "amount is not null", row -> row.values().get("amount") != null);

  @TempDir static Path directory;
  private static Bench bench;

  @BeforeAll
  static void open() {
    bench = new Bench(directory);
  }

  @AfterAll
  static void close() {
    bench.close();
  }

  private record Label(long caseId, @Nullable Long k1, @Nullable String k2, @Nullable Long t) {
    List<@Nullable Object> key() {
      return Arrays.asList(caseId, k1, k2);
    }
  }

  /** Few views with many entities each: what a view costs is its query, not its entities. */
  @Test
  void join_of10000RandomEntities_agreesWithBruteForce() throws IOException {
    compare(8, 1_250, 20_260_301, OracleTest::view, 13);
  }

  @Test
  void join_ofNewestValuesAlone_agreesWithBruteForce() throws IOException {
    compare(6, 500, 11, OracleTest::newestView, 1);
  }

  /** Half of the views are walked for in memory, those without an arrival. */
  @Test
  void join_ofNewestNumbersAlone_agreesWithBruteForce() throws IOException {
    assertThat(compare(4, 500, 31, OracleTest::newestNumberView, 1)).isEqualTo(2);
  }

  @Test
  @Tag("slow")
  void join_ofNewestNumbersOf10000WalkedEntities_agreesWithBruteForce() throws IOException {
    assertThat(compare(4, 5_000, 37, OracleTest::newestNumberView, 1)).isEqualTo(2);
  }

  @Test
  void join_ofWindowsAlone_agreesWithBruteForce() throws IOException {
    assertThat(compare(4, 500, 23, OracleTest::windowView, 3)).isEqualTo(2);
  }

  @Test
  @Tag("slow")
  void join_under100RandomViews_agreesWithBruteForce() throws IOException {
    compare(100, 500, 7, OracleTest::view, 13);
  }

  /** Writes a view. */
  private interface Writer {
    String view(Random random, boolean bitemporal, boolean ordered, Optional<String> ttl);
  }

  /** How many of the joins were computed in memory. */
  private static int compare(
      int views, int casesPerView, long seed, Writer writer, int aggregationsInAll)
      throws IOException {
    List<String> mismatches = new ArrayList<>();
    int walked = 0;
    long compared = 0;
    long present = 0;
    Set<String> aggregations = new LinkedHashSet<>();
    for (int number = 0; number < views; number++) {
      Random random = new Random(seed + number);
      boolean bitemporal = number % 2 == 1;
      boolean ordered = number % 4 < 2;
      Optional<String> ttl = number % 3 == 0 ? Optional.of("6m") : Optional.empty();
      String yaml = writer.view(random, bitemporal, ordered, ttl);
      FeatureStore store = bench.store(Map.of("features/v.yaml", yaml));
      FeatureView view = store.view("v");
      List<List<Event>> cases = new ArrayList<>();
      List<Label> labels = new ArrayList<>();
      for (int c = 0; c < casesPerView; c++) {
        cases.add(events(random, c));
        labels.addAll(labels(random, c));
      }
      Query query =
          store.join(
              new Labels("labels", labelTable(labels), "moment"),
              store.select(List.of("v.*")),
              Map.of("v", eventTable(cases)),
              Instant.parse("2027-01-01T00:00:00Z"),
              Watch.none());
      if (query.relations().values().stream().anyMatch(Relation.Computed.class::isInstance)) {
        walked++;
      }
      List<List<@Nullable Object>> rows = bench.rows(query);
      assertThat(rows).hasSameSizeAs(labels);
      BruteForce.View meaning = meaning(view, bitemporal, ordered, ttl);
      for (List<@Nullable Object> row : rows) {
        Label label = labels.get(((Number) row.get(0)).intValue());
        for (int f = 0; f < view.features().size(); f++) {
          Feature feature = view.features().get(f);
          Object found = row.get(row.size() - view.features().size() + f);
          Object wanted =
              BruteForce.at(
                  meaning, feature, cases.get((int) label.caseId()), label.key(), label.t());
          compared++;
          aggregations.add(feature.computation().getClass().getSimpleName());
          if (wanted != null) {
            present++;
          }
          if (!same(found, wanted)) {
            mismatches.add(
                "view %d, %s of %s: %s instead of %s\n  rows %s\n%s"
                    .formatted(
                        number,
                        feature,
                        label,
                        found,
                        wanted,
                        cases.get((int) label.caseId()),
                        yaml));
          }
        }
      }
    }
    assertThat(mismatches).as("of %d values", compared).isEmpty();
    assertThat(aggregations).hasSize(aggregationsInAll);
    assertThat(present).as("values that are not null").isGreaterThan(compared / 5);
    return walked;
  }

  private static String newestView(
      Random random, boolean bitemporal, boolean ordered, Optional<String> ttl) {
    return newestView(random, head(bitemporal, ordered, ttl), List.of("n", "amount", "s"));
  }

  private static String newestNumberView(
      Random random, boolean bitemporal, boolean ordered, Optional<String> ttl) {
    return newestView(
        random, head(bitemporal, ordered, ttl), List.of("n", "amount", "price", "n * 2 + 1"));
  }

  private static String newestView(Random random, StringBuilder yaml, List<String> values) {
    for (int f = 0; f < 4; f++) {
      yaml.append("  f%d: {last: %s".formatted(f, pick(random, values)));
      if (random.nextInt(3) == 0) {
        yaml.append(", window: ").append(pick(random, List.of("1m", "5m", "30s")));
      }
      yaml.append("}\n");
    }
    return yaml.toString();
  }

  private static String windowView(
      Random random, boolean bitemporal, boolean ordered, Optional<String> ttl) {
    StringBuilder yaml = head(bitemporal, ordered, ttl);
    List<String> kinds = List.of("count", "sum", "mean");
    for (int f = 0; f < 9; f++) {
      String of = pick(random, List.of("n", "amount", "price", "n * 2 + 1"));
      yaml.append("  f%d: {%s: %s".formatted(f, kinds.get(f % 3), of));
      if (random.nextInt(3) == 0) {
        yaml.append(", where: \"")
            .append(pick(random, CONDITIONS.keySet().stream().sorted().toList()))
            .append('"');
      }
      if (random.nextBoolean()) {
        yaml.append(", window: ").append(pick(random, List.of("1m", "5m", "7m", "1h", "30s")));
      }
      yaml.append("}\n");
    }
    return yaml.toString();
  }

  private static StringBuilder head(boolean bitemporal, boolean ordered, Optional<String> ttl) {
    StringBuilder yaml =
        new StringBuilder("entity: thing\nkey: [c, k1, k2]\nfrom: events\ntime: event_at\n");
    if (bitemporal) {
      yaml.append("arrival: arrived\n");
    }
    if (ordered) {
      yaml.append("row: [seq]\n");
    }
    ttl.ifPresent(text -> yaml.append("ttl: ").append(text).append('\n'));
    return yaml.append("features:\n");
  }

  private static String view(
      Random random, boolean bitemporal, boolean ordered, Optional<String> ttl) {
    StringBuilder yaml = head(bitemporal, ordered, ttl);
    for (int f = 0; f < FEATURES; f++) {
      yaml.append("  f").append(f).append(": {").append(aggregation(random, f));
      if (random.nextInt(3) == 0) {
        List<String> conditions = CONDITIONS.keySet().stream().sorted().toList();
        yaml.append(", where: \"").append(pick(random, conditions)).append('"');
      }
      if (random.nextInt(4) > 0) {
        yaml.append(", window: ").append(pick(random, WINDOWS));
      }
      yaml.append("}\n");
    }
    return yaml.toString();
  }

  private static String aggregation(Random random, int f) {
    String number = pick(random, List.of("n", "amount", "price", "n * 2 + 1"));
    String any = pick(random, List.of("n", "amount", "price", "s"));
    return switch (f % 14) {
      case 0 -> "count: \"*\"";
      case 1 -> "sum: " + number;
      case 2 -> "mean: " + number;
      case 3 -> "min: " + any;
      case 4 -> "max: " + any;
      case 5 -> "stddev: " + number;
      case 6 -> "first: " + any;
      case 7 -> "last: " + any;
      case 8 -> "approx-distinct: " + any;
      case 9 -> "last-k: {of: %s, k: %d}".formatted(any, 1 + random.nextInt(4));
      case 10 -> "top-k: {of: %s, k: %d}".formatted(any, 1 + random.nextInt(3));
      case 11 ->
          "percentile: {of: %s, at: %s}"
              .formatted(number, pick(random, List.of("0", "25", "50", "100")));
      case 12 -> "histogram: {of: %s, bounds: [0.5, 1, 2]}".formatted(number);
      default -> "count: " + any;
    };
  }

  private static BruteForce.View meaning(
      FeatureView view, boolean bitemporal, boolean ordered, Optional<String> ttl) {
    List<Function<Event, @Nullable Object>> tieBreak = new ArrayList<>();
    if (ordered) {
      tieBreak.add(row -> row.values().get("seq"));
    } else {
      Set<String> expressions = new LinkedHashSet<>();
      Set<String> conditions = new LinkedHashSet<>();
      for (Feature feature : view.features()) {
        String of = ((Computation.Aggregation) feature.computation()).of();
        if (!of.equals("*")) {
          expressions.add(of);
        }
        feature.where().ifPresent(conditions::add);
      }
      expressions.forEach(sql -> tieBreak.add(EXPRESSIONS.get(sql)));
      conditions.forEach(sql -> tieBreak.add(row -> CONDITIONS.get(sql).test(row)));
    }
    return new BruteForce.View(
        bitemporal, ttl.map(_ -> 360_000_000L), tieBreak, EXPRESSIONS::get, CONDITIONS::get);
  }

  private static List<Event> events(Random random, long c) {
    List<Event> rows = new ArrayList<>();
    int count = random.nextInt(14);
    for (int i = 0; i < count; i++) {
      Map<String, @Nullable Object> values = new HashMap<>();
      values.put("n", maybe(random, (long) random.nextInt(4)));
      values.put("amount", maybe(random, random.nextInt(9) / 4.0));
      values.put("price", maybe(random, BigDecimal.valueOf(random.nextInt(300), 2)));
      values.put("s", maybe(random, pick(random, List.of("a", "b", "B", "")) + ""));
      values.put("seq", (long) i);
      Long event = random.nextInt(40) == 0 ? null : minutes(random.nextInt(20));
      Long arrival =
          event == null || random.nextInt(25) == 0
              ? null
              : Long.valueOf(
                  event + (random.nextBoolean() ? 0 : minutes(random.nextInt(9) - 2) - minutes(0)));
      rows.add(new Event(Arrays.asList(c, k1(random), k2(random)), event, arrival, values));
    }
    return rows;
  }

  private static List<Label> labels(Random random, long c) {
    List<Label> labels = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      labels.add(
          new Label(
              c,
              k1(random),
              k2(random),
              random.nextInt(40) == 0 ? null : minutes(random.nextInt(26))));
    }
    return labels;
  }

  private static @Nullable Long k1(Random random) {
    return random.nextInt(15) == 0 ? null : Long.valueOf(pick(random, List.of("1", "12")));
  }

  private static @Nullable String k2(Random random) {
    return random.nextInt(15) == 0 ? null : pick(random, List.of("23", "3"));
  }

  private static @Nullable Object maybe(Random random, Object value) {
    return random.nextInt(6) == 0 ? null : value;
  }

  private static long minutes(int minutes) {
    return ZERO.toEpochSecond(ZoneOffset.UTC) * 1_000_000 + minutes * 60_000_000L;
  }

  private static <T> T pick(Random random, List<T> of) {
    return of.get(random.nextInt(of.size()));
  }

  private static Relation.Files eventTable(List<List<Event>> cases) throws IOException {
    List<String> lines = new ArrayList<>(List.of("c,k1,k2,event_at,arrived,n,amount,price,s,seq"));
    for (List<Event> rows : cases) {
      for (Event row : rows) {
        lines.add(
            String.join(
                ",",
                text(row.key().get(0)),
                text(row.key().get(1)),
                text(row.key().get(2)),
                time(row.event()),
                time(row.arrival()),
                text(row.values().get("n")),
                text(row.values().get("amount")),
                text(row.values().get("price")),
                row.values().get("s") == null ? "" : "\"" + row.values().get("s") + "\"",
                text(row.values().get("seq"))));
      }
    }
    return bench.table(
        "select * from read_csv('%s', header = true, nullstr = '', allow_quoted_nulls = false, columns = {c: 'bigint', k1: 'bigint', k2: 'varchar', event_at: 'timestamp', arrived: 'timestamp', n: 'bigint', amount: 'double', price: 'decimal(10,2)', s: 'varchar', seq: 'bigint'})"
            .formatted(bench.csv(lines)));
  }

  private static Relation.Files labelTable(List<Label> labels) throws IOException {
    List<String> lines = new ArrayList<>(List.of("id,c,k1,k2,moment"));
    for (int i = 0; i < labels.size(); i++) {
      Label label = labels.get(i);
      lines.add(
          String.join(
              ",",
              text((long) i),
              text(label.caseId()),
              text(label.k1()),
              text(label.k2()),
              time(label.t())));
    }
    return bench.table(
        "select * from read_csv('%s', header = true, nullstr = '', columns = {id: 'bigint', c: 'bigint', k1: 'bigint', k2: 'varchar', moment: 'timestamp'})"
            .formatted(bench.csv(lines)));
  }

  private static String text(@Nullable Object value) {
    return value == null ? "" : value.toString();
  }

  private static String time(@Nullable Long micros) {
    return micros == null
        ? ""
        : LocalDateTime.ofEpochSecond(micros / 1_000_000, 0, ZoneOffset.UTC).toString();
  }

  /** Numbers by value; fractions that are computed in another order, to 13 digits. */
  static boolean same(@Nullable Object found, @Nullable Object wanted) {
    if (found == null || wanted == null) {
      return found == wanted;
    }
    if (found instanceof List<?> a && wanted instanceof List<?> b) {
      if (a.size() != b.size()) {
        return false;
      }
      for (int i = 0; i < a.size(); i++) {
        if (!same(a.get(i), b.get(i))) {
          return false;
        }
      }
      return true;
    }
    if (found instanceof Number a && wanted instanceof Number b) {
      double x = a.doubleValue();
      double y = b.doubleValue();
      return Math.abs(x - y) <= 1e-13 * Math.max(Math.abs(x), Math.abs(y))
          || Math.abs(x - y) < 1e-15;
    }
    return found.equals(wanted);
  }
}
