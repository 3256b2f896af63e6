package dev.headrace.benchmarks;

import com.google.errorprone.annotations.FormatMethod;
import dev.headrace.benchmarks.AdsTables.Built;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * {@code examples/ads} on DuckDB and on Spark at growing sizes; {@code headrace.benchmarks.people}
 * names others.
 */
final class SparkBenchmark implements Benchmark {
  /** About 1, 5 and 20 million events in two weeks. */
  private static final String PEOPLE = "3700,18600,74500";

  @Override
  public String name() {
    return "spark";
  }

  @Override
  public boolean isLong() {
    return true;
  }

  @Override
  public List<Result> measure(Workspace workspace) throws Exception {
    List<Result> results = new ArrayList<>();
    List<Integer> people =
        Arrays.stream(System.getProperty("headrace.benchmarks.people", PEOPLE).split(","))
            .map(Integer::parseInt)
            .toList();
    for (int count : people) {
      AdsTables ads = AdsTables.load(workspace, count);
      Built duckDb = ads.build("engine: duckdb\n");
      Built small = ads.build("engine: {duckdb: {memory: 1GB}}\n");
      Built spark =
          ads.build("engine: {spark: {master: 'local[2]', conf: {spark.driver.memory: 4g}}}\n");
      results.add(tables(ads, duckDb, small, spark));
      ads.delete();
    }
    return results;
  }

  private static Result tables(AdsTables ads, Built duckDb, Built small, Built spark) {
    duckDb.requireSameRows(small);
    duckDb.requireSameRows(spark);
    return new Result(
        text("the tables of `examples/ads` from %,d events, DuckDB against Spark", ads.events()),
        "report",
        text("%.1f s, CPU %.1f s", duckDb.seconds(), duckDb.cpuSeconds()),
        text("Spark local[2] %.1f s, CPU %.1f s", spark.seconds(), spark.cpuSeconds()),
        text(
            "%.3fx; CPU %.3fx",
            duckDb.seconds() / spark.seconds(), duckDb.cpuSeconds() / spark.cpuSeconds()),
        true,
        List.of(
            ads.told(),
            text("DuckDB with 1 GB: %.1f s, CPU %.1f s", small.seconds(), small.cpuSeconds()),
            text(
                "Spark's process was up after %.1f s, which are not counted", spark.startSeconds()),
            "slowest on Spark: " + spark.slowest(duckDb)));
  }

  @FormatMethod
  private static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
