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
import dev.headrace.decisions.experiments.analysis.Scale;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Sales that follow from what people bought and viewed before, and from where they live: covariates
 * and strata, against the same arithmetic done on every unit by this test.
 */
class ExperimentCovariatesTest {
  private static final LocalDateTime EXPOSED = LocalDateTime.parse("2026-03-10T00:00");

  @TempDir Path directory;
  private Shell shop;
  private final List<Unit> units = new ArrayList<>();

  /** What a unit was, and what its rows add up to. */
  private record Unit(
      String arm,
      String country,
      String device,
      double sales,
      double orders,
      double salesBefore,
      double ordersBefore,
      double viewsBefore) {}

  @BeforeEach
  void write() throws IOException {
    shop = new Shell(directory);
    Random random = new Random(7);
    StringBuilder exposures = new StringBuilder("user_id,variant,seen_at,country,device\n");
    StringBuilder orders = new StringBuilder("user_id,ordered_at,amount\n");
    StringBuilder views = new StringBuilder("user_id,viewed_at\n");
    for (int user = 0; user < 600; user++) {
      String arm = random.nextBoolean() ? "old" : "new";
      String country = List.of("DE", "FR", "IT").get(random.nextInt(3));
      String device = random.nextInt(4) == 0 ? "web" : "ios";
      int base = country.equals("IT") ? 4000 : device.equals("web") ? 2500 : 1000;
      exposures.append("%d,%s,%s,%s,%s\n".formatted(user, arm, EXPOSED, country, device));
      int viewed = random.nextInt(6);
      for (int i = 0; i < viewed; i++) {
        views.append("%d,%s\n".formatted(user, EXPOSED.minusDays(1 + i)));
      }
      int liking = random.nextInt(800);
      double[] sums = new double[4];
      int count = 1 + random.nextInt(2);
      for (int i = 0; i < count + 1; i++) {
        boolean before = i == count && random.nextBoolean();
        int cents =
            base
                + liking
                + (before ? 0 : 200 * viewed + (arm.equals("new") ? 150 : 0))
                + random.nextInt(300);
        LocalDateTime at = before ? EXPOSED.minusDays(2) : EXPOSED.plusDays(i);
        orders.append("%d,%s,%d.%02d\n".formatted(user, at, cents / 100, cents % 100));
        sums[before ? 2 : 0] += cents / 100.0;
        sums[before ? 3 : 1]++;
      }
      units.add(new Unit(arm, country, device, sums[0], sums[1], sums[2], sums[3], viewed));
    }
    PricesShop.write(shop, exposures, orders);
    shop.write("data/views.csv", views.toString());
    shop.write(
        "sources/views.yaml",
        "files: data/views.csv\ntime: viewed_at\ncolumns: {viewed_at: timestamp, user_id: int}\n");
    shop.write("metrics/viewed.yaml", "count: \"*\"\ntable: views\n");
    shop.write("metrics/order_value.yaml", "mean: amount\ntable: orders\nunit: EUR\n");
    shop.write("metrics/dear.yaml", "proportion: amount > 45\nentity: user_id\ntable: orders\n");
    shop.write("metrics/usual.yaml", "quantile: {value: amount, at: 50%}\ntable: orders\n");
    shop.write("metrics/orders_made.yaml", "count: \"*\"\ntable: orders\n");
    shop.write("metrics/per_order.yaml", "derived: sales / orders_made\n");
    experiment("{effect: absolute}");
    shop.succeed("run");
  }

  private void experiment(String analysis) throws IOException {
    PricesShop.experiment(
        shop,
        """
        variants: {old: 50%%, new: 50%%}
        dimensions: [country, device]
        metrics: {goal: [sales], secondary: [order_value, dear, usual, per_order]}
        period: {start: 2026-03-10, end: 2026-03-28}
        analysis: %s
        """
            .formatted(analysis));
  }

