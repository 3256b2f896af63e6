package dev.headrace.cli.process;

import java.nio.file.Path;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.StreamHandler;
import org.jspecify.annotations.Nullable;

/**
 * How libraries log: warnings go to the log file of the project, nothing to standard output. With
 * {@code --debug}, messages from INFO on go to standard error too.
 *
 * <p>{@link #prepare} only leaves a note in two system properties; the JDK creates this class when,
 * and if, a first logger is asked for, so that short commands never pay for logging.
 */
public final class LogSetup {
  private static final String FILE = "headrace.log.file";
  private static final String DEBUG = "headrace.log.debug";

  /** Called by the JDK; not for use. */
  public LogSetup() {
    boolean debug = Boolean.getBoolean(DEBUG);
    Logger root = LogManager.getLogManager().getLogger("");
    root.setLevel(debug ? Level.INFO : Level.WARNING);
    String file = System.getProperty(FILE);
    if (file != null) {
      root.addHandler(new LogFile(Path.of(file)));
    }
    if (debug || file == null) {
      root.addHandler(new ToStandardError());
    }
  }

  /**
   * Says where libraries log, should they ever do so.
   *
   * @param file the log file; null to log to standard error
   */
  public static void prepare(@Nullable Path file, boolean debug) {
    System.setProperty("java.util.logging.config.class", LogSetup.class.getName());
    System.setProperty(DEBUG, Boolean.toString(debug));
    if (file != null) {
      System.setProperty(FILE, file.toString());
    }
  }

  /** One line: level, the logger's last word, the message. */
  static String line(LogRecord entry) {
    String logger = entry.getLoggerName() == null ? "" : entry.getLoggerName();
    return entry.getLevel().getName()
        + ' '
        + logger.substring(logger.lastIndexOf('.') + 1)
        + ": "
        + new OneLine().formatMessage(entry);
  }

  private static final class OneLine extends Formatter {
    @Override
    public String format(LogRecord entry) {
      Throwable thrown = entry.getThrown();
      return line(entry) + (thrown == null ? "" : " (" + thrown + ")") + "\n";
    }
  }

  private static final class ToStandardError extends StreamHandler {
    ToStandardError() {
      super(System.err, new OneLine());
    }

    @Override
    public synchronized void publish(LogRecord entry) {
      super.publish(entry);
      flush();
    }

    @Override
    public synchronized void close() {
      flush(); // Standard error is not ours to close.
    }
  }
}
