package dev.headrace.data.tables;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.headrace.core.project.SqlText;
import dev.headrace.data.duckdb.DuckDbEngine;
import dev.headrace.data.duckdb.EngineConfig;
import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.Relation;
import dev.headrace.spi.engine.Rows;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Schema;
import dev.headrace.spi.schema.Type.Primitive;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OwnDaysTest {
  @TempDir static Path spill;

  /** Orders with local times, clicks with instants, a calendar, and a view over orders. */
  private static final Schema ORDERS =
      new Schema(
          List.of(
              new Field(1, "id", Primitive.LONG),
              new Field(2, "ordered_at", Primitive.TIMESTAMP),
              new Field(3, "shipped_at", Primitive.TIMESTAMP),
              new Field(4, "status", Primitive.STRING)));

  private static final Schema CLICKS =
      new Schema(
          List.of(
              new Field(1, "id", Primitive.LONG),
              new Field(2, "seen", Primitive.TIMESTAMPTZ),
              new Field(3, "zone", Primitive.STRING)));
  private static final Schema CALENDAR = new Schema(List.of(new Field(1, "day", Primitive.DATE)));
  private static final String SEEN =
      "select id, ordered_at as seen_at, shipped_at, date_trunc('week', ordered_at) as week"
          + " from orders";

  private static DuckDbEngine engine(String zone) {
    return DuckDbEngine.open(
        EngineConfig.defaults(spill, List.of(spill)).withTimeZone(ZoneId.of(zone)));
  }

  private static TableSpec byDay(String sql) {
    return new TableSpec(
        new SqlText(sql, "tables/daily.sql", 1),
        TableSpec.Materialize.INCREMENTAL,
        "t",
        Duration.ZERO,
        Duration.ZERO,
        null,
        List.of(),
        List.of(),
        List.of(),
        null);
  }

  private static void require(DuckDbEngine engine, String zone, String sql) {
    Map<String, Relation> stored =
        Map.of(
            "orders", new Relation.Files(ORDERS, List.of(), 0),
            "clicks", new Relation.Files(CLICKS, List.of(), 0),
            "calendar", new Relation.Files(CALENDAR, List.of(), 0));
    Query view = Query.of(SEEN, Map.of("orders", stored.get("orders")));
    Map<String, OwnDays.Input> inputs =
        Map.of(
            "orders", new OwnDays.Rows(ORDERS, Optional.of("ordered_at")),
            "clicks", new OwnDays.Rows(CLICKS, Optional.of("seen")),
            "calendar", new OwnDays.Rows(CALENDAR, Optional.empty()),
            "shown",
                new OwnDays.View(
                    engine.describe(view),
                    SEEN,
                    Map.of("orders", new OwnDays.Rows(ORDERS, Optional.of("ordered_at")))));
    Map<String, Relation> all = new HashMap<>(stored);
    all.put("shown", new Relation.View(view));
    new OwnDays(engine.analyzer(), ZoneId.of(zone))
        .require(
            "daily",
            byDay(sql),
            sql,
            inputs,
            engine.describe(
                new Query(
                    sql,
                    all,
                    Map.of(
                        "from", LocalDate.EPOCH.atStartOfDay(),
                        "to", LocalDate.EPOCH.plusDays(1).atStartOfDay()))));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "UTC | select seen_at as t from shown",
        "UTC | select cast(ordered_at as date) as t, count(*) as n from orders where status <> 'open' group by 1",
        "UTC | select case when status = 'open' then ordered_at else max(ordered_at) over (partition by id, ordered_at::date order by shipped_at) end as t from orders",
        "UTC | select arg_min(ordered_at, shipped_at) as t, id from orders group by id, date_trunc('day', ordered_at)",
        "UTC | select cast(ordered_at as date) as day, max(ordered_at) filter (where shipped_at is null) as t from orders group by 1",
        "UTC | select cast(ordered_at as date) as day, id, min(ordered_at) as t from orders group by day, id",
        "UTC | select cast(ordered_at as date) as day, id, min(ordered_at) as t from orders group by all",
        "UTC | select coalesce(ordered_at, null) as t from orders",
        "UTC | select coalesce(o.ordered_at, c.seen) as t from orders o full join clicks c using (id)",
        "UTC | select ordered_at as t from orders union all select seen_at from shown",
        "UTC | select date_trunc('hour', ordered_at) as t from orders",
        "UTC | select time_bucket(interval '15 minutes', ordered_at) as t from orders",
        "UTC | select time_bucket(interval 6 hours, seen) as t from clicks",
        "UTC | with d as (select distinct ordered_at::date as t from orders) select * from d",
        "UTC | select day as t from calendar",
        "UTC | select ordered_at as t, unnest({'a': id, 'b': status}) from orders",
        "UTC | select * exclude (place) from (select ordered_at as t, *, row_number() over (partition by id order by shipped_at desc) as place from orders) where place = 1",
        "UTC | select distinct on (o.id) o.ordered_at as t, c.seen from orders o asof join clicks c on o.id = c.id and o.ordered_at >= c.seen order by o.id",
        "UTC | select o.ordered_at as t, x.n from orders o, lateral (select count(*) as n from clicks c where c.id = o.id) x",
        "UTC | select date_trunc('month', day) as t from calendar",
        "UTC | select d as t, count(o.id) as n from generate_series(date '2026-01-01', date '2026-02-01', interval 1 day) g(d) left join orders o on o.ordered_at::date = d group by 1",
        "UTC | with recursive days(t) as (select date '2026-01-01' union all select (t + interval 1 day)::date from days where t < date '2026-04-01') select t from days",
        "UTC | select d as t from generate_series($from, $to - interval 1 day, interval 1 day) g(d)",
        "UTC | select d as t from generate_series((select min(ordered_at) from orders), (select max(ordered_at) from orders), interval 1 day) g(d)",
        "UTC | select unnest(generate_series((select min(ordered_at) from orders), timestamp '2026-04-01', interval 1 day)) as t",
        "UTC | select seen at time zone 'UTC' as t from clicks",
        "Asia/Kathmandu | select time_bucket(interval 6 hours, seen) as t from clicks",
        "UTC | select seen at time zone 'Etc/UTC' as t from clicks",
        "UTC | select seen::timestamp at time zone 'UTC' as t from clicks",
        "Asia/Kathmandu | select cast(seen as date) as t from clicks",
        "Asia/Kathmandu | select cast(seen at time zone 'asia/kathmandu' as date) as t from clicks",
        "Asia/Kathmandu | select cast(date_trunc('day', seen) as date) as t from clicks",
        "Asia/Kathmandu | select date_trunc('minute', seen) as t from clicks",
        "Europe/Berlin | select date_trunc('hour', seen) as t from clicks",
      })
  void timeOfAnInput_orItsDay_passes(String zone, String sql) {
    try (DuckDbEngine engine = engine(zone)) {
      require(engine, zone, sql);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "UTC | select shipped_at as t from orders | it comes from orders.shipped_at, and the days of 'orders' are those of its time column 'ordered_at'",
        "UTC | select shipped_at as t from shown | it comes from orders.shipped_at",
        "UTC | select week as t from shown | orders.ordered_at with date_trunc('week')",
        "UTC | select coalesce(shipped_at, ordered_at) as t from orders | it comes from orders.shipped_at",
        "UTC | select ordered_at as t from orders union all select shipped_at from orders | it comes from orders.shipped_at",
        "UTC | select date_trunc('month', ordered_at) as t from orders | it is made of orders.ordered_at with date_trunc('month')",
        "UTC | select ordered_at - interval 6 hour as t from orders | with '-'",
        "UTC | with d as (select ordered_at::date + 1 as t from orders) select t from d | with '+'",
        "UTC | select last_day(ordered_at) as t from orders | with 'last_day'",
        "UTC | select make_date(year(ordered_at), month(ordered_at), 1) as t from orders | with 'year'",
        "UTC | select strptime(status, '%Y-%m-%d') as t from orders | it comes from orders.status",
        "UTC | select unnest({'t': shipped_at}), ordered_at as t_1 from orders | it comes from orders.shipped_at",
        "UTC | with recursive r as (select ordered_at d, id, 0 k from orders union all select d + interval 1 day, id, k + 1 from r where k < 2) select d as t from r | orders.ordered_at with '+'",
        "UTC | with recursive r(t, id, k) as (select cast(ordered_at as date), id, 0 from orders union select t - 1, id, k + 1 from r where k < 1) select t, id from r | with '-'",
        "UTC | select unnest(generate_series(min(ordered_at), max(ordered_at), interval 1 day)) as t from orders group by id | with 'generate_series'",
        "UTC | select d as t from orders o, generate_series(o.ordered_at, o.ordered_at + interval 3 day, interval 1 day) g(d) | with 'generate_series'",
        "UTC | select d as t from orders o, generate_series(o.ordered_at, timestamp '2026-05-01', interval 1 day) g(d) | with 'generate_series'",
        "UTC | select (select max(ordered_at) from orders) as t, id from clicks | with 'max' of rows",
        "UTC | select (select ordered_at from orders limit 1) as t, id from clicks | with a subquery",
        "UTC | select greatest(ordered_at, timestamp '2026-01-07') as t from orders | with 'greatest' and a value that is no input's time",
        "UTC | select coalesce(ordered_at, timestamp '2026-01-07') as t from orders | with 'coalesce' and a value that is no input's time",
        "UTC | select case when id > 3 then ordered_at else timestamp '2026-01-07' end as t from orders | with 'case' and a value that is no input's time",
        "UTC | select id, min(ordered_at) as t from orders group by id | with 'min' of rows that are not grouped by its day",
        "UTC | select id, min(ordered_at) as t from orders group by all | with 'min' of rows",
        "UTC | select date_trunc('month', ordered_at) as m, min(ordered_at) as t from orders group by 1 | with 'min' of rows",
        "UTC | select id, min(ordered_at) as t from orders group by grouping sets ((id), (ordered_at)) | with 'min' of rows",
        "UTC | select first_value(ordered_at) over (partition by id order by ordered_at) as t from orders | with 'first_value' of rows",
        "UTC | select time_bucket(interval '1 day' * 7, ordered_at) as t from orders | with 'time_bucket'",
        "UTC | select time_bucket(interval (1 + 6) day, ordered_at) as t from orders | with 'time_bucket'",
        "UTC | select time_bucket(to_days(1 + 6), ordered_at) as t from orders | with 'time_bucket'",
        "UTC | select time_bucket(interval '1 day' + interval '6 days', ordered_at) as t from orders | with 'time_bucket'",
        "UTC | select time_bucket(interval '-1 day', ordered_at) as t from orders | with 'time_bucket'",
        "UTC | select ordered_at::timestamp_s as t from orders | a cast to timestamp_s",
        "UTC | select ordered_at::timestamp(0)::timestamp as t from orders | a cast to timestamp_s",
        "UTC | select ordered_at::timestamp(3)::date as t from orders | a cast to timestamp_ms",
        "UTC | select cast($from as date) as t, count(*) as n from orders where ordered_at < $to | it is made of $from or $to",
        "UTC | select greatest(ordered_at, $from) as t from orders where ordered_at < $to | it is made of $from or $to",
        "UTC | with recursive r as (select ordered_at d, 0 k from orders union all select cast(date_trunc('day', d) as timestamp), k + 1 from r where k < 2) select d as t from r | it goes through more than 12 steps",
        "UTC | select coalesce(ordered_at, case when null then timestamp '2026-01-07' end) as t from orders | with 'coalesce' and a value",
        "UTC | select lag(ordered_at) over (order by id) as t from orders | with 'lag'",
        "UTC | select time_bucket(interval '7 hours', ordered_at) as t from orders | with 'time_bucket'",
        "UTC | select time_bucket(interval '7 days', ordered_at) as t from orders | with 'time_bucket'",
        "UTC | select seen at time zone 'Asia/Tokyo' as t from clicks | its days are those of Asia/Tokyo",
        "UTC | select cast(seen at time zone lower('Asia/Tokyo') as date) as t from clicks | a time zone that is not named",
        "UTC | select t from (pivot orders on status in ('a') using max(ordered_at) group by ordered_at) p(t, a) | PIVOT",
        "Asia/Kathmandu | select seen at time zone 'America/New_York' as t from clicks | its days are those of America/New_York",
        "Asia/Kathmandu | select ordered_at at time zone 'Asia/Kathmandu' as t from orders | its days are those of Asia/Kathmandu",
        "Asia/Kathmandu | select ordered_at::timestamptz as t from orders | it makes an instant of a time without a zone",
        "Asia/Kathmandu | select cast(time_bucket(interval 6 hours, seen) as date) as t from clicks | it goes by the days of Asia/Kathmandu of what is a time of UTC",
        "Asia/Kathmandu | select cast(ordered_at at time zone 'UTC' as date) as t from orders | it goes by the days of Asia/Kathmandu of what is a time of UTC",
        "Asia/Kathmandu | select ordered_at at time zone 'UTC' as t from orders | it goes by UTC, where $from and $to",
        "Asia/Kathmandu | select date_trunc('hour', seen at time zone 'UTC') as t from clicks | it goes by UTC, where $from and $to",
        "Asia/Kathmandu | select cast(seen at time zone 'UTC' as date) as t from clicks | it goes by UTC",
        "Asia/Kathmandu | select date_trunc('day', seen) as t from clicks | instants at which days or hours begin in Asia/Kathmandu",
        "Asia/Kathmandu | select date_trunc('hour', seen) as t from clicks | instants at which days or hours begin in Asia/Kathmandu",
      })
  void otherTimes_areRefused(String zone, String sql, String reason) {
    try (DuckDbEngine engine = engine(zone)) {
      assertThatThrownBy(() -> require(engine, zone, sql))
          .isInstanceOfSatisfying(
              HeadraceException.class,
              e -> assertThat(e.code()).isEqualTo(TableError.TABLE_TIME_INVALID))
          .hasMessageContaining("Cannot build 'daily' by its time column 't': ")
          .hasMessageContaining(reason);
    }
  }

  /** Calls within calls: every one of them is looked at once. */
  @Test
  void deepStatements_takeNoTime() {
    String deep = "ordered_at";
    for (int i = 0; i < 60; i++) {
      deep = "coalesce(greatest(" + deep + ", ordered_at), null)";
    }
    String text = "status";
    for (int i = 0; i < 60; i++) {
      text = "replace(" + text + ", 'a', 'b')";
    }
    String sql =
        "select %s as t, %s as said, count(*) as n from orders group by all".formatted(deep, text);
    try (DuckDbEngine engine = engine("UTC")) {
      assertTimeoutPreemptively(Duration.ofSeconds(60), () -> require(engine, "UTC", sql));
    }
  }

  /** Whatever is let through has the day of UTC or the project's of every time, or is refused. */
  @ParameterizedTest
  @ValueSource(strings = {"UTC", "Asia/Kathmandu", "America/New_York", "Australia/Lord_Howe"})
  void whatPasses_hasTheDayOfTheInput(String zone) {
    List<String> steps =
        List.of(
            "%s",
            "cast(%s as date)",
            "cast(%s as timestamp)",
            "cast(%s as timestamptz)",
            "%s at time zone 'UTC'",
            "%s at time zone 'Asia/Tokyo'",
            "%s at time zone '" + zone + "'",
            "date_trunc('day', %s)",
            "date_trunc('hour', %s)",
            "date_trunc('minute', %s)",
            "date_trunc('week', %s)",
            "time_bucket(interval '6 hours', %s)",
            "%s + interval '1 minute'",
            "coalesce(%s, null)");
    Random random = new Random(7);
    int passed = 0;
    int refused = 0;
    try (DuckDbEngine engine = engine(zone)) {
      for (String column : List.of("ordered_at", "seen")) {
        String table = column.equals("seen") ? "clicks" : "orders";
        for (String first : steps) {
          for (String second : steps) {
            for (String third : List.of("%s", "cast(%s as date)", "cast(%s as timestamptz)")) {
              String made = third.formatted(second.formatted("(" + first + ")"));
              String sql = "select " + made.replace("%s", column) + " as t from " + table;
              boolean passes;
              try {
                require(engine, zone, sql);
                passes = true;
              } catch (HeadraceException e) {
                passes = false;
              }
              if (passes) {
                passed++;
                assertSameDays(engine, zone, column, made, random);
              } else {
                refused++;
              }
            }
          }
        }
      }
    }
    assertThat(passed).isGreaterThan(100);
    assertThat(refused).isGreaterThan(100);
  }

  private static void assertSameDays(
      DuckDbEngine engine, String zone, String column, String made, Random random) {
    List<String> times = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      // Minutes around midnight, of UTC and elsewhere, in every season.
      times.add(
          "(%s '%s%s')"
              .formatted(
                  column.equals("seen") ? "timestamptz" : "timestamp",
                  LocalDateTime.of(2026, 1, 1, 0, 0)
                      .plusDays(random.nextInt(365))
                      .plusMinutes(15L * random.nextInt(96) + random.nextInt(3) - 1)
                      .toString()
                      .replace('T', ' '),
                  column.equals("seen") ? ":00+00" : ":00"));
    }
    String sql =
        "select %1$s, %2$s from (values %3$s) v(%1$s)"
            .formatted(column, made.replace("%s", column), String.join(", ", times));
    try (Rows rows = engine.execute(Query.of(sql, Map.of()), Watch.none())) {
      for (List<Object> row = rows.next(); row != null; row = rows.next()) {
        assertThat(days(row.get(0), zone)).as(made + " of " + row).contains(day(row.get(1)));
      }
    }
  }

  /** The day under which a row is kept: UTC's, unless it has none but itself. */
  private static LocalDate day(Object time) {
    return switch (time) {
      case LocalDate day -> day;
      case LocalDateTime local -> local.toLocalDate();
      default -> ((Instant) time).atOffset(ZoneOffset.UTC).toLocalDate();
    };
  }

  /** The days for which an input's row is asked. */
  private static List<LocalDate> days(Object time, String zone) {
    return time instanceof Instant instant
        ? List.of(day(instant), instant.atZone(ZoneId.of(zone)).toLocalDate())
        : List.of(day(time));
  }
}
