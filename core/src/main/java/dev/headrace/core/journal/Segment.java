package dev.headrace.core.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** One file while it is being written. Used by the journal's writer alone. */
final class Segment {
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmssSSS'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

  /** Files that this process is writing: locks are of processes, and end when any channel does. */
  private static final Set<Path> HERE = ConcurrentHashMap.newKeySet();

  private final Path directory;
  private final Path file;
  private final FileChannel channel;
  private final Instant begun;
  private long sizeBytes;

  private Segment(Path directory, Path file, FileChannel channel, Instant begun) {
    this.directory = directory;
    this.file = file;
    this.channel = channel;
    this.begun = begun;
  }

  /** Begins a file that nobody else has begun, named after the time and a number. */
  static Segment begin(Path directory, Instant now) throws IOException {
    Files.createDirectories(directory);
    for (int number = 0; ; number++) {
      String name = "%s-%06d".formatted(STAMP.format(now), number);
      Path file = directory.resolve(name + JournalFiles.OPEN);
      if (Files.exists(directory.resolve(name + JournalFiles.FINISHED))) {
        continue;
      }
      try {
        FileChannel channel =
            FileChannel.open(file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
        if (!isOurs(channel, file)) {
          channel.close(); // Somebody took it for a dead process's file; the next name is ours.
          continue;
        }
        HERE.add(file.toAbsolutePath());
        JournalFiles.syncDirectory(directory);
        return new Segment(directory, file, channel, now);
      } catch (FileAlreadyExistsException e) {
        // Another process began it in the same millisecond.
      }
    }
  }

  private static boolean isOurs(FileChannel channel, Path file) throws IOException {
    try {
      return channel.tryLock() != null && Files.exists(file);
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  /** Whether this process is writing the file: to open and close it again would undo its lock. */
  static boolean isWrittenHere(Path file) {
    return HERE.contains(file.toAbsolutePath());
  }

  /** Writes lines; on failure the file is as it was before. */
  void write(ByteBuffer lines) throws IOException {
    int length = lines.remaining();
    try {
      channel.position(sizeBytes);
      while (lines.hasRemaining()) {
        channel.write(lines);
      }
      sizeBytes += length;
    } catch (IOException e) {
      try {
        channel.truncate(sizeBytes);
      } catch (IOException also) {
        e.addSuppressed(also);
      }
      throw e;
    }
  }

  void sync() throws IOException {
    channel.force(false);
  }

  long sizeBytes() {
    return sizeBytes;
  }

  Instant begun() {
    return begun;
  }

  /** Finishes the file; it must be synced. */
  void finish() throws IOException {
    // The name changes while the lock is held, so that nobody recovers what is finished.
    try (channel) {
      JournalFiles.finish(directory, file, sizeBytes);
    } finally {
      HERE.remove(file.toAbsolutePath());
    }
  }

  /** Leaves the file to be recovered. */
  void abandon() {
    try {
      channel.close();
    } catch (IOException e) {
      // Whatever was synced is there.
    } finally {
      HERE.remove(file.toAbsolutePath());
    }
  }
}
