package dev.headrace.testkit.online;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.online.BuildId;
import dev.headrace.spi.online.BuildState;
import dev.headrace.spi.online.EntityKey;
import dev.headrace.spi.online.OnlineError;
import dev.headrace.spi.online.OnlineRow;
import dev.headrace.spi.online.OnlineRows;
import dev.headrace.spi.online.OnlineStore;
import dev.headrace.spi.online.PutReport;
import dev.headrace.spi.online.ValueStatus;
import dev.headrace.spi.online.ViewLayout;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Schema;
import dev.headrace.spi.schema.Type;
import dev.headrace.spi.schema.Type.Primitive;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every online store has to do. A subclass opens one; each test gets one that is empty. */
public abstract class OnlineStoreContract {
  /** The moment of reading, unless a test says otherwise. */
  protected static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

  private static final Schema USER = schema("user_id", Primitive.LONG);
  private static final Schema FEATURES =
      new Schema(
          List.of(
              Field.unassigned("clicks_1h", Primitive.LONG),
              Field.unassigned("spend_30d", Primitive.DOUBLE),
              Field.unassigned("last_page", Primitive.STRING)));

  /** The view that most tests use. */
  protected static final ViewLayout VIEW =
      new ViewLayout(new BuildId("user", "v1"), USER, FEATURES, Optional.of(Duration.ofDays(90)));

  private @Nullable OnlineStore opened;

  /** Opens the store of this test; what was in it when it was closed is in it again. */
  protected abstract OnlineStore open();

  /** A schema of one column. */
  protected static Schema schema(String name, Type type) {
    return new Schema(List.of(Field.unassigned(name, type)));
  }

  @BeforeEach
  void openStore() {
    opened = open();
  }

  @AfterEach
  void closeStore() {
    store().close();
  }

  /** The store under test. */
  protected final OnlineStore store() {
    OnlineStore store = opened;
    if (store == null) {
      throw new IllegalStateException("not open");
    }
    return store;
  }

  /** Closes the store and opens it again. */
  protected final void reopen() {
    store().close();
    opened = open();
  }

  /** Begins a build and lets it serve. */
  protected final void serving(ViewLayout layout) {
    store().begin(layout);
    store().serve(layout.id());
  }

  /** The key of a user. */
  protected static EntityKey user(long id) {
    return VIEW.keyCodec().encode(List.of(id));
  }

  /** A row of {@link #VIEW}. */
  protected static OnlineRow row(long user, Instant eventTime, @Nullable Object... values) {
    return VIEW.row(user(user), eventTime, eventTime, Arrays.asList(values));
  }

  private OnlineRows read(EntityKey... keys) {
    return store().read("user", List.of(keys), NOW);
  }

  private PutReport put(OnlineRow... rows) {
    return store().put(VIEW.id(), List.of(rows));
  }

  private static Instant before(Duration age) {
    return NOW.minus(age);
  }

  private static final Instant HOUR_AGO = NOW.minus(Duration.ofHours(1));

  @Test
  void read_manyKeys_answersEachInOrderWithItsStatus() {
    serving(VIEW);
    put(row(1, HOUR_AGO, 7L, 12.5, "/home"), row(2, HOUR_AGO, null, 0.0, null));
    put(row(3, before(Duration.ofDays(91)), 1L, 1.0, "/old"));

    OnlineRows rows = read(user(2), user(1), user(404), user(3), user(1));

    assertThat(rows.keys()).isEqualTo(5);
    assertThat(statuses(rows, 0))
        .containsExactly(ValueStatus.NULL, ValueStatus.PRESENT, ValueStatus.NULL);
    assertThat(values(rows, 0)).containsExactly(null, 0.0, null);
    assertThat(values(rows, 1)).containsExactly(7L, 12.5, "/home");
    assertThat(statuses(rows, 2)).containsOnly(ValueStatus.MISSING);
    assertThat(statuses(rows, 3)).containsOnly(ValueStatus.EXPIRED);
    assertThat(values(rows, 3)).as("what has expired is not told").containsOnlyNulls();
    assertThat(values(rows, 4)).isEqualTo(values(rows, 1));
    assertThat(rows.eventTime(1)).contains(HOUR_AGO);
    assertThat(rows.eventTime(2)).isEmpty();
    assertThat(rows.longAt(1, 0)).isEqualTo(7);
    assertThat(rows.doubleAt(1, 1)).isEqualTo(12.5);
    assertThat(rows.rememberedAt()).isEmpty();
  }

