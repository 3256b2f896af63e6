package dev.headrace.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import com.fasterxml.jackson.databind.JsonNode;
import dev.headrace.cli.Shell;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Metrics that say nothing of units, and values from which nothing follows: never NaN. */
class ExperimentBadMetricsTest {
  @TempDir Path directory;
  private Shell shop;

  @BeforeEach
  void write() throws IOException {
    shop = new Shell(directory);
    shop.write("headrace.yaml", "name: shop\n");
    shop.write(
        "sources/exposures.yaml",
        "files: data/exposures.csv\ntime: at\ncolumns: {user_id: int, at: timestamp}\n");
    shop.write(
        "sources/orders.yaml",
        """
        files: data/orders.csv
        time: at
        columns: {user_id: int, at: timestamp, amount: double, same: int}
        """);
    shop.write("sources/profiles.yaml", "files: data/profiles.csv\ncolumns: {user_id: int}\n");
    Random random = new Random(4);
    StringBuilder exposures = new StringBuilder("user_id,at,variant\n");
    StringBuilder orders = new StringBuilder("user_id,at,amount,same\n");
    LocalDateTime begin = LocalDateTime.parse("2026-03-02T00:00");
    for (int user = 0; user < 200; user++) {
      exposures.append("%d,%s,%s\n".formatted(user, begin, user % 2 == 0 ? "old" : "new"));
      for (int i = 0; i < 3; i++) {
        LocalDateTime at = begin.plusMinutes(random.nextInt(5_000));
        String amount = user == 7 && i == 0 ? "Infinity" : String.valueOf(random.nextDouble());
        orders.append("%d,%s,%s,7\n".formatted(user, at, amount));
      }
    }
    shop.write("data/exposures.csv", exposures.toString());
    shop.write("data/orders.csv", orders.toString());
    shop.write("data/profiles.csv", "user_id\n1\n2\n");
    metric("sales", "sum: amount\nwhere: amount < 1e300\n");
    metric("order_count", "count: \"*\"\n");
    metric("median", "quantile: {value: amount, at: 50%}\n");
  }

  private void metric(String name, String text) throws IOException {
    shop.write(
        "metrics/" + name + ".yaml", text + (text.contains("derived") ? "" : "table: orders\n"));
  }

  private int analyze(String metric, String... more) throws IOException {
    experiment("{goal: [%s]}".formatted(metric), more);
    shop.succeed("run");
    return shop.run("experiment", "analyze", "prices");
  }

  /**
   * @param goals and what else the metrics have
   * @param more lines of the declaration
   */
  private void experiment(String goals, String... more) throws IOException {
    shop.write(
        "experiments/prices.yaml",
        """
        unit: user_id
        assignments: exposures
        variants: {old: 50%%, new: 50%%}
        metrics: %s
        %s
        """
            .formatted(goals, String.join("\n", more)));
  }

  @Test
  void effectRelativeToAlmostZero_hasNoEnds_orIsNotTold_andTheAbsoluteOneIs() throws IOException {
    metric("profit", "sum: amount - 0.5\nwhere: amount < 1e300\n");
    assertThat(analyze("profit")).isZero();
    assertThat(shop.out())
        .contains("no end to no end", "not shown")
        .contains("warn    baseline-near-zero: profit of old is ", "intervals of relative ones");
    metric("balance", "sum: case when user_id % 4 < 2 then 1 else -1 end\n");
    assertThat(analyze("balance")).isZero();
    assertThat(shop.out())
        .contains(
            "warn    baseline-near-zero: balance of old is zero: no effect is relative to it");
    assertThat(analyze("profit", "analysis: {interval: delta}")).isZero();
    assertThat(shop.out())
        .contains("too near zero to divide by, say 'effect: absolute'")
        .contains("warn    baseline-near-zero: profit of old is ", "and below 3 nothing is said");
    experiment("{goal: [profit]}", "analysis: {effect: absolute}");
    JsonNode report = shop.json("experiment", "analyze", "prices", "--json");
    assertThat(report.at("/metrics/0/effects/0/pValue").isNumber()).isTrue();
    assertThat(report.path("health").toString()).doesNotContain("baseline-near-zero");
  }

