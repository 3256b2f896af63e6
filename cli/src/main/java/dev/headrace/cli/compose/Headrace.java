package dev.headrace.cli.compose;

import dev.headrace.cli.process.Ambient;
import dev.headrace.cli.process.LogSetup;
import java.nio.file.Path;

/**
 * One opened project with all the parts that work on it: the composition root.
 *
 * <p>Everything is built here by constructor and handed on; nothing looks anything up. Parts are
 * made when first asked for, because most commands need few of them and the engine alone takes half
 * a second to load. Not thread-safe; the parts are as thread-safe as they say. Close it.
 */
public final class Headrace implements AutoCloseable {
  private final Path directory;
  private final Ambient ambient;

  private Headrace(Path directory, Ambient ambient) {
    this.directory = directory;
    this.ambient = ambient;
  }

  /**
   * Opens the project in {@code directory}.
   *
   * @param debug whether libraries log to standard error too
   */
  public static Headrace open(Path directory, Ambient ambient, boolean debug) {
    Headrace headrace = new Headrace(directory, ambient);
    LogSetup.prepare(headrace.logFile(), debug);
    return headrace;
  }

  /** The project's directory. */
  public Path directory() {
    return directory;
  }

  /** Where the project keeps its state. */
  public Path stateDirectory() {
    return directory.resolve(ProjectDirectory.STATE);
  }

  /** Where warnings and stack traces go. */
  public Path logFile() {
    return stateDirectory().resolve("logs").resolve("headrace.log");
  }

  /** The machine the project is opened on. */
  public Ambient ambient() {
    return ambient;
  }

  /** Gives back what was opened, in reverse order. */
  @Override
  public void close() {}
}
