package dev.headrace.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.headrace.cli.Shell;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A shop with ordinary spending, and one customer in a thousand who buys for everybody. */
class ExperimentProveTest {
  private static final int USERS = 4_000;

  @TempDir Path directory;
  private Shell shop;

  @BeforeEach
  void write() throws IOException {
    shop = new Shell(directory);
    Random random = new Random(7);
    LocalDate first = LocalDate.parse("2026-01-01");
    StringBuilder visits = new StringBuilder("user_id,seen_at\n");
    StringBuilder orders = new StringBuilder("user_id,ordered_at,amount,seconds\n");
    for (int user = 0; user < USERS; user++) {
      double taste = 0.2 + 0.8 * random.nextDouble();
      for (int period = 0; period < 2; period++) {
        LocalDate day = first.plusDays(random.nextInt(14) + 14L * period);
        visits.append("%d,%sT10:00\n".formatted(user, day));
        if (random.nextDouble() < taste) {
          int euros = 20 + (int) (60 * taste) + random.nextInt(20);
          boolean whale = random.nextInt(1_000) == 0;
          orders.append(
              "%d,%sT11:00,%d,%s\n"
                  .formatted(
                      user,
                      day,
                      whale ? 1_000 * euros : euros,
                      Math.exp(taste + noise(user, period))));
        }
      }
    }
    shop.write("headrace.yaml", "name: shop\n");
    shop.write("data/visits.csv", visits.toString());
    shop.write("data/orders.csv", orders.toString());
    shop.write(
        "sources/visits.yaml",
        "files: data/visits.csv\ntime: seen_at\ncolumns: {seen_at: timestamp, user_id: int}\n");
    shop.write(
        "sources/orders.yaml",
        """
        files: data/orders.csv
        time: ordered_at
        columns: {ordered_at: timestamp, user_id: int, amount: int, seconds: double}
        """);
    shop.write("metrics/sales.yaml", "sum: amount\ntable: orders\n");
    shop.write("metrics/capped_sales.yaml", "sum: amount\ntable: orders\ncap: {max: 200}\n");
    shop.write("metrics/buyers.yaml", "proportion: amount > 0\nentity: user_id\ntable: orders\n");
    shop.succeed("run");
  }

  /** Of its own, so that whoever draws from {@code random} draws the same. */
  private static double noise(int user, int period) {
    return new Random(31L * user + period).nextGaussian();
  }

  @Test
  void cappedSales_areProvedWithTheirCovariate_andAgainTheSame() throws IOException {
    String[] words = {
      "experiment",
      "prove",
      "capped_sales",
      "--unit",
      "user_id",
      "--population",
      "visits",
      "--days",
      "14",
      "--json"
    };
    JsonNode proof = shop.json(words);
    assertThat(proof.path("units").asInt()).isEqualTo(USERS);
    assertThat(proof.path("from").asText()).isEqualTo("2026-01-15");
    assertThat(proof.path("runs").asInt()).isEqualTo(2_000);
    assertThat(proof.at("/methods/0/standing").asText()).isEqualTo("holds");
    assertThat(proof.at("/methods/0/falseAlarms").doubleValue()).isCloseTo(0.05, within(0.02));
    assertThat(proof.at("/methods/2/method").asText()).isEqualTo("mixture SPRT");
    assertThat(proof.at("/methods/2/standing").asText()).isNotEqualTo("fails");
    assertThat(proof.at("/methods/4/method").asText()).isEqualTo("Welch's t, CUPED");
    assertThat(proof.at("/methods/4/halfWidth").doubleValue())
        .isLessThan(proof.at("/methods/0/halfWidth").doubleValue());
    assertThat(proof.path("warnings")).isEmpty();
    assertThat(shop.json(words)).isEqualTo(proof);
  }

