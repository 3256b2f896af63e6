package dev.headrace.ml.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.Relation;
import dev.headrace.spi.engine.Watch;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Joins that are computed in memory: the values of the SQL to the last bit, or not taken. */
class WalkedJoinTest {
  private static final Instant NOW = Instant.parse("2027-01-01T00:00:00Z");

  /**
   * Rows of many sizes, from before 1970 on, with nulls, ties and entities that nobody asks about.
   */
  private static final String EVENTS =
      """
      select
        case when i %% 97 = 0 then null else (i * 7919) %% 211 end as user_id,
        'é' || ((i * 31) %% 5) as place,
        date '1969-12-30' + cast((i * 13) %% 7 as int) as day,
        case when i %% 89 = 0 then null
          else make_timestamp(((i * 104729) %% 700001) * 1000003 - 300000000000) end as event_at,
        (i * 37) %% 1000 - 500 as n,
        case when i %% 11 = 0 then null else ((i * 41) %% 10007 - 3000) / 64.0 end as fraction,
        cast(((i * 43) %% 100003) as double) * 1e-9 as small,
        cast(((i * 47) %% 10007) - 5000 as decimal(12, 2)) / 4 as price,
        i %% 3 = 0 as yes
      from range(%d) as r(i)
      """;

  private static final String LABELS =
      """
      select
        i as id,
        case when i %% 83 = 0 then null else (i * 6007) %% 223 end as user_id,
        case when i %% 79 = 0 then null else 'é' || ((i * 17) %% 6) end as place,
        date '1969-12-30' + cast((i * 11) %% 8 as int) as day,
        case when i %% 73 = 0 then null
          else make_timestamp(((i * 15485863) %% 800011) * 1000003 - 350000000000) end as moment
      from range(%d) as r(i)
      """;

  private static final String WINDOWS =
      """
        n: {count: "*", window: [1h, 3d]}
        known: {count: fraction, window: 2d}
        chosen: {count: "*", where: "yes and n > 0"}
        whole: {sum: n, window: [1h, 90d]}
        mean_whole: {mean: n, where: "yes", window: 5d}
        fraction: {sum: fraction, window: [7h, 4d]}
        all_fractions: {sum: fraction}
        mean_fraction: {mean: fraction, window: 36h}
        small: {sum: small, window: [1d, 30d]}
        mean_small: {mean: "-small", window: 3d}
        price: {sum: price, window: 2d}
        mean_price: {mean: price}
      """;

  private static final String NEWEST =
      """
        n: {last: n}
        n_1d: {last: n, window: 1d}
        fraction: {last: fraction}
        float: {last: "cast(small as float)", window: 30d}
        price: {last: price}
        yes: {last: yes}
        whole: {last: "cast(n as int)"}
        maybe: {last: "case when n > 0 then n end"}
        day: {last: day}
        at: {last: "case when n % 7 = 0 then timestamp 'infinity' else event_at end"}
      """;

  @TempDir Path directory;
  private Bench bench;

  @BeforeEach
  void open() {
    bench = new Bench(directory);
  }

  @AfterEach
  void close() {
    bench.close();
  }

  private FeatureStore store(String head, String features) throws Exception {
    return bench.store(
        Map.of(
            "features/v.yaml",
            "entity: thing\nfrom: events\ntime: event_at\n" + head + "features:\n" + features));
  }

  /** Both ways, the same rows in the same order; how the first is computed is looked at. */
  private void assertSame(FeatureStore store, Relation labels, Relation events, boolean walked) {
    FeatureSelection selection = store.select(List.of("v.*"));
    Labels named = new Labels("labels", labels, "moment");
    Map<String, Relation> rows = Map.of("v", events);
    Query fast = store.join(named, selection, rows, NOW, Watch.none());
    Query plain = store.joinInSql(named, selection, rows, NOW, Watch.none());
    assertThat(isWalked(fast)).isEqualTo(walked);
    assertThat(isWalked(plain)).isFalse();
    List<List<@Nullable Object>> found = byId(bench.rows(fast));
    assertThat(found).isEqualTo(byId(bench.rows(plain)));
    assertThat(found.stream().filter(row -> row.getLast() != null)).isNotEmpty();
    assertThat(found.stream().filter(row -> row.getLast() == null)).isNotEmpty();
  }

  private static boolean isWalked(Query query) {
    return query.relations().values().stream().anyMatch(Relation.Computed.class::isInstance);
  }

  private static List<List<@Nullable Object>> byId(List<List<@Nullable Object>> rows) {
    List<List<@Nullable Object>> sorted = new ArrayList<>(rows);
    sorted.sort((a, b) -> Long.compare(id(a), id(b)));
    return sorted;
  }

  private static long id(List<@Nullable Object> row) {
    return ((Number) Objects.requireNonNull(row.getFirst())).longValue();
  }

