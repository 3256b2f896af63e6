package dev.headrace.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.headrace.cli.Shell;
import dev.headrace.core.stats.distribution.StudentT;
import java.io.IOException;
import java.io.StringReader;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

/** Two goals in two treatments: what is shown of four comparisons. */
class ExperimentFamilyTest {
  @TempDir Path directory;
  private Shell shop;

  @BeforeEach
  void write() throws IOException {
    shop = new Shell(directory);
    Random random = new Random(17);
    StringBuilder exposures = new StringBuilder("user_id,variant,seen_at\n");
    StringBuilder orders = new StringBuilder("user_id,ordered_at,amount\n");
    List<String> variants = List.of("old", "low", "high");
    for (int user = 0; user < 3_000; user++) {
      int arm = random.nextInt(3);
      String day = "2026-03-%02d".formatted(1 + user % 28);
      exposures.append("%d,%s,%sT08:00:00\n".formatted(user, variants.get(arm), day));
      if (random.nextInt(3) > 0) {
        int cents = (int) ((3_000 + 900 * random.nextGaussian()) * (1 + 0.1 * arm));
        orders.append("%d,%sT09:00:00,%d.%02d\n".formatted(user, day, cents / 100, cents % 100));
      }
    }
    PricesShop.write(shop, exposures, orders);
    shop.write("metrics/buyers.yaml", "proportion: amount > 0\nentity: user_id\ntable: orders\n");
    shop.write("metrics/orders_made.yaml", "count: \"*\"\ntable: orders\n");
    experiment("{}");
    shop.succeed("run");
  }

  private void experiment(String analysis) throws IOException {
    PricesShop.experiment(
        shop,
        """
        variants: {old: 34%%, low: 33%%, high: 33%%}
        metrics: {goal: [sales, buyers], guardrail: [orders_made], margins: {orders_made: 20%%}}
        period: {start: 2026-03-01, end: 2026-03-28}
        analysis: %s
        """
            .formatted(analysis));
  }

  /**
   * By the t quantile at 0.05 / 4: ends are the ratios that are just refuted (E. Fieller, 1954).
   */
  @Test
  void holm_isToldWithBonferronisIntervals() throws IOException {
    JsonNode report = PricesShop.analyze(shop);
    assertThat(report.at("/family/correction").asText()).isEqualTo("holm");
    assertThat(report.at("/family/promise").asText()).isEqualTo("all");
    assertThat(report.at("/family/comparisons").asInt()).isEqualTo(4);
    assertThat(report.at("/family/alphaEach").doubleValue()).isEqualTo(0.0125);
    assertThat(report.path("intervals").asText())
        .isEqualTo(
            "Intervals of goals have level 98.75 %, so that all 4 hold together with 95 %; those of"
                + " other metrics 95 %, each by itself.");
    for (int metric = 0; metric < 2; metric++) {
      for (int variant = 0; variant < 2; variant++) {
        JsonNode effect = report.at("/metrics/%d/effects/%d".formatted(metric, variant));
        JsonNode base = report.at("/metrics/%d/values/0".formatted(metric));
        JsonNode arm = report.at("/metrics/%d/values/%d".formatted(metric, variant + 1));
        JsonNode adjusted = effect.path("adjustedInterval");
        assertThat(adjusted.path("alpha").doubleValue()).isEqualTo(0.0125);
        for (String end : List.of("lower", "upper")) {
          double ratio = 1 + adjusted.path(end).doubleValue();
          double gap = arm.path("value").doubleValue() - ratio * base.path("value").doubleValue();
          double error =
              Math.hypot(
                  arm.path("standardError").doubleValue(),
                  ratio * base.path("standardError").doubleValue());
          // About 2,000 degrees of freedom: the t quantile hardly depends on how many.
          assertThat(gap / error)
              .isCloseTo(
                  (end.equals("lower") ? 1 : -1) * StudentT.upperQuantile(0.0125 / 2, 2_000),
                  within(1e-3));
        }
        assertThat(effect.path("lower").doubleValue())
            .isGreaterThan(adjusted.path("lower").doubleValue());
      }
    }
    JsonNode guardrail = report.at("/metrics/2/effects/0");
    assertThat(guardrail.path("adjustedInterval").isNull()).isTrue();
    assertThat(guardrail.path("outcome").asText()).isEqualTo("within-margin");
    assertThat(guardrail.path("lower").doubleValue()).isGreaterThan(-0.2);
  }