  @Test
  void read_noKeys_answersNothing() {
    serving(VIEW);
    assertThat(read().keys()).isZero();
  }

  @Test
  void read_ageOfExactlyTheTtl_stillCounts() {
    serving(VIEW);
    put(row(1, before(Duration.ofDays(90)), 1L, 1.0, "a"));
    put(row(2, before(Duration.ofDays(90)).minusNanos(1_000), 1L, 1.0, "a"));

    assertThat(read(user(1)).status(0)).isEqualTo(ValueStatus.PRESENT);
    assertThat(read(user(2)).status(0)).isEqualTo(ValueStatus.EXPIRED);
  }

  @Test
  void put_olderRow_neverOverwrites() {
    serving(VIEW);
    put(row(1, HOUR_AGO, 2L, 2.0, "new"));

    PutReport report = put(row(1, HOUR_AGO.minusNanos(1_000), 1L, 1.0, "old"));

    assertThat(report).isEqualTo(new PutReport(0, 1));
    assertThat(values(read(user(1)), 0)).containsExactly(2L, 2.0, "new");
  }

  @Test
  void put_sameEventTime_takesTheOneKnownLast() {
    serving(VIEW);
    Instant known = HOUR_AGO.plusSeconds(60);
    store().put(VIEW.id(), List.of(known(1, known, "second")));
    PutReport earlier = store().put(VIEW.id(), List.of(known(1, known.minusSeconds(1), "first")));

    assertThat(earlier).isEqualTo(new PutReport(0, 1));
    assertThat(read(user(1)).value(0, 2)).isEqualTo("second");
    assertThat(read(user(1)).knownAt(0)).contains(known);
  }

  @Test
  void put_sameTimesAltogether_takesTheOnePutLast() {
    serving(VIEW);
    put(row(1, HOUR_AGO, 1L, 1.0, "one"), row(1, HOUR_AGO, 2L, 2.0, "two"));
    assertThat(read(user(1)).value(0, 2)).isEqualTo("two");

    assertThat(put(row(1, HOUR_AGO, 3L, 3.0, "three"))).isEqualTo(new PutReport(1, 0));
    assertThat(read(user(1)).value(0, 2)).isEqualTo("three");
  }

  private static OnlineRow known(long user, Instant knownAt, String page) {
    return VIEW.row(user(user), HOUR_AGO, knownAt, List.of(1L, 1.0, page));
  }

  @Test
  void put_timesAroundTheEpochAndFarAway_areOrdered() {
    serving(VIEW);
    List<Instant> times =
        List.of(
            Instant.parse("0001-01-01T00:00:00Z"),
            Instant.parse("1969-12-31T23:59:59.999999Z"),
            Instant.EPOCH,
            Instant.parse("1970-01-01T00:00:00.000128Z"),
            Instant.parse("2026-01-01T00:00:00Z"),
            Instant.parse("9999-12-31T23:59:59.999999Z"));
    List<Instant> shuffled = new ArrayList<>(times);
    Collections.shuffle(shuffled, new Random(4));
    for (Instant time : shuffled) {
      put(row(1, time, null, null, time.toString()));
    }
    assertThat(read(user(1)).eventTime(0)).contains(times.getLast());
    for (int i = 0; i + 1 < times.size(); i++) {
      put(row(10 + i, times.get(i + 1), null, null, "later"));
      put(row(10 + i, times.get(i), null, null, "earlier"));
      assertThat(read(user(10 + i)).eventTime(0)).contains(times.get(i + 1));
    }
  }

