package dev.headrace.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.headrace.cli.Shell;
import dev.headrace.core.stats.distribution.Normal;
import dev.headrace.core.stats.distribution.StudentT;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys of the analysis that ask for other intervals, for sameness, and for tests of samples. */
class ExperimentJudgingTest {
  @TempDir Path directory;
  private Shell shop;
  private final Map<String, List<Double>> amounts = new TreeMap<>();

  @BeforeEach
  void write() throws IOException {
    shop = new Shell(directory);
    Random random = new Random(5);
    StringBuilder exposures = new StringBuilder("user_id,variant,seen_at\n");
    StringBuilder orders = new StringBuilder("user_id,ordered_at,amount\n");
    for (int user = 0; user < 900; user++) {
      String variant = random.nextBoolean() ? "new" : "old";
      String day = "2026-03-%02d".formatted(1 + user % 28);
      exposures.append("%d,%s,%sT08:00:00\n".formatted(user, variant, day));
      int cents =
          (int) (1000 * Math.exp(0.8 * random.nextGaussian()) * (variant.equals("new") ? 1.4 : 1));
      boolean buys = random.nextInt(3) > 0;
      if (buys) {
        orders.append("%d,%sT09:00:00,%d.%02d\n".formatted(user, day, cents / 100, cents % 100));
      }
      amounts.computeIfAbsent(variant, _ -> new ArrayList<>()).add(buys ? cents / 100.0 : 0);
    }
    PricesShop.write(shop, exposures, orders);
    shop.write("metrics/buyers.yaml", "proportion: amount > 0\nentity: user_id\ntable: orders\n");
    experiment("{}", "{goal: [sales], guardrail: [buyers]}");
    shop.succeed("run");
  }

  private void experiment(String analysis, String metrics) throws IOException {
    PricesShop.experiment(
        shop,
        """
        variants: {old: 50%%, new: 50%%}
        metrics: %s
        period: {start: 2026-03-01, end: 2026-03-28}
        analysis: %s
        """
            .formatted(metrics, analysis));
  }

  /** E. Fieller (1954): the ratios r with (b - r a)² = t² (Var b + r² Var a). */
  @Test
  void fieller_endsWhereTheRatioIsRefuted() throws IOException {
    experiment("{interval: delta}", "{goal: [sales], guardrail: [buyers]}");
    JsonNode delta = PricesShop.analyze(shop);
    assertThat(delta.path("method").asText())
        .startsWith("Welch's t, one look, relative effects by the delta method");
    experiment("{}", "{goal: [sales], guardrail: [buyers]}");
    JsonNode report = PricesShop.analyze(shop);
    assertThat(report.path("method").asText())
        .startsWith("Welch's t, one look, relative effects by Fieller's theorem");
    for (int metric = 0; metric < 2; metric++) {
      JsonNode values = report.at("/metrics/" + metric + "/values");
      JsonNode effect = report.at("/metrics/" + metric + "/effects/0");
      double a = values.get(0).path("value").doubleValue();
      double b = values.get(1).path("value").doubleValue();
      double varA = Math.pow(values.get(0).path("standardError").doubleValue(), 2);
      double varB = Math.pow(values.get(1).path("standardError").doubleValue(), 2);
      double unitsA = values.get(0).path("units").doubleValue();
      double unitsB = values.get(1).path("units").doubleValue();
      double df =
          Math.pow(varA + varB, 2) / (varA * varA / (unitsA - 1) + varB * varB / (unitsB - 1));
      double t = StudentT.upperQuantile(0.025, df);
      for (String end : List.of("lower", "upper")) {
        double ratio = 1 + effect.path(end).doubleValue();
        assertThat(Math.pow(b - ratio * a, 2) / (varB + ratio * ratio * varA))
            .isCloseTo(t * t, within(1e-9));
      }
      assertThat(effect.path("pValue").doubleValue())
          .isCloseTo(StudentT.twoSided((b - a) / Math.sqrt(varA + varB), df), within(1e-12));
    }
    assertThat(report.at("/metrics/0/effects/0/upper").doubleValue())
        .as("it reaches farther on the side of larger ratios")
        .isGreaterThan(delta.at("/metrics/0/effects/0/upper").doubleValue());
  }

  /** Of two variants, whatever is believed beforehand. */
  @ParameterizedTest
  @ValueSource(strings = {"", ", prior-sd: 0.5", ", prior-sd: 0.02", ", cuped: {lookback: 14d}"})
  void chanceToBeBetter_isTheChanceToBeBest(String more) throws IOException {
    experiment("{engine: bayesian" + more + "}", "{goal: [sales], guardrail: [buyers]}");
    JsonNode report = PricesShop.analyze(shop);
    for (int metric = 0; metric < 2; metric++) {
      assertThat(
              report.at("/metrics/%d/effects/0/probabilityBetter".formatted(metric)).doubleValue())
          .isCloseTo(
              report.at("/metrics/%d/standings/1/probabilityBest".formatted(metric)).doubleValue(),
              within(1e-6))
          .isBetween(0.01, 1.0);
    }
  }

