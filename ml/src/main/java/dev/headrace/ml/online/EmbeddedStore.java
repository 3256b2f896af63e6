package dev.headrace.ml.online;

import dev.headrace.ml.online.internal.Build;
import dev.headrace.ml.online.internal.Builds;
import dev.headrace.ml.online.internal.Changes;
import dev.headrace.ml.online.internal.DirectoryLock;
import dev.headrace.ml.online.internal.Journal;
import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.online.BuildId;
import dev.headrace.spi.online.BuildState;
import dev.headrace.spi.online.EntityKey;
import dev.headrace.spi.online.OnlineError;
import dev.headrace.spi.online.OnlineRow;
import dev.headrace.spi.online.OnlineRows;
import dev.headrace.spi.online.OnlineStore;
import dev.headrace.spi.online.PutReport;
import dev.headrace.spi.online.ViewLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The online store within this process. Rows are in memory, many in each of few arrays; a log has
 * every change before it is acknowledged, and snapshots keep the log short. The directory is this
 * process's alone.
 *
 * <p>Reading takes no lock and never waits for a write. A batch is not one change: after a crash in
 * its midst a first part of it may be there.
 */
public final class EmbeddedStore implements OnlineStore {
  /** Below that a log is read so fast that a snapshot is not worth its writing. */
  private static final long SNAPSHOT_BYTES = 64L << 20;

  private final Builds builds;
  private final Changes changes;
  private final Journal journal;
  private final DirectoryLock lock;

  private EmbeddedStore(Builds builds, Journal journal, DirectoryLock lock) {
    this.builds = builds;
    this.journal = journal;
    this.changes = new Changes(journal, builds);
    this.lock = lock;
  }

  /**
   * Opens the store of a directory, which is made if it is absent, as the crash or the close before
   * left it.
   *
   * @throws HeadraceException ONLINE_STORE_IN_USE, ONLINE_STORE_DAMAGED, ONLINE_STORE_TOO_NEW,
   *     ONLINE_STORE_UNWRITABLE, ONLINE_STORE_FULL
   */
  public static EmbeddedStore open(Path directory, Durability durability, Duration syncInterval) {
    return open(directory, durability, new Journal.Limits(syncInterval, SNAPSHOT_BYTES));
  }

  static EmbeddedStore open(Path directory, Durability durability, Journal.Limits limits) {
    try {
      Files.createDirectories(directory);
      DirectoryLock lock = DirectoryLock.take(directory);
      boolean complete = false;
      try {
        Builds builds = new Builds();
        Journal journal = Journal.open(directory, builds, limits, durability == Durability.ALWAYS);
        complete = true;
        return new EmbeddedStore(builds, journal, lock);
      } finally {
        if (!complete) {
          lock.close();
        }
      }
    } catch (IOException e) {
      throw new HeadraceException(
          OnlineError.ONLINE_STORE_UNWRITABLE,
          "Cannot open online store '%s': %s.".formatted(directory, e),
          "Make the directory writable and make room on its disk, or name another under 'online:'.",
          e);
    }
  }

  @Override
  public String name() {
    return "embedded";
  }

  @Override
  public void begin(ViewLayout layout) {
    changes.begin(layout);
  }

  @Override
  public PutReport put(BuildId build, List<OnlineRow> rows) {
    return changes.put(build, rows);
  }

  @Override
  public void complete(BuildId build, Instant upTo, String source) {
    changes.complete(build, upTo, source);
  }

  @Override
  public void serve(BuildId build) {
    changes.serve(build);
  }

  @Override
  public void drop(BuildId build) {
    changes.drop(build);
  }

  @Override
  public OnlineRows read(String view, List<EntityKey> keys, Instant at) {
    Build build = builds.serving(view);
    if (build == null) {
      throw OnlineError.viewMissing(view);
    }
    // Told before the rows are read, so that it never promises more than they hold.
    Optional<Instant> completeTo = build.completeTo();
    String source = build.source();
    return new OnlineRows(build.layout(), build.rows(keys), at, completeTo, source);
  }

  @Override
  public Optional<ViewLayout> served(String view) {
    return Optional.ofNullable(builds.serving(view)).map(Build::layout);
  }

  @Override
  public List<BuildState> builds() {
    return builds.states();
  }

  /** Finishes writes that wait and gives the directory back. */
  @Override
  public void close() {
    try (lock) {
      journal.close();
    } catch (IOException e) {
      throw new HeadraceException(
          OnlineError.ONLINE_STORE_UNWRITABLE,
          "Cannot close the online store: %s.".formatted(e.getMessage()),
          "",
          e);
    }
  }
}
