package dev.headrace.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.headrace.cli.Shell;
import dev.headrace.core.stats.Alternative;
import dev.headrace.decisions.experiments.analysis.PlanSpec;
import dev.headrace.decisions.experiments.analysis.Planning;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Visits and orders of five weeks; each run time is added up once more, user by user. */
class ExperimentPlanTest {
  private static final LocalDate FIRST = LocalDate.parse("2026-01-01");
  private static final int DAYS = 35;
  private static final int USERS = 1_500;

  @TempDir Path directory;
  private Shell shop;
  private final List<List<Integer>> visits = new ArrayList<>();
  private final List<List<int[]>> orders = new ArrayList<>();

  @BeforeEach
  void write() throws IOException {
    shop = new Shell(directory);
    Random random = new Random(7);
    StringBuilder visitRows = new StringBuilder("user_id,seen_at\n");
    StringBuilder orderRows = new StringBuilder("user_id,ordered_at,amount\n");
    for (int user = 0; user < USERS; user++) {
      List<Integer> days = new ArrayList<>();
      List<int[]> bought = new ArrayList<>();
      double taste = random.nextDouble();
      for (int i = 0; i <= random.nextInt(8); i++) {
        int day = random.nextInt(DAYS);
        days.add(day);
        visitRows.append("%d,%sT10:00\n".formatted(user, FIRST.plusDays(day)));
        if (random.nextDouble() < taste) {
          int euros = 10 + (int) (90 * taste) + random.nextInt(20);
          bought.add(new int[] {day, euros});
          orderRows.append("%d,%sT11:00,%d\n".formatted(user, FIRST.plusDays(day), euros));
        }
      }
      visits.add(days);
      orders.add(bought);
    }
    shop.write("headrace.yaml", "name: shop\n");
    shop.write("data/visits.csv", visitRows.toString());
    shop.write("data/orders.csv", orderRows.toString());
    shop.write(
        "sources/visits.yaml",
        "files: data/visits.csv\ntime: seen_at\ncolumns: {seen_at: timestamp, user_id: int}\n");
    shop.write(
        "sources/orders.yaml",
        """
        files: data/orders.csv
        time: ordered_at
        columns: {ordered_at: timestamp, user_id: int, amount: int}
        """);
    shop.write("metrics/sales.yaml", "sum: amount\ntable: orders\n");
    shop.write("metrics/order_value.yaml", "mean: amount\ntable: orders\n");
    shop.write("metrics/buyers.yaml", "proportion: amount > 0\nentity: user_id\ntable: orders\n");
    shop.write(
        "experiments/prices.yaml",
        """
        unit: user_id
        assignments: visits
        variant: arm
        variants: {old: 60%, new: 40%}
        metrics: {goal: [sales, buyers], guardrail: [order_value]}
        plan: {effect: 10%, population: visits}
        """);
    shop.succeed("run");
  }

  /** Sales and whether there are some, of those that visit within the last days, from then on. */
  private List<double[]> lastDays(int days) {
    List<double[]> units = new ArrayList<>();
    for (int user = 0; user < USERS; user++) {
      int from = DAYS - days;
      List<Integer> seen = visits.get(user).stream().filter(day -> day >= from).toList();
      if (!seen.isEmpty()) {
        int exposed = Collections.min(seen);
        double sum =
            orders.get(user).stream().filter(o -> o[0] >= exposed).mapToInt(o -> o[1]).sum();
        units.add(new double[] {sum, sum > 0 ? 1 : 0});
      }
    }
    return units;
  }

  @Test
  void runTimes_areThoseOfThePastTakenUserByUser() throws IOException {
    JsonNode plan = shop.json("experiment", "plan", "prices", "--json");

    assertThat(plan.path("comparisons").asInt()).isEqualTo(2);
    assertThat(plan.path("alphaEach").doubleValue()).isEqualTo(0.025);
    assertThat(plan.path("horizons")).hasSize(4);
    for (int week = 1; week <= 4; week++) {
      List<double[]> units = lastDays(7 * week);
      JsonNode horizon = plan.path("horizons").get(week - 1);
      assertThat(horizon.path("units").asInt()).isEqualTo(units.size());
      double mean = units.stream().mapToDouble(u -> u[0]).average().orElseThrow();
      double variance =
          units.stream().mapToDouble(u -> (u[0] - mean) * (u[0] - mean)).sum() / (units.size() - 1);
      double share = units.stream().mapToDouble(u -> u[1]).average().orElseThrow();
      assertDetectable(horizon, 0, PlanSpec.ofMean(mean, variance), units.size());
      assertDetectable(horizon, 1, PlanSpec.ofProportion(share), units.size());
    }
    assertThat(plan.at("/metrics/2/kind").asText()).isEqualTo("ratio");
    assertThat(plan.at("/metrics/2/units").asLong()).isPositive();
  }

