package dev.headrace.cli.process;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.logging.Handler;
import java.util.logging.LogRecord;

/**
 * A log that is created with its first line: most commands never write one.
 *
 * <p>Holds warnings of libraries and the stack traces of defects, one UTC timestamp per entry. At 8
 * MiB it becomes {@code headrace.log.1}, replacing an older one. Several processes may append to
 * it: an entry is one write.
 */
public final class LogFile extends Handler {
  private static final long MAX_SIZE_BYTES = 8L << 20;

  private final Path file;

  public LogFile(Path file) {
    this.file = file;
  }

  /** Where the entries go. */
  public Path file() {
    return file;
  }

  /**
   * Appends an entry.
   *
   * @throws UncheckedIOException if the file cannot be written
   */
  public void append(Instant time, String text, Throwable thrown) {
    StringWriter entry = new StringWriter();
    entry.append(time.toString()).append(' ').append(text).append('\n');
    thrown.printStackTrace(new PrintWriter(entry));
    write(entry.toString());
  }

  @Override
  public void publish(LogRecord entry) {
    if (!isLoggable(entry)) {
      return;
    }
    StringWriter text = new StringWriter();
    text.append(entry.getInstant().toString())
        .append(' ')
        .append(LogSetup.line(entry))
        .append('\n');
    if (entry.getThrown() != null) {
      entry.getThrown().printStackTrace(new PrintWriter(text));
    }
    try {
      write(text.toString());
    } catch (UncheckedIOException e) {
      // A log that cannot be written must not stop the work it would tell about.
    }
  }

  private synchronized void write(String entry) {
    try {
      Path directory = file.toAbsolutePath().getParent();
      if (directory != null) {
        Files.createDirectories(directory);
      }
      if (Files.exists(file) && Files.size(file) > MAX_SIZE_BYTES) {
        Files.move(
            file,
            file.resolveSibling(file.getFileName() + ".1"),
            StandardCopyOption.REPLACE_EXISTING);
      }
      Files.write(
          file,
          entry.getBytes(StandardCharsets.UTF_8),
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void flush() {}

  @Override
  public void close() {}
}
