package dev.headrace.ml.sql;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A directory for the files of one query, deleted when it is closed. Those of processes that were
 * killed are deleted by the next that makes one: whoever lives holds the lock of its own.
 */
public final class Scratch implements AutoCloseable {
  private static final String PREFIX = "ml-";
  private static final String LOCK = "lock";

  /** Between a directory and its lock lies a moment. */
  private static final Duration YOUNG = Duration.ofMinutes(1);

  private final Path home;
  private final Instant now;
  private @Nullable Path directory;
  private @Nullable FileChannel lock;
  private int files;

  /**
   * @param home holds a directory per query; made when the first is needed
   */
  public Scratch(Path home, Instant now) {
    this.home = home;
    this.now = now;
  }

  /** The directory; made when first asked for. */
  Path directory() {
    Path made = directory;
    if (made == null) {
      try {
        Files.createDirectories(home);
        sweep();
        made = Files.createTempDirectory(home, PREFIX);
        directory = made;
        FileChannel channel =
            FileChannel.open(
                made.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        lock = channel;
        channel.lock();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return made;
  }

  /** A name that no file of this query has. */
  String name(String what) {
    files++;
    return what + files;
  }

  private void sweep() throws IOException {
    try (DirectoryStream<Path> left = Files.newDirectoryStream(home, PREFIX + "*")) {
      for (Path one : left) {
        if (Files.getLastModifiedTime(one).toInstant().isBefore(now.minus(YOUNG)) && isDead(one)) {
          delete(one);
        }
      }
    }
  }

  private static boolean isDead(Path directory) throws IOException {
    Path file = directory.resolve(LOCK);
    if (!Files.exists(file)) {
      return true;
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
        FileLock taken = channel.tryLock()) {
      return taken != null;
    } catch (OverlappingFileLockException e) {
      return false; // Another query of this process.
    }
  }

  private static void delete(Path directory) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      for (Path file : files) {
        Files.deleteIfExists(file);
      }
    }
    Files.deleteIfExists(directory);
  }

  @Override
  public void close() {
    Path made = directory;
    FileChannel channel = lock;
    directory = null;
    lock = null;
    try {
      if (channel != null) {
        channel.close();
      }
      if (made != null) {
        delete(made);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
