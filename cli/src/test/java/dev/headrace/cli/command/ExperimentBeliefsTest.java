package dev.headrace.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.headrace.cli.Shell;
import dev.headrace.core.stats.distribution.Beta;
import dev.headrace.core.stats.distribution.FisherF;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code engine: bayesian}: priors by metric, effects between posteriors, which variant is best.
 */
class ExperimentBeliefsTest {
  private static final List<String> VARIANTS = List.of("old", "new", "newest");

  @TempDir Path directory;
  private Shell shop;
  private final long[] units = new long[3];
  private final long[] buyers = new long[3];
  private final long[] clicks = new long[3];

  @BeforeEach
  void write() throws IOException {
    shop = new Shell(directory);
    Random random = new Random(11);
    StringBuilder exposures = new StringBuilder("user_id,variant,seen_at\n");
    StringBuilder events = new StringBuilder("user_id,at,amount,kind\n");
    for (int user = 0; user < 900; user++) {
      int arm = random.nextInt(3);
      String day = "2026-03-%02d".formatted(1 + user % 28);
      units[arm]++;
      exposures.append("%d,%s,%sT08:00:00\n".formatted(user, VARIANTS.get(arm), day));
      // Clicks of a Poisson process, the same for every unit of a variant.
      for (double at = random.nextExponential();
          at <= 0.8 + 0.2 * arm;
          at += random.nextExponential()) {
        events.append("%d,%sT09:00:00,0,click\n".formatted(user, day));
        clicks[arm]++;
      }
      if (random.nextInt(100) < 8 + 3 * arm) {
        buyers[arm]++;
        int amount = 5 + random.nextInt(90);
        events.append("%d,%sT10:00:00,%d,buy\n".formatted(user, day, amount));
      }
    }
    shop.write("headrace.yaml", "name: shop\n");
    shop.write("data/exposures.csv", exposures.toString());
    shop.write("data/events.csv", events.toString());
    shop.write(
        "sources/exposures.yaml",
        "files: data/exposures.csv\ntime: seen_at\ncolumns: {seen_at: timestamp, user_id: int}\n");
    shop.write(
        "sources/events.yaml",
        """
        files: data/events.csv
        time: at
        columns: {at: timestamp, user_id: int, amount: int, kind: text}
        """);
    shop.write("metrics/buys.yaml", "proportion: kind = 'buy'\nentity: user_id\ntable: events\n");
    shop.write("metrics/clicked.yaml", "count: \"*\"\ntable: events\nwhere: kind = 'click'\n");
    shop.write("metrics/sales.yaml", "sum: amount\ntable: events\nunit: EUR\n");
    shop.write("metrics/refunds.yaml", "sum: amount\ntable: events\ndirection: down\n");
    experiment("{engine: bayesian}");
    shop.succeed("run");
  }

  private void experiment(String analysis) throws IOException {
    PricesShop.experiment(
        shop,
        """
        variants: {old: 33.33%%, new: 33.33%%, newest: 33.34%%}
        metrics: {goal: [buys], secondary: [clicked, sales, refunds]}
        period: {start: 2026-03-01, end: 2026-03-28}
        analysis: %s
        """
            .formatted(analysis));
  }

  @Test
  void sharesAndCounts_haveTheirConjugatePosteriors() throws IOException {
    experiment(
        """
        {engine: bayesian, alpha: 0.1, priors: {
            buys: {beta: {successes: 2, failures: 18}},
            clicked: {gamma: {events: 3, units: 3}},
            sales: {normal: {mean: 5, sd: 2}}}}
        """);
    JsonNode report = PricesShop.analyze(shop);
    for (int arm = 0; arm < 3; arm++) {
      JsonNode buys = report.at("/metrics/0/standings/" + arm);
      assertThat(buys.path("variant").asText()).isEqualTo(VARIANTS.get(arm));
      assertThat(buys.path("prior").asText()).isEqualTo("beta(2, 18)");
      double lower = buys.path("lower").doubleValue();
      double misses = units[arm] - buyers[arm];
      assertThat(Beta.lower(lower, 2 + buyers[arm], 18 + misses)).isCloseTo(0.05, within(1e-9));
      assertThat(report.at("/metrics/1/standings/" + arm + "/prior").asText())
          .isEqualTo("gamma(3, 3)");
    }
    // The ratio of two gammas has F's distribution.
    JsonNode clicked = report.at("/metrics/1/effects/0");
    double scale = (3.0 + clicks[1]) / (3 + units[1]) / ((3.0 + clicks[0]) / (3 + units[0]));
    double atLower = (1 + clicked.path("lower").doubleValue()) / scale;
    assertThat(FisherF.lower(atLower, 2 * (3 + clicks[1]), 2 * (3 + clicks[0])))
        .isCloseTo(0.05, within(1e-9));
    assertThat(clicked.path("probabilityBetter").doubleValue())
        .isCloseTo(
            FisherF.upper(1 / scale, 2 * (3 + clicks[1]), 2 * (3 + clicks[0])), within(1e-9));
    for (int metric = 0; metric < 3; metric++) {
      double all = 0;
      for (JsonNode standing : report.at("/metrics/" + metric + "/standings")) {
        all += standing.path("probabilityBest").doubleValue();
        assertThat(standing.path("expectedLoss").doubleValue()).isNotNegative();
      }
      assertThat(all).isCloseTo(1, within(1e-9));
    }
    assertThat(report.at("/health").toString())
        .contains("\"check\":\"prior-fit\",\"level\":\"ok\"");
    assertThat(report.at("/course/0/points").size()).isGreaterThan(20);
    assertThat(shop.succeed("experiment", "analyze", "prices"))
        .contains("P better", "Which variant is best", "beta(2, 18)", "P best", "expected loss")
        .contains("variants' posteriors of buys and clicked and sales");
    assertThat(shop.succeed("experiment", "analyze", "prices", "--html"))
        .contains("Which variant is best", "gamma(3, 3)");
  }

