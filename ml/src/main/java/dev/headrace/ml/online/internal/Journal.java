package dev.headrace.ml.online.internal;

import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.online.OnlineError;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes changes to the log, then makes them in memory, one thread for all: writes that wait at the
 * same time are written, and if so configured synced, together. Memory changes in the order of the
 * log, so reading the log again gives the same memory.
 *
 * <p>After a write or sync has failed nothing is taken any more, because what the disk has is not
 * known; reads go on.
 */
public final class Journal implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Journal.class);
  private static final int QUEUE = 1_024;
  private static final long GROUP_BYTES = 16L << 20;
  private static final Duration IDLE = Duration.ofHours(1);

  private final StoreFiles files;
  private final Builds builds;
  private final boolean syncAlways;
  private final long syncNanos;
  private final long snapshotBytes;
  private final BlockingQueue<Entry<?>> queue = new ArrayBlockingQueue<>(QUEUE);
  private final Thread thread;

  private @Nullable FrameWriter log;
  private long sequence;
  private long bytesSinceSnapshot;
  private @Nullable Thread snapshot;
  private volatile @Nullable Exception failure;
  private volatile boolean closed;

  /** A change on its way: its frame, and what it does to memory once the log has it. */
  @SuppressWarnings("ArrayRecordComponent") // Handed on, never compared.
  private record Entry<T>(
      byte[] payload, int checksum, Supplier<T> apply, CompletableFuture<T> done) {
    void finish() {
      try {
        done.complete(apply.get());
      } catch (HeadraceException e) {
        done.completeExceptionally(e);
      }
    }
  }

  /**
   * Without a payload, so nothing is written: makes the writing thread look whether it shall end.
   * It is never interrupted, which would close the file.
   */
  private static final Entry<?> WAKE =
      new Entry<>(new byte[0], 0, () -> false, new CompletableFuture<>());

  private Journal(
      StoreFiles files, Builds builds, Recovery recovered, Limits limits, boolean syncAlways) {
    this.files = files;
    this.builds = builds;
    this.syncAlways = syncAlways;
    this.syncNanos = limits.syncInterval().toNanos();
    this.snapshotBytes = limits.snapshotBytes();
    this.log = recovered.open();
    this.sequence = recovered.lastLog();
    this.bytesSinceSnapshot = recovered.logBytes();
    this.thread = Thread.ofPlatform().daemon().name("online-log").unstarted(this::work);
  }

  /**
   * @param syncInterval how long the disk may lag behind, unless each write is synced
   * @param snapshotBytes size of the logs at which a snapshot is worth it, unless memory is larger
   */
  public record Limits(Duration syncInterval, long snapshotBytes) {}

  /**
   * Reads the files of a directory that is locked, and goes on from there.
   *
   * @param builds empty; filled
   */
  public static Journal open(Path directory, Builds builds, Limits limits, boolean syncAlways)
      throws IOException {
    StoreFiles files = new StoreFiles(directory);
    Journal journal = new Journal(files, builds, Recovery.run(files, builds), limits, syncAlways);
    journal.thread.start();
    return journal;
  }

  /**
   * Writes a frame and then makes its change; returns when both are done.
   *
   * @param apply run by the writing thread, in the order of the log
   * @throws HeadraceException ONLINE_STORE_UNWRITABLE, ONLINE_STORE_CLOSED, or what {@code apply}
   *     throws
   */
  <T> CompletableFuture<T> submit(byte[] payload, Supplier<T> apply) {
    Entry<T> entry =
        new Entry<>(
            payload, Frames.checksum(payload, 0, payload.length), apply, new CompletableFuture<>());
    boolean interrupted = false;
    try {
      while (!entry.done().isDone()) {
        refuseIfOver();
        try {
          if (queue.offer(entry, 100, TimeUnit.MILLISECONDS)) {
            break;
          }
        } catch (InterruptedException e) {
          interrupted = true; // A write that has begun is worth its end.
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
    if (closed && !thread.isAlive()) {
      failAll(); // It came after the last look into the queue.
    }
    return entry.done();
  }

  /** Waits for what was submitted. */
  static <T> T await(CompletableFuture<T> done) {
    try {
      return done.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof HeadraceException cause) {
        throw cause;
      }
      throw e;
    }
  }

  private void refuseIfOver() {
    Exception reason = failure;
    if (reason != null) {
      throw unwritable(reason);
    }
    if (closed) {
      throw closedAlready();
    }
  }

  private HeadraceException unwritable(Exception reason) {
    return new HeadraceException(
        OnlineError.ONLINE_STORE_UNWRITABLE,
        "Cannot write online store '%s': %s.".formatted(files.directory(), reason.getMessage()),
        "Reads go on. Make room or mend the disk, then start again: what was acknowledged is"
            + " there.",
        reason);
  }

  private HeadraceException closedAlready() {
    return new HeadraceException(
        OnlineError.ONLINE_STORE_CLOSED,
        "Cannot write online store '%s': it is closed.".formatted(files.directory()),
        "Open it again.");
  }

  private void work() {
    List<Entry<?>> group = new ArrayList<>();
    long lastSync = System.nanoTime();
    while (true) {
      try {
        FrameWriter current = log;
        boolean behind = current != null && !current.isSynced();
        long wait = behind ? syncNanos - (System.nanoTime() - lastSync) : IDLE.toNanos();
        Entry<?> first = queue.poll(Math.max(wait, 0), TimeUnit.NANOSECONDS);
        if (first != null) {
          gather(first, group);
        }
        if (!group.isEmpty()) {
          FrameWriter writer = write(group);
          if (syncAlways) {
            writer.sync();
          }
          group.forEach(Entry::finish);
          group.clear();
          snapshotIfWorthIt(writer);
        }
        current = log;
        if (current != null && !current.isSynced() && System.nanoTime() - lastSync >= syncNanos) {
          current.sync();
          lastSync = System.nanoTime();
        }
        if (closed && queue.isEmpty()) {
          end();
          return;
        }
      } catch (IOException | RuntimeException | InterruptedException e) {
        fail(e, group);
        return;
      }
    }
  }

  private void gather(Entry<?> first, List<Entry<?>> group) {
    long bytes = 0;
    for (Entry<?> next = first; next != null; next = bytes < GROUP_BYTES ? queue.poll() : null) {
      if (next.payload().length > 0) {
        group.add(next);
        bytes += next.payload().length;
      }
    }
  }

  private FrameWriter write(List<Entry<?>> group) throws IOException {
    FrameWriter writer = log;
    if (writer == null) {
      writer = FrameWriter.create(files.log(sequence + 1), Frames.LOG, sequence + 1);
      files.syncDirectory();
      sequence++;
      log = writer;
    }
    long before = writer.position();
    for (Entry<?> entry : group) {
      writer.add(entry.payload(), entry.checksum());
    }
    writer.flush();
    bytesSinceSnapshot += writer.position() - before;
    return writer;
  }

  /**
   * Once the logs are longer than what they tell, they are read slower than a snapshot would be.
   */
  private void snapshotIfWorthIt(FrameWriter writer) throws IOException {
    boolean running = snapshot != null && snapshot.isAlive();
    if (running || bytesSinceSnapshot < Math.max(snapshotBytes, builds.bytes())) {
      return;
    }
    writer.seal();
    log = FrameWriter.create(files.log(sequence + 1), Frames.LOG, sequence + 1);
    files.syncDirectory();
    sequence++;
    bytesSinceSnapshot = 0;
    List<Build> all = List.copyOf(builds.all());
    SnapshotTask task =
        new SnapshotTask(files, sequence, all, all.stream().filter(builds::isServing).toList());
    snapshot =
        Thread.ofPlatform()
            .daemon()
            .name("online-snapshot")
            .start(
                () -> {
                  try {
                    task.run();
                  } catch (ClosedByInterruptException e) {
                    return; // The store is being closed; the next to open it clears this up.
                  } catch (IOException | RuntimeException e) {
                    LOG.warn("No snapshot of {}: the logs stay as they are", files.directory(), e);
                  }
                });
  }

  private void end() {
    try {
      FrameWriter writer = log;
      if (writer != null) {
        writer.seal();
      }
    } catch (IOException | RuntimeException e) {
      failure = e;
    }
    failAll();
  }

  private void fail(Exception reason, List<Entry<?>> group) {
    failure = reason;
    LOG.error("{} takes no more writes", files.directory(), reason);
    group.forEach(entry -> entry.done().completeExceptionally(unwritable(reason)));
    FrameWriter writer = log;
    if (writer != null) {
      writer.abandon();
    }
    failAll();
  }

  private void failAll() {
    for (Entry<?> each = queue.poll(); each != null; each = queue.poll()) {
      Exception reason = failure;
      each.done().completeExceptionally(reason == null ? closedAlready() : unwritable(reason));
    }
  }

  /** Whether changes are refused, because one could not be written. */
  boolean hasFailed() {
    return failure != null;
  }

  /** Finishes what waits, says in the log that it ends here, and stops. */
  @Override
  public void close() {
    closed = true;
    queue.offer(WAKE); // A full queue wakes it as well.
    boolean interrupted = join(thread);
    Thread writing = snapshot;
    if (writing != null) {
      writing.interrupt();
      interrupted |= join(writing);
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static boolean join(Thread other) {
    boolean interrupted = false;
    while (true) {
      try {
        other.join();
        return interrupted;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
  }
}
