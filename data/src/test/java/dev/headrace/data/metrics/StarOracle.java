package dev.headrace.data.metrics;

import dev.headrace.data.metrics.StarWorld.Row;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZonedDateTime;
import java.time.temporal.TemporalAdjusters;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * The metrics of {@link StarWorld} computed row by row, in doubles and with none of the product's
 * code: the definition in YAML and, beside it, what it should mean.
 */
final class StarOracle {
  /** Dimensions that are periods. */
  static final List<String> GRAINS = List.of("hour", "day", "week", "month", "quarter");

  private final StarWorld world;

  StarOracle(StarWorld world) {
    this.world = world;
  }

  /** What is asked of every metric; a condition is true, false or null as in SQL. */
  record Asked(
      List<String> by,
      Function<Row, @Nullable Boolean> where,
      @Nullable LocalDate from,
      @Nullable LocalDate to) {
    boolean matches(Row row) {
      LocalDate day = row.local().toLocalDate();
      return Boolean.TRUE.equals(where.apply(row))
          && (from == null || !day.isBefore(from))
          && (to == null || !day.isAfter(to));
    }

    List<@Nullable Object> key(Row row) {
      List<@Nullable Object> key = new ArrayList<>();
      by.forEach(dimension -> key.add(dimension(dimension, row)));
      return key;
    }
  }

  /** Values by group; {@code nothing} is what a group without rows has. */
  record Answer(Map<List<@Nullable Object>, @Nullable Double> values, @Nullable Double nothing) {
    @Nullable Double at(List<@Nullable Object> key) {
      return values.containsKey(key) ? values.get(key) : nothing;
    }
  }

  /** One metric: its file, and its meaning. */
  record Known(String yaml, Function<Asked, Answer> meaning) {}

  static @Nullable Object dimension(String name, Row row) {
    LocalDateTime at = row.local();
    LocalDate day = at.toLocalDate();
    return switch (name) {
      case "hour" -> at.withMinute(0);
      case "day" -> day;
      case "week" -> day.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
      case "month" -> day.withDayOfMonth(1);
      case "quarter" -> day.withDayOfMonth(1).withMonth((day.getMonthValue() - 1) / 3 * 3 + 1);
      default -> row.get(name);
    };
  }

