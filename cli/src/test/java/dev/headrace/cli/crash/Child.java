package dev.headrace.cli.crash;

import dev.headrace.cli.Main;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A process of Headrace, started like any user's, that can be stopped in every way. */
public final class Child implements AutoCloseable {
  private final Process process;
  private final Lines out;
  private final Lines err;

  private Child(Process process) {
    this.process = process;
    this.out = new Lines(process.inputReader(StandardCharsets.UTF_8));
    this.err = new Lines(process.errorReader(StandardCharsets.UTF_8));
  }

  /** Starts {@code headrace args} with the class path of this test. */
  static Child start(Path directory, List<String> args) throws IOException {
    return start(directory, List.of(), List.of(), Map.of(), args);
  }

  /**
   * Starts {@code headrace args}.
   *
   * @param wrapper words in front of the command, for example a shell that sets limits
   * @param jvm further options of the Java machine
   */
  static Child start(
      Path directory,
      List<String> wrapper,
      List<String> jvm,
      Map<String, String> environment,
      List<String> args)
      throws IOException {
    // Whoever runs the tests in the background of a shell has them ignore Ctrl-C, and a JVM takes
    // that over from the process that starts it.
    List<String> command = new ArrayList<>(List.of("env", "--default-signal=INT,TERM"));
    command.addAll(wrapper);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-XX:TieredStopAtLevel=1",
            "-Xshare:auto",
            "-Xmx512m"));
    command.addAll(jvm);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(args);
    ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
    builder.environment().putAll(environment);
    return new Child(builder.start());
  }

  /** Collects what a process prints, so that it never waits for a reader. */
  private static final class Lines {
    private final List<String> lines = new ArrayList<>();
    private final Thread reader;

    Lines(BufferedReader from) {
      reader = Thread.ofVirtual().start(() -> read(from));
    }

    private void read(BufferedReader from) {
      try (from) {
        for (String line = from.readLine(); line != null; line = from.readLine()) {
          add(line);
        }
      } catch (IOException e) {
        // The process was killed while it printed.
      } finally {
        add(null);
      }
    }

    private synchronized void add(@Nullable String line) {
      if (line != null) {
        lines.add(line);
      }
      notifyAll();
    }

    /** Waits until this many lines have come or no more will. */
    synchronized void await(int count) throws InterruptedException {
      while (lines.size() < count && reader.isAlive()) {
        wait(50);
      }
    }

    String text() throws InterruptedException {
      reader.join();
      synchronized (this) {
        return String.join("\n", lines);
      }
    }
  }

  /** How a process ended; the exit code of one that a signal ended is 128 + the signal. */
  public record End(int exitCode, String out, String err) {}

  /** Waits for the end. */
  End await() throws InterruptedException {
    if (!process.waitFor(Duration.ofMinutes(3).toSeconds(), TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
      throw new AssertionError("the process did not end:\n" + out.text() + "\n" + err.text());
    }
    return new End(process.exitValue(), out.text(), err.text());
  }

  /** Waits until the process has printed this many lines to standard error, or has ended. */
  void awaitMessages(int count) throws InterruptedException {
    err.await(count);
  }

  /** Waits for the end, but no longer than this; whether it came. */
  boolean endsWithin(Duration patience) throws InterruptedException {
    return process.waitFor(patience.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** SIGKILL: no handler, no hook, no last word. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** Sends a signal such as {@code INT}. */
  void signal(String name) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  long pid() {
    return process.pid();
  }

  @Override
  public void close() {
    try {
      kill();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UncheckedIOException(new IOException(e));
    }
  }
}
