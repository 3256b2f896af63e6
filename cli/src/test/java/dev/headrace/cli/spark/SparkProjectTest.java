package dev.headrace.cli.spark;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.headrace.cli.Shell;
import dev.headrace.spark.SparkJars;
import dev.headrace.testkit.spark.SparkHome;
import dev.headrace.testkit.spark.StandaloneCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * One project with every way to build a table, on a Spark cluster of one worker: what it publishes
 * is what DuckDB publishes, run after run.
 */
@Timeout(600)
class SparkProjectTest {
  private static final List<String> TABLES = List.of("orders", "latest", "by_day", "big_orders");

  private static final String NAME = "name: shop\ntimezone: UTC\n";

  @TempDir Path directory;

  @Test
  void everyKindOfTable_isBuiltOnAClusterAsOnDuckDb() throws Exception {
    List<Path> jars = new SparkJars(directory.resolve("cache"), _ -> {}).all();
    Path home = SparkHome.make(directory.resolve("home"), jars);
    Path events = Files.createDirectories(directory.resolve("events"));
    Shell duckDb = project(directory.resolve("duckdb"), "");
    try (StandaloneCluster cluster = StandaloneCluster.start(home, directory.resolve("cluster"))) {
      String onSpark =
          """
          lake: {path: %s}
          engine:
            spark:
              master: %s
              conf:
                spark.driver.memory: 700m
                spark.executor.memory: 700m
                spark.sql.shuffle.partitions: "2"
                spark.eventLog.enabled: "true"
                spark.eventLog.compress: "false"
                spark.eventLog.dir: %s
          """
              .formatted(directory.resolve("shared/lake"), cluster.url(), events);
      Shell spark = project(directory.resolve("spark"), onSpark);

      runBoth(duckDb, spark, onSpark);
      // A changed order, a new one, and one that comes a day late.
      for (Shell shell : List.of(duckDb, spark)) {
        shell.write(
            "data/orders-2.csv",
            """
            order_id,customer,total,changed_at
            2,bob,25.50,2026-01-03T09:00:00
            4,eve,1.25,2026-01-03T10:00:00
            5,bob,9.75,2026-01-02T23:00:00
            """);
      }
      runBoth(duckDb, spark, onSpark);
      spark.write("headrace.yaml", NAME + onSpark);
      assertThat(profile(spark)).isEqualTo(profile(duckDb));
      assertThat(cluster.executorsStarted()).isPositive();
    }
    // Tables of the project were read by Iceberg's reader, by way of the catalog; the source has a
    // column '_file', which that reader has another meaning for, and was read by its files.
    String plans = text(events);
    assertThat(plans).contains("BatchScan headrace.lake.orders__").contains("FileScan parquet");
    assertThat(plans).doesNotContain("headrace.catalog.token");
  }

  /** Runs both, and requires the same rows of every table: DuckDB reads what Spark has written. */
  private static void runBoth(Shell duckDb, Shell spark, String onSpark) throws IOException {
    duckDb.succeed("run");
    spark.write("headrace.yaml", NAME + onSpark);
    JsonNode report = spark.json("run", "--json");
    assertThat(report.findValuesAsText("status")).doesNotContain("skipped", "failed");
    spark.write("headrace.yaml", NAME + onSpark.lines().findFirst().orElseThrow() + "\n");
    for (String table : TABLES) {
      String question = "select * from " + table + " order by all";
      assertThat(spark.succeed("sql", question, "--format", "csv"))
          .as(table)
          .isEqualTo(duckDb.succeed("sql", question, "--format", "csv"));
    }
  }

  /** Without what engines estimate, each in its own way. */
  private static JsonNode profile(Shell shell) throws IOException {
    JsonNode profile = shell.json("show", "latest", "--json").at("/profile");
    assertThat(profile.at("/rows").intValue()).isEqualTo(5);
    assertThat(profile.at("/columns")).hasSize(4);
    for (JsonNode column : profile.at("/columns")) {
      ((ObjectNode) column).remove(List.of("quantiles", "approximateDistinct"));
    }
    return profile;
  }

  private static String text(Path directory) throws IOException {
    StringBuilder all = new StringBuilder();
    try (Stream<Path> tree = Files.walk(directory)) {
      for (Path file : tree.filter(Files::isRegularFile).toList()) {
        all.append(Files.readString(file));
      }
    }
    return all.toString();
  }

  private static Shell project(Path directory, String settings) throws IOException {
    Shell shell = new Shell(Files.createDirectories(directory));
    shell.write("headrace.yaml", NAME + settings);
    shell.write(
        "data/orders-1.csv",
        """
        order_id,customer,total,changed_at
        1,ada,10.50,2026-01-01T10:00:00
        2,bob,20.00,2026-01-02T11:00:00
        3,ada,7.25,2026-01-02T12:00:00
        """);
    shell.write(
        "sources/raw_orders.yaml",
        """
        files: data/orders-*.csv
        columns: {order_id: long, total: "decimal(9,2)", changed_at: timestamp}
        time: changed_at
        """);
    shell.write(
        "tables/orders.sql",
        """
        /*---
        time: changed_at
        checks:
          - not-null: [order_id, customer]
          - range: {total: {min: 0}}
          - unique: [order_id, changed_at]
        ---*/
        select order_id, customer, total, changed_at from raw_orders
        """);
    shell.write(
        "tables/latest.sql",
        """
        /*---
        materialize: incremental
        key: [order_id]
        checks:
          - unique: [order_id]
        ---*/
        select order_id, max_by(customer, changed_at) as customer,
          max_by(total, changed_at) as total, max(changed_at) as changed_at
        from orders
        group by order_id
        """);
    shell.write(
        "tables/by_day.sql",
        """
        /*---
        materialize: incremental
        time: day
        lookback: 1d
        ---*/
        select cast(changed_at as date) as day, count(*) as orders, sum(total) as total
        from orders
        where changed_at >= $from and changed_at < $to
        group by cast(changed_at as date)
        """);
    shell.write(
        "tables/big_orders.sql",
        "/*---\nmaterialize: view\n---*/\nselect order_id, total from latest where total > 9");
    return shell;
  }
}
