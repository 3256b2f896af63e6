package dev.headrace.core.journal;

import dev.headrace.spi.error.HeadraceException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Appends JSON documents to files, one per line, in the background.
 *
 * <p>{@link #append} takes no lock and never waits for a disk. One thread writes what has come,
 * syncs it as a group, and finishes a file when it is large or old enough: only then does it get
 * the name {@code *.jsonl} that readers look for, and from then on it never changes. Several
 * journals, also of several processes, may share a directory.
 *
 * <p>What can be lost: when the process is killed, what was not written yet, which is what came
 * within the last milliseconds; when the power fails, what came within {@link
 * JournalLimits#syncEvery}; when the disk cannot keep up or is full, what does not fit into {@link
 * JournalLimits#pendingBytes}, counted in {@link JournalStatus#dropped}. Nothing is written twice,
 * and a line that was cut off in the middle is removed by whoever opens the directory next.
 *
 * <p>Thread-safe.
 */
public final class Journal implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Journal.class);
  private static final int WRITE_BYTES = 1 << 20;

  /** What a document takes in memory besides its bytes: array, node of the queue. */
  private static final int OVERHEAD_BYTES = 48;

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** How often who waits looks whether the writer is still there. */
  private static final Duration SLICE = Duration.ofMillis(50);

  private final Path directory;
  private final JournalLimits limits;
  private final InstantSource clock;
  private final Thread writer;

  private final ConcurrentLinkedQueue<byte[]> queue = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<CountDownLatch> flushes = new ConcurrentLinkedQueue<>();
  private final AtomicLong pendingBytes = new AtomicLong();
  private final AtomicLong accepted = new AtomicLong();
  private final AtomicLong dropped = new AtomicLong();
  private final AtomicLong synced = new AtomicLong();
  private final AtomicBoolean closed = new AtomicBoolean();
  private volatile @Nullable String failure;

  // The writer's own.
  private final List<byte[]> batch = new ArrayList<>();
  private long written;
  private @Nullable Segment segment;
  private boolean unsynced;

  /** Whether a file could not be finished: it is recovered like that of a dead process. */
  private boolean leftBehind;

  private Journal(Path directory, JournalLimits limits, InstantSource clock) {
    this.directory = directory;
    this.limits = limits;
    this.clock = clock;
    this.writer =
        Thread.ofPlatform()
            .daemon()
            .name("journal-" + directory.getFileName())
            .unstarted(this::work);
  }

  /**
   * Opens the journal kept in {@code directory}, making it where it is absent, and finishes what
   * dead processes left there.
   *
   * @throws dev.headrace.spi.error.HeadraceException JOURNAL_UNWRITABLE
   */
  public static Journal open(Path directory, JournalLimits limits, InstantSource clock) {
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw JournalFiles.unwritable(directory, e);
    }
    JournalFiles.recover(directory);
    Journal journal = new Journal(directory, limits, clock);
    journal.writer.start();
    return journal;
  }

  /**
   * Takes a document to be written soon. Never waits.
   *
   * @param document one JSON object in UTF-8 without line breaks and without a member {@code _crc};
   *     handed over: not to be changed afterwards
   * @return whether it was taken; if not, it is counted as dropped
   */
  public boolean append(byte[] document) {
    long bytes = (long) document.length + OVERHEAD_BYTES;
    if (closed.get() || !Sealed.isLine(document)) {
      dropped.incrementAndGet();
      return false;
    }
    long pending = pendingBytes.addAndGet(bytes);
    if (pending > limits.pendingBytes()) {
      pendingBytes.addAndGet(-bytes);
      dropped.incrementAndGet();
      return false;
    }
    accepted.incrementAndGet();
    queue.add(document);
    boolean halfFull = pending > limits.pendingBytes() / 2;
    if (halfFull && pending - bytes <= limits.pendingBytes() / 2) {
      LockSupport.unpark(writer);
    }
    return true;
  }

  /**
   * Waits until all documents taken before are safe on disk in a finished file, for ten seconds at
   * most.
   *
   * @return whether they are
   */
  public boolean flush() {
    long upTo = accepted.get();
    CountDownLatch done = new CountDownLatch(1);
    flushes.add(done);
    LockSupport.unpark(writer);
    long end = System.nanoTime() + PATIENCE.toNanos();
    try {
      while (writer.isAlive() && System.nanoTime() < end) {
        if (done.await(SLICE.toMillis(), TimeUnit.MILLISECONDS)) {
          break;
        }
      }
      return synced.get() >= upTo;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** What became of what was appended. */
  public JournalStatus status() {
    return new JournalStatus(
        accepted.get(),
        synced.get(),
        dropped.get(),
        pendingBytes.get(),
        Optional.ofNullable(failure));
  }

  /** Writes what was taken and finishes the file; what is appended later is dropped. */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    LockSupport.unpark(writer);
    try {
      writer.join(PATIENCE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  // The writer

  private void work() {
    boolean last;
    do {
      last = closed.get(); // Looked at before the queue: what came before the end is written.
      List<CountDownLatch> waiting = waiting();
      turn(last || !waiting.isEmpty());
      waiting.forEach(CountDownLatch::countDown);
      if (!last && flushes.isEmpty() && !closed.get()) {
        LockSupport.parkNanos(limits.syncEvery().toNanos());
      }
    } while (!last);
    waiting().forEach(CountDownLatch::countDown);
    Segment rest = segment;
    if (rest != null) {
      rest.abandon();
    }
  }

  private List<CountDownLatch> waiting() {
    List<CountDownLatch> waiting = new ArrayList<>();
    for (CountDownLatch one = flushes.poll(); one != null; one = flushes.poll()) {
      waiting.add(one);
    }
    return waiting;
  }

  /** Writes and syncs what has come, and finishes the file when it is time or {@code ending}. */
  private void turn(boolean ending) {
    try {
      if (leftBehind) {
        JournalFiles.recover(directory);
        leftBehind = false;
      }
      while (fill()) {
        write();
      }
      sync();
      finish(ending);
      failure = null;
    } catch (IOException | HeadraceException e) {
      if (failure == null) {
        LOG.warn("Journal {} cannot be written; it is tried again", directory, e);
      }
      failure = String.valueOf(e);
    }
  }

  /** Takes about a megabyte from the queue, unless what was taken before waits to be written. */
  private boolean fill() {
    long bytes = 0;
    if (batch.isEmpty()) {
      for (byte[] document = queue.poll(); document != null; document = queue.poll()) {
        batch.add(document);
        bytes += document.length;
        if (bytes >= WRITE_BYTES) {
          break;
        }
      }
    }
    return !batch.isEmpty();
  }

  private void write() throws IOException {
    List<byte[]> lines = batch.stream().map(Sealed::line).toList();
    ByteBuffer buffer = ByteBuffer.allocate(lines.stream().mapToInt(line -> line.length).sum());
    lines.forEach(buffer::put);
    Segment current = segment;
    if (current == null) {
      current = Segment.begin(directory, clock.instant());
      segment = current;
    }
    current.write(buffer.flip());
    unsynced = true;
    written += batch.size();
    pendingBytes.addAndGet(
        -batch.stream().mapToLong(document -> (long) document.length + OVERHEAD_BYTES).sum());
    batch.clear();
    if (current.sizeBytes() >= limits.segmentBytes()) {
      sync();
      finish(true);
    }
  }

  private void sync() throws IOException {
    Segment current = segment;
    if (unsynced && current != null) {
      current.sync();
      unsynced = false;
      synced.set(written);
    }
  }

  private void finish(boolean now) throws IOException {
    Segment current = segment;
    if (current == null) {
      return;
    }
    Duration age = Duration.between(current.begun(), clock.instant());
    if (now || age.compareTo(limits.segmentAge()) >= 0) {
      segment = null;
      leftBehind = true;
      current.finish();
      leftBehind = false;
    }
  }
}