  /** What buyers were before says something of buying that capped sales alone do not. */
  @Test
  void otherMetrics_areCovariatesOfTheProof() throws IOException {
    List<String> words =
        List.of(
            "experiment",
            "prove",
            "buyers",
            "--unit",
            "user_id",
            "--population",
            "visits",
            "--days",
            "14",
            "--runs",
            "1000",
            "--json",
            "--cuped",
            "14d");
    JsonNode own = shop.json(words.toArray(String[]::new));
    List<String> more = new ArrayList<>(words);
    more.addAll(List.of("--covariates", "capped_sales"));
    JsonNode both = shop.json(more.toArray(String[]::new));
    assertThat(method(both, "Welch's t").path("halfWidth"))
        .isEqualTo(method(own, "Welch's t").path("halfWidth"));
    JsonNode covaried = method(both, "Welch's t, CUPED");
    assertThat(covaried.path("standing").asText()).isEqualTo("holds");
    assertThat(covaried.path("halfWidth").doubleValue())
        .isLessThan(method(own, "Welch's t, CUPED").path("halfWidth").doubleValue());
    assertThat(shop.run("experiment", "prove", "buyers", "--covariates", "capped_sales"))
        .isEqualTo(2);
    assertThat(shop.err()).contains("nothing says how long before the exposure");
    more.set(more.size() - 1, "nothing");
    assertThat(shop.run(more.toArray(String[]::new))).isEqualTo(4);
  }

  private static JsonNode method(JsonNode proof, String name) {
    for (JsonNode method : proof.path("methods")) {
      if (method.path("method").asText().equals(name)) {
        return method;
      }
    }
    throw new AssertionError(name + " is none of " + proof.path("methods"));
  }

  @Test
  void heavyTails_areWarnedOf_andASampleIsSaid() throws IOException {
    int exit =
        shop.run(
            "experiment",
            "prove",
            "sales",
            "--unit",
            "user_id",
            "--sample",
            "3000",
            "--runs",
            "500",
            "--sql");
    assertThat(exit).as("two arms of one size are skewed alike").isZero();
    assertThat(shop.out())
        .startsWith("Welch's t holds for sales at 3000 units: 5.20 % false alarms")
        .doesNotContain("Do not use")
        .contains("Its tails are heavy", "cap: {quantile: 99.9%}")
        .contains("were drawn from, chosen at random", "Welch's t at every look")
        .contains("order by unit");
  }

  @Test
  void quantilesAndDerivedMetrics_areProved() throws IOException {
    shop.write("metrics/slow.yaml", "quantile: {value: seconds, at: 90%}\ntable: orders\n");
    shop.write("metrics/in_euros.yaml", "quantile: {value: amount, at: 50%}\ntable: orders\n");
    shop.write("metrics/visit_count.yaml", "count: \"*\"\ntable: visits\n");
    shop.write("metrics/per_visit.yaml", "derived: capped_sales / visit_count\n");
    for (String metric : List.of("slow", "per_visit")) {
      JsonNode proof =
          shop.json(
              "experiment",
              "prove",
              metric,
              "--unit",
              "user_id",
              "--population",
              "visits",
              "--runs",
              "500",
              "--size",
              "2000",
              "--json");
      assertThat(proof.path("units").asInt()).isEqualTo(USERS);
      assertThat(proof.at("/methods/0/falseAlarms").doubleValue()).isCloseTo(0.05, within(0.035));
      assertThat(proof.at("/methods/0/standing").asText()).isEqualTo("holds");
    }
    String[] rounded = {"experiment", "prove", "in_euros", "--unit", "user_id", "--runs", "500"};
    assertThat(shop.run(rounded)).as("Welch's t does not hold").isEqualTo(1);
    assertThat(shop.out()).contains("of its values are the quantile itself: they are rounded");
  }

  @Test
  void mistakes_areToldWithAWayOut() {
    assertThat(shop.run("experiment", "prove", "sale", "--unit", "user_id")).isEqualTo(4);
    assertThat(shop.err()).contains("sales");
    assertThat(shop.run("experiment", "prove", "sales")).isEqualTo(2);
    assertThat(shop.err()).contains("--unit user_id");
    assertThat(shop.run("experiment", "prove", "buyers")).isEqualTo(2);
    assertThat(shop.err()).contains("every unit has the same value", "--population");
    assertThat(shop.run("experiment", "prove", "buyers", "--runs", "5")).isEqualTo(2);
    assertThat(shop.err()).contains("--runs from 100");
  }
}
