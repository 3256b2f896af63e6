package dev.headrace.cli.command;

import dev.headrace.decisions.experiments.analysis.MetricShape;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A metric drawn at random: its file, and by plain code what a unit's rows come to.
 *
 * @param yaml its file
 * @param isShare whether a unit has it or not
 * @param hasPast whether there is something like it before exposure
 * @param parts what is added up: one part, or numerator and denominator; none where plain code is
 *     left to others
 */
record RandomMetric(String yaml, boolean isShare, boolean hasPast, List<Part> parts) {
  /** A row of the measured table; what is null is missing in the file. */
  record Order(int user, Instant at, Integer cents, Integer items, Double seconds, String page) {}

  /** What the rows of a unit come to that count. */
  private interface Total {
    double of(List<Order> rows, Instant exposed, ZoneId zone);
  }

  /** One thing that is added up of each unit. */
  record Part(Where where, Window window, Cap cap, Total total) {
    /** Of the rows of a unit that lie in time. */
    double of(List<Order> rows, Instant exposed, ZoneId zone) {
      return total.of(rows.stream().filter(where.holds).toList(), exposed, zone);
    }
  }

  /** A column or an expression; nothing of a row where it has no value. */
  private enum Field {
    AMOUNT("amount", order -> order.cents == null ? null : order.cents / 100.0),
    ITEMS("items", order -> order.items == null ? null : (double) order.items),
    SECONDS("seconds", Order::seconds),
    NET("amount - 3 * items", Field::net);

    final String sql;
    private final Function<Order, Double> value;

    Field(String sql, Function<Order, Double> value) {
      this.sql = sql;
      this.value = value;
    }

    private static Double net(Order order) {
      return order.cents == null || order.items == null
          ? null
          : (order.cents - 300 * order.items) / 100.0;
    }

    Stream<Double> values(List<Order> rows) {
      return rows.stream().map(value).filter(Objects::nonNull);
    }

    double sum(List<Order> rows) {
      return values(rows).mapToDouble(Double::doubleValue).sum();
    }
  }

  /** Which rows count; what is unknown is neither the one nor the other. */
  private enum Where {
    ALL("true", _ -> true),
    DEAR("amount > 30", order -> order.cents != null && order.cents > 3000),
    ELSEWHERE("page <> 'p1'", order -> order.page != null && !order.page.equals("p1")),
    FEW(
        "items < 2 or page is null",
        order -> (order.items != null && order.items < 2) || order.page == null);

    final String sql;
    final Predicate<Order> holds;

    Where(String sql, Predicate<Order> holds) {
      this.sql = sql;
      this.holds = holds;
    }
  }

  /** Limits of a unit's total. */
  enum Cap {
    NONE(""),
    ABOVE("cap: {max: 55.5}\n"),
    BOTH("cap: {min: 4, max: 60}\n"),
    TOP("cap: {quantile: 85%}\n");

    private final String yaml;

    Cap(String yaml) {
      this.yaml = yaml;
    }

    /** The totals of all units within the limits. */
    double[] applied(double[] totals) {
      double top = this == TOP ? quantile(totals, 0.85) : Double.POSITIVE_INFINITY;
      return Arrays.stream(totals)
          .map(
              total ->
                  switch (this) {
                    case NONE -> total;
                    case ABOVE -> Math.min(total, 55.5);
                    case BOTH -> Math.clamp(total, 4, 60);
                    case TOP -> Math.min(total, top);
                  })
          .toArray();
    }

    /** Type 7 of Hyndman and Fan. */
    private static double quantile(double[] values, double q) {
      double[] sorted = values.clone();
      Arrays.sort(sorted);
      double at = q * (sorted.length - 1);
      int low = (int) Math.floor(at);
      double next = sorted[Math.min(low + 1, sorted.length - 1)];
      return sorted[low] + (at - low) * (next - sorted[low]);
    }
  }

  /** How long after exposure rows count. */
  enum Window {
    NONE(""),
    TWO_DAYS("window: 2d\n"),
    HOURS("window: 30h\n");

    private final String yaml;

    Window(String yaml) {
      this.yaml = yaml;
    }

    boolean holds(Instant at, Instant exposed, ZoneId zone) {
      return switch (this) {
        case NONE -> true;
        // Days of the calendar, some of 23 or 25 hours.
        case TWO_DAYS -> at.isBefore(exposed.atZone(zone).plusDays(2).toInstant());
        case HOURS -> at.isBefore(exposed.plus(Duration.ofHours(30)));
      };
    }
  }

