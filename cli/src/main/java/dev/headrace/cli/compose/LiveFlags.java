package dev.headrace.cli.compose;

import dev.headrace.core.ledger.Ledger;
import dev.headrace.core.project.Environment;
import dev.headrace.core.project.ProjectLoader;
import dev.headrace.decisions.assignment.FlagKind;
import dev.headrace.decisions.assignment.FlagSet;
import dev.headrace.decisions.assignment.Flags;
import dev.headrace.decisions.assignment.FlagsSpec;
import dev.headrace.spi.error.HeadraceException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The flags of a project while it is served: what is stopped, and what changes in {@code flags/},
 * takes effect within half a second. Files that cannot be read leave the flags as they were.
 * Thread-safe.
 */
final class LiveFlags implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LiveFlags.class);
  private static final Duration PERIOD = Duration.ofMillis(250);

  private final Path directory;
  private final Environment environment;
  private final FlagsSpec spec;
  private final Ledger ledger;
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile Flags.State state;
  private Set<String> files;
  private boolean failing;

  private LiveFlags(Headrace headrace, FlagsSpec spec) {
    this.directory = headrace.directory();
    this.environment = new Environment(headrace.ambient().environment());
    this.spec = spec;
    this.ledger = headrace.ledger();
    this.files = files();
    this.state = new Flags.State(read(), ledger.stops().now());
  }

  /**
   * The flags as they are, followed from now on.
   *
   * @throws HeadraceException if they cannot be read now
   */
  static LiveFlags follow(Headrace headrace, FlagsSpec spec) {
    LiveFlags live = new LiveFlags(headrace, spec);
    Thread.ofPlatform().daemon().name("flags").start(live::watch);
    return live;
  }

  Flags.State state() {
    return state;
  }

  private void watch() {
    try {
      while (!closed.await(PERIOD.toMillis(), TimeUnit.MILLISECONDS)) {
        look();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void look() {
    try {
      Set<String> stopped = ledger.stops().now();
      Set<String> there = files();
      FlagSet flags = state.flags();
      state = new Flags.State(flags, stopped); // A stop counts whatever the files are like.
      if (!there.equals(files)) {
        files = there;
        state = new Flags.State(read(), stopped);
      }
      failing = false;
    } catch (HeadraceException | UncheckedIOException e) {
      if (!failing) {
        LOG.warn("The flags stay as they were", e);
      }
      failing = true;
    }
  }

  /** Of the flags alone: the project's SQL is no matter of theirs. */
  private FlagSet read() {
    ProjectLoader loader = new ProjectLoader(List.of(new FlagKind()), Kinds.SECTIONS);
    return FlagSet.of(loader.load(directory, environment), spec);
  }

  private Set<String> files() {
    return FolderFiles.in(directory.resolve("flags"));
  }

  @Override
  public void close() {
    closed.countDown();
  }
}
