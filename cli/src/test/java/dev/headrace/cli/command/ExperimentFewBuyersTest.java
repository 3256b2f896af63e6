package dev.headrace.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.headrace.cli.Shell;
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

/** Of two thousand visitors a few dozen buy: a mean basket is theirs, and known no better. */
class ExperimentFewBuyersTest {
  @TempDir Path directory;
  private Shell shop;
  private final Map<String, List<Double>> amounts = new TreeMap<>();

  @BeforeEach
  void visitors() throws IOException {
    shop = new Shell(directory);
    Random random = new Random(5);
    StringBuilder exposures = new StringBuilder("user_id,variant,seen_at,city\n");
    StringBuilder orders = new StringBuilder("user_id,ordered_at,amount\n");
    for (int user = 0; user < 2_000; user++) {
      String variant = user % 2 == 0 ? "old" : "new";
      int city = user / 2 % 10;
      exposures.append(
          "%d,%s,2026-03-0%dT10:00,c%d\n".formatted(user, variant, 2 + user % 5, city));
      // Many in one city and one in ten elsewhere.
      if (city == 0 ? random.nextDouble() < 0.6 : random.nextInt(10) == 0) {
        int cents = 5_000 + (int) (1_500 * random.nextGaussian());
        orders.append("%d,2026-03-07T00:00,%d.%02d\n".formatted(user, cents / 100, cents % 100));
        amounts.computeIfAbsent(variant, _ -> new ArrayList<>()).add(cents / 100.0);
      }
    }
    PricesShop.write(shop, exposures, orders);
    shop.write("metrics/basket.yaml", "mean: amount\ntable: orders\nunit: EUR\n");
    shop.write("metrics/orders_made.yaml", "count: \"*\"\ntable: orders\n");
    shop.write("metrics/per_order.yaml", "derived: sales / orders_made\n");
    shop.write("metrics/usual.yaml", "quantile: {value: amount, at: 50%}\ntable: orders\n");
  }

  private JsonNode analyze(String metric, String analysis) throws IOException {
    PricesShop.experiment(
        shop,
        """
        variants: {old: 50%%, new: 50%%}
        dimensions: [city]
        metrics: {goal: [%s]}
        analysis: %s
        """
            .formatted(metric, analysis));
    shop.succeed("run");
    return PricesShop.analyze(shop);
  }

  private static String fewUnits(JsonNode report) {
    for (JsonNode warning : report.path("health")) {
      if (warning.path("check").asText().equals("few-units")) {
        return warning.path("level").asText() + ": " + warning.path("text").asText();
      }
    }
    return "";
  }

  @Test
  void meanOfRows_isWelchsTestOfThoseWhoBought() throws IOException {
    JsonNode report = analyze("basket", "{effect: absolute}");
    JsonNode effect = report.at("/metrics/0/effects/0");

    double old = variance("old") / amounts.get("old").size();
    double fresh = variance("new") / amounts.get("new").size();
    double freedom =
        (old + fresh)
            * (old + fresh)
            / (old * old / (amounts.get("old").size() - 1)
                + fresh * fresh / (amounts.get("new").size() - 1));
    double error = Math.sqrt(old + fresh);
    double gap = mean("new") - mean("old");
    assertThat(effect.path("estimate").doubleValue()).isCloseTo(gap, within(1e-9));
    assertThat(effect.path("standardError").doubleValue()).isCloseTo(error, within(1e-9));
    assertThat(effect.path("pValue").doubleValue())
        .isCloseTo(StudentT.twoSided(gap / error, freedom), within(1e-9));
    JsonNode derived = analyze("per_order", "{effect: absolute}").at("/metrics/0/effects/0");
    assertThat(derived.path("standardError").doubleValue()).isCloseTo(error, within(1e-9));
    assertThat(derived.path("pValue").doubleValue())
        .isCloseTo(effect.path("pValue").doubleValue(), within(1e-9));
  }

  private double mean(String variant) {
    return amounts.get(variant).stream().mapToDouble(Double::doubleValue).average().orElseThrow();
  }

  private double variance(String variant) {
    double mean = mean(variant);
    return amounts.get(variant).stream().mapToDouble(a -> (a - mean) * (a - mean)).sum()
        / (amounts.get(variant).size() - 1);
  }

  /** Two visitors of a city who bought say nothing of whether cities differ. */
  @Test
  void levelsOfFewBuyers_haveNoSay() throws IOException {
    for (String metric : List.of("basket", "per_order", "usual")) {
      JsonNode split = analyze(metric, "{effect: absolute}").at("/splits/0");
      assertThat(split.path("levels").size()).as(metric).isEqualTo(10);
      assertThat(split.path("equalityP").isMissingNode() || split.path("equalityP").isNull())
          .as("%s", split)
          .isTrue();
      assertThat(split.path("reason").asText())
          .contains("fewer than 40 units of a variant have a value");
    }
    // Visitors who do not buy are values of a sum like others.
    assertThat(analyze("sales", "{effect: absolute}").at("/splits/0/equalityP").isNumber())
        .isTrue();
  }

  @Test
  void fewBuyers_areWarnedOf() throws IOException {
    int fewest = Math.min(amounts.get("old").size(), amounts.get("new").size());
    assertThat(fewest).isBetween(40, 299);
    for (String metric : List.of("basket", "per_order", "usual")) {
      assertThat(fewUnits(analyze(metric, "{effect: absolute}"))).as(metric).startsWith("ok");
      assertThat(fewUnits(analyze(metric, "{effect: absolute, sequential: anytime}")))
          .as(metric)
          .startsWith("warn: " + fewest + " units of ")
          .contains("have a value of " + metric + ": fewer than 300 give right intervals");
    }
    assertThat(fewUnits(analyze("sales", "{effect: absolute, sequential: anytime}")))
        .startsWith("ok");
  }
}