  MetricShape shape(int covariates) {
    int own = hasPast ? covariates : 0;
    if (parts.size() == 2) {
      return new MetricShape.Ratio(own);
    }
    return isShare ? new MetricShape.Proportion(own) : new MetricShape.Mean(own);
  }

  static RandomMetric draw(Random random) {
    Where where = pick(random, Where.values());
    if (random.nextInt(6) == 0) {
      return retention(where, 1 + random.nextInt(2), random.nextInt(3));
    }
    Window window = pick(random, Window.values());
    Field field = pick(random, Field.values());
    if (random.nextInt(8) == 0) {
      return random.nextBoolean()
          ? uncounted(header(where), field, window)
          : uncounted(header(Where.ALL), null, window);
    }
    Where has = pick(random, Where.DEAR, Where.ELSEWHERE, Where.FEW);
    Function<Total, Part> part = total -> new Part(where, window, Cap.NONE, total);
    Total count = (rows, _, _) -> rows.size();
    String header = header(where) + window.yaml;
    return switch (random.nextInt(7)) {
      case 0, 1 -> {
        Cap cap = // A window has no quantile of all values as its limit.
            window == Window.NONE
                ? pick(random, Cap.values())
                : pick(random, Cap.NONE, Cap.ABOVE, Cap.BOTH);
        Part sum = new Part(where, window, cap, (rows, _, _) -> field.sum(rows));
        yield mean(header + cap.yaml + "sum: " + field.sql + "\n", sum);
      }
      case 2 -> mean(header + "count: \"*\"\n", part.apply(count));
      case 3 ->
          mean(
              header + "count: items\n",
              part.apply((rows, _, _) -> Field.ITEMS.values(rows).count()));
      case 4 ->
          mean(
              header + "count: distinct page\n",
              part.apply(
                  (rows, _, _) ->
                      rows.stream().map(Order::page).filter(Objects::nonNull).distinct().count()));
      case 5 ->
          new RandomMetric(
              header + "mean: " + field.sql + "\n",
              false,
              true,
              List.of(
                  part.apply((rows, _, _) -> field.sum(rows)),
                  part.apply((rows, _, _) -> field.values(rows).count())));
      default -> {
        String share = header + "proportion: \"" + has.sql + "\"\n";
        yield random.nextBoolean()
            ? new RandomMetric(
                share + "entity: user_id\n",
                true,
                true,
                List.of(part.apply((rows, _, _) -> rows.stream().anyMatch(has.holds) ? 1 : 0)))
            : new RandomMetric(
                share,
                false,
                true,
                List.of(
                    part.apply((rows, _, _) -> rows.stream().filter(has.holds).count()),
                    part.apply(count)));
      }
    };
  }

  /** A quantile, or a funnel: {@code ExperimentMeasuresTest} has plain code for these. */
  private static RandomMetric uncounted(String header, @Nullable Field field, Window window) {
    String measure =
        field == null
            ? """
            entity: user_id
            funnel:
              within: 3d
              steps: [{name: first, where: page = 'p0'}, {name: next, where: amount > 10}]
            """
            : window.yaml + "quantile: {value: " + field.sql + ", at: 75%}\n";
    return new RandomMetric(header + measure, false, false, List.of());
  }

  @SafeVarargs
  private static <T> T pick(Random random, T... choices) {
    return choices[random.nextInt(choices.length)];
  }

  private static String header(Where where) {
    return "table: orders\n" + (where == Where.ALL ? "" : "where: \"" + where.sql + "\"\n");
  }

  private static RandomMetric mean(String yaml, Part part) {
    return new RandomMetric(yaml, false, true, List.of(part));
  }

  private static RandomMetric retention(Where where, int after, int more) {
    Total back =
        (rows, exposed, zone) -> {
          LocalDate own = exposed.atZone(zone).toLocalDate();
          return rows.stream()
                  .map(order -> order.at.atZone(zone).toLocalDate())
                  .anyMatch(
                      day ->
                          !day.isBefore(own.plusDays(after))
                              && !day.isAfter(own.plusDays(after + more)))
              ? 1
              : 0;
        };
    return new RandomMetric(
        header(where)
            + "entity: user_id\nretention: {after: %d, until: %d}\n".formatted(after, after + more),
        true,
        false,
        List.of(new Part(where, Window.NONE, Cap.NONE, back)));
  }
}