  @Test
  void put_everyType_comesBackAsItWas() {
    List<Field> fields = new ArrayList<>();
    List<@Nullable Object> values = new ArrayList<>();
    Map<Type, Object> examples = new HashMap<>();
    examples.put(Primitive.BOOLEAN, true);
    examples.put(Primitive.INT, Integer.MIN_VALUE);
    examples.put(Primitive.LONG, Long.MAX_VALUE);
    examples.put(Primitive.FLOAT, -1.5f);
    examples.put(Primitive.DOUBLE, 0.1 + 0.2);
    examples.put(Primitive.DATE, LocalDate.of(1582, 10, 4));
    examples.put(Primitive.TIME, LocalTime.of(23, 59, 59, 999_999_000));
    examples.put(Primitive.TIMESTAMP, LocalDateTime.of(1969, 12, 31, 23, 59, 59, 1_000));
    examples.put(Primitive.TIMESTAMPTZ, Instant.parse("2026-03-29T01:30:00.000001Z"));
    examples.put(Primitive.STRING, "zażółć 日本 \0 '\"");
    examples.put(Primitive.UUID, new UUID(-1, 1));
    examples.put(new Type.Decimal(38, 4), new BigDecimal("-1234567890123456789012345678901.2345"));
    examples.put(new Type.ListOf(0, Primitive.STRING), Arrays.asList("a", null, ""));
    examples.put(
        new Type.MapOf(0, Primitive.STRING, 0, Primitive.LONG), Map.of("news", 3L, "", -1L));
    Map<String, @Nullable Object> struct = new HashMap<>();
    struct.put("x", 2.5);
    struct.put("y", null);
    examples.put(
        new Type.ListOf(
            0,
            new Type.Struct(
                List.of(
                    Field.unassigned("x", Primitive.DOUBLE),
                    Field.unassigned("y", Primitive.INT)))),
        List.of(struct));
    examples.forEach(
        (type, value) -> {
          fields.add(Field.unassigned("f" + fields.size(), type));
          values.add(value);
          fields.add(Field.unassigned("n" + fields.size(), type));
          values.add(null);
        });
    ViewLayout layout =
        new ViewLayout(new BuildId("all", "v1"), USER, new Schema(fields), Optional.empty());
    serving(layout);
    store().put(layout.id(), List.of(layout.row(user(1), HOUR_AGO, NOW, values)));
    reopen();

    OnlineRows rows = store().read("all", List.of(user(1)), NOW);

    assertThat(values(rows, 0)).isEqualTo(values);
    assertThat(rows.layout()).isEqualTo(layout);
  }

  @Test
  void put_keysOfSeveralParts_neverCollide() {
    ViewLayout layout =
        new ViewLayout(
            new BuildId("pair", "v1"),
            new Schema(
                List.of(
                    Field.unassigned("a", Primitive.STRING),
                    Field.unassigned("b", Primitive.STRING))),
            schema("which", Primitive.STRING),
            Optional.empty());
    serving(layout);
    List<List<String>> pairs =
        List.of(
            List.of("ab", "c"),
            List.of("a", "bc"),
            List.of("", "abc"),
            List.of("abc", ""),
            List.of("a\0b", "c"),
            List.of("a", "\0bc"));
    List<EntityKey> keys = new ArrayList<>();
    for (List<String> pair : pairs) {
      EntityKey key = layout.keyCodec().encode(pair);
      keys.add(key);
      store().put(layout.id(), List.of(layout.row(key, HOUR_AGO, NOW, List.of(pair.toString()))));
    }
    OnlineRows rows = store().read("pair", keys, NOW);
    for (int i = 0; i < pairs.size(); i++) {
      assertThat(rows.value(i, 0)).isEqualTo(pairs.get(i).toString());
      assertThat(layout.keyCodec().decode(keys.get(i))).isEqualTo(pairs.get(i));
    }
  }

  @Test
  void serve_nextBuild_replacesTheOneBeforeAtOnce() {
    serving(VIEW);
    put(row(1, HOUR_AGO, 1L, 1.0, "one"));
    ViewLayout next =
        new ViewLayout(
            new BuildId("user", "v2"), USER, schema("visits", Primitive.LONG), Optional.empty());
    store().begin(next);
    // Older, but of another definition: times are compared within a build only.
    store()
        .put(next.id(), List.of(next.row(user(1), before(Duration.ofDays(400)), NOW, List.of(5L))));
    assertThat(read(user(1)).value(0, 2)).as("not served yet").isEqualTo("one");

    store().serve(next.id());

    assertThat(read(user(1)).value(0, 0)).isEqualTo(5L);
    assertThat(store().served("user")).contains(next);
    store().serve(VIEW.id());
    assertThat(read(user(1)).value(0, 2)).as("and back").isEqualTo("one");
  }

  @Test
  void drop_build_forgetsItsRowsAndServesNobody() {
    serving(VIEW);
    put(row(1, HOUR_AGO, 1L, 1.0, "one"));
    store().drop(VIEW.id());

    assertRefused(() -> read(user(1)), OnlineError.ONLINE_VIEW_MISSING);
    assertThat(store().served("user")).isEmpty();
    assertThat(store().builds()).isEmpty();
    store().drop(VIEW.id()); // Again: nothing happens.

    serving(VIEW);
    assertThat(read(user(1)).status(0)).as("begun anew, empty").isEqualTo(ValueStatus.MISSING);
  }

