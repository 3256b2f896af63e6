package dev.headrace.testkit.online;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.spi.online.BuildId;
import dev.headrace.spi.online.EntityKey;
import dev.headrace.spi.online.OnlineError;
import dev.headrace.spi.online.OnlineRow;
import dev.headrace.spi.online.OnlineRows;
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
import org.junit.jupiter.api.Test;

/** How rows are put and read: their order in time, their types, their keys, their status. */
abstract class OnlineRowsContract extends OnlineStoreBench {
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
  void put_rowsOfAnotherLayout_isRefused() {
    serving(VIEW);
    ViewLayout other =
        new ViewLayout(VIEW.id(), USER, schema("x", Primitive.LONG), Optional.empty());
    OnlineRow row = other.row(user(1), NOW, NOW, List.of(1L));
    assertRefused(() -> put(row), OnlineError.ONLINE_LAYOUT_DIFFERS);
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
}
