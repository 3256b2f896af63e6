package dev.headrace.core.run;

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
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The right to change a project's state. The operating system holds it, so it ends with the
 * process, however that ends.
 */
public final class RunLock implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(100);

  /**
   * State directories locked by this process. The operating system forgets a process's lock as soon
   * as the process closes the file anywhere, so nobody here may open one that is held.
   */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final Path key;
  private final FileChannel channel;

  private RunLock(Path key, FileChannel channel) {
    this.key = key;
    this.channel = channel;
  }

  /**
   * Takes the lock of the project whose state is in {@code stateDirectory}.
   *
   * @param patience how long to wait for another holder
   * @throws HeadraceException RUN_IN_PROGRESS when it is still held then; RUN_STATE_UNWRITABLE
   */
  public static RunLock acquire(Path stateDirectory, Duration patience) {
    Path file = stateDirectory.resolve("run.lock");
    try {
      Files.createDirectories(stateDirectory);
      Path key = stateDirectory.toRealPath();
      long deadline = System.nanoTime() + patience.toNanos();
      while (true) {
        RunLock lock = tryAcquire(key, file);
        if (lock != null) {
          return lock;
        }
        if (System.nanoTime() >= deadline) {
          throw inProgress(stateDirectory, holder(key, file));
        }
        Thread.sleep(POLL);
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

  private static @Nullable RunLock tryAcquire(Path key, Path file) throws IOException {
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
      return new RunLock(key, channel);
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
    return HELD.contains(key)
        ? Long.toString(ProcessHandle.current().pid())
        : Files.readString(file, StandardCharsets.UTF_8).strip();
  }

  private static HeadraceException inProgress(Path stateDirectory, String holder) {
    return new HeadraceException(
        RunError.RUN_IN_PROGRESS,
        "Cannot run project in '%s': another run is under way%s."
            .formatted(stateDirectory, holder.isEmpty() ? "" : " (process " + holder + ")"),
        "Wait for it to end, or add --wait to queue behind it.");
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new HeadraceException(
          RunError.RUN_STATE_UNWRITABLE, "Cannot release the run lock: " + e + ".", "", e);
    } finally {
      HELD.remove(key);
    }
  }
}
