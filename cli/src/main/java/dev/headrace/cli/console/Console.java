package dev.headrace.cli.console;

import dev.headrace.cli.process.Ambient;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/**
 * The two streams of the process and what is known of them.
 *
 * <p>Standard output takes results, standard error takes progress and messages; both are UTF-8
 * whatever the locale says. Output is buffered until the command ends, 64 KiB have come together or
 * {@link #flush} is called, so that a command that fails early has printed no half result.
 */
public final class Console {
  private final ResultStream outStream;
  private final ResultStream errStream;
  private final PrintWriter out;
  private final PrintWriter err;
  private final Look outLook;
  private final Look errLook;
  private boolean json;

  public Console(OutputStream out, Look outLook, OutputStream err, Look errLook) {
    this.outStream = new ResultStream(out);
    this.errStream = new ResultStream(err);
    this.out = writer(outStream);
    this.err = writer(errStream);
    this.outLook = outLook;
    this.errLook = errLook;
  }

  /**
   * The console of this process. Whether a stream is a terminal is known to the launcher, which
   * tells it in {@code headrace.terminal}: {@code out}, {@code err} or both, and the width.
   */
  public static Console ofProcess(Ambient ambient) {
    String terminals = System.getProperty("headrace.terminal", "");
    int columns = Integer.getInteger("headrace.columns", 0);
    return new Console(
        new FileOutputStream(FileDescriptor.out),
        Look.of(ambient, terminals.contains("out"), columns),
        new FileOutputStream(FileDescriptor.err),
        Look.of(ambient, terminals.contains("err"), columns));
  }

  private static PrintWriter writer(OutputStream stream) {
    // A PrintWriter hides only IOExceptions, and ResultStream throws none.
    return new PrintWriter(new OutputStreamWriter(stream, StandardCharsets.UTF_8), false);
  }

  /** Takes the command's result. */
  public PrintWriter out() {
    return out;
  }

  /** How the result is shown. */
  public Look outLook() {
    return outLook;
  }

  /** How messages are shown. */
  public Look errLook() {
    return errLook;
  }

  /** Whether the user asked for exactly one JSON document. */
  public boolean json() {
    return json;
  }

  /** Sets whether the user asked for exactly one JSON document. */
  public void json(boolean wanted) {
    json = wanted;
  }

  /** Prints a message, followed by a line end, at once. */
  public void say(String message) {
    sayRaw(message + "\n");
  }

  /** Prints text and control sequences to standard error as they are, at once. */
  void sayRaw(String text) {
    synchronized (errStream) {
      err.write(text);
      err.flush();
      errStream.drain();
    }
  }

  /** Lets everything written so far go out. */
  public void flush() {
    out.flush();
    outStream.drain();
  }

  /**
   * Forgets the part of the result that has not gone out yet.
   *
   * @return whether nothing of it had gone out, so that another document may still take its place
   */
  public boolean takeBackResult() {
    out.flush();
    return outStream.takeBack();
  }
}