  private static void assertDetectable(JsonNode horizon, int metric, PlanSpec plan, int units) {
    PlanSpec designed =
        plan.withSplit(new PlanSpec.Split(0.6, 0.4)).withTest(0.025, 0.8, Alternative.TWO_SIDED);
    assertThat(horizon.at("/metrics/" + metric + "/detectable").doubleValue())
        .isCloseTo(Planning.detectable(designed, units).orThrow(), within(1e-9));
  }

  @Test
  void runTime_isTheFirstThatShowsTheEffect_orItIsContinued() throws IOException {
    JsonNode easy = shop.json("experiment", "plan", "prices", "--effect", "60%", "--json");
    assertThat(easy.path("sentence").asText()).startsWith("Run it for 1 week: it takes ");
    assertThat(easy.at("/metrics/0/beyondPast").asBoolean()).isFalse();

    JsonNode hard = shop.json("experiment", "plan", "prices", "--effect", "7%", "--json");
    long units = hard.at("/metrics/0/units").asLong();
    double perDay = lastDays(28).size() / 28.0;
    assertThat(hard.at("/metrics/0/beyondPast").asBoolean()).isTrue();
    assertThat(hard.at("/metrics/0/days").asLong())
        .isEqualTo(7 * (long) Math.ceil(units / perDay / 7));

    JsonNode half =
        shop.json("experiment", "plan", "prices", "--effect", "7%", "--traffic", "50%", "--json");
    assertThat(half.at("/metrics/0/units").asLong()).isEqualTo(units);
    assertThat(half.at("/metrics/0/days").asLong())
        .isGreaterThan(hard.at("/metrics/0/days").asLong());
  }

  /**
   * By hand: n = (z (1 - alpha / 2) + z (power))² v ((1 - m)² / 0.6 + 1 / 0.4) / m², where the test
   * is whether the treatment is (1 - m) times the baseline.
   */
  @Test
  void guardrailsWithAMargin_areLongEnoughToShowThatTheyStayWithin() throws IOException {
    JsonNode before = shop.json("experiment", "plan", "prices", "--effect", "60%", "--json");
    shop.write(
        "experiments/careful.yaml",
        """
        unit: user_id
        assignments: visits
        variant: arm
        variants: {old: 60%, new: 40%}
        metrics: {goal: [sales, buyers], guardrail: [order_value], margins: {order_value: 1%}}
        plan: {effect: 60%, population: visits}
        """);
    JsonNode plan = shop.json("experiment", "plan", "careful", "--json");
    JsonNode guardrail = plan.at("/metrics/2");
    double value = guardrail.path("value").doubleValue();
    double variance = Math.pow(guardrail.path("standardDeviation").doubleValue() / value, 2);
    double z = 1.959963984540054 + 0.841621233572914;
    assertThat(guardrail.path("units").doubleValue())
        .isCloseTo(z * z * variance * (0.99 * 0.99 / 0.6 + 1 / 0.4) / 1e-4, within(1.0));
    assertThat(guardrail.path("margin").doubleValue()).isEqualTo(0.01);
    assertThat(before.path("sentence").asText()).startsWith("Run it for 1 week");
    assertThat(plan.path("sentence").asText())
        .contains("and that order_value stays within 1 %, with power 80 %")
        .doesNotContain("1 week:");
    assertThat(shop.succeed("experiment", "plan", "careful")).contains("guardrail, margin 1");
  }

  @Test
  void quantiles_funnelsAndDerivedMetrics_arePlanned() throws IOException {
    shop.write("metrics/median_order.yaml", "quantile: {value: amount, at: 50%}\ntable: orders\n");
    shop.write("metrics/visits_seen.yaml", "count: \"*\"\ntable: visits\n");
    shop.write("metrics/sales_per_visit.yaml", "derived: sales / visits_seen\n");
    shop.write(
        "metrics/visit_to_order.yaml",
        """
        entity: user_id
        table: orders
        funnel: {within: 7d, steps: [{name: visit, table: visits}, {name: order}]}
        """);
    JsonNode plan =
        shop.json(
            "experiment",
            "plan",
            "--metric",
            "median_order",
            "--metric",
            "sales_per_visit",
            "--metric",
            "visit_to_order",
            "--unit",
            "user_id",
            "--population",
            "visits",
            "--weeks",
            "1",
            "--json");
    assertThat(plan.at("/metrics/0/kind").asText()).isEqualTo("quantile");
    assertThat(plan.at("/metrics/1/kind").asText()).isEqualTo("derived");
    assertThat(plan.at("/metrics/2/kind").asText()).isEqualTo("proportion");
    List<double[]> amounts = ordersOfLastDays(7);
    double[] all = amounts.stream().flatMapToDouble(Arrays::stream).sorted().toArray();
    assertThat(plan.at("/metrics/0/value").doubleValue())
        .isEqualTo(all[(int) Math.ceil(0.5 * all.length) - 1]);
    assertThat(plan.at("/metrics/0/units").asLong()).isPositive();
    assertThat(plan.at("/metrics/1/units").asLong()).isPositive();
    assertThat(plan.at("/metrics/2/units").asLong()).isPositive();
  }

