package dev.headrace.data.ingest;

import dev.headrace.spi.error.HeadraceException;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * A directory for the passing files of one piece of work; gone with everything in it when closed.
 */
public final class StagingArea implements AutoCloseable {
  private final Path directory;

  private StagingArea(Path directory) {
    this.directory = directory;
  }

  /** Makes the area {@code name} beneath {@code parent}, which need not exist. */
  public static StagingArea open(Path parent, String name) {
    Path directory = parent.resolve(name);
    try {
      return new StagingArea(Files.createDirectories(directory));
    } catch (IOException e) {
      throw unwritable(directory, e);
    }
  }

  /** Removes an area that a killed process left behind. */
  public static void remove(Path parent, String name) {
    new StagingArea(parent.resolve(name)).close();
  }

  /** Where the files are. */
  public Path directory() {
    return directory;
  }

  @Override
  public void close() {
    if (!Files.exists(directory)) {
      return;
    }
    try {
      Files.walkFileTree(
          directory,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              Files.delete(file);
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, IOException thrown)
                throws IOException {
              Files.delete(visited);
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw unwritable(directory, e);
    }
  }

  private static HeadraceException unwritable(Path directory, IOException e) {
    return new HeadraceException(
        IngestError.INGEST_UNREADABLE,
        "Cannot use directory '" + directory + "' for passing files: " + e + ".",
        "Make the project's state directory writable.",
        e);
  }
}
