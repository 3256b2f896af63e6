package dev.headrace.testkit.spark;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Spark's own cluster on this machine: a master and one worker with two processors, each a process
 * of its own on loopback, on free ports. Executors are further processes, which the worker starts.
 * All end when it is closed.
 */
public final class StandaloneCluster implements AutoCloseable {
  private static final Pattern MASTER = Pattern.compile("Starting Spark master at (spark://\\S+)");
  private static final Pattern REGISTERED =
      Pattern.compile("(Successfully registered) with master");
  private static final long STARTS_WITHIN_NANOS = 120_000_000_000L;

  /** The opened packages that Spark's own launcher would give a recent JDK. */
  private static final List<String> JVM_OPTIONS =
      Stream.of(
              "java.lang",
              "java.lang.invoke",
              "java.net",
              "java.nio",
              "java.util",
              "java.util.concurrent",
              "sun.nio.ch",
              "sun.util.calendar")
          .map(name -> "--add-opens=java.base/" + name + "=ALL-UNNAMED")
          .toList();

  private final Path home;
  private final Path directory;
  private final List<Process> processes = new ArrayList<>();
  private String url = "";

  private StandaloneCluster(Path home, Path directory) {
    this.home = home;
    this.directory = directory;
  }

  /**
   * Starts one and waits until the worker is known to the master.
   *
   * @param home the Spark that all its processes run, as {@link SparkHome} makes one
   * @param directory for logs, and for the work of executors
   */
  public static StandaloneCluster start(Path home, Path directory) throws Exception {
    StandaloneCluster cluster = new StandaloneCluster(home, Files.createDirectories(directory));
    try {
      cluster.run("master.Master", "master", List.of("--port", "0"));
      cluster.url = cluster.await("master", MASTER);
      cluster.run(
          "worker.Worker",
          "worker",
          List.of(
              "--cores", "2", "--memory", "2g", "--work-dir", cluster.work() + "", cluster.url));
      cluster.await("worker", REGISTERED);
      return cluster;
    } catch (Exception e) {
      cluster.close();
      throw e;
    }
  }

  /** What a driver connects to. */
  public String url() {
    return url;
  }

  /** How many executors the worker has started so far, those that have ended too. */
  public long executorsStarted() throws IOException {
    if (!Files.exists(work())) {
      return 0;
    }
    try (Stream<Path> tree = Files.walk(work(), 2)) {
      return tree.filter(path -> path.getFileName().toString().matches("\\d+")).count();
    }
  }

  /** Kills the processes of executors, as a machine would that loses its power. */
  public long killExecutors() {
    Predicate<ProcessHandle> executor =
        process -> process.info().commandLine().orElse("").contains("CoarseGrainedExecutor");
    return processes.stream()
        .flatMap(Process::descendants)
        .filter(executor)
        .filter(ProcessHandle::destroyForcibly)
        .count();
  }

  private Path work() {
    return directory.resolve("work");
  }

  private void run(String main, String name, List<String> arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(JVM_OPTIONS);
    command.addAll(List.of("-Xmx256m", "-cp", home.resolve("jars") + "/*"));
    command.addAll(List.of("org.apache.spark.deploy." + main, "--host", "127.0.0.1"));
    command.addAll(List.of("--webui-port", "0"));
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("SPARK_HOME", home.toString()); // The worker starts executors of it.
    builder.environment().put("SPARK_SCALA_VERSION", "2.13");
    builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
    builder.redirectOutput(log(name).toFile());
    processes.add(builder.start());
  }

  private Path log(String name) {
    return directory.resolve(name + ".log");
  }

  private String await(String name, Pattern pattern) throws IOException, InterruptedException {
    long end = System.nanoTime() + STARTS_WITHIN_NANOS;
    while (System.nanoTime() < end && processes.getLast().isAlive()) {
      Matcher found = pattern.matcher(Files.readString(log(name), StandardCharsets.UTF_8));
      if (found.find()) {
        return found.group(1);
      }
      Thread.sleep(50);
    }
    throw new IllegalStateException(Files.readString(log(name)));
  }

  /** Ends the worker, which ends its executors, and the master. */
  @Override
  public void close() {
    for (Process process : processes.reversed()) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }
}
