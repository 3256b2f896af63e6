package dev.headrace.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.headrace.cli.Shell;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

/** Four weeks in which the new page sells a fifth more and takes no longer. */
class ExperimentReportTest {
  private static final LocalDate FIRST = LocalDate.parse("2026-03-01");
  private static final String FILE = "experiments/page.yaml";

  @TempDir Path directory;
  private Shell shop;

  @BeforeEach
  void write() throws IOException {
    shop = new Shell(directory);
    shop.write("headrace.yaml", "name: shop\n");
    shop.write(
        "sources/exposures.yaml",
        "files: data/exposures.csv\n"
            + "time: seen_at\n"
            + "columns: {seen_at: timestamp, user_id: int}\n"
            + "load: replace\n");
    shop.write(
        "sources/orders.yaml",
        """
        files: data/orders.csv
        time: ordered_at
        load: replace
        columns: {ordered_at: timestamp, user_id: int, amount: int, seconds: int}
        """);
    shop.write("metrics/sales.yaml", "sum: amount\ntable: orders\nunit: EUR\n");
    shop.write("metrics/seconds.yaml", "mean: seconds\ntable: orders\ndirection: down\n");
    shop.write("metrics/buyers.yaml", "proportion: amount > 0\nentity: user_id\ntable: orders\n");
    data(28, 1.2);
    experiment("{alpha: 0.05}", "");
    shop.succeed("run");
  }

  private void data(int days, double lift) throws IOException {
    Random random = new Random(11);
    StringBuilder exposures = new StringBuilder("user_id,variant,seen_at\n");
    StringBuilder orders = new StringBuilder("user_id,ordered_at,amount,seconds\n");
    for (int user = 0; user < 4_000; user++) {
      boolean treated = random.nextBoolean();
      int day = random.nextInt(28);
      double taste = random.nextDouble();
      int euros = (int) ((50 + 50 * taste) * (treated ? lift : 1)) + random.nextInt(20);
      int seconds = 60 + random.nextInt(40);
      boolean buys = random.nextDouble() < 0.6;
      if (day >= days) {
        continue;
      }
      exposures.append(
          "%d,%s,%sT10:00\n".formatted(user, treated ? "new" : "old", FIRST.plusDays(day)));
      orders.append(
          "%d,%sT09:00,%d,%d\n"
              .formatted(user, FIRST.plusDays(day - 5), 40 + (int) (60 * taste), 70));
      if (buys) {
        orders.append("%d,%sT11:00,%d,%d\n".formatted(user, FIRST.plusDays(day), euros, seconds));
      }
    }
    shop.write("data/exposures.csv", exposures.toString());
    shop.write("data/orders.csv", orders.toString());
  }

  private void experiment(String analysis, String margins) throws IOException {
    shop.write(
        FILE,
        """
        unit: user_id
        assignments: exposures
        variants: {old: 50%%, new: 50%%}
        metrics: {goal: [sales], secondary: [buyers], guardrail: [seconds]%s}
        period: {start: 2026-03-01, end: 2026-03-28}
        plan: {effect: 10%%}
        analysis: %s
        """
            .formatted(margins, analysis));
  }

  private JsonNode analyze() throws IOException {
    return shop.json("experiment", "analyze", "page", "--json");
  }

