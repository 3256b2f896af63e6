package dev.headrace.cli.compose;

import dev.headrace.data.duckdb.DuckDbEngine;
import dev.headrace.data.duckdb.EngineConfig;
import dev.headrace.spark.SparkAccess;
import dev.headrace.spark.SparkDriver;
import dev.headrace.spark.SparkEngine;
import dev.headrace.spark.SparkJars;
import dev.headrace.spark.SparkLaunch;
import dev.headrace.spi.engine.SqlEngine;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A real Spark for all tests of this JVM, which takes seconds to start, and DuckDB beside it. Small
 * data are not worth compiling code for: Spark interprets its plans here. Both end with the JVM.
 */
final class TwoEngines {
  private static final Path TARGET = Path.of("target", "two-engines").toAbsolutePath();
  private static final SparkDriver DRIVER =
      SparkDriver.of(
          new SparkLaunch(
              "local[2]",
              Map.of(
                  "spark.driver.memory", "1500m",
                  "spark.sql.shuffle.partitions", "2",
                  "spark.sql.codegen.wholeStage", "false",
                  "spark.sql.codegen.factoryMode", "NO_CODEGEN"),
              Optional.empty(),
              Optional.empty(),
              Optional.empty(),
              new SparkJars(TARGET.resolve("cache"), fetched -> {}),
              TARGET.resolve("spark.log")));

  private TwoEngines() {}

  /** Spark, which sees these directories. */
  static SqlEngine spark(Path... directories) {
    return SparkEngine.open(DRIVER, SparkAccess.to(List.of(directories)));
  }

  /** DuckDB, which sees these directories; close it. */
  static DuckDbEngine duckDb(Path... directories) {
    return DuckDbEngine.open(
        EngineConfig.defaults(TARGET.resolve("spill"), List.of(directories))
            .withMemoryLimitBytes(1L << 30));
  }
}
