package dev.headrace.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The one place where benchmarks write; gone when it is closed.
 *
 * @param directory of this run alone
 * @param root the checkout
 * @param rounds how often each race is run
 */
record Workspace(Path directory, Path root, int rounds) implements AutoCloseable {

  /** A new empty directory. */
  Path fresh(String name) throws IOException {
    Path path = directory.resolve(name);
    delete(path);
    return Files.createDirectories(path);
  }

  /** Deletes a file, or a directory with all it holds; nothing when it is absent. */
  static void delete(Path path) throws IOException {
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    List<Path> all;
    try (Stream<Path> tree = Files.walk(path)) {
      all = tree.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path each : all) {
      Files.deleteIfExists(each);
    }
  }

  @Override
  public void close() throws IOException {
    delete(directory);
  }
}
