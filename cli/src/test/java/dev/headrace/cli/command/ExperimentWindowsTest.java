package dev.headrace.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.headrace.cli.Shell;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Metrics with a window, of units: what they do in the two days after their exposure. */
class ExperimentWindowsTest {
  private static final LocalDateTime BEGIN = LocalDateTime.parse("2026-03-10T00:00");
  private static final Duration WINDOW = Duration.ofDays(2);

  @TempDir Path directory;
  private Shell shop;
  private final List<Order> orders = new ArrayList<>();
  private final List<String> arms = new ArrayList<>();

  private record Order(int user, LocalDateTime exposed, LocalDateTime at, int amount) {
    boolean counts() {
      return !at.isBefore(exposed) && at.isBefore(exposed.plus(WINDOW));
    }
  }

  @BeforeEach
  void write() throws IOException {
    shop = new Shell(directory);
    Random random = new Random(17);
    StringBuilder exposures = new StringBuilder("user_id,variant,seen_at\n");
    StringBuilder early = new StringBuilder("user_id,ordered_at,amount\n");
    StringBuilder late = new StringBuilder("user_id,ordered_at,amount\n");
    LocalDateTime split = BEGIN.plusDays(5);
    for (int user = 0; user < 400; user++) {
      arms.add(random.nextBoolean() ? "old" : "new");
      LocalDateTime exposed = BEGIN.plusHours(random.nextInt(5 * 24));
      exposures.append("%d,%s,%s\n".formatted(user, arms.get(user), exposed));
      for (int i = random.nextInt(7); i > 0; i--) {
        // On the hour, so that some lie on the very border.
        LocalDateTime at = exposed.plusHours(random.nextInt(9 * 24) - 3 * 24);
        Order order = new Order(user, exposed, at, 1 + random.nextInt(90));
        orders.add(order);
        (at.isBefore(split) ? early : late).append("%d,%s,%d\n".formatted(user, at, order.amount));
      }
    }
    PricesShop.write(shop, exposures, early);
    shop.write("metrics/soon.yaml", "sum: amount\ntable: orders\nwindow: 2d\n");
    shop.write(
        "metrics/soon_bought.yaml",
        "proportion: amount > 20 -- dear\nentity: user_id\ntable: orders\nwindow: 2d\n");
    shop.write(
        "metrics/soon_median.yaml",
        "quantile: {value: amount, at: 50%}\ntable: orders\nwindow: 2d\n");
    experiment("{effect: absolute}");
    shop.succeed("run");
    PricesShop.analyze(shop); // Keeps totals, to which the later orders are added.
    shop.write("data/orders_late.csv", late.toString());
    shop.succeed("run");
  }

  private void experiment(String analysis) throws IOException {
    PricesShop.experiment(
        shop,
        """
        variants: {old: 50%%, new: 50%%}
        metrics: {goal: [soon], secondary: [soon_bought, soon_median, sales]}
        period: {start: 2026-03-10, end: 2026-03-31}
        analysis: %s
        """
            .formatted(analysis));
  }

  /** The sum of amounts of an arm's orders, per unit. */
  private double mean(String arm, Predicate<Order> counts) {
    return orders.stream()
            .filter(order -> arms.get(order.user).equals(arm) && counts.test(order))
            .mapToInt(Order::amount)
            .sum()
        / (double) arms.stream().filter(arm::equals).count();
  }

  @Test
  void rows_countForTheTimeOfTheWindowAfterExposure() throws IOException {
    JsonNode report = PricesShop.analyze(shop);
    for (int arm = 0; arm < 2; arm++) {
      String variant = List.of("old", "new").get(arm);
      assertThat(report.at("/metrics/0/values/" + arm + "/value").doubleValue())
          .isCloseTo(mean(variant, Order::counts), within(1e-9));
      double buyers =
          orders.stream()
              .filter(order -> arms.get(order.user).equals(variant))
              .filter(order -> order.counts() && order.amount > 20)
              .map(Order::user)
              .distinct()
              .count();
      assertThat(report.at("/metrics/1/values/" + arm + "/value").doubleValue())
          .isCloseTo(buyers / arms.stream().filter(variant::equals).count(), within(1e-12));
      int[] amounts =
          orders.stream()
              .filter(order -> arms.get(order.user).equals(variant) && order.counts())
              .mapToInt(Order::amount)
              .sorted()
              .toArray();
      assertThat(report.at("/metrics/2/values/" + arm + "/value").doubleValue())
          .isBetween(
              (double) amounts[(amounts.length - 1) / 2], (double) amounts[amounts.length / 2]);
      assertThat(report.at("/metrics/3/values/" + arm + "/value").doubleValue())
          .as("without a window all that follows counts")
          .isCloseTo(mean(variant, order -> !order.at.isBefore(order.exposed)), within(1e-9));
    }
  }

  /** The covariate is what a unit did in all of the lookback, a window or none. */
  @Test
  void cuped_takesTheWholeLookback() throws IOException {
    experiment("{effect: absolute, cuped: {lookback: 3d}}");
    JsonNode report = PricesShop.analyze(shop);
    double[] x = new double[arms.size()];
    double[] y = new double[arms.size()];
    orders.forEach(
        order -> {
          x[order.user] += order.at.isBefore(order.exposed) ? order.amount : 0;
          y[order.user] += order.counts() ? order.amount : 0;
        });
    double meanX = Arrays.stream(x).average().orElseThrow();
    double meanY = Arrays.stream(y).average().orElseThrow();
    double covariance = 0;
    double variance = 0;
    for (int user = 0; user < x.length; user++) {
      covariance += (x[user] - meanX) * (y[user] - meanY);
      variance += (x[user] - meanX) * (x[user] - meanX);
    }
    double taken = covariance / variance * difference(x);
    assertThat(Math.abs(taken)).as("there is something to take away").isGreaterThan(0.01);
    assertThat(report.at("/metrics/0/effects/0/estimate").doubleValue())
        .isCloseTo(difference(y) - taken, within(1e-9));
  }

  /** New minus old, of means per unit. */
  private double difference(double[] values) {
    double[] sums = new double[2];
    int[] units = new int[2];
    for (int user = 0; user < values.length; user++) {
      int arm = arms.get(user).equals("old") ? 0 : 1;
      sums[arm] += values[user];
      units[arm]++;
    }
    return sums[1] / units[1] - sums[0] / units[0];
  }

  @Test
  void withoutTimeOfExposure_isRefused() throws IOException {
    shop.write(
        "sources/exposures.yaml",
        "files: data/exposures*.csv\ncolumns: {seen_at: timestamp, user_id: int}\n");
    experiment("{effect: absolute}");
    shop.succeed("run");
    assertThat(shop.run("experiment", "analyze", "prices")).isEqualTo(2);
    assertThat(shop.err())
        .contains("it has a 'period', and nothing says when the units of 'exposures' were exposed");
    shop.write(
        "experiments/prices.yaml",
        """
        unit: user_id
        assignments: exposures
        variants: {old: 50%, new: 50%}
        metrics: {goal: [soon]}
        """);
    assertThat(shop.run("experiment", "analyze", "prices")).isEqualTo(2);
    assertThat(shop.err())
        .contains("Cannot measure 'soon': it counts from exposure, and 'exposures' has no time.");
  }
}
