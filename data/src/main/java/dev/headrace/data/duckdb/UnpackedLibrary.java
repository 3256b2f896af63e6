package dev.headrace.data.duckdb;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The copy of DuckDB's native library that its driver unpacks for every process, 70 MB: the driver
 * deletes it when the process ends well, and a process that is killed leaves it. Linux keeps what
 * is loaded without the file, so the file goes as soon as that is so; elsewhere it stays.
 */
final class UnpackedLibrary {
  private static final Logger LOG = LoggerFactory.getLogger(UnpackedLibrary.class);
  private static final Path MAPPED = Path.of("/proc/self/maps");
  private static final String NAME = "libduckdb_java";
  private static final AtomicBoolean DELETED = new AtomicBoolean();

  private UnpackedLibrary() {}

  /** Deletes it, once it is loaded. */
  static void delete() {
    if (!Files.exists(MAPPED) || DELETED.getAndSet(true)) {
      return;
    }
    Path temporary = Path.of(System.getProperty("java.io.tmpdir")).toAbsolutePath().normalize();
    try (Stream<String> mapped = Files.lines(MAPPED)) {
      for (Path file :
          mapped
              .filter(line -> line.contains("/" + NAME))
              .map(line -> Path.of(line.substring(line.indexOf('/'))))
              .distinct()
              .toList()) {
        if (temporary.equals(file.getParent())) { // Not one that somebody put into place.
          Files.deleteIfExists(file);
        }
      }
    } catch (IOException e) {
      LOG.debug("The driver's copy of its library stays until the process ends.", e);
    }
  }
}
