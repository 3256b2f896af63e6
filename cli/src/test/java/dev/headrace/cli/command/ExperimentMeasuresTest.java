package dev.headrace.cli.command;

import static java.util.Comparator.naturalOrder;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import com.fasterxml.jackson.databind.JsonNode;
import dev.headrace.cli.Shell;
import dev.headrace.decisions.experiments.analysis.Analysis;
import dev.headrace.decisions.experiments.analysis.AnalysisSpec;
import dev.headrace.decisions.experiments.analysis.Inference;
import dev.headrace.decisions.experiments.analysis.Method;
import dev.headrace.decisions.experiments.analysis.MetricShape;
import dev.headrace.decisions.experiments.analysis.Moments;
import dev.headrace.decisions.experiments.analysis.QuantileMoments;
import java.io.IOException;
import java.nio.file.Path;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.temporal.TemporalAdjusters;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every kind of metric against what a loop over units comes to. */
class ExperimentMeasuresTest {
  private static final LocalDateTime BEGIN = LocalDateTime.parse("2026-03-02T00:00");

  @TempDir Path directory;

  /** A visit of a unit. */
  private record Visit(LocalDateTime at, int cents, String page, double seconds) {}

  /** A unit with its visits; those before exposure do not count. */
  private record Unit(String variant, String country, LocalDateTime exposed, List<Visit> visits) {
    List<Visit> counted() {
      return visits.stream().filter(visit -> !visit.at.isBefore(exposed)).toList();
    }

    double euros() {
      return counted().stream().mapToInt(Visit::cents).sum() / 100.0;
    }

    /** Page p0, any visit, a visit of more than 20: the first of each, within four days. */
    boolean tookSteps() {
      Optional<LocalDateTime> began =
          counted().stream().filter(v -> v.page.equals("p0")).map(Visit::at).min(naturalOrder());
      // The second step is any visit from the first on: the first one itself.
      return began.isPresent()
          && counted().stream()
              .anyMatch(
                  v ->
                      v.cents > 2000
                          && !v.at.isBefore(began.get())
                          && !v.at.isAfter(began.get().plusDays(4)));
    }

    double returned(Function<LocalDate, LocalDate> period, int from, int to, int days) {
      LocalDate own = period.apply(exposed.toLocalDate());
      return visits.stream()
              .map(visit -> period.apply(visit.at.toLocalDate()))
              .anyMatch(
                  then ->
                      !then.isBefore(own.plusDays((long) from * days))
                          && !then.isAfter(own.plusDays((long) to * days)))
          ? 1
          : 0;
    }
  }

