package dev.headrace.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.headrace.cli.Shell;
import dev.headrace.decisions.experiments.analysis.Analysis;
import dev.headrace.decisions.experiments.analysis.Analysis.Stratum;
import dev.headrace.decisions.experiments.analysis.AnalysisSpec;
import dev.headrace.decisions.experiments.analysis.Method;
import dev.headrace.decisions.experiments.analysis.MetricShape;
import dev.headrace.decisions.experiments.analysis.Moments;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three weeks of exposures; what people spend depends on their country and device, and they spend
 * it on the day of their exposure. So the effect of all units until a day is what an experiment
 * tells that ends on it.
 */
class ExperimentStrataTest {
  private static final int DAYS = 21;

  @TempDir Path directory;
  private Shell shop;
  private final Map<String, List<Double>> byStratum = new TreeMap<>();

  @BeforeEach
  void write() throws IOException {
    shop = new Shell(directory);
    Random random = new Random(29);
    PricesShop.write(shop, exposures(random, 1, DAYS), orders);
    shop.write(
        "sources/exposures.yaml",
        """
        files: data/exposures*.csv
        time: seen_at
        columns: {seen_at: timestamp, user_id: int, price: double}
        """);
    shop.write("metrics/buyers.yaml", "proportion: amount > 0\nentity: user_id\ntable: orders\n");
    shop.write("metrics/price.yaml", "sum: price\ntable: exposures\n");
    experiment("[country]", "2026-03-21");
    shop.succeed("run");
  }

  private final StringBuilder orders = new StringBuilder("user_id,ordered_at,amount\n");

  /** And orders of the same days. */
  private StringBuilder exposures(Random random, int first, int last) {
    StringBuilder exposures = new StringBuilder("user_id,variant,seen_at,country,device,price\n");
    for (int user = 100 * first; user < 100 * (last + 1); user++) {
      String variant = random.nextInt(3) == 0 ? "new" : "old";
      String country = List.of("DE", "DE", "FR", "IT").get(random.nextInt(4));
      String device = random.nextInt(3) == 0 ? "web" : "ios";
      String day = "2026-03-%02d".formatted(user / 100);
      double price = random.nextInt(1000) / 8.0 * (country.equals("FR") ? 3 : 1);
      exposures.append(
          "%d,%s,%sT08:00:00,%s,%s,%s\n".formatted(user, variant, day, country, device, price));
      int base = country.equals("IT") ? 15_000 : country.equals("FR") ? 5_000 : 1_000;
      int cents =
          base
              + (device.equals("web") ? 2_000 : 0)
              + (variant.equals("new") ? 250 : 0)
              + random.nextInt(3_000);
      boolean buys = random.nextInt(8) > 0;
      if (buys) {
        orders.append("%d,%sT09:00:00,%d.%02d\n".formatted(user, day, cents / 100, cents % 100));
      }
      byStratum
          .computeIfAbsent(country + " " + variant, _ -> new ArrayList<>())
          .add(buys ? cents / 100.0 : 0);
    }
    return exposures;
  }

  private void experiment(String stratify, String end) throws IOException {
    PricesShop.experiment(
        shop,
        """
        variants: {old: 67%%, new: 33%%}
        metrics: {goal: [sales, buyers], guardrail: [price]}
        dimensions: [device, country]
        period: {start: 2026-03-01, end: %s}
        analysis: {stratify: %s}
        plan: {effect: 5%%, population: exposures}
        """
            .formatted(end, stratify));
  }

