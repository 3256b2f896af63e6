package dev.headrace.core.run;

import dev.headrace.spi.error.HeadraceException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The right to change a project's state. The operating system holds it, so it ends with the
 * process, however that ends.
 */
public final class RunLock implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(100);

  private final FileChannel channel;

  private RunLock(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Takes the lock of the project whose state is in {@code stateDirectory}.
   *
   * @param patience how long to wait for another holder
   * @throws HeadraceException RUN_IN_PROGRESS when it is still held then
   */
  public static RunLock acquire(Path stateDirectory, Duration patience) {
    Path file = stateDirectory.resolve("run.lock");
    FileChannel channel = null;
    try {
      Files.createDirectories(stateDirectory);
      channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      long deadline = System.nanoTime() + patience.toNanos();
      while (tryLock(channel) == null) {
        if (System.nanoTime() >= deadline) {
          String holder = Files.readString(file, StandardCharsets.UTF_8).strip();
          channel.close();
          throw new HeadraceException(
              RunError.RUN_IN_PROGRESS,
              "Cannot run project in '%s': another run is under way%s."
                  .formatted(stateDirectory, holder.isEmpty() ? "" : " (process " + holder + ")"),
              "Wait for it to end, or add --wait to queue behind it.");
        }
        Thread.sleep(POLL);
      }
      channel.truncate(0);
      byte[] holder = Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.UTF_8);
      channel.write(ByteBuffer.wrap(holder), 0);
      return new RunLock(channel);
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

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null; // Held by another thread of this process.
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new HeadraceException(
          RunError.RUN_STATE_UNWRITABLE, "Cannot release the run lock: " + e + ".", "", e);
    }
  }
}
