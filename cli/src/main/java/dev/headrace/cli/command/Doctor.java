package dev.headrace.cli.command;

import com.sun.management.OperatingSystemMXBean;
import dev.headrace.cli.compose.ProjectDirectory;
import dev.headrace.cli.console.Look;
import dev.headrace.cli.console.Quantity;
import dev.headrace.cli.process.Ambient;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** Examines a machine: tries what Headrace needs of it rather than guessing. */
final class Doctor {
  private static final long LITTLE_MEMORY_BYTES = 2L << 30;
  private static final long LITTLE_DISK_BYTES = 5L << 30;
  private static final long NO_DISK_BYTES = 200L << 20;

  private final Invocation call;
  private final Ambient ambient;
  private final List<Finding> findings = new ArrayList<>();

  Doctor(Invocation call) {
    this.call = call;
    this.ambient = call.ambient();
  }

  /** How something stands. */
  enum Verdict {
    OK,
    /** It works, but not well. */
    WARN,
    /** Something a user needs will not work. */
    FAIL
  }

  /**
   * One thing that was examined.
   *
   * @param text what was found
   * @param hint what to do about it; empty when it is well
   */
  record Finding(String name, Verdict verdict, String text, String hint) {}

  /** Examines everything. */
  List<Finding> examine() {
    java();
    memory();
    disk("disk", stateHome());
    disk("temporary", ambient.temporaryDirectory());
    driver("duckdb", "jdbc:duckdb:", "select version()");
    driver("sqlite", "jdbc:sqlite::memory:", "select sqlite_version()");
    startup();
    locale();
    terminal();
    return List.copyOf(findings);
  }

  private void found(String name, Verdict verdict, String text, String hint) {
    findings.add(new Finding(name, verdict, text, verdict == Verdict.OK ? "" : hint));
  }

  private void java() {
    Runtime.Version version = Runtime.version();
    found(
        "java",
        version.feature() >= 25 ? Verdict.OK : Verdict.FAIL,
        "%s (%s)".formatted(version, System.getProperty("java.home")),
        "Install a JDK 25 or newer.");
  }

  private void memory() {
    // Both know the limits of a container.
    long bytes =
        ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
    int cores = Runtime.getRuntime().availableProcessors();
    found(
        "memory",
        bytes < LITTLE_MEMORY_BYTES ? Verdict.WARN : Verdict.OK,
        Quantity.bytes(bytes),
        "Large joins and sorts will spill to disk; give the machine 2 GiB or more.");
    found("cores", Verdict.OK, Integer.toString(cores), "");
  }

  private Path stateHome() {
    return ProjectDirectory.nearest(ambient.workingDirectory()).orElse(ambient.workingDirectory());
  }

  private void disk(String name, Path directory) {
    try {
      Path probe = Files.createTempFile(directory, ".headrace-doctor", null);
      try {
        Files.write(probe, new byte[4096]);
      } finally {
        Files.delete(probe);
      }
      long free = Files.getFileStore(directory).getUsableSpace();
      Verdict verdict = Verdict.OK;
      if (free < LITTLE_DISK_BYTES) {
        verdict = free < NO_DISK_BYTES ? Verdict.FAIL : Verdict.WARN;
      }
      found(
          name,
          verdict,
          "%s free in %s".formatted(Quantity.bytes(free), directory),
          "Tables and spilled sorts need room; free some.");
    } catch (IOException e) {
      found(
          name,
          Verdict.FAIL,
          "cannot write to %s: %s".formatted(directory, e),
          "Change its owner or its permissions, or free some space.");
    }
  }

  private void driver(String name, String url, String versionQuery) {
    long began = System.nanoTime();
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(versionQuery)) {
      result.next();
      double seconds = (System.nanoTime() - began) / 1e9;
      found(
          name,
          Verdict.OK,
          "%s, loads in %s".formatted(result.getString(1), Quantity.seconds(seconds)),
          "");
    } catch (SQLException | LinkageError e) {
      found(
          name,
          Verdict.FAIL,
          String.valueOf(e.getMessage()),
          "Its native library must be unpacked to, and run from, %s: check space and 'noexec'."
              .formatted(ambient.temporaryDirectory()));
    }
  }

  private void startup() {
    boolean cached =
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
            .anyMatch(argument -> argument.startsWith("-XX:AOTCache="));
    found(
        "start-up",
        Verdict.OK,
        cached ? "with prepared classes" : "without prepared classes: a little slower",
        "");
  }

  private void locale() {
    boolean unicode = call.console().outLook().unicode();
    found(
        "locale",
        Verdict.OK,
        unicode ? "UTF-8" : "not UTF-8: tables are drawn in ASCII, data stays UTF-8",
        "");
  }

  private void terminal() {
    Look look = call.console().outLook();
    found(
        "terminal",
        Verdict.OK,
        look.terminal()
            ? "%d columns%s".formatted(look.width(), look.colour() ? ", colour" : "")
            : "none: plain output",
        "");
  }
}