  Map<String, Known> metrics() {
    Function<Row, Boolean> any = row -> true;
    Function<Row, Boolean> paid = row -> "paid".equals(row.get("status"));
    Function<Row, Boolean> notVoid =
        row -> row.get("status") != null && !"void".equals(row.get("status"));
    Map<String, Known> known = new LinkedHashMap<>();
    known.put("order_n", orders("count: '*'", any, rows -> (double) rows.size(), 0.0));
    known.put(
        "paid_n",
        orders("count: '*'\nwhere: status = 'paid'", paid, rows -> (double) rows.size(), 0.0));
    known.put(
        "buyers", orders("count: distinct customer_id", any, rows -> distinct(rows, any), 0.0));
    known.put("priced", orders("count: amount", any, rows -> (double) amounts(rows).length, 0.0));
    known.put(
        "sales",
        orders("sum: amount\nwhere: status <> 'void'", notVoid, rows -> sum(amounts(rows)), 0.0));
    known.put(
        "gold_sales",
        orders(
            "sum: amount\nwhere: customers.tier = 'gold' -- the best",
            row -> "gold".equals(row.get("tier")),
            rows -> sum(amounts(rows)),
            0.0));
    known.put("mean_amount", orders("mean: amount", any, rows -> mean(amounts(rows)), null));
    known.put(
        "scarce",
        orders(
            "mean: amount\nminimum-sample: 5",
            any,
            rows -> amounts(rows).length >= 5 ? mean(amounts(rows)) : null,
            null));
    known.put(
        "limited",
        orders(
            "mean: amount\ncap: {min: 0, max: 99.5}",
            any,
            rows -> mean(Arrays.stream(amounts(rows)).map(v -> Math.clamp(v, 0, 99.5)).toArray()),
            null));
    known.put(
        "tamed",
        new Known(
            order("mean: amount\nwhere: status <> 'void'\ncap: {quantile: 75%}"), this::tamed));
    known.put(
        "paid_share",
        orders(
            "proportion: status = 'paid'",
            any,
            rows -> divided(rows.stream().filter(paid::apply).count(), rows.size()),
            null));
    known.put(
        "paid_buyers",
        orders(
            "proportion: status = 'paid'\nentity: customer_id",
            any,
            rows -> divided(distinct(rows, paid), distinct(rows, any)),
            null));
    known.put(
        "p80",
        orders(
            "quantile: {value: amount, at: 80%}", any, rows -> quantile(amounts(rows), 0.8), null));
    known.put(
        "refunded",
        new Known(
            "sum: amount\ntable: refunds\ntime: at\n",
            asked -> rows(world.refunds, any, asked, rows -> sum(amounts(rows)), 0.0)));
    known.put(
        "refund_rate",
        new Known(
            "ratio: {numerator: refunded, denominator: sales}\n",
            asked -> combined(asked, "refunded", "sales", StarOracle::divided)));
    known.put(
        "net",
        new Known(
            "derived: sales - refunded\n",
            asked -> combined(asked, "sales", "refunded", (a, b) -> a - b)));
    known.put(
        "kept",
        new Known(
            "derived: (sales - refunded) / sales\n",
            asked -> combined(asked, "sales", "refunded", (a, b) -> divided(a - b, a))));
    known.put(
        "sales_7d",
        windowed(
            "sum: amount\nwhere: status <> 'void' -- paid or not\nwindow: 7d",
            Duration.ofDays(7),
            notVoid,
            rows -> sum(amounts(rows)),
            0.0));
    known.put(
        "order_n_36h",
        windowed(
            "count: '*'\nwindow: 36h",
            Duration.ofHours(36),
            any,
            rows -> (double) rows.size(),
            0.0));
    known.put(
        "p80_20d",
        windowed(
            "quantile: {value: amount, at: 80%}\nwindow: 20d",
            Duration.ofDays(20), any, rows -> quantile(amounts(rows), 0.8), null));
    known.put(
        "buyers_7d",
        windowed(
            "count: distinct customer_id\nwindow: 7d",
            Duration.ofDays(7),
            any,
            rows -> distinct(rows, any),
            0.0));
    known.put(
        "sales_per_buyer_7d",
        new Known(
            "ratio: {numerator: sales_7d, denominator: buyers_7d}\n",
            asked -> combined(asked, "sales_7d", "buyers_7d", StarOracle::divided)));
    known.put(
        "back",
        new Known(
            order("retention: {after: 1, until: 2, period: week}\nentity: customer_id"),
            this::back));
    known.put(
        "way",
        new Known(
            order(
                """
                entity: customer_id
                funnel:
                  within: 10d
                  steps:
                    - {name: open, where: status = 'open'}
                    - {name: paid, where: status = 'paid'}
                    - {name: void, where: status = 'void'}\
                """),
            asked -> way(asked, 3)));
    known.put("way.paid", new Known("", asked -> way(asked, 2)));
    return known;
  }

  private Known orders(
      String yaml,
      Function<Row, Boolean> filter,
      Function<List<Row>, @Nullable Double> value,
      @Nullable Double nothing) {
    return new Known(order(yaml), asked -> rows(world.orders, filter, asked, value, nothing));
  }

  private Known windowed(
      String yaml,
      Duration length,
      Function<Row, Boolean> filter,
      Function<List<Row>, @Nullable Double> value,
      @Nullable Double nothing) {
    return new Known(
        order(yaml), asked -> windows(world.orders, length, filter, asked, value, nothing));
  }

