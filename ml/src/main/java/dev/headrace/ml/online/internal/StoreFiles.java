package dev.headrace.ml.online.internal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The files of a store. A snapshot of number n holds everything that the logs below n tell; the
 * logs from n on come after it.
 */
final class StoreFiles {
  private static final Pattern NAME = Pattern.compile("(log|snapshot)-(\\d{10})\\.bin");
  private static final String UNFINISHED = ".unfinished";

  private final Path directory;

  StoreFiles(Path directory) {
    this.directory = directory;
  }

  Path directory() {
    return directory;
  }

  Path log(long sequence) {
    return directory.resolve(String.format(Locale.ROOT, "log-%010d.bin", sequence));
  }

  Path snapshot(long sequence) {
    return directory.resolve(String.format(Locale.ROOT, "snapshot-%010d.bin", sequence));
  }

  /** Where a snapshot is written until it is whole. */
  Path unfinished(long sequence) {
    Path whole = snapshot(sequence);
    return whole.resolveSibling(whole.getFileName() + UNFINISHED);
  }

  NavigableMap<Long, Path> logs() throws IOException {
    return list("log");
  }

  NavigableMap<Long, Path> snapshots() throws IOException {
    return list("snapshot");
  }

  private NavigableMap<Long, Path> list(String kind) throws IOException {
    NavigableMap<Long, Path> found = new TreeMap<>();
    try (Stream<Path> files = Files.list(directory)) {
      files.forEach(
          file -> {
            Matcher name = NAME.matcher(file.getFileName().toString());
            if (name.matches() && name.group(1).equals(kind)) {
              found.put(Long.parseLong(name.group(2)), file);
            }
          });
    }
    return found;
  }

  /** Removes what the snapshot of this number has taken in, and what was never finished. */
  void removeBefore(long sequence) throws IOException {
    for (Path old : logs().headMap(sequence, false).values()) {
      Files.deleteIfExists(old);
    }
    for (Path old : snapshots().headMap(sequence, false).values()) {
      Files.deleteIfExists(old);
    }
  }

  void removeUnfinished() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.filter(each -> each.toString().endsWith(UNFINISHED)).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }

  /** Makes sure that the disk knows which files there are. */
  void syncDirectory() throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
