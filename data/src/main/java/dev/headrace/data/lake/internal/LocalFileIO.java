package dev.headrace.data.lake.internal;

import dev.headrace.data.lake.Durability;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.io.FileInfo;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.io.SupportsBulkOperations;
import org.apache.iceberg.io.SupportsPrefixOperations;
import org.jspecify.annotations.Nullable;

/**
 * Iceberg's files on a local file system, without Hadoop.
 *
 * <p>Locations are absolute paths without a scheme; {@code file:} URIs, which other tools write,
 * are understood. A file appears under its name only when it is complete. Bulk deletion is there
 * because Iceberg would otherwise delete through its thread pool, see {@link CallerThread}.
 */
public final class LocalFileIO implements SupportsPrefixOperations, SupportsBulkOperations {
  private final Durability durability;

  /** As Iceberg makes it where it is named in a catalog's {@code io-impl}. */
  public LocalFileIO() {
    this(Durability.PROCESS);
  }

  public LocalFileIO(Durability durability) {
    this.durability = durability;
  }

  /** The path that a location means. */
  public static Path path(String location) {
    return location.startsWith("file:")
        ? Path.of(URI.create(location).getPath())
        : Path.of(location);
  }

  @Override
  public InputFile newInputFile(String location) {
    return new LocalInput(location);
  }

  @Override
  public OutputFile newOutputFile(String location) {
    return new LocalOutput(location, durability);
  }

  /** Deletes the file; one that is gone already is no failure. */
  @Override
  public void deleteFile(String location) {
    try {
      Files.deleteIfExists(path(location));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void deleteFiles(Iterable<String> locations) {
    locations.forEach(this::deleteFile);
  }

  /** All files in the directory {@code prefix} and below; none when it does not exist. */
  @Override
  public List<FileInfo> listPrefix(String prefix) {
    List<FileInfo> files = new ArrayList<>();
    walk(
        path(prefix),
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            files.add(
                new FileInfo(
                    file.toString(), attributes.size(), attributes.lastModifiedTime().toMillis()));
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            return ignoreVanished(e);
          }
        });
    return files;
  }

  /** Deletes the directory {@code prefix} with all it holds. */
  @Override
  public void deletePrefix(String prefix) {
    walk(
        path(prefix),
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            return ignoreVanished(e);
          }

          @Override
          public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException e)
              throws IOException {
            Files.deleteIfExists(directory);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  /** Forces finished files and their directory entries to disk. */
  public void force(List<String> locations) {
    try {
      for (String location : locations) {
        forceContent(path(location));
        forceName(path(location));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Forces what a file holds to disk. */
  static void forceContent(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
  }

  /** Forces the directory entry of a file to disk. */
  static void forceName(Path file) throws IOException {
    Path directory = file.getParent();
    if (directory != null) {
      try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
  }

  private static void walk(Path directory, SimpleFileVisitor<Path> visitor) {
    try {
      Files.walkFileTree(directory, visitor);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Files come and go while others commit. */
  private static FileVisitResult ignoreVanished(IOException e) throws IOException {
    if (e instanceof NoSuchFileException) {
      return FileVisitResult.CONTINUE;
    }
    throw e;
  }
}