  /** Every row in every period whose window holds it; filters make no period disappear. */
  private static Answer windows(
      List<Row> all,
      Duration length,
      Function<Row, Boolean> filter,
      Asked asked,
      Function<List<Row>, @Nullable Double> value,
      @Nullable Double nothing) {
    Optional<String> grain = asked.by().stream().filter(GRAINS::contains).findFirst();
    Asked days = new Asked(List.of(), _ -> true, asked.from(), asked.to());
    Set<Object> periods = new HashSet<>();
    if (grain.isPresent()) {
      all.stream()
          .filter(days::matches)
          .forEach(row -> periods.add(Objects.requireNonNull(dimension(grain.get(), row))));
    } else {
      LocalDate newest =
          all.stream()
              .map(row -> row.local().toLocalDate())
              .max(Comparator.naturalOrder())
              .orElseThrow();
      periods.add(asked.to() == null ? newest : asked.to());
    }
    Map<List<@Nullable Object>, List<Row>> groups = new HashMap<>();
    for (Object period : periods) {
      ZonedDateTime until = end(grain.orElse("day"), period, asked.to()).atZone(StarWorld.ZONE);
      ZonedDateTime since =
          length.equals(Duration.ofDays(length.toDays()))
              ? until.minusDays(length.toDays())
              : period instanceof LocalDateTime
                  ? until.minus(length)
                  : until.toLocalDateTime().minus(length).atZone(StarWorld.ZONE);
      all.stream()
          .filter(filter::apply)
          .filter(row -> Boolean.TRUE.equals(asked.where().apply(row)))
          .filter(row -> !row.local().atZone(StarWorld.ZONE).isBefore(since))
          .filter(row -> row.local().atZone(StarWorld.ZONE).isBefore(until))
          .forEach(
              row -> {
                List<@Nullable Object> key = new ArrayList<>();
                asked
                    .by()
                    .forEach(
                        name -> key.add(GRAINS.contains(name) ? period : dimension(name, row)));
                groups.computeIfAbsent(key, _ -> new ArrayList<>()).add(row);
              });
    }
    Map<List<@Nullable Object>, @Nullable Double> values = new HashMap<>();
    groups.forEach((key, rows) -> values.put(key, value.apply(rows)));
    return new Answer(values, nothing);
  }

  /** When a period ends, and with it its window; with the last day asked at the latest. */
  private static LocalDateTime end(String grain, Object period, @Nullable LocalDate to) {
    if (period instanceof LocalDateTime hour) {
      return hour.atZone(StarWorld.ZONE).plusHours(1).toLocalDateTime();
    }
    LocalDate start = (LocalDate) period;
    LocalDate next =
        switch (grain) {
          case "day" -> start.plusDays(1);
          case "week" -> start.plusWeeks(1);
          case "month" -> start.plusMonths(1);
          default -> start.plusMonths(3);
        };
    return (to != null && next.isAfter(to.plusDays(1)) ? to.plusDays(1) : next).atStartOfDay();
  }

  private static String order(String yaml) {
    return yaml + "\ntable: orders\n";
  }

  private static Answer rows(
      List<Row> all,
      Function<Row, Boolean> filter,
      Asked asked,
      Function<List<Row>, @Nullable Double> value,
      @Nullable Double nothing) {
    Map<List<@Nullable Object>, List<Row>> groups = new HashMap<>();
    all.stream()
        .filter(filter::apply)
        .filter(asked::matches)
        .forEach(row -> groups.computeIfAbsent(asked.key(row), _ -> new ArrayList<>()).add(row));
    Map<List<@Nullable Object>, @Nullable Double> values = new HashMap<>();
    groups.forEach((key, rows) -> values.put(key, value.apply(rows)));
    return new Answer(values, nothing);
  }

  private Answer tamed(Asked asked) {
    Function<Row, Boolean> filter =
        row -> row.get("status") != null && !"void".equals(row.get("status"));
    Double limit =
        quantile(
            amounts(world.orders.stream().filter(filter::apply).filter(asked::matches).toList()),
            0.75);
    ToDoubleFunction<Double> tame = value -> limit == null ? value : Math.min(value, limit);
    return rows(
        world.orders,
        filter,
        asked,
        rows -> mean(Arrays.stream(amounts(rows)).map(tame::applyAsDouble).toArray()),
        null);
  }

  private Answer combined(
      Asked asked, String first, String second, BinaryOperator<@Nullable Double> operator) {
    Answer a = Objects.requireNonNull(metrics().get(first)).meaning().apply(asked);
    Answer b = Objects.requireNonNull(metrics().get(second)).meaning().apply(asked);
    Set<List<@Nullable Object>> keys = new HashSet<>(a.values().keySet());
    keys.addAll(b.values().keySet());
    Map<List<@Nullable Object>, @Nullable Double> values = new HashMap<>();
    keys.forEach(key -> values.put(key, operator.apply(a.at(key), b.at(key))));
    return new Answer(values, operator.apply(a.nothing(), b.nothing()));
  }

