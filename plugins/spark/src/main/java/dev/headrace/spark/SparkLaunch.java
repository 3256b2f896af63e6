package dev.headrace.spark;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * How a driver is started.
 *
 * @param master Spark's master, such as {@code local[2]} or {@code spark://host:7077}
 * @param conf Spark's settings
 * @param home an installed Spark whose {@code spark-submit} starts the driver; without it the
 *     driver is a plain Java process with {@code jars} on its class path
 * @param java directory of the Java that the driver runs on; without it a plain driver runs on the
 *     Java of this process, and {@code spark-submit} looks for one as it does for anybody
 * @param catalog serves the lake's REST catalog to who carries the token it is given, and returns
 *     its address; asked when the driver starts. Without it the driver reads lists of files
 * @param jars Spark's libraries; asked for when the driver starts
 * @param log where the driver writes its log; replaced at every start
 */
public record SparkLaunch(
    String master,
    Map<String, String> conf,
    Optional<Path> home,
    Optional<Path> java,
    Optional<UnaryOperator<String>> catalog,
    SparkJars jars,
    Path log) {
  public SparkLaunch {
    conf = Map.copyOf(conf);
  }

  /** Whether the work is done by other processes than the driver, perhaps on other machines. */
  boolean onCluster() {
    return !master.startsWith("local");
  }
}