  @Test
  void everyMeasure_isThatOfEveryUnitTakenByItself() throws IOException {
    Shell shop = new Shell(directory);
    List<Unit> units = write(shop);
    metric(shop, "capped", "sum: amount\ncap: {max: 90, min: 5}\n");
    metric(shop, "winsorized", "sum: amount\ncap: {quantile: 90%}\n");
    metric(shop, "pages", "count: distinct page\n");
    metric(shop, "large", "count: \"*\"\nwhere: amount > 30\n");
    metric(shop, "seconds_spent", "sum: seconds\n");
    metric(shop, "per_page", "ratio: {numerator: seconds_spent, denominator: pages}\n");
    metric(shop, "back_in_days", "retention: {after: 2, until: 3}\nentity: user_id\n");
    metric(shop, "back_next_week", "retention: {after: 1, period: week}\nentity: user_id\n");
    metric(shop, "visit_count", "count: \"*\"\n");
    metric(shop, "euros", "sum: amount\n");
    metric(shop, "net_per_page", "derived: (euros - 0.1 * visit_count) / nullif(pages, 0)\n");
    metric(shop, "order_rate", "ratio: {numerator: per_page, denominator: visit_count}\n");
    metric(
        shop,
        "to_large",
        """
        entity: user_id
        funnel:
          within: 4d
          steps:
            - {name: first, where: page = 'p0'}
            - {name: second}
            - {name: third, where: amount > 20}
        """);
    metric(shop, "slow", "quantile: {value: seconds, at: 90%}\nwhere: page <> 'p3'\n");
    metric(shop, "median_price", "quantile: {value: amount, at: 50%}\ncap: {min: 10}\n");
    shop.write(
        "experiments/prices.yaml",
        """
        unit: user_id
        assignments: exposures
        variants: {old: 50%, new: 50%}
        dimensions: [country]
        metrics:
          goal: [capped, winsorized, pages, large, seconds_spent, per_page]
          secondary: [back_in_days, back_next_week, net_per_page, order_rate, to_large, slow, median_price]
        """);
    shop.succeed("run");
    JsonNode report = shop.json("experiment", "analyze", "prices", "--json");

    double highest = quantile(units.stream().mapToDouble(Unit::euros).toArray(), 0.9);
    MetricShape mean = new MetricShape.Mean(0);
    check(report, 0, units, mean, unit -> one(Math.clamp(unit.euros(), 5, 90)));
    check(report, 1, units, mean, unit -> one(Math.min(unit.euros(), highest)));
    check(report, 2, units, mean, unit -> one(pages(unit)));
    check(
        report,
        3,
        units,
        mean,
        unit -> one(unit.counted().stream().filter(visit -> visit.cents > 3000).count()));
    check(report, 4, units, mean, unit -> one(seconds(unit)));
    check(
        report,
        5,
        units,
        new MetricShape.Ratio(0),
        unit -> new double[] {seconds(unit), pages(unit)});
    MetricShape share = new MetricShape.Proportion(0);
    check(report, 6, units, share, unit -> one(unit.returned(day -> day, 2, 3, 1)));
    check(report, 7, units, share, unit -> one(unit.returned(MONDAY, 1, 1, 7)));
    checkTangent(
        report,
        8,
        units,
        unit -> new double[] {unit.euros(), unit.counted().size(), pages(unit)},
        mean3 -> (mean3[0] - 0.1 * mean3[1]) / mean3[2]);
    checkTangent(
        report,
        9,
        units,
        unit -> new double[] {seconds(unit), pages(unit), unit.counted().size()},
        mean3 -> mean3[0] / mean3[1] / mean3[2]);
    check(report, 10, units, share, unit -> one(unit.tookSteps() ? 1 : 0));
    Function<Unit, double[]> slow =
        unit ->
            unit.counted().stream()
                .filter(visit -> !visit.page.equals("p3"))
                .mapToDouble(Visit::seconds)
                .toArray();
    checkQuantile(report.at("/metrics/11/effects/0"), 0.9, units, slow);
    Function<Unit, double[]> prices =
        unit -> unit.counted().stream().mapToDouble(v -> Math.max(1000, v.cents) / 100.0).toArray();
    checkQuantile(report.at("/metrics/12/effects/0"), 0.5, units, prices);
    JsonNode abroad =
        StreamSupport.stream(report.path("splits").spliterator(), false)
            .filter(split -> split.path("metric").equals(report.at("/metrics/12/metric")))
            .findFirst()
            .orElseThrow()
            .at("/levels/1");
    assertThat(abroad.path("level").asText()).isEqualTo("C1");
    checkQuantile(abroad, 0.5, units.stream().filter(u -> u.country.equals("C1")).toList(), prices);
    assertThat(units.stream().filter(Unit::tookSteps).count()).isBetween(20L, 400L);
  }

