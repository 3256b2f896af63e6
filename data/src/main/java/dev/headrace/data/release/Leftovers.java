package dev.headrace.data.release;

import dev.headrace.core.run.StepContext;
import dev.headrace.data.lake.Lake;
import dev.headrace.data.lake.Snapshot;
import dev.headrace.data.lake.VersionId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/** Removes the half-written files of a run that was killed. */
public final class Leftovers {
  private Leftovers() {}

  /**
   * Deletes every data file of a table version that the run wrote and no snapshot holds. A snapshot
   * that was committed but not published keeps its files until the lake is swept.
   */
  public static void sweep(Lake lake, VersionId version, long runId) {
    Set<String> kept = new HashSet<>();
    for (Snapshot snapshot : lake.snapshots(version)) {
      lake.files(version, snapshot.snapshotId()).forEach(file -> kept.add(file.path()));
    }
    Path directory = lake.stagingDirectory(version);
    try (DirectoryStream<Path> files =
        Files.newDirectoryStream(directory, "{,tmp_}" + StepContext.filePrefix(runId) + "*")) {
      for (Path file : files) {
        if (!kept.contains(file.toString())) {
          Files.deleteIfExists(file);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