  @Test
  void courses_endInTheIntervalsThatAreShown() throws IOException {
    for (String analysis :
        List.of("{}", "{sequential: anytime, correction: benjamini-hochberg}", "{test: z}")) {
      experiment(analysis);
      JsonNode report = PricesShop.analyze(shop);
      for (JsonNode course : report.path("course")) {
        JsonNode effect = effect(report, course);
        JsonNode adjusted = effect.path("adjustedInterval");
        JsonNode shown = adjusted.isObject() ? adjusted : effect;
        JsonNode last = course.path("points").get(course.path("points").size() - 1);
        assertThat(last.path("lower"))
            .as(course.path("metric").asText())
            .isEqualTo(shown.path("lower"));
        assertThat(last.path("upper")).isEqualTo(shown.path("upper"));
        assertThat(course.path("alpha").doubleValue())
            .isEqualTo(adjusted.isObject() ? adjusted.path("alpha").doubleValue() : 0.05);
      }
    }
  }

  private static JsonNode effect(JsonNode report, JsonNode course) {
    return report
        .path("metrics")
        .valueStream()
        .filter(metric -> metric.path("metric").equals(course.path("metric")))
        .flatMap(metric -> metric.path("effects").valueStream())
        .filter(effect -> effect.path("variant").equals(course.path("variant")))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void textAndPage_showTheAdjustedIntervals()
      throws IOException, ParserConfigurationException, SAXException {
    JsonNode sales = PricesShop.analyze(shop).at("/metrics/0/effects/1");
    String text = shop.succeed("experiment", "analyze", "prices");
    assertThat(text)
        .contains("so that all 4 hold together with 95 %")
        .contains(
            String.format(
                Locale.ROOT,
                "%+.4g to %+.4g",
                sales.at("/adjustedInterval/lower").doubleValue(),
                sales.at("/adjustedInterval/upper").doubleValue()))
        .doesNotContain(String.format(Locale.ROOT, "%+.4g to ", sales.path("lower").doubleValue()));

    String page = shop.succeed("experiment", "analyze", "prices", "--html");
    String byThemselves = "Intervals of goals, each by itself of level 95\u00a0%";
    assertThat(page).contains("so that all 4 hold together", byThemselves);
    NodeList details =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new InputSource(new StringReader(page)))
            .getElementsByTagName("details");
    assertThat(details.getLength()).as("these, and the statement").isEqualTo(2);
    assertThat(((Element) details.item(0)).getElementsByTagName("tr").getLength()).isEqualTo(5);
    String shown = percent(sales.at("/adjustedInterval/lower").doubleValue());
    String own = percent(sales.path("lower").doubleValue());
    // In the table and in the drawing; the other one in the details alone.
    assertThat(page.split(Pattern.quote(shown), -1)).hasSizeGreaterThanOrEqualTo(3);
    assertThat(page.split(Pattern.quote(own), -1)).hasSize(2);
    assertThat(page.indexOf(own)).isGreaterThan(page.indexOf(byThemselves));

    experiment("{correction: none}");
    assertThat(shop.succeed("experiment", "analyze", "prices", "--html"))
        .contains("Intervals have level 95 %, each by itself.")
        .doesNotContain(byThemselves);
  }

  private static String percent(double share) {
    return "+"
        + new BigDecimal(100 * share).round(new MathContext(3)).stripTrailingZeros().toPlainString()
        + "\u00a0%";
  }

  @Test
  void falseDiscoveries_areToldWithTheRateOfMissesAmongThem() throws IOException {
    experiment("{correction: benjamini-hochberg, sequential: anytime}");
    JsonNode report = PricesShop.analyze(shop);
    int rejected = report.at("/family/rejected").asInt();
    assertThat(rejected).isBetween(1, 3);
    assertThat(report.at("/family/promise").asText()).isEqualTo("selected");
    assertThat(report.at("/family/alphaEach").doubleValue())
        .isCloseTo(0.05 * rejected / 4, within(1e-15));
    assertThat(report.path("intervals").asText())
        .contains("so that of those of the rejected comparisons, %d of 4,".formatted(rejected))
        .endsWith("each by itself, at all looks together.");

    experiment("{engine: bayesian}");
    report = PricesShop.analyze(shop);
    assertThat(report.path("family").isNull()).isTrue();
    assertThat(report.path("intervals").asText())
        .isEqualTo("Intervals are credible ones of level 95 %.");
  }
}