  @Test
  void join_ofWindows_isTheSqlToTheLastBit() throws Exception {
    Relation events = bench.table(EVENTS.formatted(30_000));
    Relation labels = bench.table(LABELS.formatted(5_000));
    assertSame(store("key: [user_id]\nttl: 20h\n", WINDOWS), labels, events, true);
  }

  @Test
  void join_byTextsDaysAndNumbers_isTheSqlToTheLastBit() throws Exception {
    Relation events = bench.table(EVENTS.formatted(30_000));
    Relation labels = bench.table(LABELS.formatted(5_000));
    assertSame(store("key: [place, day, user_id]\n", WINDOWS), labels, events, true);
  }

  @Test
  void join_withFeaturesOfOtherKinds_isTheSqlToTheLastBit() throws Exception {
    Relation events = bench.table(EVENTS.formatted(3_000));
    Relation labels = bench.table(LABELS.formatted(500));
    String more =
        """
          ratio: {ratio: [n_3d, chosen]}
          newest: {last: n}
          greatest: {max: fraction, window: 3d}
          middle: {percentile: {of: n, at: 50}, window: 1d}
          hours: {sql: "extract(year from $at) + n_3d"}
        """;
    assertSame(store("key: [user_id]\nttl: 30h\n", WINDOWS + more), labels, events, true);
  }

  @Test
  void join_ofNewestValues_isTheSqlToTheLastBit() throws Exception {
    Relation events = bench.table(EVENTS.formatted(30_000));
    Relation labels = bench.table(LABELS.formatted(5_000));
    assertSame(store("key: [user_id]\nttl: 20h\n", NEWEST), labels, events, true);
  }

  @Test
  void join_ofNewestValuesAmongTies_isTheSqlToTheLastBit() throws Exception {
    Relation events =
        bench.table(
            "select * replace (date_trunc('day', event_at) as event_at) from (%s)"
                .formatted(EVENTS.formatted(20_000)));
    Relation labels = bench.table(LABELS.formatted(5_000));
    assertSame(store("key: [user_id]\nrow: [small]\n", NEWEST), labels, events, true);
    assertSame(store("key: [user_id]\nttl: 3d\n", NEWEST), labels, events, true);
  }

  @Test
  void join_ofWindowsAndNewestValues_isTheSqlToTheLastBit() throws Exception {
    Relation events = bench.table(EVENTS.formatted(20_000));
    Relation labels = bench.table(LABELS.formatted(3_000));
    String both = NEWEST + "  count_2d: {count: '*', window: 2d}\n  sum: {sum: fraction}\n";
    assertSame(store("key: [place, user_id]\nttl: 30h\n", both), labels, events, true);
    String derived = both + "  share: {ratio: [count_2d, n]}\n  text: {last: place}\n";
    assertSame(store("key: [user_id]\nttl: 30h\n", derived), labels, events, true);
  }

  @Test
  void join_ofOneEntityAlone_isTheSqlToTheLastBit() throws Exception {
    Relation events =
        bench.table(
            "select * replace (5 as user_id) from (%s)".formatted(EVENTS.formatted(40_000)));
    Relation labels =
        bench.table("select * replace (5 as user_id) from (%s)".formatted(LABELS.formatted(300)));
    assertSame(store("key: [user_id]\nttl: 1h\n", WINDOWS), labels, events, true);
  }

  /** Larger than those that are walked side by side. */
  @Test
  void join_ofThreeLargeEntities_isTheSqlToTheLastBit() throws Exception {
    Relation events =
        bench.table(
            "select * replace (user_id %% 3 as user_id) from (%s)"
                .formatted(EVENTS.formatted(60_000)));
    Relation labels =
        bench.table(
            "select * replace (id %% 3 as user_id) from (%s)".formatted(LABELS.formatted(300)));
    String both = NEWEST + "  count_2d: {count: '*', window: 2d}\n  sum: {sum: fraction}\n";
    assertSame(store("key: [user_id]\nttl: 1h\n", both), labels, events, true);
  }

  @Test
  void join_ofLabelsInSeveralFiles_keepsTheirOrder() throws Exception {
    Relation events = bench.table(EVENTS.formatted(3_000));
    Relation.Files first = bench.table(LABELS.formatted(200_000));
    Relation.Files second =
        bench.table(
            "select * replace (id + 200000 as id) from (%s)".formatted(LABELS.formatted(777)));
    List<String> files = new ArrayList<>(first.files());
    files.addAll(second.files());
    Relation labels = new Relation.Files(first.schema(), files, first.rows() + second.rows());
    assertSame(store("key: [user_id]\n", "  n: {count: '*', window: 1d}\n"), labels, events, true);
  }