  private static JsonNode point(JsonNode report, int course, String day) {
    return report
        .at("/course/" + course + "/points")
        .valueStream()
        .filter(point -> point.path("day").asText().equals(day))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void course_isWhatExperimentsTellThatEndOnEachDay() throws IOException {
    for (String stratify : List.of("[country]", "[country, device]")) {
      experiment(stratify, "2026-03-21");
      JsonNode whole = PricesShop.analyze(shop);
      assertThat(whole.path("course")).hasSize(3);
      for (int day : new int[] {4, 9, 16, 21}) {
        String until = "2026-03-%02d".formatted(day);
        experiment(stratify, until);
        JsonNode report = PricesShop.analyze(shop);
        for (int metric = 0; metric < 3; metric++) {
          JsonNode point = point(whole, metric, until);
          JsonNode effect = report.at("/metrics/" + metric + "/effects/0");
          assertThat(point.path("estimate").doubleValue())
              .isCloseTo(effect.path("estimate").doubleValue(), within(1e-12));
          JsonNode shown = metric < 2 ? effect.path("adjustedInterval") : effect;
          assertThat(point.path("lower").doubleValue())
              .as("%s by %s until %s", metric, stratify, until)
              .isCloseTo(shown.path("lower").doubleValue(), within(1e-12));
        }
      }
    }
  }

  @Test
  void course_hasLessNoiseThanWithoutStrata_andBeginsWhenStrataAreLargeEnough() throws IOException {
    JsonNode apart = PricesShop.analyze(shop);
    experiment("[]", "2026-03-21");
    JsonNode together = PricesShop.analyze(shop);
    assertThat(together.at("/course/0/points/0/day").asText()).isEqualTo("2026-03-01");
    assertThat(apart.at("/course/0/points/0/day").asText()).isGreaterThan("2026-03-01");
    double narrow = width(point(apart, 0, "2026-03-21"));
    double wide = width(point(together, 0, "2026-03-21"));
    assertThat(narrow / wide).isBetween(0.4, 0.8);
    // The smallest effect that can be seen now shrinks in the same proportion.
    double narrowest = detectable(apart);
    assertThat(narrowest / detectable(together)).isBetween(0.4, 0.8);
  }

  private static double width(JsonNode point) {
    return point.path("upper").doubleValue() - point.path("lower").doubleValue();
  }

  private static double detectable(JsonNode report) {
    return report
        .path("health")
        .valueStream()
        .filter(warning -> warning.path("check").asText().equals("power"))
        .findFirst()
        .orElseThrow()
        .path("figure")
        .doubleValue();
  }

  /**
   * By a statement, as floating-point numbers are, and by walking, as all others are; anew, and
   * from what was kept when a day comes.
   */
  @Test
  void course_isTheSame_whateverItIsAddedUpBy() throws IOException {
    experiment("[country, device]", "2026-03-28");
    String walked =
        Files.readString(directory.resolve("experiments/prices.yaml"))
            .replace(", guardrail: [price]", "");
    shop.write("experiments/walked.yaml", walked);
    JsonNode before = twoCourses();

    orders.setLength("user_id,ordered_at,amount\n".length());
    StringBuilder later = exposures(new Random(31), DAYS + 1, DAYS + 1);
    shop.write("data/exposures_later.csv", later.toString());
    shop.write("data/orders_later.csv", orders.toString());
    shop.succeed("run");
    JsonNode further = twoCourses();
    assertThat(further.at("/0/points")).hasSize(before.at("/0/points").size() + 1);
    for (Path file : files(directory.resolve(".headrace/experiments"))) {
      Files.delete(file);
    }
    assertThat(twoCourses()).isEqualTo(further);
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> walk = Files.walk(folder)) {
      List<Path> files = walk.filter(Files::isRegularFile).toList();
      assertThat(files).isNotEmpty();
      return files;
    }
  }

  /** Of both goals, the same of both experiments. */
  private JsonNode twoCourses() throws IOException {
    JsonNode queried = PricesShop.analyze(shop).path("course");
    JsonNode walked = shop.json("experiment", "analyze", "walked", "--json").path("course");
    assertThat(walked).hasSize(2);
    assertThat(walked.get(0)).isEqualTo(queried.get(0));
    assertThat(walked.get(1)).isEqualTo(queried.get(1));
    return walked;
  }

  /** Of an arm against itself, by the values of every unit of this test. */
  @Test
  void plan_countsOnWhatStrataSave() throws IOException {
    List<Stratum> strata = new ArrayList<>();
    for (String country : List.of("DE", "FR", "IT")) {
      List<Double> values = new ArrayList<>(byStratum.getOrDefault(country + " old", List.of()));
      values.addAll(byStratum.getOrDefault(country + " new", List.of()));
      Moments all = Moments.ofValues(values.stream().mapToDouble(Double::doubleValue).toArray());
      strata.add(new Stratum(all, all));
    }
    double saved =
        Analysis.of(AnalysisSpec.of(new Method.NormalZ()), MetricShape.mean())
            .compareWithin(strata)
            .orThrow()
            .varianceReduction();

    JsonNode plan = shop.json("experiment", "plan", "prices", "--json");
    JsonNode sales = plan.at("/metrics/0");
    assertThat(plan.at("/horizons/2/units").asInt()).isEqualTo(100 * DAYS);
    assertThat(plan.path("method").asText()).contains("post-stratified by country");
    // The last run time is the whole past, and the goal is not seen before it.
    assertThat(sales.path("beyondPast").asBoolean()).isTrue();
    assertThat(sales.path("varianceReduction").doubleValue()).isCloseTo(saved, within(1e-9));
    assertThat(saved).isGreaterThan(0.4);

    experiment("[]", "2026-03-21");
    double without =
        shop.json("experiment", "plan", "prices", "--json").at("/metrics/0/units").doubleValue();
    assertThat(sales.path("units").doubleValue() / without).isCloseTo(1 - saved, within(1e-3));
  }

  @Test
  void plan_tellsWhereStrataCannotBeUsed() throws IOException {
    JsonNode plan = shop.json("experiment", "plan", "prices", "--population", "orders", "--json");
    assertThat(plan.path("notes").toString())
        .contains(
            "Planned without strata, which only take variance away: 'orders' has no column"
                + " 'country'.");
    assertThat(plan.path("method").asText()).doesNotContain("post-stratified");
    assertThat(plan.at("/metrics/0/varianceReduction").doubleValue()).isZero();

    JsonNode few = shop.json("experiment", "plan", "prices", "--traffic", "1%", "--json");
    assertThat(few.at("/metrics/0/reason").asText())
        .isEqualTo(
            "in 21 days the stratum country 'DE' has about 4 units of a variant, and strata take 10"
                + " or more: stratify by coarser levels");
  }
}