  /** Squares of 15 billion have 20 digits, and a double 16. */
  @Test
  void doublesThatHardlyDiffer_haveNoError_andDecimalsHave() throws IOException {
    String billions = "5000000000 + least(amount, 1)";
    metric("paid", "sum: " + billions + "\nwhere: amount < 1e300\n");
    assertThat(analyze("paid")).isZero();
    assertThat(shop.out()).contains("nothing varies within one of the arms");

    metric("paid", "sum: cast(%s as decimal(18,6))\nwhere: amount < 1e300\n".formatted(billions));
    metric("plain", "sum: cast(least(amount, 1) as decimal(18,6))\nwhere: amount < 1e300\n");
    experiment("{goal: [paid, plain]}", "analysis: {effect: absolute}");
    shop.succeed("run");
    JsonNode report = shop.json("experiment", "analyze", "prices", "--json");
    assertThat(report.at("/metrics/0/values/0/standardError").doubleValue())
        .isCloseTo(
            report.at("/metrics/1/values/0/standardError").doubleValue(), withinPercentage(1e-4));
  }

  /**
   * Koopman's interval divides by nothing; within strata there is none, and the delta method does.
   */
  @Test
  void rareShare_isDividedBy_whereItIsStratified() throws IOException {
    metric("rare", "proportion: amount > 0.98\nentity: user_id\n");
    StringBuilder exposures = new StringBuilder("user_id,at,variant,country\n");
    for (int user = 0; user < 200; user++) {
      exposures.append(
          "%d,2026-03-02T00:00,%s,%s\n"
              .formatted(user, user % 2 == 0 ? "old" : "new", user % 3 == 0 ? "de" : "fr"));
    }
    shop.write("data/exposures.csv", exposures.toString());
    assertThat(analyze("rare", "analysis: {test: z, interval: delta}")).isZero();
    assertThat(shop.out()).doesNotContain("baseline-near-zero");

    assertThat(
            analyze(
                "rare",
                "dimensions: [country]",
                "analysis: {test: z, interval: delta, stratify: [country]}"))
        .isZero();
    assertThat(shop.out()).contains("warn    baseline-near-zero: rare of old is ");
  }

  /** Of 100 and 100 users: nobody and 21, everybody and 79, nobody and everybody. */
  @Test
  void sharesWithoutVariance_areComparedByTheZTestOfShares() throws IOException {
    metric(
        "crashed", "proportion: same = 7 and user_id % 2 = 1 and user_id < 42\nentity: user_id\n");
    metric("kept", "proportion: user_id % 2 = 0 or user_id >= 42\nentity: user_id\n");
    metric("treated", "proportion: user_id % 2 = 1\nentity: user_id\n");
    experiment(
        "{goal: [crashed, kept, treated]}",
        "analysis: {test: z, effect: absolute, correction: none}");
    shop.succeed("run");
    JsonNode report = shop.json("experiment", "analyze", "prices", "--json");
    // z = 0.21 / sqrt(0.105 * 0.895 / 50): scipy's normal gives its p.
    for (int metric = 0; metric < 2; metric++) {
      JsonNode effect = report.at("/metrics/" + metric + "/effects/0");
      double sign = metric == 0 ? 1 : -1;
      assertThat(effect.path("estimate").doubleValue()).isCloseTo(sign * 0.21, within(1e-12));
      assertThat(effect.path("statistic").doubleValue())
          .isCloseTo(sign * 4.843933025, within(1e-8));
      assertThat(effect.path("pValue").doubleValue()).isCloseTo(1.27293856e-6, within(1e-13));
    }
    assertThat(report.at("/metrics/0/effects/0/lower").doubleValue()).isBetween(0.10, 0.15);
    assertThat(report.at("/metrics/2/effects/0/estimate").doubleValue()).isEqualTo(1);
    assertThat(report.at("/metrics/2/effects/0/outcome").asText()).isEqualTo("better");

    experiment("{goal: [crashed, kept]}", "analysis: {test: z}");
    report = shop.json("experiment", "analyze", "prices", "--json");
    assertThat(report.at("/metrics/0/effects/0/reason").asText())
        .contains("no unit of the baseline has it", "effect: absolute");
    assertThat(report.at("/metrics/1/effects/0/estimate").doubleValue())
        .isCloseTo(-0.21, within(1e-12));
    assertThat(report.at("/metrics/1/effects/0/upper").doubleValue()).isBetween(-0.2, -0.1);
  }

