package dev.headrace.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.headrace.cli.Shell;
import dev.headrace.decisions.experiments.analysis.Analysis;
import dev.headrace.decisions.experiments.analysis.AnalysisSpec;
import dev.headrace.decisions.experiments.analysis.Inference;
import dev.headrace.decisions.experiments.analysis.Method;
import dev.headrace.decisions.experiments.analysis.MetricShape;
import dev.headrace.decisions.experiments.analysis.Moments;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random exposures and orders, and the same sums taken unit by unit in this test: who was exposed
 * when, what happened before and after, and who met both variants.
 */
class ExperimentAnalyzeTest {
  private static final LocalDateTime BEGIN = LocalDateTime.parse("2026-03-01T00:00");

  @TempDir Path directory;
  private Shell shop;
  private final Map<Integer, Unit> units = new TreeMap<>();

  /** A unit: what it met, and what it did. */
  private static final class Unit {
    private final List<LocalDateTime> exposures = new ArrayList<>();
    private final List<String> variants = new ArrayList<>();
    private final List<LocalDateTime> times = new ArrayList<>();
    private final List<Integer> cents = new ArrayList<>();

    @Nullable String variant() {
      return variants.stream().distinct().count() == 1 ? variants.getFirst() : null;
    }

    double[] sums() {
      LocalDateTime exposed = exposures.stream().min(LocalDateTime::compareTo).orElseThrow();
      double[] sums = new double[4]; // euros and orders after exposure, and within a week before
      for (int i = 0; i < times.size(); i++) {
        LocalDateTime at = times.get(i);
        if (!at.isBefore(exposed) && at.isBefore(LocalDateTime.parse("2026-03-29T00:00"))) {
          sums[0] += cents.get(i) / 100.0;
          sums[1]++;
        } else if (at.isBefore(exposed) && !at.isBefore(exposed.minusDays(7))) {
          sums[2] += cents.get(i) / 100.0;
          sums[3]++;
        }
      }
      return sums;
    }
  }

  @BeforeEach
  void write() throws IOException {
    shop = new Shell(directory);
    Random random = new Random(42);
    StringBuilder exposures = new StringBuilder("user_id,arm,seen_at\n");
    StringBuilder orders = new StringBuilder("user_id,ordered_at,amount\n");
    for (int user = 0; user < 800; user++) {
      Unit unit = new Unit();
      String arm = random.nextBoolean() ? "old" : "new";
      int rows = 1 + random.nextInt(3);
      for (int i = 0; i < rows; i++) {
        String met = random.nextInt(400) == 0 ? "new" : arm;
        LocalDateTime at = BEGIN.plusMinutes(random.nextInt(60 * 24 * 28));
        unit.exposures.add(at);
        unit.variants.add(met);
        exposures.append("%d,%s,%s\n".formatted(user, met, at));
      }
      double rate = random.nextDouble() * 6;
      for (int i = 0; i < (int) rate; i++) {
        LocalDateTime at = BEGIN.minusDays(14).plusMinutes(random.nextInt(60 * 24 * 50));
        int cents = (int) (1000 * rate + random.nextInt(3000) + (arm.equals("new") ? 600 : 0));
        unit.times.add(at);
        unit.cents.add(cents);
        orders.append("%d,%s,%d.%02d\n".formatted(user, at, cents / 100, cents % 100));
      }
      units.put(user, unit);
    }
    PricesShop.write(shop, exposures, orders);
    shop.write("metrics/order_value.yaml", "mean: amount\ntable: orders\nunit: EUR\n");
    shop.write("metrics/buyers.yaml", "proportion: amount > 0\nentity: user_id\ntable: orders\n");
  }

  private void experiment(String analysis) throws IOException {
    shop.write(
        "experiments/prices.yaml",
        """
        unit: user_id
        assignments: exposures
        variant: arm
        variants: {old: 50%%, new: 50%%}
        metrics: {goal: [sales], secondary: [order_value], guardrail: [buyers]}
        period: {start: 2026-03-01, end: 2026-03-28}
        analysis: %s
        """
            .formatted(analysis));
  }

