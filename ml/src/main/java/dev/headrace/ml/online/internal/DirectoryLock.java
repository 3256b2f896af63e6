package dev.headrace.ml.online.internal;

import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.online.OnlineError;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The right to a store's directory; ends with the process, however that ends. */
public final class DirectoryLock implements AutoCloseable {
  /** Held by this process: the operating system would not refuse it a second time. */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final Path key;
  private final FileChannel channel;

  private DirectoryLock(Path key, FileChannel channel) {
    this.key = key;
    this.channel = channel;
  }

  /**
   * @param directory exists
   * @throws HeadraceException ONLINE_STORE_IN_USE
   */
  public static DirectoryLock take(Path directory) throws IOException {
    Path key = directory.toRealPath();
    Path file = directory.resolve("lock");
    if (!HELD.add(key)) {
      throw inUse(directory, Long.toString(ProcessHandle.current().pid()));
    }
    FileChannel channel = null;
    boolean taken = false;
    try {
      channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      if (channel.tryLock() == null) {
        throw inUse(directory, Files.readString(file, StandardCharsets.UTF_8).strip());
      }
      channel.truncate(0);
      String holder = Long.toString(ProcessHandle.current().pid());
      channel.write(ByteBuffer.wrap(holder.getBytes(StandardCharsets.UTF_8)), 0);
      taken = true;
      return new DirectoryLock(key, channel);
    } finally {
      if (!taken) {
        if (channel != null) {
          channel.close();
        }
        HELD.remove(key);
      }
    }
  }

  private static HeadraceException inUse(Path directory, String holder) {
    return new HeadraceException(
        OnlineError.ONLINE_STORE_IN_USE,
        "Cannot open online store '%s': another process has it%s."
            .formatted(directory, holder.isEmpty() ? "" : " (process " + holder + ")"),
        "Ask that process ('headrace serve' answers over HTTP), stop it, or use Redis for several"
            + " processes.");
  }

  @Override
  public void close() throws IOException {
    try (channel) {
      HELD.remove(key);
    }
  }
}
