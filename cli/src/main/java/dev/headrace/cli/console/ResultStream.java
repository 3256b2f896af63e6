package dev.headrace.cli.console;

import dev.headrace.cli.process.CliError;
import dev.headrace.spi.error.HeadraceException;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Locale;

/**
 * A buffer in front of a stream, which tells a reader that went away from a disk that is full, and
 * which can take back what has not left it yet.
 */
final class ResultStream extends OutputStream {
  private final OutputStream target;
  private final byte[] buffer = new byte[1 << 16];
  private int used;
  private boolean begun;

  ResultStream(OutputStream target) {
    this.target = target;
  }

  @Override
  public void write(int value) {
    if (used == buffer.length) {
      drain();
    }
    buffer[used++] = (byte) value;
  }

  @Override
  public void write(byte[] bytes, int offset, int length) {
    int from = offset;
    int left = length;
    while (left > 0) {
      if (used == buffer.length) {
        drain();
      }
      int step = Math.min(left, buffer.length - used);
      System.arraycopy(bytes, from, buffer, used, step);
      used += step;
      from += step;
      left -= step;
    }
  }

  /** Does nothing: writers above flush for their own reasons; see {@link #drain}. */
  @Override
  public void flush() {}

  /** Hands everything on. */
  void drain() {
    int length = used;
    used = 0; // Whatever fails below is not tried a second time.
    try {
      if (length > 0) {
        begun = true;
        target.write(buffer, 0, length);
      }
      target.flush();
    } catch (IOException e) {
      String reason = String.valueOf(e.getMessage());
      if (reason.toLowerCase(Locale.ROOT).contains("pipe")) {
        throw new OutputClosed(e);
      }
      throw new HeadraceException(
          CliError.CLI_OUTPUT_FAILED,
          "Cannot write the result: " + reason + ".",
          "Check the disk or the program that standard output leads to.",
          e);
    }
  }

  /**
   * Forgets what has not been handed on.
   *
   * @return whether nothing at all had been handed on before
   */
  boolean takeBack() {
    used = 0;
    return !begun;
  }
}