  @Test
  void quantileOfWholeNumbers_isWarnedOf_andThatOfValuesThatDifferIsNot() throws IOException {
    metric("whole", "quantile: {value: floor(amount * 4), at: 60%}\nwhere: amount < 1e300\n");
    metric("median", "quantile: {value: amount, at: 50%}\nwhere: amount < 1e300\n");
    assertThat(analyze("whole")).isZero();
    assertThat(shop.out())
        .contains("warn    quantile-ties: many rows have the very value of whole");

    assertThat(analyze("median")).isZero();
    assertThat(shop.out()).contains("ok      quantile-ties: quantiles are of values that differ");
  }

  /** 0.55 times 100 is 55.000000000000007. */
  @Test
  void quantile_isTheFirstValueWhoseShareIsTheLevel() throws IOException {
    StringBuilder orders = new StringBuilder("user_id,at,amount,same\n");
    for (int user = 0; user < 200; user++) {
      orders.append("%d,2026-03-02T01:00,%d,7\n".formatted(user, 1 + user / 2));
    }
    shop.write("data/orders.csv", orders.toString());
    metric("median", "quantile: {value: amount, at: 55%}\n");
    assertThat(analyze("median")).isZero();
    assertThat(
            shop.json("experiment", "analyze", "prices", "--json")
                .at("/metrics/0/values/0/value")
                .doubleValue())
        .isEqualTo(55);
  }

  @Test
  void sumOfMoreDigitsThanThereAre_namesItsMetric() throws IOException {
    metric("paid", "sum: same\n");
    metric("stars", "sum: cast(same as bigint) * 1000000000000000000\n");
    assertThat(analyze("paid, stars")).isEqualTo(2);
    assertThat(shop.err()).contains("EXPERIMENT_VALUE", "Cannot add up 'stars' per unit: ");
    assertThat(shop.err()).doesNotContain("'paid'");

    metric("stars", "sum: cast(same as decimal(38,0)) * 10000000000000000000000000000000000000\n");
    assertThat(analyze("paid, stars")).isEqualTo(2);
    assertThat(shop.err()).contains("EXPERIMENT_VALUE", "stars");
  }

  @Test
  void exposuresWithoutTimeOrVariant_areToldToBeLeftOut() throws IOException {
    metric("bought", "proportion: \"amount > 0\"\nentity: user_id\n");
    StringBuilder exposures = new StringBuilder("user_id,at,variant\n");
    for (int user = 0; user < 200; user++) {
      String at = user == 3 || user == 5 ? "" : "2026-03-02T00:00";
      String variant = user == 7 ? "" : user % 2 == 0 ? "old" : "new";
      exposures.append("%d,%s,%s\n".formatted(user, at, variant));
    }
    shop.write("data/exposures.csv", exposures.toString());
    assertThat(analyze("bought")).isZero();
    assertThat(shop.out())
        .contains(
            "warn    rows-left-out: 3 of 200 rows of 'exposures' have no unit, no variant or no time");
  }

