package dev.headrace.cli.serve;

import static org.assertj.core.api.Assertions.assertThat;

/** Waits for what a process that serves does of itself. */
public final class Soon {
  private static final long MOST_NANOS = 20_000_000_000L;

  private Soon() {}

  /** What has to come true. */
  @FunctionalInterface
  public interface Condition {
    /** Asked again and again, some hundredths of a second apart. */
    boolean holds() throws Exception;
  }

  /** Returns as soon as it holds; fails after twenty seconds. */
  public static void await(Condition condition) throws Exception {
    long end = System.nanoTime() + MOST_NANOS;
    while (!condition.holds()) {
      assertThat(System.nanoTime()).as("came in time").isLessThan(end);
      Thread.sleep(20);
    }
  }
}
