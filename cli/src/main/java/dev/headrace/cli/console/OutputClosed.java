package dev.headrace.cli.console;

/** The reader of our output went away, as {@code head} does: no error, but no reason to go on. */
public final class OutputClosed extends RuntimeException {
  OutputClosed(Throwable cause) {
    super("the reader of the output is gone", cause);
  }
}