  @Test
  void severalCovariates_takeAwayWhatTheyExplainTogether() throws IOException {
    experiment("{effect: absolute, cuped: {lookback: 7d}}");
    JsonNode own = PricesShop.analyze(shop).at("/metrics/0/effects/0");
    experiment("{effect: absolute, cuped: {lookback: 7d, covariates: [viewed]}}");
    JsonNode report = PricesShop.analyze(shop);

    // Normal equations of sales on sales and views before, within arms; then Welch's variances
    // times what R. Fisher's analysis of covariance says that two coefficients cost.
    ToDoubleFunction<Unit> x1 = Unit::salesBefore;
    ToDoubleFunction<Unit> x2 = Unit::viewsBefore;
    ToDoubleFunction<Unit> y = Unit::sales;
    double determinant =
        withinArms(x1, x1) * withinArms(x2, x2) - withinArms(x1, x2) * withinArms(x1, x2);
    double theta1 =
        (withinArms(x1, y) * withinArms(x2, x2) - withinArms(x2, y) * withinArms(x1, x2))
            / determinant;
    double theta2 =
        (withinArms(x2, y) * withinArms(x1, x1) - withinArms(x1, y) * withinArms(x1, x2))
            / determinant;
    ToDoubleFunction<Unit> left =
        u -> u.sales() - theta1 * u.salesBefore() - theta2 * u.viewsBefore();
    double d1 = gap(x1);
    double d2 = gap(x2);
    double v11 = ofGap(x1, x1);
    double v12 = ofGap(x1, x2);
    double v22 = ofGap(x2, x2);
    double distance = (d1 * d1 * v22 - 2 * d1 * d2 * v12 + d2 * d2 * v11) / (v11 * v22 - v12 * v12);
    double freedom = units.size() - 2;
    double price = freedom / (freedom - 2) * (1 + distance / freedom);
    JsonNode effect = report.at("/metrics/0/effects/0");
    assertThat(effect.path("estimate").doubleValue()).isCloseTo(gap(left), within(1e-9));
    assertThat(effect.path("standardError").doubleValue())
        .isCloseTo(Math.sqrt(price * ofGap(left, left)), within(1e-9));
    assertThat(effect.path("varianceReduction").doubleValue())
        .isCloseTo(1 - price * ofGap(left, left) / ofGap(y, y), within(1e-9))
        .isGreaterThan(own.path("varianceReduction").doubleValue() + 0.02);

    // What is no ratio itself is a ratio to 1 beside one.
    assertEffect(
        report.at("/metrics/1/effects/0"),
        new MetricShape.Ratio(2),
        u ->
            new double[] {
              u.sales(), u.orders(), u.salesBefore(), u.ordersBefore(), u.viewsBefore(), 1
            });
    assertThat(report.path("method").asText()).contains("CUPED with viewed");
    assertThat(shop.succeed("experiment", "analyze", "prices")).contains("CUPED with viewed");
    assertThat(report.at("/health").toString()).contains("variants were alike before exposure");
    assertThat(report.path("tables").toString()).contains("\"views\"");
    assertThat(shop.succeed("experiment", "plan", "prices", "--json"))
        .contains("CUPED with viewed");
  }

  @Test
  void strata_areJudgedApartAndWeighted() throws IOException {
    Path monday = directory.resolve("monday.json");
    Files.writeString(monday, shop.succeed("experiment", "analyze", "prices", "--json"));
    experiment("{effect: absolute, stratify: [country]}");
    JsonNode report = PricesShop.analyze(shop);
    assertStratified(report.at("/metrics/0/effects/0"), Unit::country);
    assertThat(report.at("/metrics/0/effects/0/varianceReduction").doubleValue()).isPositive();
    assertThat(report.path("method").asText()).contains("post-stratified by country");
    assertThat(shop.succeed("experiment", "analyze", "prices", "--html"))
        .contains("post-stratified by country");
    // Quantiles of parts do not add up: judged as a whole.
    assertThat(report.at("/metrics/3/effects/0/outcome").asText()).isNotEqualTo("unknown");
    // Arithmetic of means is judged by strata as the ratio that it comes to is.
    for (String figure : List.of("estimate", "standardError")) {
      assertThat(report.at("/metrics/4/effects/0/" + figure).doubleValue())
          .isCloseTo(report.at("/metrics/1/effects/0/" + figure).doubleValue(), within(1e-9));
    }
    // Levels are judged by themselves.
    assertThat(report.at("/splits/0/levels/0/estimate").isNumber()).isTrue();

    JsonNode diff = shop.json("experiment", "diff", "prices", monday.toString(), "--json");
    assertThat(diff.path("sentence").asText()).startsWith("The definition changed, and moved ");
    assertThat(diff.path("moves").findValuesAsText("what")).contains("effect", "lower", "p");
  }

