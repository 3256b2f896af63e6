package dev.headrace.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.headrace.cli.Shell;
import dev.headrace.core.stats.Alternative;
import dev.headrace.core.stats.hypothesis.CountTest;
import dev.headrace.core.stats.hypothesis.GroupTest;
import dev.headrace.core.stats.hypothesis.Sample;
import dev.headrace.core.stats.hypothesis.TestResult;
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

/** Tests of shares, and of three variants at once, beside the effects. */
class ExperimentCrossChecksTest {
  @TempDir Path directory;
  private Shell shop;
  private final Map<String, List<Double>> amounts = new TreeMap<>();

  @BeforeEach
  void write() throws IOException {
    shop = new Shell(directory);
    Random random = new Random(11);
    StringBuilder exposures = new StringBuilder("user_id,variant,seen_at\n");
    StringBuilder orders = new StringBuilder("user_id,ordered_at,amount\n");
    for (int user = 0; user < 600; user++) {
      String variant = List.of("old", "new", "bold").get(random.nextInt(3));
      String day = "2026-03-%02d".formatted(1 + user % 28);
      exposures.append("%d,%s,%sT08:00:00\n".formatted(user, variant, day));
      int cents =
          (int) (1000 * Math.exp((variant.equals("bold") ? 1.2 : 0.7) * random.nextGaussian()));
      boolean buys = random.nextInt(10) < (variant.equals("old") ? 5 : 6);
      if (buys) {
        orders.append("%d,%sT09:00:00,%d.%02d\n".formatted(user, day, cents / 100, cents % 100));
      }
      amounts.computeIfAbsent(variant, _ -> new ArrayList<>()).add(buys ? cents / 100.0 : 0);
    }
    PricesShop.write(shop, exposures, orders);
    shop.write("metrics/buyers.yaml", "proportion: amount > 0\nentity: user_id\ntable: orders\n");
    experiment("fisher, chi-squared, anova, kruskal-wallis, brown-forsythe", "bold: 33%");
    shop.succeed("run");
  }

  private void experiment(String crossChecks, String more) throws IOException {
    PricesShop.experiment(
        shop,
        """
        variants: {old: 34%%, new: 33%%, %s}
        metrics: {goal: [sales], guardrail: [buyers]}
        period: {start: 2026-03-01, end: 2026-03-28}
        analysis: {cross-checks: [%s]}
        """
            .formatted(more, crossChecks));
  }

  @Test
  void crossChecks_ofSharesAndOfAllVariants_areTestsOfEveryUnitsValue() throws IOException {
    JsonNode checks = PricesShop.analyze(shop).path("crossChecks");
    // Per metric: two variants by two tests, and three tests of all.
    assertThat(checks).hasSize(14);
    double[] old = values("old");
    double[] fresh = values("new");
    double[] bold = values("bold");

    assertTold(
        one(checks, "sales", null, "anova"),
        GroupTest.welchAnova(List.of(Sample.of(old), Sample.of(fresh), Sample.of(bold))).orThrow());
    assertTold(
        one(checks, "sales", null, "kruskal-wallis"),
        GroupTest.kruskalWallis(old, fresh, bold).orThrow());
    assertTold(
        one(checks, "sales", "bold", "brown-forsythe"),
        GroupTest.levene(GroupTest.Center.MEDIAN, old, bold).orThrow());
    assertTold(
        one(checks, "buyers", null, "chi-squared"),
        CountTest.independence(
                new long[][] {counts(old), counts(fresh), counts(bold)}, CountTest.Continuity.NONE)
            .orThrow());
    long[] with = counts(fresh);
    long[] without = counts(old);
    assertTold(
        one(checks, "buyers", "new", "fisher"),
        CountTest.fisher(with[0], with[1], without[0], without[1], Alternative.TWO_SIDED)
            .orThrow());
    assertThat(one(checks, "sales", "new", "fisher").path("reason").asText())
        .isEqualTo("it is no share of units");
    assertThat(one(checks, "buyers", null, "anova").path("reason").asText())
        .isEqualTo("it is no mean of a value per unit");

    assertThat(shop.succeed("experiment", "analyze", "prices"))
        .contains("sales, all variants, kruskal-wallis: H ", "buyers, new, fisher: odds ");
    assertThat(shop.succeed("experiment", "analyze", "prices", "--html"))
        .contains("kruskal-wallis", "odds times");
  }

  @Test
  void testsOfThreeVariants_withTwo_areRefused() throws IOException {
    for (String test : List.of("anova", "kruskal-wallis")) {
      shop.write(
          "experiments/prices.yaml",
          """
          unit: user_id
          assignments: exposures
          variants: {old: 50%%, new: 50%%}
          metrics: {goal: [sales]}
          period: {start: 2026-03-01, end: 2026-03-28}
          analysis: {cross-checks: [%s]}
          """
              .formatted(test));
      assertThat(shop.run("plan")).isEqualTo(2);
      assertThat(shop.err())
          .contains("'" + test + "' compares three variants or more, and there are two.");
    }
  }

  private static JsonNode one(JsonNode checks, String metric, String variant, String test) {
    for (JsonNode check : checks) {
      if (check.path("metric").asText().equals(metric)
          && check.path("test").asText().equals(test)
          && (variant == null
              ? check.path("variant").isNull()
              : check.path("variant").asText().equals(variant))) {
        return check;
      }
    }
    throw new AssertionError(metric + ", " + variant + ", " + test + " in " + checks);
  }

  private static void assertTold(JsonNode check, TestResult expected) {
    assertThat(check.path("statistic").doubleValue())
        .isCloseTo(expected.statistic(), within(1e-9 * (1 + expected.statistic())));
    assertThat(check.path("pValue").doubleValue()).isCloseTo(expected.pValue(), within(1e-9));
  }

  private double[] values(String variant) {
    return amounts.get(variant).stream().mapToDouble(Double::doubleValue).toArray();
  }

  private static long[] counts(double[] values) {
    long with = 0;
    for (double value : values) {
      with += value > 0 ? 1 : 0;
    }
    return new long[] {with, values.length - with};
  }
}
