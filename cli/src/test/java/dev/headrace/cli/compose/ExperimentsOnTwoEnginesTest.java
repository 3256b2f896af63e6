package dev.headrace.cli.compose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.headrace.cli.Shell;
import dev.headrace.cli.process.Ambient;
import dev.headrace.core.plan.Published;
import dev.headrace.data.metrics.Metrics;
import dev.headrace.decisions.experiments.Experiments;
import dev.headrace.decisions.experiments.interleaving.InterleavingReport;
import dev.headrace.decisions.experiments.interleaving.InterleavingRequest;
import dev.headrace.decisions.experiments.kept.KeptTotals;
import dev.headrace.decisions.experiments.report.ExperimentReport;
import dev.headrace.decisions.experiments.report.ExperimentReport.Effect;
import dev.headrace.decisions.experiments.report.ExperimentReport.Metric;
import dev.headrace.spi.engine.SqlEngine;
import dev.headrace.spi.engine.Watch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An experiment with every kind of column has the same effects on DuckDB and on Spark, from the
 * whole statement and from totals that Spark keeps and brings forward.
 */
class ExperimentsOnTwoEnginesTest {
  @TempDir Path directory;
  private final Random random = new Random(11);

  private record Keep(String directory, OptionalLong totalsAtOnce) {}

  private static final Optional<Keep> KEPT =
      Optional.of(new Keep("kept", OptionalLong.of(1_000_000)));
  private static final Optional<Keep> IN_TURNS =
      Optional.of(new Keep("in-turns", OptionalLong.of(1_000)));

