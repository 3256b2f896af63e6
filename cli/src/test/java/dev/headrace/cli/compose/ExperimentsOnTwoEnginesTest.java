package dev.headrace.cli.compose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.headrace.cli.Shell;
import dev.headrace.cli.process.Ambient;
import dev.headrace.core.plan.Published;
import dev.headrace.data.metrics.Metrics;
import dev.headrace.decisions.experiments.ExperimentReport;
import dev.headrace.decisions.experiments.ExperimentReport.Effect;
import dev.headrace.decisions.experiments.ExperimentReport.Metric;
import dev.headrace.decisions.experiments.Experiments;
import dev.headrace.decisions.experiments.KeptTotals;
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
import java.util.Random;
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

  private record Keep(String directory, long totalsAtOnce) {}

  private static final Optional<Keep> KEPT = Optional.of(new Keep("kept", 1_000_000));
  private static final Optional<Keep> IN_TURNS = Optional.of(new Keep("in-turns", 1_000));

  private List<String> files(String kept, String prefix) throws IOException {
    try (Stream<Path> files = Files.list(directory.resolve(kept).resolve("prices/prod"))) {
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
        columns: {user_id: int, at: timestamp, amount: "decimal(12,2)", seconds: double}
        """);
    shop.write("metrics/sales.yaml", "sum: amount\ntable: orders\ncap: {quantile: 95%}\n");
    shop.write("metrics/order_count.yaml", "count: \"*\"\ntable: orders\nwhere: amount > 20\n");
    shop.write("metrics/pages.yaml", "count: distinct page\ntable: orders\n");
    shop.write("metrics/seconds_spent.yaml", "sum: seconds\ntable: orders\ncap: {max: 50}\n");
    shop.write("metrics/order_value.yaml", "mean: amount\ntable: orders\n");
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
          secondary: [slow, sales_per_page, second_order]
        period: {start: 2026-03-02, end: 2026-03-28}
        analysis: {sequential: anytime, cuped: {lookback: 2d}}
        """);
    for (int day = 0; day < 5; day++) {
      write(shop, day);
    }
    shop.succeed("run");
    SqlEngine spark = TwoEngines.spark(directory);
    ExperimentReport all = analyze(null, Optional.empty());
    assertSame(analyze(spark, KEPT), analyze(spark, Optional.empty()));
    assertSame(analyze(spark, KEPT), all);
    assertThat(analyze(null, IN_TURNS)).isEqualTo(all);
    assertThat(files("in-turns", "all-")).as("units are added up in turns").hasSizeGreaterThan(2);

    write(shop, 5);
    shop.succeed("run");
    assertSame(analyze(spark, KEPT), analyze(null, Optional.empty()));
  }

  private void write(Shell shop, int day) throws IOException {
    StringBuilder exposures = new StringBuilder("user_id,at,variant,country\n");
    StringBuilder orders = new StringBuilder("user_id,at,amount,seconds,page\n");
    for (int i = 0; i < 150; i++) {
      int user = random.nextInt(200);
      LocalDateTime at =
          LocalDate.parse("2026-03-01")
              .plusDays(day)
              .atStartOfDay()
              .plusMinutes(random.nextInt(1440));
      String variant = (user % 2 == 0) == (random.nextInt(80) > 0) ? "old" : "new";
      exposures.append("%d,%s,%s,C%d\n".formatted(user, at, variant, random.nextInt(3)));
      orders.append("%d,%s,%d.%02d,".formatted(user, at, random.nextInt(90), day));
      orders.append(Math.exp(3 * random.nextGaussian())).append(",p" + random.nextInt(9) + "\n");
    }
    shop.write("data/exposures-" + day + ".csv", exposures.toString());
    shop.write("data/orders-" + day + ".csv", orders.toString());
  }

  /**
   * @param engine null for the project's own
   * @param keep how totals are kept, if they are
   */
  private ExperimentReport analyze(@Nullable SqlEngine engine, Optional<Keep> keep) {
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
      return new Experiments(
              headrace.graph(), published, metrics, () -> chosen, ZoneOffset.UTC, kept)
          .analyze("prices", Watch.none());
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
