package dev.headrace.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The built distribution's launcher, started as a user starts it. */
final class Launcher {
  private final Path script;
  private final Path directory;

  private Launcher(Path script, Path directory) {
    this.script = script;
    this.directory = directory;
  }

  /** Sets up the distribution as it was built, with classes prepared as on a user's machine. */
  static Launcher prepare(Workspace workspace) throws IOException, InterruptedException {
    Path built = workspace.root().resolve("cli/target/distribution/headrace");
    Path lib = built.resolve("lib");
    if (!Files.isDirectory(lib)) {
      throw new IllegalStateException("there is no " + lib + "; build the cli first");
    }
    Path home = workspace.fresh("distribution");
    Files.createSymbolicLink(home.resolve("lib"), lib);
    Path script = Files.createDirectories(home.resolve("bin")).resolve("headrace");
    Files.copy(built.resolve("bin/headrace"), script);
    ProcessBuilder train = new ProcessBuilder("sh", script.toString());
    train.environment().put("HEADRACE_PREPARE_START", "only");
    train.environment().put("JAVA_HOME", System.getProperty("java.home"));
    finish(train.redirectErrorStream(true).start(), "");
    return new Launcher(script, workspace.fresh("launcher"));
  }

  /**
   * Starts a command several times, after once to warm the file cache.
   *
   * @param says what its standard output must hold
   */
  Samples time(int rounds, String says, String... command)
      throws IOException, InterruptedException {
    Samples samples = new Samples();
    run(says, "", command);
    for (int i = 0; i < rounds; i++) {
      long start = System.nanoTime();
      double cpu = run(says, "", command);
      samples.add((System.nanoTime() - start) / 1e9, cpu);
    }
    return samples;
  }

  /** Whether a command loads a native library with this in its name. */
  boolean loadsLibrary(String part, String... command) throws IOException, InterruptedException {
    Path log = directory.resolve("libraries.log");
    run("", "-Xlog:library=info:file=" + log, command);
    try (Stream<String> lines = Files.lines(log)) {
      List<String> loaded = lines.filter(line -> line.contains("Loaded library ")).toList();
      if (loaded.isEmpty()) {
        throw new IllegalStateException("the JVM has logged no library, not even its own");
      }
      return loaded.stream().anyMatch(line -> line.contains(part));
    }
  }

  /** Runs a command and returns the processor seconds it took with all its processes. */
  private double run(String says, String options, String... command)
      throws IOException, InterruptedException {
    List<String> line =
        new ArrayList<>(List.of("sh", "-c", "sh \"$@\"; code=$?; times >&2; exit $code", "sh"));
    line.add(script.toString());
    line.addAll(List.of(command));
    Path errors = directory.resolve("errors");
    ProcessBuilder builder = new ProcessBuilder(line).redirectError(errors.toFile());
    builder.environment().put("HEADRACE_OPTS", options);
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    finish(builder.start(), says);
    return childSeconds(Files.readString(errors));
  }

  private static void finish(Process process, String says)
      throws IOException, InterruptedException {
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int code = process.waitFor();
    if (code != 0 || !output.contains(says)) {
      throw new IllegalStateException("exit code " + code + ", output: " + output);
    }
  }

  /** The last line of {@code times}: user and system time of children, as 0m1.250s. */
  private static double childSeconds(String times) {
    String[] words = times.strip().lines().toList().getLast().split(" ");
    double seconds = 0;
    for (String word : words) {
      int minutes = word.indexOf('m');
      seconds +=
          60 * Double.parseDouble(word.substring(0, minutes))
              + Double.parseDouble(word.substring(minutes + 1, word.length() - 1));
    }
    return seconds;
  }
}
