package dev.headrace.core.run;

import dev.headrace.core.ledger.Ledger;
import dev.headrace.core.ledger.LedgerLock;
import dev.headrace.core.ledger.Reach;
import dev.headrace.spi.error.HeadraceException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The right to change a project. The operating system holds it for the state directory and, where
 * other machines share the ledger, its database for environments; so it ends with the process,
 * however that ends.
 */
public final class RunLock implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration POLL_ELSEWHERE = Duration.ofMillis(500);

  /**
   * State directories locked by this process. The operating system forgets a process's lock as soon
   * as the process closes the file anywhere, so nobody here may open one that is held.
   */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final Path key;
  private final FileChannel channel;
  private final Reach reach;
  private LedgerLock elsewhere = () -> {};

  private RunLock(Path key, FileChannel channel, Reach reach) {
    this.key = key;
    this.channel = channel;
    this.reach = reach;
  }

  /**
   * Takes the right to change environments of the project whose state is in {@code stateDirectory}.
   *
   * @param wanted what is going to be changed
   * @param patience how long to wait for another holder
   * @throws HeadraceException RUN_IN_PROGRESS when it is still held then; RUN_STATE_UNWRITABLE
   */
  public static RunLock acquire(
      Path stateDirectory, Ledger ledger, Reach wanted, Duration patience) {
    // A ledger that nobody else can open: the state directory's lock is about everything.
    Reach reach = ledger.shared() ? wanted : Reach.all();
    return acquire(stateDirectory, reach, patience, deadline -> elsewhere(ledger, reach, deadline));
  }

  /**
   * Takes a directory that is used on this machine only, without waiting for another holder.
   *
   * @throws HeadraceException RUN_IN_PROGRESS; RUN_STATE_UNWRITABLE
   */
  public static RunLock ofDirectory(Path directory) {
    return acquire(directory, Reach.all(), Duration.ZERO, deadline -> () -> {});
  }

  private interface Elsewhere {
    LedgerLock lock(long deadline) throws InterruptedException;
  }

  private static RunLock acquire(
      Path stateDirectory, Reach reach, Duration patience, Elsewhere elsewhere) {
    Path file = stateDirectory.resolve("run.lock");
    try {
      Files.createDirectories(stateDirectory);
      Path key = stateDirectory.toRealPath();
      long deadline = System.nanoTime() + patience.toNanos();
      RunLock lock = tryAcquire(key, file, reach);
      while (lock == null) {
        if (System.nanoTime() >= deadline) {
          throw inProgress("project in '" + stateDirectory + "'", holder(key, file));
        }
        Thread.sleep(POLL);
        lock = tryAcquire(key, file, reach);
      }
      boolean complete = false;
      try {
        lock.elsewhere = elsewhere.lock(deadline);
        complete = true;
        return lock;
      } finally {
        if (!complete) {
          lock.close();
        }
      }
    } catch (IOException e) {
      throw new HeadraceException(
          RunError.RUN_STATE_UNWRITABLE,
          "Cannot lock '%s': %s.".formatted(file, e),
          "Make the directory writable, or set 'state' in headrace.yaml to one that is.",
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new HeadraceException(
          RunError.RUN_CANCELLED, "Cannot run: interrupted while waiting for another run.", "", e);
    }
  }

  private static LedgerLock elsewhere(Ledger ledger, Reach reach, long deadline)
      throws InterruptedException {
    while (true) {
      switch (ledger.tryLock(reach)) {
        case LedgerLock.Held held -> {
          return held.lock();
        }
        case LedgerLock.Refused refused -> {
          if (System.nanoTime() >= deadline) {
            throw inProgress(what(reach), refused.holder());
          }
        }
      }
      Thread.sleep(POLL_ELSEWHERE);
    }
  }

  private static String what(Reach reach) {
    return reach.isAll()
        ? "project"
        : "environment '" + String.join("', '", new TreeSet<>(reach.environments())) + "'";
  }

  /** What nobody else can be at work on. */
  public Reach reach() {
    return reach;
  }

  private static @Nullable RunLock tryAcquire(Path key, Path file, Reach reach) throws IOException {
    if (!HELD.add(key)) {
      return null;
    }
    FileChannel channel = null;
    boolean acquired = false;
    try {
      channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      if (channel.tryLock() == null) {
        return null;
      }
      channel.truncate(0);
      byte[] holder = Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.UTF_8);
      channel.write(ByteBuffer.wrap(holder), 0);
      acquired = true;
      return new RunLock(key, channel, reach);
    } finally {
      if (!acquired) {
        if (channel != null) {
          channel.close();
        }
        HELD.remove(key);
      }
    }
  }

  private static String holder(Path key, Path file) throws IOException {
    String process =
        HELD.contains(key)
            ? Long.toString(ProcessHandle.current().pid())
            : Files.readString(file, StandardCharsets.UTF_8).strip();
    return process.isEmpty() ? "" : "process " + process;
  }

  private static HeadraceException inProgress(String what, String holder) {
    return new HeadraceException(
        RunError.RUN_IN_PROGRESS,
        "Cannot run %s: another run is under way%s."
            .formatted(what, holder.isEmpty() ? "" : " (" + holder + ")"),
        "Wait for it to end, or add --wait to queue behind it.");
  }

  @Override
  public void close() {
    try (channel) {
      elsewhere.close();
    } catch (IOException e) {
      throw new HeadraceException(
          RunError.RUN_STATE_UNWRITABLE, "Cannot release the run lock: " + e + ".", "", e);
    } finally {
      HELD.remove(key);
    }
  }
}