  /** Nobody bought anything: a t test has nothing to say, a posterior has. */
  @Test
  void noSuccessAtAll_isKnowledgeToo() throws IOException {
    shop.write("metrics/buys.yaml", "proportion: amount > 1000\nentity: user_id\ntable: events\n");
    experiment("{engine: bayesian, priors: {buys: {beta: {successes: 1, failures: 1}}}}");
    JsonNode report = PricesShop.analyze(shop);
    assertThat(report.at("/metrics/0/effects/0/outcome").asText()).isEqualTo("not-shown");
    assertThat(report.at("/metrics/0/standings/0/upper").doubleValue())
        .isCloseTo(1 - Math.pow(0.025, 1.0 / (1 + units[0])), within(1e-9));
    assertThat(report.at("/verdict/sentence").asText())
        .isEqualTo(
            "Do not ship, because new was not shown to make any goal better; newest was not shown"
                + " to make any goal better.");
  }

  /** Less is better: the best is mirrored, and the interval is not. */
  @Test
  void flatPriors_tellWhichIsBest_alsoWhereLessIs() throws IOException {
    JsonNode report = PricesShop.analyze(shop);
    JsonNode sales = report.at("/metrics/2");
    JsonNode refunds = report.at("/metrics/3");
    for (int arm = 0; arm < 3; arm++) {
      assertThat(refunds.at("/standings/" + arm + "/lower"))
          .isEqualTo(sales.at("/standings/" + arm + "/lower"));
      double value = sales.at("/values/" + arm + "/value").doubleValue();
      assertThat(sales.at("/standings/" + arm + "/lower").doubleValue()).isLessThan(value);
      assertThat(sales.at("/standings/" + arm + "/prior").asText()).isEqualTo("flat");
    }
    double best = sales.at("/standings/2/probabilityBest").doubleValue();
    double least = refunds.at("/standings/2/probabilityBest").doubleValue();
    assertThat(best).isGreaterThan(0.5);
    assertThat(best + least).isLessThan(1);
  }

  /** A prior that expects little moves every variant towards the others; a wide one none. */
  @Test
  void priorOfEffects_tellsWhichOfThreeIsBest() throws IOException {
    double flat = best(PricesShop.analyze(shop));
    experiment("{engine: bayesian, prior-sd: 1000}");
    assertThat(best(PricesShop.analyze(shop))).isCloseTo(flat, within(1e-5));
    experiment("{engine: bayesian, prior-sd: 0.1}");
    JsonNode sceptic = PricesShop.analyze(shop);
    assertThat(best(sceptic)).isBetween(0.34, flat - 0.01);
    assertThat(sceptic.at("/metrics/2/standings/2/prior").asText())
        .isEqualTo("flat, effects normal(0, 0.1)");
    double all = 0;
    for (JsonNode standing : sceptic.at("/metrics/2/standings")) {
      all += standing.path("probabilityBest").doubleValue();
    }
    assertThat(all).isCloseTo(1, within(1e-9));
  }

  /** That the newest sells most. */
  private static double best(JsonNode report) {
    return report.at("/metrics/2/standings/2/probabilityBest").doubleValue();
  }

  @Test
  void whatDoesNotFit_isRefusedByName() throws IOException {
    experiment("{engine: bayesian, priors: {sales: {beta: {successes: 1, failures: 1}}}}");
    assertThat(shop.run("experiment", "analyze", "prices")).isEqualTo(2);
    assertThat(shop.err())
        .contains(
            "EXPERIMENT_PRIOR",
            "Cannot judge 'sales' with its prior: a beta prior is for shares of units.");
    experiment(
        """
        {cuped: {}, priors: {sale: {normal: {mean: 1, sd: 1}},
            buys: {beta: {successes: 0, failures: 1}}}}
        """);
    assertThat(shop.run("experiment", "analyze", "prices")).isEqualTo(2);
    assertThat(shop.err()).contains("must have successes above 0, not 0");
    experiment("{engine: bayesian, priors: {sales: {normal: {mean: 1e9, sd: 1e-9}}}}");
    assertThat(shop.run("experiment", "analyze", "prices")).isEqualTo(2);
    assertThat(shop.err()).contains("must have an sd of 1 at least", "not 1.0E-9");
    experiment("{cuped: {}, priors: {sale: {normal: {mean: 1, sd: 1}}}}");
    assertThat(shop.run("experiment", "analyze", "prices")).isEqualTo(2);
    assertThat(shop.err())
        .contains(
            "Priors are given, but nothing believes them.",
            "Variants' own posteriors take neither covariates nor strata.",
            "'sale' has a prior and no role in the experiment.");
    // Money does not come one by one.
    experiment("{engine: bayesian, priors: {sales: {gamma: {events: 1, units: 1}}}}");
    assertThat(shop.succeed("experiment", "analyze", "prices"))
        .contains("warn    prior-fit: sales of ", "too narrow, take a normal prior");
  }
}