  @Test
  void sums_areThoseOfEveryUnitTakenByItself() throws IOException {
    experiment("{effect: relative}");
    shop.succeed("run");
    JsonNode report = shop.json("experiment", "analyze", "prices", "--json");

    long several = units.values().stream().filter(unit -> unit.variant() == null).count();
    assertThat(several).isPositive();
    assertThat(report.at("/health/2/text").asText())
        .isEqualTo(several + " of 800 units met several variants and are measured in none");
    assertEffect(report, 0, new MetricShape.Mean(0), sums -> new double[] {sums[0]});
    assertEffect(report, 1, new MetricShape.Ratio(0), sums -> new double[] {sums[0], sums[1]});
    assertEffect(
        report, 2, new MetricShape.Proportion(0), sums -> new double[] {sums[1] > 0 ? 1 : 0});
    assertThat(report.at("/newestExposure").asText()).isEqualTo("2026-03-28");
  }

  @Test
  void cuped_takesWhatHappenedBeforeEachUnitsExposure() throws IOException {
    experiment("{effect: relative, cuped: {lookback: 7d}}");
    shop.succeed("run");
    JsonNode report = shop.json("experiment", "analyze", "prices", "--json");

    assertEffect(report, 0, new MetricShape.Mean(1), sums -> new double[] {sums[0], sums[2]});
    assertEffect(
        report,
        1,
        new MetricShape.Ratio(1),
        sums -> new double[] {sums[0], sums[1], sums[2], sums[3]});
    assertThat(report.at("/metrics/0/effects/0/varianceReduction").doubleValue()).isPositive();
  }

  @Test
  void beforeTheEnd_oneLookIsNotTaken_butASequenceIs() throws IOException {
    experiment("{}");
    String file = "experiments/prices.yaml";
    String text = Files.readString(directory.resolve(file));
    shop.write(file, text.replace("end: 2026-03-28", "end: 2026-05-01"));
    shop.succeed("run");
    assertThat(
            shop.json("experiment", "analyze", "prices", "--json").at("/verdict/sentence").asText())
        .isEqualTo(
            "Keep running, because exposures reach 2026-03-28 and what is measured 2026-04-05 of a period that ends on 2026-05-01,"
                + " and the test allows one look.");

    shop.write(
        file,
        text.replace("end: 2026-03-28", "end: 2026-05-01")
            .replace("analysis: {}", "analysis: {sequential: anytime}"));
    assertThat(
            shop.json("experiment", "analyze", "prices", "--json").at("/verdict/sentence").asText())
        .isEqualTo(
            "Keep running, because exposures reach 2026-03-28 and what is measured 2026-04-05 of a period that ends on 2026-05-01;"
                + " so far, new was not shown to make any goal better.");
  }

  @Test
  void skewedAssignment_isInvalid_whateverTheEffectSays() throws IOException {
    experiment("{}");
    String file = "experiments/prices.yaml";
    String text = Files.readString(directory.resolve(file));
    shop.write(file, text.replace("{old: 50%, new: 50%}", "{old: 80%, new: 20%}"));
    shop.succeed("run");
    assertThat(shop.succeed("experiment", "analyze", "prices"))
        .startsWith(
            "Invalid, because the variants do not have the shares of units they were meant to get");

    shop.write(file, text.replace("{old: 50%, new: 50%}", "{old: 50%, neu: 50%}"));
    assertThat(shop.succeed("experiment", "analyze", "prices"))
        .startsWith("Invalid, because the assignments have no unit of neu;")
        .contains("the assignments also have units of new");
  }

