package dev.headrace.spark.driver;

import java.util.Map;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.classic.SparkSession;
import scala.runtime.BoxedUnit;

/** The settings on which the meaning of SQL depends: the same wherever the driver runs. */
final class Settings {
  /** These win over what the user has set: tables would mean something else otherwise. */
  private static final Map<String, String> MEANING =
      Map.ofEntries(
          // Overflows and values that do not convert are errors, not NULL or garbage.
          Map.entry("spark.sql.ansi.enabled", "true"),
          Map.entry("spark.sql.ansi.doubleQuotedIdentifiers", "true"),
          // TIMESTAMP is a date and a time without zone.
          Map.entry("spark.sql.timestampType", "TIMESTAMP_NTZ"),
          Map.entry("spark.sql.timeType.enabled", "true"),
          Map.entry("spark.sql.caseSensitive", "false"),
          Map.entry("spark.sql.parquet.fieldId.read.enabled", "true"),
          Map.entry("spark.sql.parquet.fieldId.read.ignoreMissing", "true"),
          Map.entry("spark.sql.parquet.binaryAsString", "false"),
          // A path in FROM is not a table.
          Map.entry("spark.sql.runSQLOnFiles", "false"),
          Map.entry("spark.sql.catalogImplementation", "in-memory"),
          Map.entry("spark.sql.mapKeyDedupPolicy", "EXCEPTION"));

  /** These are habits that a user may change. */
  private static final Map<String, String> HABITS =
      Map.of(
          "spark.app.name", "headrace",
          "spark.ui.enabled", "false",
          "spark.ui.showConsoleProgress", "false",
          "spark.log.level", "WARN",
          "spark.sql.adaptive.coalescePartitions.parallelismFirst", "false",
          "spark.sql.sources.parallelPartitionDiscovery.threshold", "100000");

  private static final String EXECUTOR_OPTIONS = "spark.executor.extraJavaOptions";

  /**
   * From Java 25 on the netty in Iceberg's jar uses no Unsafe by itself, and without it Arrow's
   * buffers are of a class that Iceberg's reader does not expect.
   */
  private static final String ARROW = "org.apache.iceberg.shaded.io.netty.noUnsafe";

  private Settings() {}

  static SparkSession start(Map<String, String> declared) {
    System.setProperty(ARROW, "false");
    SparkConf conf = new SparkConf();
    declared.forEach(conf::set);
    HABITS.forEach(conf::setIfMissing);
    MEANING.forEach(conf::set);
    if (conf.get("spark.master", "local").startsWith("local")) {
      conf.setIfMissing("spark.driver.host", "localhost"); // Nobody else has to find it.
    }
    conf.set(EXECUTOR_OPTIONS, (conf.get(EXECUTOR_OPTIONS, "") + " -D" + ARROW + "=false").strip());
    return SparkSession.builder()
        .config(conf)
        .withExtensions(
            extensions -> {
              PortableFunctions.register(extensions);
              return BoxedUnit.UNIT;
            })
        .getOrCreate();
  }
}