  private List<double[]> ordersOfLastDays(int days) {
    List<double[]> amounts = new ArrayList<>();
    for (int user = 0; user < USERS; user++) {
      List<Integer> seen = visits.get(user).stream().filter(day -> day >= DAYS - days).toList();
      if (!seen.isEmpty()) {
        int exposed = Collections.min(seen);
        amounts.add(
            orders.get(user).stream()
                .filter(o -> o[0] >= exposed)
                .mapToDouble(o -> o[1])
                .toArray());
      }
    }
    return amounts;
  }

  @Test
  void covariatesAndLooks_changeWhatItTakes() throws IOException {
    long plain = units("--until", "2026-02-04");
    JsonNode cuped = shop.json("experiment", "plan", "prices", "--cuped", "14d", "--json");
    double reduction = cuped.at("/metrics/0/varianceReduction").doubleValue();
    assertThat(reduction).isPositive();
    assertThat((double) units("--cuped", "14d"))
        .isCloseTo(plain * (1 - reduction), within(0.01 * plain));
    assertThat(units("--sequential", "anytime")).isGreaterThan(plain * 5 / 4);
    assertThat(units("--alpha", "0.01")).isGreaterThan(plain);
    assertThat(units("--power", "90%")).isGreaterThan(plain);
  }

  private long units(String... options) throws IOException {
    List<String> words =
        new ArrayList<>(List.of("experiment", "plan", "prices", "--effect", "5%", "--json"));
    words.addAll(List.of(options));
    return shop.json(words.toArray(String[]::new)).at("/metrics/0/units").asLong();
  }

  @Test
  void withoutDeclaration_metricsArePlannedForTheirOwnUnits() throws IOException {
    String text =
        shop.succeed(
            "experiment",
            "plan",
            "--metric",
            "sales",
            "--unit",
            "user_id",
            "--arms",
            "3",
            "--effect",
            "30%",
            "--sql");
    assertThat(text)
        .startsWith("Run it for ")
        .contains("Smallest effect seen, by run time", "Units of user_id in orders from 2026-01-01")
        .contains("each goal is planned at 0.02500", "with experiment__units as (");
  }

  @Test
  void mistakes_areToldWithAWayOut() throws IOException {
    assertThat(shop.run("experiment", "plan")).isEqualTo(2);
    assertThat(shop.err()).contains("name an experiment, or metrics by --metric");
    assertThat(shop.run("experiment", "plan", "--metric", "sales")).isEqualTo(2);
    assertThat(shop.err()).contains("nothing says who would be randomised", "--unit user_id");
    assertThat(shop.run("experiment", "plan", "--metric", "sales", "--unit", "id")).isEqualTo(2);
    assertThat(shop.err()).contains("'id'");
    assertThat(shop.run("experiment", "plan", "price")).isEqualTo(4);
    assertThat(shop.err()).contains("prices");
    assertThat(shop.run("experiment", "plan", "prices", "--effect", "0.05")).isEqualTo(2);
    assertThat(shop.err()).contains("Cannot read the share '0.05' of --effect");
    assertThat(shop.run("experiment", "plan", "prices", "--alpha", "2")).isEqualTo(2);
    assertThat(shop.run("experiment", "plan", "prices", "--power", "1%")).isEqualTo(2);
    assertThat(shop.run("experiment", "plan", "prices", "--until", "2025-01-01")).isEqualTo(2);
    assertThat(shop.err()).contains("its first row is of 2026-01-01, after 2025-01-01");
    // Everyone in orders is a buyer: there is nothing to see.
    assertThat(shop.succeed("experiment", "plan", "--metric", "buyers"))
        .startsWith(
            "No run time shows an effect on buyers, because every unit of the population has it: name");
  }
}