  /**
   * Every visit is logged, and the first weeks are cut off: what follows is not before exposure.
   */
  @Test
  void unitsThatMetAVariantBeforeThePeriod_areTold_andSpoilCovariates() throws IOException {
    metric("bought", "proportion: \"amount > 0\"\nentity: user_id\n");
    StringBuilder exposures = new StringBuilder("user_id,at,variant\n");
    for (int user = 0; user < 200; user++) {
      String variant = user % 2 == 0 ? "old" : "new";
      exposures.append("%d,2026-03-02T00:00,%s\n".formatted(user, variant));
      if (user < 50) {
        exposures.append("%d,2026-02-20T00:00,%s\n".formatted(user, variant));
      }
      exposures.append("%d,2026-02-20T00:00,%s\n".formatted(1_000 + user, variant));
    }
    shop.write("data/exposures.csv", exposures.toString());
    String period = "period: {start: 2026-03-01, end: 2026-03-02}";
    String told = "exposed-before-period: 50 of 200 units met a variant before the period";

    assertThat(analyze("bought", period)).isZero();
    assertThat(shop.out()).contains("warn    " + told).doesNotContain("Invalid");
    assertThat(analyze("bought", period, "analysis: {cuped: {lookback: 7d}}")).isZero();
    assertThat(shop.out())
        .contains("Invalid, because 50 of 200 units met a variant before the period")
        .contains("or leave 'cuped' out");
    assertThat(analyze("bought", "period: {start: 2026-02-20, end: 2026-03-02}")).isZero();
    assertThat(shop.out()).doesNotContain("exposed-before-period");
  }

  @Test
  void quantileWithTiesBelowIt_isWarnedOf() throws IOException {
    metric(
        "jump",
        "quantile: {value: \"case when amount < 0.52 then 3.0 else 3.2 + amount end\", at: 50%}\n"
            + "where: amount < 1e300\n");
    assertThat(analyze("jump")).isZero();
    assertThat(shop.out()).contains("warn    quantile-ties: many rows have the very value of jump");
  }

  @Test
  void testOfOneLookWithoutAnEnd_isWarnedOf() throws IOException {
    metric("bought", "proportion: \"amount > 0\"\nentity: user_id\n");
    assertThat(analyze("bought")).isZero();
    assertThat(shop.out())
        .contains("warn    peeking: no end is declared: a test looked at on each of 1 day errs in");
  }

  /** 1 / 49 * 49 is not quite 1. */
  @Test
  void countsUnderAGammaPrior_areWholeThoughTheirMeanTimesTheirNumberIsNot() throws IOException {
    StringBuilder exposures = new StringBuilder("user_id,at,variant\n");
    for (int user = 0; user < 98; user++) {
      exposures.append("%d,2026-03-02T00:00,%s\n".formatted(user, user % 2 == 0 ? "old" : "new"));
    }
    shop.write("data/exposures.csv", exposures.toString());
    shop.write(
        "data/orders.csv",
        "user_id,at,amount,same\n0,2026-03-02T10:00,1,7\n1,2026-03-02T10:00,1,7\n");
    experiment(
        "{goal: [order_count]}",
        "analysis: {engine: bayesian, priors: {order_count: {gamma: {events: 1, units: 20}}}}");
    shop.succeed("run");
    JsonNode report = shop.json("experiment", "analyze", "prices", "--json");
    assertThat(report.at("/metrics/0/standings/0/prior").asText()).isEqualTo("gamma(1, 20)");
  }

  /** What is logged when a page is left: who bought there was exposed a minute after. */
  @Test
  void exposuresLoggedAfterConversions_areWarnedOf() throws IOException {
    metric("bought", "proportion: \"amount > 0\"\nentity: user_id\n");
    assertThat(analyze("bought")).isZero();
    assertThat(shop.out()).contains("ok      exposure-after-conversion: exposures are not");

    StringBuilder orders = new StringBuilder("user_id,at,amount,same\n");
    for (int user = 0; user < 200; user++) {
      String at = user % 10 < 2 ? "2026-03-03T10:00" : "2026-03-01T23:59";
      orders.append("%d,%s,1,7\n".formatted(user, at));
    }
    shop.write("data/orders.csv", orders.toString());
    shop.write(
        "sources/orders.yaml",
        """
        files: data/orders.csv
        load: replace
        time: at
        columns: {user_id: int, at: timestamp, amount: double, same: int}
        """);
    for (String metric : new String[] {"bought", "order_count"}) {
      assertThat(analyze(metric)).isZero();
      assertThat(shop.out())
          .contains(
              "warn    exposure-after-conversion: %s came 4.00 times as often before exposure"
                  .formatted(metric));
    }
  }