  @Test
  void mistakes_areToldTogether() throws IOException {
    experiment("{alpha: 1.5, engine: bayesian, sequential: anytime, cuped: {lookback: 0d}}");
    String file = "experiments/prices.yaml";
    shop.write(
        file,
        Files.readString(directory.resolve(file))
            .replace("assignments: exposures", "assignments: exposure\nbaseline: olt")
            .replace("{old: 50%, new: 50%}", "{old: 50%, new: 40%}")
            .replace("goal: [sales]", "goal: [sales, sale]")
            .replace("end: 2026-03-28", "end: 2026-02-28"));

    assertThat(shop.run("plan")).isEqualTo(2);
    assertThat(shop.err())
        .contains("unknown table 'exposure'")
        .contains("The baseline 'olt' is none of the variants.")
        .contains("The variants' shares add up to 90%.")
        .contains("unknown metric 'sale'")
        .contains("The end 2026-02-28 is before the start 2026-03-01.")
        .contains("An alpha of 1.5 is no chance of a false alarm.")
        .contains("A posterior is not changed by looks.")
        .contains("The lookback leaves no time before exposure.");

    experiment("{}");
    shop.write(
        file, Files.readString(directory.resolve(file)).replace("variant: arm", "variant: amr"));
    shop.succeed("run");
    assertThat(shop.run("experiment", "analyze", "prices")).isEqualTo(2);
    assertThat(shop.err()).contains("its assignments 'exposures' have no column 'amr'", "'arm'");
  }

  @Test
  void outcomesThatSayNothing_areToldWithTheReason_neverAsNotANumber() throws IOException {
    shop.write(
        "sources/orders.yaml",
        """
        files: data/orders.csv
        time: ordered_at
        columns: {ordered_at: timestamp, user_id: int, amount: double}
        """);
    shop.write("metrics/nothing.yaml", "count: \"*\"\ntable: orders\nwhere: amount < -1\n");
    shop.write(
        "metrics/value_of_nothing.yaml", "mean: amount\ntable: orders\nwhere: amount < -1\n");
    shop.write("metrics/per_nothing.yaml", "ratio: {numerator: sales, denominator: nothing}\n");
    shop.write("metrics/endless.yaml", "sum: 1e300 * amount * 1e300\ntable: orders\n");
    shop.write("metrics/few.yaml", "sum: amount\ntable: orders\nminimum-sample: 5000\n");
    experiment("{}");
    String file = "experiments/prices.yaml";
    String text = Files.readString(directory.resolve(file));
    shop.write(
        file,
        text.replace(
            "goal: [sales]", "goal: [nothing, value_of_nothing, per_nothing, endless, few]"));
    shop.succeed("run");
    String printed = shop.succeed("experiment", "analyze", "prices", "--json");
    assertThat(printed).doesNotContain("NaN").doesNotContain("Infinity");
    JsonNode report = shop.json("experiment", "analyze", "prices", "--json");
    for (int metric = 0; metric < 5; metric++) {
      JsonNode effect = report.at("/metrics/" + metric + "/effects/0");
      assertThat(effect.path("outcome").asText()).as("%s", effect).isEqualTo("unknown");
      assertThat(effect.path("reason").asText()).isNotEmpty();
    }
    assertThat(report.at("/metrics/3/effects/0/reason").asText())
        .isEqualTo("a sum is infinite or not a number");
    assertThat(report.at("/metrics/4/effects/0/reason").asText())
        .endsWith("units, fewer than the minimum sample of 5000");
    assertThat(report.at("/verdict/sentence").asText())
        .startsWith(
            "Do not ship, because new could not be judged by nothing (nothing varies within the"
                + " arms) and value_of_nothing (the denominators sum to zero) and per_nothing"
                + " (the denominators sum to zero) and endless (a sum is infinite or not a number)"
                + " and few (old has ")
        .endsWith(" units, fewer than the minimum sample of 5000).");
  }

