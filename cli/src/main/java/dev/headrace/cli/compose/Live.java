package dev.headrace.cli.compose;

import dev.headrace.spi.error.HeadraceException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is declared, while a process serves it: a change takes effect within half a second, and what
 * cannot be read leaves what was. Thread-safe.
 *
 * @param <S> signs of a change, cheap to look at
 * @param <T> what is read then
 */
final class Live<S, T> implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Live.class);
  private static final Duration PERIOD = Duration.ofMillis(250);

  private final String what;
  private final Supplier<S> signs;
  private final Function<S, T> reader;
  private final Repeated looking;
  private volatile T now;
  private S seen;
  private boolean failing;

  private Live(String what, Supplier<S> signs, Function<S, T> reader) {
    this.what = what;
    this.signs = signs;
    this.reader = reader;
    this.seen = signs.get();
    this.now = reader.apply(seen);
    this.looking = Repeated.every(PERIOD, what, this::look);
  }

  /**
   * Reads, and follows from now on.
   *
   * @param what for the log
   * @throws HeadraceException if it cannot be read now
   */
  static <S, T> Live<S, T> follow(String what, Supplier<S> signs, Function<S, T> reader) {
    return new Live<>(what, signs, reader);
  }

  T now() {
    return now;
  }

  private void look() {
    try {
      S there = signs.get();
      if (!there.equals(seen)) {
        seen = there;
        now = reader.apply(there);
      }
      failing = false;
    } catch (HeadraceException | UncheckedIOException e) {
      if (!failing) {
        LOG.warn("The {} stay as they were", what, e);
      }
      failing = true;
    }
  }

  @Override
  public void close() {
    looking.close();
  }
}