  /** The first row of every customer, by time and then as the statement orders equal times. */
  @SuppressWarnings("unchecked") // The values of one dimension are of one type, which has an order.
  private List<Row> firstRows(Asked asked, Function<Row, Boolean> filter) {
    Comparator<Row> order = Comparator.comparing(Row::local);
    for (String dimension : asked.by()) {
      order =
          order.thenComparing(
              row -> (Comparable<Object>) dimension(dimension, row),
              Comparator.nullsLast(Comparator.naturalOrder()));
    }
    order =
        order.thenComparing(
            row -> {
              Boolean where = asked.where().apply(row);
              boolean days = new Asked(List.of(), r -> true, asked.from(), asked.to()).matches(row);
              return where == null ? (days ? null : Boolean.FALSE) : (Boolean) (where && days);
            },
            Comparator.nullsLast(Comparator.<Boolean>naturalOrder()));
    Map<Object, Row> first = new LinkedHashMap<>();
    for (Row row : world.orders.stream().filter(filter::apply).sorted(order).toList()) {
      if (row.get("customer_id") != null) {
        first.putIfAbsent(row.get("customer_id"), row);
      }
    }
    return List.copyOf(first.values());
  }

  private Answer back(Asked asked) {
    Function<Row, LocalDate> week =
        row -> (LocalDate) Objects.requireNonNull(dimension("week", row));
    Optional<LocalDate> newest =
        world.orders.stream()
            .filter(row -> row.get("customer_id") != null)
            .map(week)
            .max(Comparator.naturalOrder());
    return share(
        asked,
        firstRows(asked, row -> true).stream()
            .filter(row -> week.apply(row).plusWeeks(2).isBefore(newest.orElse(LocalDate.MIN)))
            .toList(),
        first ->
            world.orders.stream()
                .filter(row -> Objects.equals(row.get("customer_id"), first.get("customer_id")))
                .map(week)
                .anyMatch(
                    at ->
                        at.equals(week.apply(first).plusWeeks(1))
                            || at.equals(week.apply(first).plusWeeks(2))));
  }

  private Answer way(Asked asked, int steps) {
    List<String> names = List.of("open", "paid", "void");
    return share(
        asked,
        firstRows(asked, row -> "open".equals(row.get("status"))),
        first -> {
          // Real time passes, also through the night in which clocks change.
          long began = instant(first);
          long reached = began;
          for (int i = 1; i < steps; i++) {
            String wanted = names.get(i);
            long from = reached;
            Optional<Long> next =
                world.orders.stream()
                    .filter(row -> Objects.equals(row.get("customer_id"), first.get("customer_id")))
                    .filter(row -> wanted.equals(row.get("status")))
                    .map(StarOracle::instant)
                    .filter(at -> at >= from && at <= began + 10 * 86_400)
                    .min(Comparator.naturalOrder());
            if (next.isEmpty()) {
              return false;
            }
            reached = next.get();
          }
          return true;
        });
  }

  private static long instant(Row row) {
    return row.local().atZone(StarWorld.ZONE).toEpochSecond();
  }

  private static Answer share(Asked asked, List<Row> entities, Function<Row, Boolean> hit) {
    return rows(
        entities,
        row -> true,
        asked,
        rows -> divided(rows.stream().filter(hit::apply).count(), rows.size()),
        null);
  }

  private static double distinct(List<Row> rows, Function<Row, Boolean> filter) {
    return rows.stream()
        .filter(filter::apply)
        .map(row -> row.get("customer_id"))
        .filter(Objects::nonNull)
        .distinct()
        .count();
  }

  private static double[] amounts(List<Row> rows) {
    return rows.stream()
        .map(row -> row.get("amount"))
        .filter(Objects::nonNull)
        .mapToDouble(amount -> ((Number) amount).doubleValue())
        .sorted()
        .toArray();
  }

  private static @Nullable Double divided(@Nullable Number a, @Nullable Number b) {
    return a == null || b == null || b.doubleValue() == 0
        ? null
        : a.doubleValue() / b.doubleValue();
  }

  private static double sum(double[] values) {
    // Cents, so that what cancels out cancels out.
    return Math.round(Arrays.stream(values).map(v -> v * 100).sum()) / 100.0;
  }

  private static @Nullable Double mean(double[] values) {
    return values.length == 0 ? null : Arrays.stream(values).sum() / values.length;
  }

  /** Hyndman and Fan's type 7: linear between order statistics. */
  private static @Nullable Double quantile(double[] sorted, double at) {
    if (sorted.length == 0) {
      return null;
    }
    double place = at * (sorted.length - 1);
    int below = (int) Math.floor(place);
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
  }
}