  @Test
  void drop_buildThatDoesNotServe_leavesTheOther() {
    serving(VIEW);
    put(row(1, HOUR_AGO, 1L, 1.0, "one"));
    ViewLayout next = new ViewLayout(new BuildId("user", "v2"), USER, FEATURES, Optional.empty());
    store().begin(next);
    store().drop(next.id());
    assertThat(read(user(1)).value(0, 2)).isEqualTo("one");
  }

  @Test
  void begin_again_keepsWhatIsThere() {
    serving(VIEW);
    put(row(1, HOUR_AGO, 1L, 1.0, "one"));
    store().begin(new ViewLayout(VIEW.id(), USER, FEATURES, VIEW.ttl()));
    assertThat(read(user(1)).value(0, 2)).isEqualTo("one");
  }

  @Test
  void begin_otherLayoutUnderTheSameBuild_isRefused() {
    store().begin(VIEW);
    assertRefused(
        () -> store().begin(new ViewLayout(VIEW.id(), USER, FEATURES, Optional.empty())),
        OnlineError.ONLINE_LAYOUT_DIFFERS);
    assertRefused(
        () ->
            store().begin(new ViewLayout(VIEW.id(), USER, schema("x", Primitive.LONG), VIEW.ttl())),
        OnlineError.ONLINE_LAYOUT_DIFFERS);
  }

  @Test
  void put_rowsOfAnotherLayout_isRefused() {
    serving(VIEW);
    ViewLayout other =
        new ViewLayout(VIEW.id(), USER, schema("x", Primitive.LONG), Optional.empty());
    OnlineRow row = other.row(user(1), NOW, NOW, List.of(1L));
    assertRefused(() -> put(row), OnlineError.ONLINE_LAYOUT_DIFFERS);
  }

  @Test
  void unknownBuildOrView_isRefused() {
    assertRefused(() -> read(user(1)), OnlineError.ONLINE_VIEW_MISSING);
    assertRefused(() -> put(row(1, NOW, 1L, 1.0, "x")), OnlineError.ONLINE_BUILD_MISSING);
    assertRefused(() -> store().serve(VIEW.id()), OnlineError.ONLINE_BUILD_MISSING);
    assertRefused(() -> store().complete(VIEW.id(), NOW, "s1"), OnlineError.ONLINE_BUILD_MISSING);
    store().begin(VIEW);
    assertRefused(() -> read(user(1)), OnlineError.ONLINE_VIEW_MISSING);
  }

  @Test
  void complete_tellsHowStaleAnswersAre_andNeverGoesBack() {
    serving(VIEW);
    assertThat(read().staleness()).isEmpty();
    store().complete(VIEW.id(), before(Duration.ofMinutes(5)), "s1");
    assertThat(read().staleness()).contains(Duration.ofMinutes(5));
    store().complete(VIEW.id(), before(Duration.ofMinutes(9)), "s2");
    assertThat(store().builds().getFirst().source()).as("of the last").isEqualTo("s2");
    assertThat(read().completeTo()).contains(before(Duration.ofMinutes(5)));
    assertThat(read().source()).isEqualTo("s2");
    store().complete(VIEW.id(), NOW.plusSeconds(1), "s1");
    assertThat(read().staleness()).contains(Duration.ZERO);
  }

  @Test
  void builds_countKeysAndBytes() {
    serving(VIEW);
    store().begin(new ViewLayout(new BuildId("ad", "a1"), USER, FEATURES, Optional.empty()));
    put(row(1, HOUR_AGO, 1L, 1.0, "one"), row(2, HOUR_AGO, 1L, 1.0, "two"));
    put(row(2, NOW, 1L, 1.0, "later"));
    store().complete(VIEW.id(), HOUR_AGO, "s1");

    List<BuildState> builds = store().builds();

    assertThat(builds)
        .extracting(build -> build.layout().id().view())
        .containsExactly("ad", "user");
    BuildState user = builds.getLast();
    assertThat(user.serving()).isTrue();
    assertThat(builds.getFirst().serving()).isFalse();
    assertThat(user.keys()).isEqualTo(2);
    assertThat(user.completeTo()).contains(HOUR_AGO);
    int fixed = VIEW.rowCodec().fixedBytes();
    assertThat(user.bytes()).isEqualTo(2 * 8 + 2L * fixed + (4 + 3) + (4 + 5));
    assertThat(builds.getFirst().keys()).isZero();
  }