  @Test
  void timeOfExposureThatIsATextOrNumber_isRefusedByName() throws IOException {
    shop.write(
        "experiments/prices.yaml",
        """
        unit: user_id
        assignments: exposures
        exposed-at: variant
        variants: {old: 50%, new: 50%}
        metrics: {goal: [sales]}
        """);
    shop.succeed("run");

    assertThat(shop.run("experiment", "analyze", "prices")).isEqualTo(2);
    assertThat(shop.err())
        .contains("EXPERIMENT_COLUMN", "'variant' of 'exposures' is to say when, and is no date");
  }

  @Test
  void smallVariant_silencesItsOwnEffectAlone() throws IOException {
    StringBuilder exposures = new StringBuilder("user_id,at,variant\n");
    for (int user = 0; user < 200; user++) {
      String variant = user < 10 ? "tiny" : user % 2 == 0 ? "old" : "new";
      exposures.append("%d,2026-03-02T00:00,%s\n".formatted(user, variant));
    }
    shop.write("data/exposures.csv", exposures.toString());
    metric("sales", "sum: amount\nwhere: amount < 1e300\nminimum-sample: 20\n");
    shop.write(
        "experiments/prices.yaml",
        """
        unit: user_id
        assignments: exposures
        variants: {old: 45%, new: 45%, tiny: 10%}
        metrics: {goal: [sales]}
        analysis: {cross-checks: [mann-whitney]}
        """);
    shop.succeed("run");
    JsonNode report = shop.json("experiment", "analyze", "prices", "--json");

    String few = "tiny has 10 units, fewer than the minimum sample of 20";
    assertThat(report.at("/metrics/0/effects/0/estimate").isNumber()).isTrue();
    assertThat(report.at("/metrics/0/effects/1/reason").asText()).isEqualTo(few);
    assertThat(report.at("/metrics/0/values/2/value").isNull()).isTrue();
    assertThat(report.at("/crossChecks/0/pValue").isNumber()).isTrue();
    assertThat(report.at("/crossChecks/1/reason").asText()).isEqualTo(few);
  }

  @Test
  void metricsWithoutAValuePerUnit_areRefusedByName() throws IOException {
    metric("root", "derived: sqrt(sales)\n");
    assertThat(analyze("root")).isEqualTo(2);
    assertThat(shop.err()).contains("METRIC_PER_UNIT", "'root'", "more than + - * / of metrics");

    metric("share_of_median", "derived: sales / median\n");
    assertThat(analyze("share_of_median")).isEqualTo(2);
    assertThat(shop.err()).contains("'median' is a quantile, which does not add up");

    metric("mean_capped", "mean: amount\ncap: {quantile: 99%}\n");
    assertThat(analyze("mean_capped")).isEqualTo(2);
    assertThat(shop.err()).contains("the cap of a mean is a quantile of rows");

    metric(
        "of_orders",
        "entity: same\nfunnel: {within: 1d, steps: [{name: a}, {name: b, where: amount > 0.5}]}\n");
    assertThat(analyze("of_orders")).isEqualTo(2);
    assertThat(shop.err()).contains("its entity is not the unit 'user_id'");

    metric(
        "from_profile",
        "entity: user_id\nfunnel: {within: 1d, steps: [{name: a, table: profiles}, {name: b}]}\n");
    assertThat(analyze("from_profile")).isEqualTo(2);
    assertThat(shop.err()).contains("METRIC_NO_TIME", "'profiles'");
  }

  @Test
  void valuesFromWhichNothingFollows_areToldWithTheReason() throws IOException {
    metric("constant_quantile", "quantile: {value: same, at: 50%}\n");
    assertReason("constant_quantile", "nothing varies within the arms");
    metric("empty_quantile", "quantile: {value: amount, at: 50%}\nwhere: amount > 2e300\n");
    assertReason("empty_quantile", "has no finite value of it");
    metric("rare_quantile", "quantile: {value: amount, at: 99%}\nwhere: user_id > 180\n");
    assertReason("rare_quantile", "which do not bracket the quantile at 0.99");
    metric(
        "no_number",
        "quantile: {value: \"case when user_id = 9 then amount * cast('NaN' as double) else amount"
            + " end\", at: 50%}\n");
    assertReason("no_number", "no number");
    metric("one_user", "quantile: {value: amount, at: 50%}\nwhere: user_id < 2\n");
    assertReason("one_user", "observations, which do not bracket");
    metric("by_nothing", "derived: sales / (order_count - order_count)\n");
    assertReason("by_nothing", "it divides by zero");
    metric("nothing_left", "derived: sales - sales\n");
    assertReason("nothing_left", "nothing varies within the arms");
    metric("boundless", "sum: amount\n");
    assertReason("boundless", "a sum is infinite or not a number");
    // The quantile of values of which one is infinite is finite, and told.
    assertThat(analyze("median")).isZero();
    assertThat(shop.out()).contains(" median ").doesNotContain("NaN", "Infinity", "finite");
  }

