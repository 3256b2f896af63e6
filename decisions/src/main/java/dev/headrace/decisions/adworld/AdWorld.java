package dev.headrace.decisions.adworld;

import dev.headrace.decisions.adworld.internal.Simulation;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.error.HeadraceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;

/**
 * Simulates a world of advertising into raw files and the truth about them.
 *
 * <p>The package says how the world works; {@code truth/rules.md} in each world says how to clean
 * its files so that they add up to {@code truth/totals.csv}.
 */
public final class AdWorld {
  private AdWorld() {}

  /** Simulates without being watched: see {@link #simulate(AdWorldSpec, Path, Watch)}. */
  public static AdWorldReport simulate(AdWorldSpec spec, Path directory) {
    return simulate(spec, directory, Watch.none());
  }

  /**
   * Writes the world of {@code spec} to {@code directory}, whole or not at all: it grows in a
   * hidden sibling {@code .<name>.partial} that is renamed at the end. A sibling left by a killed
   * run is replaced.
   *
   * @param directory absent or empty
   * @throws HeadraceException {@link AdWorldError#ADWORLD_TARGET_OCCUPIED} if the directory holds
   *     something, {@link AdWorldError#ADWORLD_WRITE_FAILED} if a file cannot be written
   * @throws CancellationException if {@code watch} is cancelled meanwhile
   */
  public static AdWorldReport simulate(AdWorldSpec spec, Path directory, Watch watch) {
    Path target = directory.toAbsolutePath().normalize();
    long begun = System.nanoTime();
    try {
      requireFree(target, directory);
      Path partial = target.resolveSibling("." + target.getFileName() + ".partial");
      delete(partial);
      Files.createDirectories(partial);
      List<AdWorldReport.EventFile> files;
      try {
        files = new Simulation(spec, partial, watch).run();
        Files.deleteIfExists(target);
        Files.move(partial, target);
      } finally {
        delete(partial);
      }
      watch.progress(1);
      return new AdWorldReport(directory, files, (System.nanoTime() - begun) / 1e9);
    } catch (IOException e) {
      throw writeFailed(directory, e);
    }
  }

  private static void requireFree(Path target, Path asGiven) throws IOException {
    if (target.getFileName() == null) {
      throw occupied(asGiven, "it is the root of the file system");
    }
    if (Files.isDirectory(target)) {
      try (Stream<Path> entries = Files.list(target)) {
        var first = entries.findFirst();
        if (first.isPresent()) {
          throw occupied(asGiven, "it holds '" + first.get().getFileName() + "'");
        }
      }
    } else if (Files.exists(target)) {
      throw occupied(asGiven, "it is a file");
    }
  }

  private static HeadraceException occupied(Path directory, String reason) {
    return new HeadraceException(
        AdWorldError.ADWORLD_TARGET_OCCUPIED,
        "Cannot simulate ads into '" + directory + "': " + reason + ".",
        "Name a directory that does not exist yet, or an empty one.");
  }

  private static HeadraceException writeFailed(Path directory, IOException cause) {
    return new HeadraceException(
        AdWorldError.ADWORLD_WRITE_FAILED,
        "Cannot simulate ads into '" + directory + "': " + cause + ".",
        "Check free space and permissions of the directory that contains it.",
        cause);
  }

  private static void delete(Path tree) throws IOException {
    if (!Files.exists(tree)) {
      return;
    }
    try (Stream<Path> paths = Files.walk(tree)) {
      for (Path path : paths.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