  private List<String> files(String kept, String experiment, String prefix) throws IOException {
    try (Stream<Path> files =
        Files.list(directory.resolve(kept).resolve(experiment).resolve("prod"))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.startsWith(prefix))
          .toList();
    }
  }

  @Test
  void everyMetric_hasTheSameEffect() throws IOException {
    Shell shop = new Shell(directory);
    shop.write("headrace.yaml", "name: shop\n");
    shop.write(
        "sources/exposures.yaml",
        "files: data/exposures-*.csv\ntime: at\ncolumns: {user_id: int, at: timestamp}\n");
    shop.write(
        "sources/orders.yaml",
        """
        files: data/orders-*.csv
        time: at
        columns: {user_id: int, at: timestamp, amount: "decimal(12,2)", seconds: double, left_hits: int, right_hits: int}
        """);
    shop.write("metrics/sales.yaml", "sum: amount\ntable: orders\ncap: {quantile: 95%}\n");
    shop.write("metrics/order_count.yaml", "count: \"*\"\ntable: orders\nwhere: amount > 20\n");
    shop.write("metrics/pages.yaml", "count: distinct page\ntable: orders\n");
    shop.write("metrics/seconds_spent.yaml", "sum: seconds\ntable: orders\ncap: {max: 50}\n");
    shop.write("metrics/order_value.yaml", "mean: amount\ntable: orders\n");
    shop.write("metrics/soon.yaml", "mean: amount\ntable: orders\nwindow: 36h\n");
    shop.write("metrics/buyers.yaml", "proportion: amount > 30\nentity: user_id\ntable: orders\n");
    shop.write("metrics/slow.yaml", "quantile: {value: seconds, at: 80%}\ntable: orders\n");
    shop.write("metrics/sales_per_page.yaml", "derived: (sales - order_count) / pages\n");
    shop.write(
        "metrics/second_order.yaml",
        """
        entity: user_id
        table: orders
        funnel: {within: 2d, steps: [{name: small, where: amount < 50}, {name: large, where: amount > 50}]}
        """);
    shop.write(
        "experiments/prices.yaml",
        """
        unit: user_id
        assignments: exposures
        variants: {old: 50%, new: 50%}
        dimensions: [country]
        metrics:
          goal: [sales, order_count, pages, seconds_spent, order_value, buyers]
          secondary: [slow, sales_per_page, second_order, soon]
        period: {start: 2026-03-02, end: 2026-03-28}
        analysis: {sequential: anytime, cuped: {lookback: 2d}}
        """);
    variant(shop, "by_strata", "dimensions: [country, device]", "{stratify: [country, device]}");
    variant(
        shop,
        "covaried",
        "dimensions: [country]",
        "{cuped: {lookback: 2d, covariates: [buyers, seconds_spent]}, effect: absolute}");
    variant(
        shop, "added_up", "dimensions: [device]", "{sequential: anytime, cuped: {lookback: 2d}}");
    for (int day = 0; day < 5; day++) {
      write(shop, day);
    }
    shop.succeed("run");
    SqlEngine spark = TwoEngines.spark(directory);
    ExperimentReport all = analyze(null, Optional.empty());
    assertSame(analyze(spark, KEPT), analyze(spark, Optional.empty()));
    assertSame(analyze(spark, KEPT), all);
    assertThat(analyze(null, IN_TURNS)).isEqualTo(all);
    assertThat(files("in-turns", "prices", "all-"))
        .as("units are added up in turns")
        .hasSizeGreaterThan(2);

    for (String other : List.of("by_strata", "covaried", "added_up")) {
      assertSame(analyze(other, spark, KEPT), analyze(other, null, Optional.empty()));
    }
    InterleavingReport preferred = interleave(null);
    assertThat(preferred.preference()).isPresent();
    assertThat(interleave(spark)).isEqualTo(preferred);

    write(shop, 5);
    shop.succeed("run");
    assertSame(analyze(spark, KEPT), analyze(null, Optional.empty()));
    assertSame(analyze("covaried", spark, KEPT), analyze("covaried", null, Optional.empty()));

    writeOrders(shop, 6); // Without exposures: what the day adds is kept above the totals.
    shop.succeed("run");
    analyze("added_up", spark, KEPT);
    assertThat(files("kept", "added_up", "added-")).isNotEmpty();
    assertSame(analyze("added_up", spark, KEPT), analyze("added_up", null, Optional.empty()));
  }

  /** Another experiment on the same exposures, with exact metrics. */
  private static void variant(Shell shop, String name, String dimensions, String analysis)
      throws IOException {
    shop.write(
        "experiments/" + name + ".yaml",
        """
        unit: user_id
        assignments: exposures
        variants: {old: 50%%, new: 50%%}
        %s
        metrics: {goal: [order_count, order_value, buyers]}
        period: {start: 2026-03-02, end: 2026-03-28}
        analysis: %s
        """
            .formatted(dimensions, analysis));
  }

  private void write(Shell shop, int day) throws IOException {
    writeOrders(shop, day);
    StringBuilder exposures = new StringBuilder("user_id,at,variant,country,device\n");
    for (int i = 0; i < 150; i++) {
      int user = random.nextInt(200);
      LocalDateTime at =
          LocalDate.parse("2026-03-01")
              .plusDays(day)
              .atStartOfDay()
              .plusMinutes(random.nextInt(1440));
      String variant = (user % 2 == 0) == (random.nextInt(80) > 0) ? "old" : "new";
      String device = user % 3 == 0 ? "phone" : "laptop";
      exposures.append("%d,%s,%s,C%d,%s\n".formatted(user, at, variant, user / 2 % 2, device));
    }
    shop.write("data/exposures-" + day + ".csv", exposures.toString());
  }

  private void writeOrders(Shell shop, int day) throws IOException {
    StringBuilder orders =
        new StringBuilder("user_id,at,amount,seconds,page,left_hits,right_hits\n");
    for (int i = 0; i < 150; i++) {
      LocalDateTime at =
          LocalDate.parse("2026-03-01")
              .plusDays(day)
              .atStartOfDay()
              .plusMinutes(random.nextInt(1440));
      orders.append("%d,%s,%d.%02d,".formatted(random.nextInt(200), at, random.nextInt(90), day));
      orders.append(Math.exp(3 * random.nextGaussian())).append(",p" + random.nextInt(9));
      orders.append(",%d,%d\n".formatted(random.nextInt(3), random.nextInt(4)));
    }
    shop.write("data/orders-" + day + ".csv", orders.toString());
  }

  /**
   * @param engine null for the project's own
   * @param keep how totals are kept, if they are
   */
  private ExperimentReport analyze(@Nullable SqlEngine engine, Optional<Keep> keep) {
    return analyze("prices", engine, keep);
  }

  private ExperimentReport analyze(
      String experiment, @Nullable SqlEngine engine, Optional<Keep> keep) {
    return with(engine, keep, experiments -> experiments.analyze(experiment, Watch.none()));
  }

  private InterleavingReport interleave(@Nullable SqlEngine engine) {
    InterleavingRequest request =
        new InterleavingRequest("orders", "user_id", "left_hits", "right_hits", 0.05);
    return with(
        engine, Optional.empty(), experiments -> experiments.interleave(request, Watch.none()));
  }

  private <T> T with(
      @Nullable SqlEngine engine, Optional<Keep> keep, Function<Experiments, T> ask) {
    Ambient ambient =
        new Ambient(
            Map.of(), InstantSource.system(), ZoneOffset.UTC, directory, directory, directory);
    try (Headrace headrace = Headrace.open(directory, ambient, false)) {
      SqlEngine chosen = engine == null ? headrace.engine() : engine;
      Published published = headrace.published("prod");
      Metrics metrics =
          new Metrics(
              headrace.graph(),
              published,
              headrace.relations(),
              () -> chosen,
              dev.headrace.data.sql.SqlAnalyzer::standalone);
      Optional<KeptTotals> kept =
          keep.map(
              how ->
                  new KeptTotals(
                      directory.resolve(how.directory()), headrace.lake(), how.totalsAtOnce()));
      return ask.apply(
          new Experiments(
              headrace.graph(), published, metrics, () -> chosen, ZoneOffset.UTC, kept));
    }
  }

  private static void assertSame(ExperimentReport one, ExperimentReport other) {
    assertThat(one.arms()).isEqualTo(other.arms());
    assertThat(one.newestExposure()).isEqualTo(other.newestExposure());
    assertThat(one.verdict()).isEqualTo(other.verdict());
    for (int i = 0; i < one.metrics().size(); i++) {
      Metric metric = one.metrics().get(i);
      Metric same = other.metrics().get(i);
      for (int arm = 0; arm < 2; arm++) {
        assertThat(metric.values().get(arm).value().orElseThrow())
            .as(metric.metric())
            .isCloseTo(same.values().get(arm).value().orElseThrow(), within(1e-12));
      }
      Effect effect = metric.effects().getFirst();
      Effect sameEffect = same.effects().getFirst();
      assertThat(effect.estimate().orElseThrow())
          .as(metric.metric())
          .isCloseTo(sameEffect.estimate().orElseThrow(), within(1e-12));
      assertThat(effect.standardError().orElseThrow())
          .as(metric.metric())
          .isCloseTo(sameEffect.standardError().orElseThrow(), within(1e-12));
    }
  }
}
