package dev.headrace.cli.compose;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Whether the files of a folder are still those that were read. */
final class FolderFiles {
  private FolderFiles() {}

  /** Names, sizes and times of the files; none where there is no such folder. */
  static Set<String> in(Path folder) {
    if (!Files.isDirectory(folder)) {
      return Set.of();
    }
    try (Stream<Path> walk = Files.walk(folder)) {
      Set<String> found = new TreeSet<>();
      for (Path file : (Iterable<Path>) walk.filter(Files::isRegularFile)::iterator) {
        found.add(file + " " + Files.size(file) + " " + Files.getLastModifiedTime(file));
      }
      return found;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