  @Test
  void crossedStrata_areThoseOfBothDimensions_andAreKept() throws IOException {
    experiment("{effect: absolute, stratify: [device, country]}");
    JsonNode report = PricesShop.analyze(shop);
    assertStratified(report.at("/metrics/0/effects/0"), u -> u.country() + "/" + u.device());
    String first = shop.succeed("experiment", "analyze", "prices", "--json");
    shop.write("data/orders2.csv", "user_id,ordered_at,amount\n3,2026-03-20T10:00:00,50.00\n");
    shop.succeed("run");
    String further = shop.succeed("experiment", "analyze", "prices", "--json");
    assertThat(further).isNotEqualTo(first);
    Files.move(directory.resolve(".headrace/experiments"), directory.resolve("aside"));
    assertThat(shop.succeed("experiment", "analyze", "prices", "--json")).isEqualTo(further);
  }

  @Test
  void smallStrata_areRefusedWithTheReason() throws IOException {
    shop.write(
        "data/exposures2.csv",
        "user_id,variant,seen_at,country,device\n"
            + "9001,new,2026-03-10T00:00:00,LI,ios\n9002,old,2026-03-10T00:00:00,LI,ios\n");
    experiment("{stratify: [country, device]}");
    shop.succeed("run");
    JsonNode effect = PricesShop.analyze(shop).at("/metrics/0/effects/0");
    assertThat(effect.path("outcome").asText()).isEqualTo("unknown");
    assertThat(effect.path("reason").asText())
        .isEqualTo(
            "the stratum country 'LI' and device 'ios' has 1 unit in old, and strata take 10 or"
                + " more: stratify by coarser levels");
  }

  /** Both at once: within countries, less what purchases before and views explain. */
  @Test
  void covariatesWithinStrata_takeAwayMoreThanEither() throws IOException {
    experiment("{effect: absolute, stratify: [country]}");
    double strata =
        PricesShop.analyze(shop).at("/metrics/0/effects/0/varianceReduction").doubleValue();
    experiment("{effect: absolute, cuped: {lookback: 7d, covariates: [viewed]}}");
    double cuped =
        PricesShop.analyze(shop).at("/metrics/0/effects/0/varianceReduction").doubleValue();
    experiment(
        "{effect: absolute, stratify: [country], cuped: {lookback: 7d, covariates: [viewed]}}");
    JsonNode report = PricesShop.analyze(shop);
    assertThat(report.path("method").asText())
        .contains("CUPED with viewed, post-stratified by country");
    JsonNode effect = report.at("/metrics/0/effects/0");
    assertThat(effect.path("varianceReduction").doubleValue())
        .isGreaterThan(Math.max(strata, cuped) + 0.05);
    Function<String, Moments[]> byCountry =
        arm ->
            List.of("DE", "FR", "IT").stream()
                .map(
                    country ->
                        Moments.ofRows(
                            3,
                            units.stream()
                                .filter(u -> u.arm().equals(arm) && u.country().equals(country))
                                .map(
                                    u -> new double[] {u.sales(), u.salesBefore(), u.viewsBefore()})
                                .toArray(double[][]::new)))
                .toArray(Moments[]::new);
    Moments[] old = byCountry.apply("old");
    Moments[] fresh = byCountry.apply("new");
    List<Analysis.Stratum> expected = new ArrayList<>();
    for (int i = 0; i < old.length; i++) {
      expected.add(new Analysis.Stratum(old[i], fresh[i]));
    }
    Inference of =
        Analysis.of(
                AnalysisSpec.of(new Method.WelchT()).withScale(Scale.ABSOLUTE),
                new MetricShape.Mean(2))
            .compareWithin(expected)
            .orThrow();
    assertThat(effect.path("estimate").doubleValue()).isCloseTo(of.estimate(), within(1e-9));
    assertThat(effect.path("standardError").doubleValue())
        .isCloseTo(of.standardError(), within(1e-9));
  }