  @Test
  void equivalence_isShownByAnIntervalBetweenBothMargins() throws IOException {
    experiment("{}", "{goal: [sales], guardrail: [buyers], equivalence: {buyers: 30%}}");
    JsonNode report = PricesShop.analyze(shop);
    JsonNode buyers = report.at("/metrics/1");
    assertThat(buyers.path("equivalence").doubleValue()).isEqualTo(0.3);
    assertThat(buyers.at("/effects/0/lower").doubleValue()).isGreaterThan(-0.3);
    assertThat(buyers.at("/effects/0/upper").doubleValue()).isLessThan(0.3);
    assertThat(buyers.at("/effects/0/outcome").asText()).isEqualTo("within-margin");
    assertThat(report.at("/verdict/decision").asText()).isEqualTo("ship");

    experiment("{}", "{goal: [sales], guardrail: [buyers], equivalence: {buyers: 1%}}");
    report = PricesShop.analyze(shop);
    assertThat(report.at("/metrics/1/effects/0/outcome").asText()).isEqualTo("not-shown");
    assertThat(report.at("/verdict/sentence").asText())
        .isEqualTo("Do not ship, because new was not shown to keep buyers within the margin.");

    // Better is not the same.
    experiment("{}", "{goal: [buyers], guardrail: [sales], equivalence: {sales: 5%}}");
    JsonNode sales = PricesShop.analyze(shop).at("/metrics/1/effects/0");
    assertThat(sales.path("pValue").doubleValue()).isLessThan(0.05);
    assertThat(sales.path("outcome").asText()).isEqualTo("not-shown");
  }

  @Test
  void crossChecks_areTestsOfEveryUnitsValue() throws IOException {
    experiment(
        "{cross-checks: [mann-whitney, permutation, bootstrap, kolmogorov-smirnov]}",
        "{goal: [sales], guardrail: [buyers]}");
    String text = shop.succeed("experiment", "analyze", "prices");
    assertThat(text)
        .contains("Cross-checks", "sales, new, mann-whitney: a unit of it has more than one")
        .contains("buyers, new, bootstrap: it is no mean of a value per unit");
    JsonNode report = PricesShop.analyze(shop);
    JsonNode checks = report.path("crossChecks");
    JsonNode effect = report.at("/metrics/0/effects/0");
    assertThat(checks).hasSize(8);

    List<Double> old = amounts.get("old");
    List<Double> now = amounts.get("new");
    double more = 0;
    double apart = 0;
    for (double b : now) {
      double below = 0;
      for (double a : old) {
        more += b > a ? 1 : b == a ? 0.5 : 0;
        below += a <= b ? 1 : 0;
      }
      double here = below / old.size();
      apart =
          Math.max(
              apart,
              Math.abs(here - now.stream().filter(x -> x <= b).count() / (double) now.size()));
    }
    assertThat(checks.get(0).path("statistic").doubleValue())
        .isCloseTo(more / old.size() / now.size(), within(1e-12));
    assertThat(checks.get(3).path("statistic").doubleValue()).isBetween(apart, apart + 0.01);
    assertThat(checks.get(1).path("statistic").doubleValue())
        .isCloseTo(effect.path("estimate").doubleValue(), within(1e-9));
    JsonNode values = report.at("/metrics/0/values");
    double z =
        (values.at("/1/value").doubleValue() - values.at("/0/value").doubleValue())
            / Math.hypot(
                values.at("/1/standardError").doubleValue(),
                values.at("/0/standardError").doubleValue());
    assertThat(checks.get(1).path("pValue").doubleValue())
        .isCloseTo(Normal.twoSided(z), within(0.005));
    double width = effect.path("upper").doubleValue() - effect.path("lower").doubleValue();
    for (String end : List.of("lower", "upper")) {
      assertThat(checks.get(2).path(end).doubleValue())
          .isCloseTo(effect.path(end).doubleValue(), within(0.1 * width));
    }
    assertThat(shop.succeed("experiment", "analyze", "prices", "--html")).contains("Cross-checks");
    assertThat(PricesShop.analyze(shop)).as("the same to the byte").isEqualTo(report);
  }

  @Test
  void keysThatDoNotGoTogether_areRefused() throws IOException {
    experiment("{interval: delta, effect: absolute}", "{goal: [sales]}");
    assertRefused("There is no relative effect to be told by the delta method");
    experiment("{cross-checks: [permutation, permutation]}", "{goal: [sales]}");
    assertRefused("A test is named twice");
    experiment("{}", "{goal: [sales], equivalence: {sales: 5%}}");
    assertRefused("The margin of 'sales' has no use");
    experiment(
        "{}",
        "{goal: [sales], guardrail: [buyers], margins: {buyers: 5%}, equivalence: {buyers: 5%}}");
    assertRefused("a margin to one side and margins to both");
  }

  private void assertRefused(String text) {
    assertThat(shop.run("plan")).isEqualTo(2);
    assertThat(shop.err()).contains(text);
  }
}