  private void assertReason(String metric, String reason) throws IOException {
    assertThat(analyze(metric)).isZero();
    assertThat(shop.out()).doesNotContain("NaN", "Infinity");
    JsonNode report = shop.json("experiment", "analyze", "prices", "--json");
    assertThat(report.at("/metrics/0/effects/0/outcome").asText()).isEqualTo("unknown");
    assertThat(report.at("/metrics/0/effects/0/reason").asText()).contains(reason);
    assertThat(report.at("/verdict/decision").asText()).isEqualTo("do-not-ship");
    assertThat(report.at("/verdict/sentence").asText())
        .startsWith("Do not ship, because new could not be judged by " + metric + " (")
        .contains(reason);
  }

  /** Squares of such values are beyond the range of numbers. */
  @Test
  void enormousValues_areToldAndNotComputedWith() throws IOException {
    metric("vast", "quantile: {value: amount * 1e300, at: 50%}\nwhere: amount < 1e300\n");
    assertReason("vast", "so large, or its baseline so small, that squares overflow");
    metric("vast_sum", "sum: amount * 1e250\nwhere: amount < 1e300\n");
    shop.succeed("run");
    assertThat(shop.run("experiment", "prove", "vast_sum", "--unit", "user_id")).isEqualTo(2);
    assertThat(shop.err()).contains("Cannot prove 'vast_sum': it is 1.", "squares of such values");
  }

  @Test
  void periodWithoutExposures_isTold() throws IOException {
    assertThat(analyze("sales")).isZero();
    experiment("{goal: [sales, median]}", "period: {start: 2027-03-01, end: 2027-03-28}");
    assertThat(shop.succeed("experiment", "analyze", "prices"))
        .startsWith("Invalid, because no unit was exposed from 2027-03-01 to 2027-03-28.");
  }

  @Test
  void daysThatNoEngineHas_areRefused() throws IOException {
    assertThat(analyze("sales")).isZero();
    experiment(
        "{goal: [sales]}",
        "period: {start: 0001-01-01, end: 9999-12-31}",
        "analysis: {cuped: {lookback: 99999d}}");
    assertThat(shop.run("experiment", "analyze", "prices")).isEqualTo(2);
    assertThat(shop.err())
        .contains("begins on 0001-01-01 and ends on 9999-12-31", "99999 days is longer than 3650");
  }

  /** Two units of each variant have a t interval; whether to believe it is another question. */
  @Test
  void fewUnits_areWarnedOf() throws IOException {
    shop.write(
        "data/exposures.csv",
        """
        user_id,at,variant
        1,2026-03-02T00:00:00,old
        2,2026-03-02T00:00:00,old
        3,2026-03-02T00:00:00,new
        4,2026-03-02T00:00:00,new
        """);
    assertThat(analyze("sales")).isZero();
    assertThat(shop.out())
        .contains("warn    few-units: old has 2 units: fewer than 40 give right intervals")
        .contains("exposures cover 1 day, which are no whole weeks");
  }

  @Test
  void sharesOfAFewUnits_areWarnedOf() throws IOException {
    metric("rare", "proportion: user_id in (0, 1, 2, 3)\nentity: user_id\n");
    assertThat(analyze("rare")).isZero();
    assertThat(shop.out())
        .contains("warn    few-units: 2 units of old count in rare: intervals of rarer things")
        .doesNotContain("outliers");
  }
}
