package dev.headrace.spark;

import dev.headrace.spark.wire.Protocol;
import java.io.File;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * How a driver is started.
 *
 * @param master Spark's master, such as {@code local[2]}
 * @param conf Spark's settings
 * @param home an installed Spark whose {@code spark-submit} starts the driver; without it the
 *     driver is a plain Java process with {@code jars} on its class path
 * @param jars Spark's libraries in order; asked for when the driver starts
 * @param log where the driver writes its log; replaced at every start
 */
public record SparkLaunch(
    String master,
    Map<String, String> conf,
    Optional<Path> home,
    Supplier<List<Path>> jars,
    Path log) {
  private static final String MAIN = "dev.headrace.spark.driver.DriverMain";
  private static final String MEMORY = "spark.driver.memory";

  /** What Spark 4.1 needs of a recent JDK: its own launcher's list, and Unsafe for Arrow. */
  private static final List<String> JVM_OPTIONS =
      List.of(
          "-XX:+IgnoreUnrecognizedVMOptions",
          "--add-modules=jdk.incubator.vector",
          "--add-opens=java.base/java.lang=ALL-UNNAMED",
          "--add-opens=java.base/java.lang.invoke=ALL-UNNAMED",
          "--add-opens=java.base/java.lang.reflect=ALL-UNNAMED",
          "--add-opens=java.base/java.io=ALL-UNNAMED",
          "--add-opens=java.base/java.net=ALL-UNNAMED",
          "--add-opens=java.base/java.nio=ALL-UNNAMED",
          "--add-opens=java.base/java.util=ALL-UNNAMED",
          "--add-opens=java.base/java.util.concurrent=ALL-UNNAMED",
          "--add-opens=java.base/java.util.concurrent.atomic=ALL-UNNAMED",
          "--add-opens=java.base/jdk.internal.ref=ALL-UNNAMED",
          "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
          "--add-opens=java.base/sun.nio.cs=ALL-UNNAMED",
          "--add-opens=java.base/sun.security.action=ALL-UNNAMED",
          "--add-opens=java.base/sun.util.calendar=ALL-UNNAMED",
          "--add-opens=java.security.jgss/sun.security.krb5=ALL-UNNAMED",
          "-Djdk.reflect.useDirectMethodHandle=false",
          "-Dio.netty.tryReflectionSetAccessible=true",
          "-Dio.netty.allocator.type=pooled",
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow");

  public SparkLaunch {
    conf = Map.copyOf(conf);
  }

  ProcessBuilder command() {
    return new ProcessBuilder(home.map(this::submit).orElseGet(this::java));
  }

  /** What the driver is told over its standard input: settings may hold secrets. */
  Map<String, String> settings() {
    Map<String, String> settings = new TreeMap<>(conf);
    settings.put("spark.master", master);
    return settings;
  }

  private List<String> java() {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(JVM_OPTIONS);
    command.add("-Xmx" + conf.getOrDefault(MEMORY, "2g"));
    command.add("-Duser.timezone=UTC");
    command.add("-cp");
    List<Path> classPath = new ArrayList<>(own());
    classPath.addAll(jars.get());
    command.add(
        classPath.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator)));
    command.add(MAIN);
    return command;
  }

  private List<String> submit(Path home) {
    List<String> command = new ArrayList<>();
    command.add(home.resolve("bin").resolve("spark-submit").toString());
    command.addAll(List.of("--master", master, "--deploy-mode", "client", "--class", MAIN));
    new TreeMap<>(conf)
        .forEach(
            (key, value) -> {
              if (key.startsWith("spark.driver.")) { // Needed before the process is there.
                command.addAll(List.of("--conf", key + "=" + value));
              }
            });
    command.add(own().getFirst().toString());
    return command;
  }

  /** Where the driver's own classes are: beside this one's, in a jar or a build's directory. */
  private static List<Path> own() {
    try {
      return List.of(
          Path.of(Protocol.class.getProtectionDomain().getCodeSource().getLocation().toURI()));
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