  @Test
  void reopen_keepsEverythingThatWasAcknowledged() {
    serving(VIEW);
    put(row(1, HOUR_AGO, 7L, 12.5, "/home"));
    store().complete(VIEW.id(), HOUR_AGO, "s1");
    ViewLayout next = new ViewLayout(new BuildId("user", "v2"), USER, FEATURES, Optional.empty());
    store().begin(next);
    ViewLayout gone = new ViewLayout(new BuildId("gone", "v1"), USER, FEATURES, Optional.empty());
    store().begin(gone);
    store().drop(gone.id());
    reopen();

    assertThat(values(read(user(1)), 0)).containsExactly(7L, 12.5, "/home");
    assertThat(read().completeTo()).contains(HOUR_AGO);
    assertThat(store().builds()).hasSize(2);
    assertThat(store().builds()).extracting(BuildState::source).containsExactly("s1", "");
    assertThat(put(row(1, HOUR_AGO.minusSeconds(1), 0L, 0.0, ""))).isEqualTo(new PutReport(0, 1));
    store().put(next.id(), List.of(next.row(user(9), NOW, NOW, List.of(1L, 1.0, "x"))));
    reopen();
    assertThat(store().builds()).extracting(BuildState::keys).containsExactly(1L, 1L);
  }

  @Test
  void put_manyRows_allArrive() {
    serving(VIEW);
    Random random = new Random(11);
    List<OnlineRow> rows = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      rows.add(row(i, HOUR_AGO, (long) i, i / 2.0, "x".repeat(random.nextInt(50))));
    }
    assertThat(store().put(VIEW.id(), rows)).isEqualTo(new PutReport(20_000, 0));
    OnlineRows read = read(user(0), user(19_999), user(777));
    assertThat(read.value(1, 0)).isEqualTo(19_999L);
    assertThat(read.value(2, 1)).isEqualTo(388.5);
  }

  @Test
  void put_fromManyThreads_keepsTheLatestOfEach() throws Exception {
    serving(VIEW);
    int writers = 6;
    int rounds = 60;
    try (ExecutorService threads = Executors.newFixedThreadPool(writers + 1)) {
      AtomicBoolean done = new AtomicBoolean();
      Future<?> reader =
          threads.submit(
              () -> {
                long seen = -1;
                while (!done.get()) {
                  OnlineRows rows = read(user(5));
                  if (rows.status(0) == ValueStatus.PRESENT) {
                    long now = rows.longAt(0, 0);
                    assertThat(now).as("never back in time").isGreaterThanOrEqualTo(seen);
                    assertThat(rows.doubleAt(0, 1)).as("never half a row").isEqualTo(now / 2.0);
                    seen = now;
                  }
                }
              });
      List<Future<?>> all = new ArrayList<>();
      for (int writer = 0; writer < writers; writer++) {
        int own = writer;
        all.add(
            threads.submit(
                () -> {
                  for (int round = 0; round < rounds; round++) {
                    long tick = (long) round * writers + own;
                    Instant time = HOUR_AGO.plusMillis(tick);
                    put(
                        row(5, time, tick, tick / 2.0, null),
                        row(100 + own, time, tick, 0.0, null));
                  }
                }));
      }
      for (Future<?> each : all) {
        each.get();
      }
      done.set(true);
      reader.get();
    }
    assertThat(read(user(5)).longAt(0, 0)).isEqualTo((long) rounds * writers - 1);
    for (int own = 0; own < writers; own++) {
      assertThat(read(user(100 + own)).longAt(0, 0)).isEqualTo((rounds - 1L) * writers + own);
    }
  }

  /** The values of one key, in the order of the features. */
  protected static List<@Nullable Object> values(OnlineRows rows, int key) {
    List<@Nullable Object> values = new ArrayList<>();
    for (int i = 0; i < rows.layout().features().fields().size(); i++) {
      values.add(rows.value(key, i));
    }
    return values;
  }

  private static List<ValueStatus> statuses(OnlineRows rows, int key) {
    List<ValueStatus> statuses = new ArrayList<>();
    for (int i = 0; i < rows.layout().features().fields().size(); i++) {
      statuses.add(rows.status(key, i));
    }
    return statuses;
  }

  /** That the work is refused with this code and says what to do. */
  protected static void assertRefused(Runnable work, OnlineError code) {
    assertThatThrownBy(work::run)
        .isInstanceOfSatisfying(
            HeadraceException.class,
            e -> {
              assertThat(e.code()).isEqualTo(code);
              assertThat(e.hint()).isNotEmpty();
              assertThat(e.getMessage()).startsWith("Cannot ");
            });
  }
}
