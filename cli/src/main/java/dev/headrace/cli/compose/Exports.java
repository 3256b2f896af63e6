package dev.headrace.cli.compose;

import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.SqlEngine;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.engine.WriteTarget;
import dev.headrace.spi.engine.WrittenFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Query results as files outside the lake. */
final class Exports {
  private Exports() {}

  /**
   * Writes a result to {@code file}; the engine may write only to {@code staging}, so the finished
   * file is moved from there.
   */
  static void parquet(SqlEngine engine, Query query, Path staging, Path file, Watch watch) {
    try {
      Files.createDirectories(staging);
      Path directory = Files.createTempDirectory(staging, "export");
      try {
        List<WrittenFile> files =
            engine.write(
                query,
                new WriteTarget(
                    directory, "result", engine.describe(query).numbered(), Optional.empty()),
                watch);
        move(files, file);
      } finally {
        delete(directory);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A large result is several files: then {@code file} becomes a directory of them. */
  private static void move(List<WrittenFile> files, Path file) throws IOException {
    Path parent = file.toAbsolutePath().getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    if (files.size() == 1) {
      Files.move(Path.of(files.getFirst().path()), file);
      return;
    }
    Files.createDirectory(file);
    for (WrittenFile part : files) {
      Path from = Path.of(part.path());
      Files.move(from, file.resolve(from.getFileName()));
    }
  }

  private static void delete(Path directory) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      for (Path file : files) {
        Files.delete(file);
      }
    }
    Files.delete(directory);
  }
}