  private static JsonNode check(JsonNode report, String name) {
    return report
        .path("health")
        .valueStream()
        .filter(warning -> warning.path("check").asText().equals(name))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void health_answersEveryQuestion() throws IOException {
    experiment("{alpha: 0.05, cuped: {lookback: 7d}}", "");
    JsonNode report = analyze();
    assertThat(report.path("health").valueStream().map(w -> w.path("check").asText()))
        .containsExactly(
            "variants",
            "sample-ratio",
            "several-variants",
            "sample-ratio-always-valid",
            "before-exposure",
            "exposure-after-conversion",
            "novelty",
            "weekday-effects",
            "whole-weeks",
            "outliers",
            "few-units",
            "baseline-near-zero",
            "power");
    assertThat(report.path("health").valueStream().map(w -> w.path("level").asText()))
        .as(report.path("health").toString())
        .containsOnly("ok");
    assertThat(check(report, "whole-weeks").path("text").asText())
        .isEqualTo("exposures cover 4 whole weeks");
    assertThat(check(report, "power").path("text").asText())
        .contains("units show an effect of", "on sales with power 80 %; planned were 10 %");
  }

  /** What units show depends on the test that is made: without correction each goal has alpha. */
  @Test
  void power_isThatOfTheTestThatIsMade() throws IOException {
    shop.write("metrics/order_count.yaml", "count: \"*\"\ntable: orders\n");
    Map<String, Double> shown = new LinkedHashMap<>();
    for (String analysis : List.of("{}", "{correction: none}", "{engine: bayesian}")) {
      experiment(analysis, "");
      shown.put("one " + analysis, check(analyze(), "power").path("figure").doubleValue());
      Path file = directory.resolve(FILE);
      String two = Files.readString(file).replace("goal: [sales]", "goal: [sales, order_count]");
      Files.writeString(file, two);
      shown.put("two " + analysis, check(analyze(), "power").path("figure").doubleValue());
    }
    double alone = shown.get("one {}");
    assertThat(shown.get("two {}")).isGreaterThan(1.05 * alone);
    assertThat(shown.get("two {correction: none}")).isEqualTo(alone);
    assertThat(shown.get("two {engine: bayesian}")).isEqualTo(alone);
  }

  @Test
  void oneUnitThatBuysForAll_isFound() throws IOException {
    String orders = Files.readString(directory.resolve("data/orders.csv"));
    String user = orders.lines().skip(2).findFirst().orElseThrow().split(",")[0];
    shop.write("data/orders.csv", orders + user + ",2026-03-28T12:00,9000000,70\n");
    shop.succeed("run");
    JsonNode outliers = check(analyze(), "outliers");
    assertThat(outliers.path("level").asText()).isEqualTo("warn");
    // One unit makes up nearly all of the variance: it pulls by sqrt(n) / n of it, one error.
    assertThat(outliers.path("figure").doubleValue()).isCloseTo(1, within(0.01));
    assertThat(outliers.path("text").asText()).startsWith("one unit moves sales of ");
  }

  @Test
  void health_tellsWhatIsWrong() throws IOException {
    data(10, 1.2);
    experiment("{alpha: 0.05}", "");
    shop.succeed("run");
    JsonNode report = analyze();
    assertThat(report.at("/verdict/decision").asText()).isEqualTo("keep-running");
    assertThat(check(report, "whole-weeks").path("level").asText()).isEqualTo("warn");
    // P. Armitage, C. McPherson and B. Rowe (1969): 19.3 % after ten looks.
    assertThat(check(report, "peeking").path("figure").doubleValue())
        .isCloseTo(0.193, within(5e-4));
  }

  @Test
  void margin_mustBeShownToBeKept() throws IOException {
    assertThat(analyze().at("/verdict/sentence").asText())
        .isEqualTo("Ship new, because it made sales better and harmed no guardrail.");
    experiment("{alpha: 0.05}", ", margins: {seconds: 5%}");
    JsonNode kept = analyze();
    assertThat(kept.at("/metrics/2/effects/0/outcome").asText()).isEqualTo("within-margin");
    assertThat(kept.at("/verdict/decision").asText()).isEqualTo("ship");
    experiment("{alpha: 0.05}", ", margins: {seconds: 0.1%}");
    assertThat(analyze().at("/verdict/sentence").asText())
        .isEqualTo("Do not ship, because new was not shown to keep seconds within the margin.");
    experiment("{alpha: 0.05}", ", margins: {sales: 5%}");
    assertThat(shop.run("plan")).isEqualTo(2);
    assertThat(shop.err()).contains("The margin of 'sales' has no use");
  }

  @Test
  void looks_areTakenOnTheirDays_andToldAgainInBetween() throws IOException {
    String analysis = "{sequential: group, group: {looks: [2026-03-07, 2026-03-14]}}";
    experiment(analysis, "");
    data(5, 1.2);
    shop.succeed("run");
    assertThat(analyze().at("/verdict/sentence").asText())
        .isEqualTo(
            "Keep running, because rows reach the end of 2026-03-05 and the first of 3 looks is after"
                + " 2026-03-07.");

    data(16, 1.5);
    shop.succeed("run");
    JsonNode between = analyze();
    data(14, 1.5);
    shop.succeed("run");
    JsonNode onTheDay = analyze();
    assertThat(between.path("look")).isEqualTo(onTheDay.path("look"));
    assertThat(between.path("metrics")).isEqualTo(onTheDay.path("metrics"));
    assertThat(between.at("/look/number").asInt()).isEqualTo(2);
    assertThat(between.at("/look/information").doubleValue()).isEqualTo(0.5);
    assertThat(between.path("method").asText()).startsWith("group-sequential, look 2 of 3");
    assertThat(between.at("/verdict/decision").asText()).isEqualTo("ship");

    data(14, 1.01);
    shop.succeed("run");
    assertThat(analyze().at("/verdict/sentence").asText())
        .startsWith(
            "Keep running, because this is look 2 of 3, and the next one is after 2026-03-28");

    experiment("{sequential: group, group: {looks: [2026-03-14, 2026-03-07]}}", "");
    assertThat(shop.run("plan")).isEqualTo(2);
    assertThat(shop.err()).contains("The look on 2026-03-07 is not after the one before it");
    experiment("{sequential: group}", "");
    assertThat(shop.run("plan")).isEqualTo(2);
    assertThat(shop.err()).contains("The looks of 'sequential: group' are not named.");
  }

  @Test
  void page_isWellFormed_selfContained_andTheSameAgain()
      throws IOException, ParserConfigurationException, SAXException {
    experiment("{alpha: 0.05, cuped: {lookback: 7d}}", ", margins: {seconds: 5%}");
    String page = shop.succeed("experiment", "analyze", "page", "--html");
    assertThat(shop.succeed("experiment", "analyze", "page", "--html")).isEqualTo(page);
    Document document =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new InputSource(new StringReader(page)));
    assertThat(document.getElementsByTagName("h1").item(0).getTextContent())
        .isEqualTo("Experiment page");
    assertThat(document.getElementsByTagName("p").item(0).getTextContent())
        .isEqualTo("Ship new, because it made sales better and harmed no guardrail.");
    assertThat(document.getElementsByTagName("script").getLength()).isZero();
    assertThat(document.getElementsByTagName("link").getLength()).isZero();
    assertThat(page.replace("http://www.w3.org/", "")).doesNotContain("http:", "https:", "url(");
    // A forest and the course of the goal and the guardrail, each with a title to be read aloud.
    assertThat(document.getElementsByTagName("svg").getLength()).isEqualTo(3);
    assertThat(document.getElementsByTagName("circle").getLength()).isEqualTo(3);
    assertThat(document.getElementsByTagName("polyline").getLength()).isEqualTo(2);
    assertThat(page)
        .contains("prefers-color-scheme:dark", "@media print", "scope=\"col\"", "role=\"img\"")
        .contains("experiment__units", "Snapshot")
        .doesNotContain("NaN", "Infinity");
  }

