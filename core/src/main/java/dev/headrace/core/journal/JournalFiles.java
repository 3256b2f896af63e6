package dev.headrace.core.journal;

import dev.headrace.spi.error.HeadraceException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;

/** The files of a journal: those that are finished, and those that dead processes left behind. */
public final class JournalFiles {
  /** Finished: never changed again. */
  static final String FINISHED = ".jsonl";

  /** Being written, by whoever holds its lock. */
  static final String OPEN = ".open";

  private JournalFiles() {}

  /** The finished files, oldest first; none where there is no such directory. */
  public static List<Path> finished(Path directory) {
    return list(directory, FINISHED);
  }

  /**
   * Hands over every document of a file with its checksum as its last member, up to the first that
   * is not as it was written.
   *
   * @return the number of bytes that are intact; less than the file's size if some are not
   */
  public static long read(Path file, Consumer<byte[]> documents) {
    try (InputStream in = Files.newInputStream(file)) {
      return read(in, documents);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long read(InputStream in, Consumer<byte[]> documents) throws IOException {
    byte[] buffer = new byte[64 * 1024];
    int filled = 0;
    long intact = 0;
    while (true) {
      int count = in.read(buffer, filled, buffer.length - filled);
      if (count < 0) {
        return intact; // What is left has no end: it is torn.
      }
      filled += count;
      int start = 0;
      for (int i = filled - count; i < filled; i++) {
        if (buffer[i] == '\n') {
          if (!Sealed.isIntact(buffer, start, i)) {
            return intact;
          }
          documents.accept(Arrays.copyOfRange(buffer, start, i));
          intact += i + 1 - start;
          start = i + 1;
        }
      }
      System.arraycopy(buffer, start, buffer, 0, filled - start);
      filled -= start;
      if (filled == buffer.length) {
        buffer = Arrays.copyOf(buffer, buffer.length * 2);
      }
    }
  }

  /**
   * Finishes the files of processes that are no more: each is cut after its last intact document.
   * Files that others are writing are left alone.
   *
   * @return how many were finished
   */
  static int recover(Path directory) {
    int recovered = 0;
    for (Path open : list(directory, OPEN)) {
      if (Segment.isWrittenHere(open)) {
        continue;
      }
      try (FileChannel channel = FileChannel.open(open, StandardOpenOption.WRITE)) {
        if (!tryLock(channel)) {
          continue;
        }
        long intact = read(open, document -> {});
        channel.truncate(intact);
        channel.force(true);
        finish(directory, open, intact);
        recovered++;
      } catch (IOException e) {
        throw unwritable(directory, e);
      }
    }
    return recovered;
  }

  /** Renames a file that is written and synced; one without documents is removed. */
  static void finish(Path directory, Path open, long sizeBytes) throws IOException {
    if (sizeBytes == 0) {
      Files.delete(open);
      return;
    }
    String name = open.getFileName().toString();
    Files.move(
        open, open.resolveSibling(name.substring(0, name.length() - OPEN.length()) + FINISHED));
    syncDirectory(directory);
  }

  /** Makes names and renames safe from a power cut; what cannot do that has no need to. */
  static void syncDirectory(Path directory) {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      // Some file systems cannot open directories.
    }
  }

  private static boolean tryLock(FileChannel channel) throws IOException {
    try {
      FileLock lock = channel.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException e) {
      return false; // Another journal of this process.
    }
  }

  private static List<Path> list(Path directory, String ending) {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory, "*" + ending)) {
      stream.forEach(files::add);
    } catch (IOException e) {
      throw unwritable(directory, e);
    }
    files.sort(Comparator.comparing(file -> file.getFileName().toString()));
    return files;
  }

  static HeadraceException unwritable(Path directory, IOException cause) {
    return new HeadraceException(
        JournalError.JOURNAL_UNWRITABLE,
        "Cannot keep journal '%s': %s.".formatted(directory, cause),
        "Make the directory writable, or free space on its disk.",
        cause);
  }
}
