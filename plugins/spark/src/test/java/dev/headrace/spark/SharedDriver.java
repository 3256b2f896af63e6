package dev.headrace.spark;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** One Spark for all tests of this JVM: it takes seconds to start. It ends with the JVM. */
final class SharedDriver {
  private static final SparkDriver DRIVER = SparkDriver.of(launch("shared", "1500m"));

  private SharedDriver() {}

  static SparkDriver get() {
    return DRIVER;
  }

  /** A launch on two processors with that much memory. */
  static SparkLaunch launch(String name, String memory) {
    return launch(name, memory, "local[2]");
  }

  /** The same on another master. */
  static SparkLaunch launch(String name, String memory, String master) {
    return new SparkLaunch(
        master,
        Map.of("spark.driver.memory", memory, "spark.sql.shuffle.partitions", "4"),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        jars(),
        Path.of("target", "spark", name + ".log").toAbsolutePath());
  }

  /** Spark's libraries. */
  static SparkJars jars() {
    Path cache = Path.of("target", "spark", "cache").toAbsolutePath();
    return new SparkJars(cache, fetched -> {});
  }
}