  @Test
  void diff_tellsDataFromDefinition() throws IOException {
    Path saved = directory.resolve("monday.json");
    Files.writeString(saved, shop.succeed("experiment", "analyze", "page", "--json"));
    assertThat(shop.succeed("experiment", "diff", "page", saved.toString()))
        .startsWith("Both tell the same.");

    data(28, 1.3);
    shop.succeed("run");
    JsonNode data = shop.json("experiment", "diff", "page", saved.toString(), "--json");
    assertThat(data.path("sentence").asText()).startsWith("The data of orders changed, and moved ");
    assertThat(data.path("moves").valueStream().map(move -> move.path("cause").asText()))
        .containsOnly("data");

    shop.write("metrics/sales.yaml", "sum: amount\ntable: orders\nunit: EUR\nwhere: amount > 60\n");
    JsonNode both = shop.json("experiment", "diff", "page", saved.toString(), "--json");
    assertThat(both.path("sentence").asText()).contains("and the definition changed");
    assertThat(both.path("toldApart").asBoolean()).isTrue();
    both.path("moves")
        .valueStream()
        .forEach(
            move ->
                assertThat(
                        move.path("byDefinition").doubleValue() + move.path("byData").doubleValue())
                    .isCloseTo(
                        move.path("after").doubleValue() - move.path("before").doubleValue(),
                        within(1e-12)));
    assertThat(both.path("moves").valueStream().map(move -> move.path("cause").asText()))
        .contains("definition", "definition and data");

    // Over the same data, as of the run that built them, only the definition can have moved it.
    String run = new JsonMapper().readTree(Files.readString(saved)).at("/tables/0/run").asText();
    JsonNode definition = shop.json("experiment", "diff", "page", saved.toString(), run, "--json");
    assertThat(definition.path("data")).isEmpty();
    assertThat(definition.path("moves").valueStream().map(move -> move.path("cause").asText()))
        .containsOnly("definition");

    assertThat(shop.run("experiment", "diff", "page", "no.json")).isEqualTo(2);
    assertThat(shop.err()).contains("there is no such file");
    shop.write("other.json", "{\"experiment\": \"other\", \"metrics\": []}");
    assertThat(shop.run("experiment", "diff", "page", directory.resolve("other.json").toString()))
        .isEqualTo(2);
    assertThat(shop.err()).contains("it tells of experiment 'other'");
  }
}