  @Test
  void whatCannotBeUsed_isRefusedByName() throws IOException {
    experiment("{cuped: {covariates: [vewed, viewed, viewed]}, stratify: [contry, device]}");
    assertThat(shop.run("experiment", "analyze", "prices")).isEqualTo(2);
    assertThat(shop.err())
        .contains(
            "unknown metric 'vewed'",
            "The covariate 'viewed' is named twice.",
            "'contry' is no dimension of the experiment.");
    experiment("{cuped: {covariates: [order_value]}}");
    assertThat(shop.run("experiment", "analyze", "prices")).isEqualTo(2);
    assertThat(shop.err())
        .contains(
            "Cannot use 'order_value' before exposure as a covariate: it is no count, sum or share"
                + " of units.");
    experiment("{cuped: {covariates: [usual]}}");
    assertThat(shop.run("experiment", "analyze", "prices")).isEqualTo(2);
    assertThat(shop.err()).contains("it is no count, sum or share of units.");
    shop.write("metrics/back.yaml", "retention: {after: 1}\nentity: user_id\ntable: orders\n");
    experiment("{cuped: {covariates: [back]}}");
    assertThat(shop.run("experiment", "analyze", "prices")).isEqualTo(2);
    assertThat(shop.err()).contains("it counts from exposure, so there is nothing of it before");
  }

  /** L. Miratrix, J. Sekhon, B. Yu (2013), with the multinomial variance of the shares. */
  private void assertStratified(JsonNode effect, Function<Unit, String> stratum) {
    Map<String, List<Unit>> strata = units.stream().collect(Collectors.groupingBy(stratum));
    double estimate = 0;
    double variance = 0;
    double squares = 0;
    for (List<Unit> of : strata.values()) {
      double weight = (double) of.size() / units.size();
      double[] old =
          of.stream().filter(u -> u.arm().equals("old")).mapToDouble(Unit::sales).toArray();
      double[] fresh =
          of.stream().filter(u -> u.arm().equals("new")).mapToDouble(Unit::sales).toArray();
      double gap = mean(fresh) - mean(old);
      estimate += weight * gap;
      squares += weight * gap * gap;
      variance += weight * weight * (ofMean(old) + ofMean(fresh));
    }
    variance += (squares - estimate * estimate) / units.size();
    assertThat(effect.path("estimate").doubleValue()).isCloseTo(estimate, within(1e-9));
    assertThat(effect.path("standardError").doubleValue())
        .isCloseTo(Math.sqrt(variance), within(1e-9));
  }

  private void assertEffect(JsonNode effect, MetricShape shape, Function<Unit, double[]> columns) {
    Function<String, Moments> arm =
        name ->
            Moments.ofRows(
                shape,
                units.stream()
                    .filter(unit -> unit.arm().equals(name))
                    .map(columns)
                    .toArray(double[][]::new));
    Inference expected =
        Analysis.of(AnalysisSpec.of(new Method.WelchT()).withScale(Scale.ABSOLUTE), shape)
            .compare(arm.apply("old"), arm.apply("new"))
            .orThrow();
    assertThat(effect.path("estimate").doubleValue()).isCloseTo(expected.estimate(), within(1e-9));
    assertThat(effect.path("standardError").doubleValue())
        .isCloseTo(expected.standardError(), within(1e-9));
  }

  private double[] of(String arm, ToDoubleFunction<Unit> value) {
    return units.stream().filter(unit -> unit.arm().equals(arm)).mapToDouble(value).toArray();
  }

  private double gap(ToDoubleFunction<Unit> value) {
    return mean(of("new", value)) - mean(of("old", value));
  }

  /** The sum of products around the means of the arms. */
  private double withinArms(ToDoubleFunction<Unit> a, ToDoubleFunction<Unit> b) {
    return product(of("old", a), of("old", b)) + product(of("new", a), of("new", b));
  }

  /** The covariance of two gaps between the arms. */
  private double ofGap(ToDoubleFunction<Unit> a, ToDoubleFunction<Unit> b) {
    return Stream.of("old", "new")
        .mapToDouble(
            arm -> {
              double n = of(arm, a).length;
              return product(of(arm, a), of(arm, b)) / (n - 1) / n;
            })
        .sum();
  }

  private static double mean(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum / values.length;
  }

  /** Of centred values. */
  private static double product(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (a[i] - mean(a)) * (b[i] - mean(b));
    }
    return sum;
  }

  private static double ofMean(double[] values) {
    return product(values, values) / (values.length - 1) / values.length;
  }
}