  @Test
  void levelsOfADimension_areExperimentsOfTheirOwn_byTheFirstExposure() throws IOException {
    Random random = new Random(5);
    StringBuilder exposures = new StringBuilder("user_id,arm,seen_at,country\n");
    StringBuilder orders = new StringBuilder("user_id,ordered_at,amount\n");
    for (int user = 0; user < 900; user++) {
      boolean fresh = random.nextBoolean();
      String country = user % 3 == 0 ? "" : user % 3 == 1 ? "FR" : "PL";
      exposures.append(
          "%d,%s,2026-03-02T10:00,%s\n%1$d,%2$s,2026-03-03T10:00,XX\n"
              .formatted(user, fresh ? "new" : "old", country));
      int amount = 40 + random.nextInt(20) + (fresh && country.equals("PL") ? 15 : 0);
      orders.append("%d,2026-03-05T00:00,%d\n".formatted(user, amount));
    }
    shop.write("data/exposures.csv", exposures.toString());
    shop.write("data/orders.csv", orders.toString());
    experiment("{effect: absolute, sequential: anytime}");
    String file = "experiments/prices.yaml";
    String text = Files.readString(directory.resolve(file));
    shop.write(file, text + "dimensions: [country]\n");
    shop.succeed("run");
    JsonNode report = shop.json("experiment", "analyze", "prices", "--json");

    JsonNode sales = report.at("/splits/0");
    assertThat(sales.path("metric").asText()).isEqualTo("sales");
    assertThat(sales.path("levels").findValuesAsText("level"))
        .as("of the first exposure, nulls by a name")
        .containsExactly("(none)", "FR", "PL");
    assertThat(sales.path("levels").findValuesAsText("units")).containsOnly("300");
    assertThat(sales.path("adjustedP").doubleValue()).isLessThan(1e-10);
    assertThat(sales.at("/levels/2/estimate").doubleValue()).isCloseTo(15, within(2.0));
    assertThat(sales.at("/levels/2/adjustedP").doubleValue()).isLessThan(1e-10);
    assertThat(sales.at("/levels/0/estimate").doubleValue()).isCloseTo(0, within(2.0));
    assertThat(shop.succeed("experiment", "analyze", "prices"))
        .contains("By country\n  The effect of new on sales differs (p = ");

    // A level by itself is what the experiment says of that level's units alone.
    StringBuilder polish = new StringBuilder("user_id,arm,seen_at,country\n");
    exposures
        .toString()
        .lines()
        .filter(line -> line.endsWith("PL"))
        .forEach(line -> polish.append(line).append('\n'));
    shop.write("data/exposures.csv", polish.toString());
    shop.write(file, text);
    shop.succeed("run", "--full-refresh");
    JsonNode alone = shop.json("experiment", "analyze", "prices", "--json");
    assertThat(alone.at("/metrics/0/effects/0/estimate")).isEqualTo(sales.at("/levels/2/estimate"));
    assertThat(alone.at("/metrics/0/effects/0/lower")).isEqualTo(sales.at("/levels/2/lower"));

    shop.write(file, text + "dimensions: [contry]\n");
    assertThat(shop.run("experiment", "analyze", "prices")).isEqualTo(2);
    assertThat(shop.err()).contains("have no column 'contry'", "'country'");
  }

  private interface Columns {
    double[] of(double[] sums);
  }

  private void assertEffect(JsonNode report, int metric, MetricShape shape, Columns columns) {
    Map<String, Moments> arms = new LinkedHashMap<>();
    for (String variant : List.of("old", "new")) {
      double[][] rows =
          units.values().stream()
              .filter(unit -> variant.equals(unit.variant()))
              .map(unit -> columns.of(unit.sums()))
              .toArray(double[][]::new);
      arms.put(variant, Moments.ofRows(shape, rows));
    }
    Inference expected =
        Analysis.of(AnalysisSpec.of(new Method.WelchT()), shape)
            .analyze("old", arms)
            .effects()
            .values()
            .iterator()
            .next()
            .orThrow();
    JsonNode effect = report.at("/metrics/" + metric + "/effects/0");
    assertThat(effect.path("estimate").doubleValue())
        .isCloseTo(expected.estimate(), within(1e-9 * Math.abs(expected.estimate())));
    assertThat(effect.path("standardError").doubleValue())
        .isCloseTo(expected.standardError(), within(1e-9));
    assertThat(effect.path("lower").doubleValue())
        .isCloseTo(expected.interval().lower(), within(1e-9));
    assertThat(effect.path("pValue").doubleValue())
        .isCloseTo(((Inference.Effect) expected).pValue(), within(1e-9));
  }
}