  private static final Function<LocalDate, LocalDate> MONDAY =
      day -> day.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));

  private static double pages(Unit unit) {
    return unit.counted().stream().map(Visit::page).distinct().count();
  }

  private static double seconds(Unit unit) {
    return unit.counted().stream().mapToDouble(Visit::seconds).sum();
  }

  private static double[] one(double value) {
    return new double[] {value};
  }

  /** Type 7 of Hyndman and Fan. */
  private static double quantile(double[] values, double q) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    double at = q * (sorted.length - 1);
    int low = (int) Math.floor(at);
    return sorted[low] + (at - low) * (sorted[Math.min(low + 1, sorted.length - 1)] - sorted[low]);
  }

  private static void metric(Shell shop, String name, String text) throws IOException {
    shop.write(
        "metrics/" + name + ".yaml",
        text + (text.matches("(?s)(ratio|derived).*") ? "" : "table: visits\n"));
  }

  private static List<Unit> write(Shell shop) throws IOException {
    shop.write("headrace.yaml", "name: shop\n");
    shop.write(
        "sources/exposures.yaml",
        "files: data/exposures.csv\ntime: at\ncolumns: {user_id: int, at: timestamp}\n");
    shop.write(
        "sources/visits.yaml",
        """
        files: data/visits.csv
        time: at
        columns: {user_id: int, at: timestamp, amount: "decimal(12,2)", seconds: double}
        """);
    Random random = new Random(99);
    StringBuilder exposures = new StringBuilder("user_id,at,variant,country\n");
    StringBuilder visits = new StringBuilder("user_id,at,amount,page,seconds\n");
    List<Unit> units = new ArrayList<>();
    for (int user = 0; user < 500; user++) {
      LocalDateTime exposed = BEGIN.plusMinutes(random.nextInt(60 * 24 * 10));
      Unit unit =
          new Unit(
              random.nextBoolean() ? "old" : "new",
              "C" + random.nextInt(3),
              exposed,
              new ArrayList<>());
      exposures.append("%d,%s,%s,%s\n".formatted(user, exposed, unit.variant, unit.country));
      for (int i = random.nextInt(6); i > 0; i--) {
        LocalDateTime at = BEGIN.plusMinutes(random.nextInt(60 * 24 * 16));
        int cents = random.nextInt(6000);
        Visit visit =
            new Visit(at, cents, "p" + random.nextInt(4), Math.exp(2 * random.nextGaussian()));
        unit.visits.add(visit);
        visits.append("%d,%s,%d.%02d,".formatted(user, at, cents / 100, cents % 100));
        visits.append(visit.page).append(',').append(visit.seconds).append('\n');
      }
      units.add(unit);
    }
    for (int user = 500; user < 600; user++) { // Of a variant that is not declared.
      exposures.append("%d,%s,stopped,C1\n".formatted(user, BEGIN));
      visits.append("%d,%s,999.00,p0,1\n".formatted(user, BEGIN.plusDays(1)));
    }
    shop.write("data/exposures.csv", exposures.toString());
    shop.write("data/visits.csv", visits.toString());
    return units;
  }

  private static void checkQuantile(
      JsonNode effect, double level, List<Unit> units, Function<Unit, double[]> values) {
    Map<String, QuantileMoments> arms = new LinkedHashMap<>();
    for (String variant : List.of("old", "new")) {
      List<double[]> of =
          units.stream()
              .filter(unit -> unit.variant.equals(variant))
              .map(values)
              .filter(row -> row.length > 0)
              .toList();
      double[] all = of.stream().flatMapToDouble(Arrays::stream).sorted().toArray();
      QuantileMoments single = QuantileMoments.ofSorted(level, all);
      double[][] below =
          of.stream()
              .map(
                  row ->
                      new double[] {
                        Arrays.stream(row).filter(x -> x <= single.estimate()).count(), row.length
                      })
              .toArray(double[][]::new);
      arms.put(
          variant,
          new QuantileMoments(
              all.length,
              level,
              single.estimate(),
              single.lower(),
              single.upper(),
              all.length,
              Moments.ofRows(2, below)));
    }
    Inference expected =
        Analysis.of(AnalysisSpec.of(new Method.WelchT()), new MetricShape.Quantile())
            .compare(arms.get("old"), arms.get("new"))
            .orThrow();
    assertThat(effect.path("estimate").doubleValue()).isCloseTo(expected.estimate(), within(1e-12));
    assertThat(effect.path("lower").doubleValue())
        .isCloseTo(expected.interval().lower(), within(1e-12));
  }

  /** By the jackknife, which knows no slopes: its variance is that of the delta method to 1 / n. */
  private static void checkTangent(
      JsonNode report,
      int metric,
      List<Unit> units,
      Function<Unit, double[]> values,
      ToDoubleFunction<double[]> formula) {
    double[] estimates = new double[2];
    double[] variances = new double[2];
    List<String> variants = List.of("old", "new");
    for (int arm = 0; arm < 2; arm++) {
      String variant = variants.get(arm);
      double[][] rows =
          units.stream()
              .filter(unit -> unit.variant.equals(variant))
              .map(values)
              .toArray(double[][]::new);
      estimates[arm] = formula.applyAsDouble(means(rows, -1));
      double sum = 0;
      double squares = 0;
      for (int left = 0; left < rows.length; left++) {
        double without = formula.applyAsDouble(means(rows, left));
        sum += without;
        squares += without * without;
      }
      int n = rows.length;
      variances[arm] = (squares - sum * sum / n) * (n - 1) / n;
    }
    double ratio = estimates[1] / estimates[0];
    JsonNode effect = report.at("/metrics/" + metric + "/effects/0");
    assertThat(effect.path("estimate").doubleValue()).isCloseTo(ratio - 1, within(1e-9));
    assertThat(effect.path("standardError").doubleValue())
        .isCloseTo(
            Math.sqrt((variances[1] + ratio * ratio * variances[0])) / estimates[0],
            withinPercentage(2));
  }

  /** Of all rows but one. */
  private static double[] means(double[][] rows, int without) {
    double[] means = new double[rows[0].length];
    for (int i = 0; i < rows.length; i++) {
      for (int j = 0; j < means.length && i != without; j++) {
        means[j] += rows[i][j] / (rows.length - (without < 0 ? 0 : 1));
      }
    }
    return means;
  }

  private static void check(
      JsonNode report,
      int metric,
      List<Unit> units,
      MetricShape shape,
      Function<Unit, double[]> value) {
    Map<String, Moments> arms = new LinkedHashMap<>();
    for (String variant : List.of("old", "new")) {
      double[][] rows =
          units.stream()
              .filter(unit -> unit.variant.equals(variant))
              .map(value)
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
    JsonNode found = report.at("/metrics/" + metric);
    JsonNode effect = found.at("/effects/0");
    assertThat(effect.path("estimate").doubleValue())
        .as("%s", found)
        .isCloseTo(expected.estimate(), within(1e-9));
    assertThat(effect.path("standardError").doubleValue())
        .as("%s", found)
        .isCloseTo(expected.standardError(), within(1e-9));
  }
}
