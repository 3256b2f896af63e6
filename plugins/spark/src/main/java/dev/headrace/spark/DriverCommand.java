package dev.headrace.spark;

import dev.headrace.spark.wire.Protocol;
import dev.headrace.spi.error.HeadraceException;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URISyntaxException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The command line that starts a driver, and what it needs until the driver is up. Close it then.
 *
 * <p>Settings may hold secrets, and a command line can be read by others: a plain driver is told
 * them over its standard input, {@code spark-submit} finds them in a file that only its owner may
 * read.
 */
final class DriverCommand implements AutoCloseable {
  private static final String MAIN = "dev.headrace.spark.driver.DriverMain";
  private static final String MEMORY = "spark.driver.memory";
  private static final String JARS = "spark.jars";
  private static final String ICEBERG = "iceberg-spark-runtime-4.1_2.13";

  /** What Spark 4.1 needs of a recent JDK: its own launcher's list. */
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
          "--enable-native-access=ALL-UNNAMED");

  private final SparkLaunch launch;
  private final List<String> words = new ArrayList<>();
  private final Map<String, String> environment = new TreeMap<>();
  private final Map<String, String> settings = new TreeMap<>();
  private @Nullable Path properties;

  private DriverCommand(SparkLaunch launch) {
    this.launch = launch;
  }

  /**
   * @param token for the catalog, the same for all drivers of this process
   * @throws HeadraceException SPARK_MISSING, SPARK_JAVA
   */
  static DriverCommand of(SparkLaunch launch, String token) throws IOException {
    DriverCommand command = new DriverCommand(launch);
    Optional<Path> home = launch.home();
    if (home.isPresent()) {
      command.submit(home.get());
    } else {
      command.java();
    }
    launch
        .catalog()
        .filter(_ -> launch.onCluster())
        .ifPresent(
            catalog -> {
              command.settings.put(Protocol.CATALOG_URI, catalog.apply(token));
              command.settings.put(Protocol.CATALOG_TOKEN, token);
            });
    return command;
  }

  ProcessBuilder process() {
    ProcessBuilder builder = new ProcessBuilder(words);
    builder.environment().putAll(environment);
    return builder;
  }

  /** What the driver is told over its standard input. */
  Map<String, String> settings() {
    return settings;
  }

  private void java() throws IOException {
    Path home = launch.java().orElseGet(() -> Path.of(System.getProperty("java.home")));
    words.add(checked(home).resolve("bin").resolve("java").toString());
    words.addAll(JVM_OPTIONS);
    words.add("-Xmx" + launch.conf().getOrDefault(MEMORY, "2g"));
    words.add("-Duser.timezone=UTC");
    String options = launch.conf().getOrDefault("spark.driver.extraJavaOptions", "").strip();
    if (!options.isEmpty()) {
      words.addAll(List.of(options.split("\\s+")));
    }
    List<String> classPath = new ArrayList<>();
    String extra = launch.conf().get("spark.driver.extraClassPath");
    if (extra != null) {
      classPath.add(extra);
    }
    classPath.add(own().toString());
    launch.jars().all().forEach(jar -> classPath.add(jar.toString()));
    words.addAll(List.of("-cp", String.join(File.pathSeparator, classPath), MAIN));
    settings.putAll(launch.conf());
    settings.put("spark.master", launch.master());
    if (launch.onCluster()) {
      // The executors' own Spark has neither.
      addJars(settings, List.of(ownJar(), launch.jars().one(ICEBERG)));
    }
  }

  private void submit(Path home) throws IOException {
    Path submit = home.resolve("bin").resolve("spark-submit");
    if (!Files.isExecutable(submit)) {
      throw new HeadraceException(
          SparkErrorCode.SPARK_MISSING,
          "Cannot start Spark from '" + home + "': it has no 'bin/spark-submit' that can be run.",
          "Let 'engine: spark: home:' name the directory of a Spark 4.1, or leave it out: then"
              + " Spark is fetched at first use.");
    }
    environment.put("SPARK_HOME", home.toString()); // One that is set already would win over ours.
    launch.java().ifPresent(java -> environment.put("JAVA_HOME", checked(java).toString()));
    Map<String, String> conf = new TreeMap<>(launch.conf());
    if (!hasIceberg(home)) {
      addJars(conf, List.of(launch.jars().one(ICEBERG)));
    }
    Path file = confidential(conf);
    words.addAll(
        List.of(submit.toString(), "--master", launch.master(), "--deploy-mode", "client"));
    words.addAll(List.of("--properties-file", file.toString(), "--load-spark-defaults"));
    words.addAll(List.of("--class", MAIN, ownJar().toString()));
  }

  private static Path checked(Path home) {
    Path java = home.resolve("bin").resolve("java");
    if (!Files.isExecutable(java)) {
      throw new HeadraceException(
          SparkErrorCode.SPARK_JAVA,
          "Cannot start the Spark driver: there is no Java at '" + java + "'.",
          "Let 'engine: spark: java:' name the directory of a Java 17 or later, or leave it out.");
    }
    return home;
  }

  private boolean hasIceberg(Path home) throws IOException {
    boolean declared =
        Stream.of(JARS, "spark.jars.packages", "spark.driver.extraClassPath")
            .anyMatch(key -> launch.conf().getOrDefault(key, "").contains(ICEBERG));
    if (declared || !Files.isDirectory(home.resolve("jars"))) {
      return declared;
    }
    try (DirectoryStream<Path> found =
        Files.newDirectoryStream(home.resolve("jars"), ICEBERG + "*.jar")) {
      return found.iterator().hasNext();
    }
  }

  private static void addJars(Map<String, String> conf, List<Path> jars) {
    String added = jars.stream().map(Path::toString).collect(Collectors.joining(","));
    conf.merge(JARS, added, (declared, ours) -> declared + "," + ours);
  }

  private Path confidential(Map<String, String> conf) throws IOException {
    Path file =
        Files.createTempFile(
            launch.log().toAbsolutePath().getParent(),
            "spark-",
            ".conf",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    properties = file;
    Properties text = new Properties();
    text.putAll(conf);
    try (OutputStream out = Files.newOutputStream(file)) {
      text.store(out, null);
    }
    return file;
  }

  /** Where the driver's own classes are: beside this one's, in a jar or a build's directory. */
  private static Path own() {
    try {
      return Path.of(Protocol.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The same as a jar: Spark sends no directories to executors. */
  private Path ownJar() throws IOException {
    Path own = own();
    if (!Files.isDirectory(own)) {
      return own;
    }
    Path jar = launch.log().resolveSibling("spark-driver.jar").toAbsolutePath();
    Path fresh = Files.createTempFile(jar.getParent(), "spark-driver-", ".tmp");
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(fresh));
        Stream<Path> tree = Files.walk(own)) {
      for (Path file : tree.filter(Files::isRegularFile).sorted().toList()) {
        out.putNextEntry(new JarEntry(own.relativize(file).toString().replace('\\', '/')));
        Files.copy(file, out);
      }
    }
    return Files.move(fresh, jar, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Forgets what only the start needed. */
  @Override
  public void close() throws IOException {
    Path file = properties;
    if (file != null) {
      Files.deleteIfExists(file);
    }
  }
}