  /** Labels without texts are read once, and come back with what they see. */
  @Test
  void join_ofLabelsOfManyTypes_bringsThemBack() throws Exception {
    Relation events = bench.table(EVENTS.formatted(5_000));
    Relation labels =
        bench.table(
            """
            select id, user_id, day, moment as t, moment,
              case when id %% 5 = 0 then null else id %% 2 = 0 end as yes,
              cast(case when id %% 7 = 0 then null else id - 900 end as int) as whole,
              cast(case when id %% 11 = 0 then null else (id - 900) / 7.0 end as float) as narrow,
              case when id %% 13 = 0 then null when id %% 2 = 0 then -0.0::double else id / 3.0 end as wide,
              cast(case when id %% 17 = 0 then null else (id - 900) / 8.0 end as decimal(18, 3)) as price,
              cast(id - 900 as decimal(9, 0)) as round,
              case when id %% 19 = 0 then null when id %% 19 = 1 then timestamptz '-infinity'
                else timestamptz '1969-07-20 20:17:40.000001+00' + to_microseconds(id) end as landed,
              case when id %% 23 = 0 then timestamp 'infinity' else moment end as due,
              case when id %% 29 = 0 then date 'infinity' when id %% 31 = 0 then null else day end as until
            from (%s)
            """
                .formatted(LABELS.formatted(1_800)));
    FeatureStore store =
        store("key: [user_id]\n", NEWEST + "  count_2d: {count: '*', window: 2d}\n");
    assertSame(store, labels, events, true);
    Query query =
        store.join(
            new Labels("labels", labels, "t"),
            store.select(List.of("v.*")),
            Map.of("v", events),
            NOW,
            Watch.none());
    assertThat(query.sql()).doesNotContain("positional join");
    Relation texts = bench.table(LABELS.formatted(100));
    Query beside =
        store.join(
            new Labels("labels", texts, "moment"),
            store.select(List.of("v.*")),
            Map.of("v", events),
            NOW,
            Watch.none());
    assertThat(beside.sql()).contains("positional join");
  }

  @Test
  void join_ofLabelsThatAreAView_isLeftToTheEngine() throws Exception {
    Relation events = bench.table(EVENTS.formatted(1_000));
    Relation labels = bench.table(LABELS.formatted(300));
    Relation view = new Relation.View(Query.of("select * from l", Map.of("l", labels)));
    assertSame(store("key: [user_id]\n", WINDOWS), view, events, false);
  }

  @Test
  void join_ofTotalsThatLeave64Bits_isLeftToTheEngine() throws Exception {
    Relation events = bench.table(EVENTS.formatted(1_000));
    Relation labels = bench.table(LABELS.formatted(300));
    String wide = "  n: {sum: \"cast(n as decimal(38, 18))\", window: 90d}\n";
    assertSame(store("key: [user_id]\n", wide), labels, events, false);
  }

  @Test
  void join_beyondTheEnginesRoom_isLeftToTheEngine() throws Exception {
    Relation events = bench.table(EVENTS.formatted(1_000));
    Relation.Files labels = bench.table(LABELS.formatted(300));
    FeatureStore store = store("key: [user_id]\n", WINDOWS);
    Relation counted = new Relation.Files(labels.schema(), labels.files(), 2_000_000);
    Query query =
        store.join(
            new Labels("labels", counted, "moment"),
            store.select(List.of("v.*")),
            Map.of("v", events),
            NOW,
            Watch.none());
    assertThat(isWalked(query)).isFalse();
  }

  /** Nothing is run: how many rows the largest entity has decides. */
  @Test
  @Tag("slow")
  void join_ofAnEntityTooLargeForTheHeap_isLeftToTheEngine() throws Exception {
    long bytesPerRow = 40;
    long rows = Runtime.getRuntime().maxMemory() / 2 / bytesPerRow + 1_000;
    String events =
        "select range %% %d as user_id, make_timestamp(range) as event_at, 1 as n from range("
            + rows
            + ") as r(range)";
    bench.close();
    bench = new Bench(directory, 8L << 30); // The heap is to be what is too small.
    Relation labels = bench.table(LABELS.formatted(300));
    FeatureStore store = store("key: [user_id]\n", "  n: {count: '*', window: 1d}\n");
    for (int entities : new int[] {1, 1_000}) {
      Query query =
          store.join(
              new Labels("labels", labels, "moment"),
              store.select(List.of("v.*")),
              Map.of("v", bench.table(events.formatted(entities))),
              NOW,
              Watch.none());
      assertThat(isWalked(query)).as("%d entities", entities).isEqualTo(entities > 1);
    }
  }

  @Test
  void join_cancelled_endsWithoutAResult() throws Exception {
    Relation events = bench.table(EVENTS.formatted(20_000));
    Relation labels = bench.table(LABELS.formatted(2_000));
    FeatureStore store = store("key: [user_id]\n", WINDOWS);
    Query query =
        store.join(
            new Labels("labels", labels, "moment"),
            store.select(List.of("v.*")),
            Map.of("v", events),
            NOW,
            Watch.none());
    Watch watch = Watch.none();
    watch.cancel();
    assertThatThrownBy(() -> bench.engine().execute(query, watch))
        .isInstanceOf(CancellationException.class);
    assertThat(bench.rows(query)).hasSize(2_000);
  }
}
