package dev.headrace.cli.compose;

import dev.headrace.core.project.spec.Default;
import dev.headrace.core.project.spec.Doc;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a project may say about the engine under {@code engine: spark:}. */
@Doc("Spark in a process of its own, on this machine or on a cluster.")
public record SparkSpec(
    @Default("local[*]")
        @Doc("Spark's master: local[N] for N processors of this machine, or a cluster's address.")
        String master,
    @Default("{}") @Doc("Settings of Spark, such as spark.driver.memory (default: 2g).")
        Map<String, String> conf,
    @Doc(
            "Directory of an installed Spark, whose spark-submit then starts the driver; where"
                + " absent Spark's libraries are fetched by Maven at first use.")
        @Nullable String home,
    @Doc(
            "Directory of the Java that the driver runs on, 17 or later; where absent the Java that"
                + " runs Headrace, and with 'home' the one that spark-submit finds.")
        @Nullable String java) {
  public SparkSpec {
    conf = Map.copyOf(conf);
    for (String key : conf.keySet()) {
      if (!key.startsWith("spark.")) {
        throw new IllegalArgumentException(
            "must have settings of Spark under 'conf', but '"
                + key
                + "' does not begin with spark.");
      }
    }
  }

  /** Spark on all processors of this machine, its libraries fetched. */
  static SparkSpec defaults() {
    return new SparkSpec("local[*]", Map.of(), null, null);
  }
}
