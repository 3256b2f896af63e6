package dev.headrace.data.warehouse;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.ManifestContent;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.ManifestFiles;
import org.apache.iceberg.ManifestReader;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.exceptions.BadRequestException;
import org.apache.iceberg.io.FileIO;

/**
 * Looks at the files of a snapshot that another program wrote, before anyone may read them: Parquet
 * files that are there, in the table's own directory, and no deletes beside them.
 */
final class IncomingFiles {
  private final FileIO files;
  private final Territory home;
  private final TableMetadata metadata;
  private final Set<String> seen = new HashSet<>();

  /**
   * @param metadata of the table with the snapshots added
   */
  IncomingFiles(FileIO files, TableMetadata metadata) {
    this.files = files;
    this.home = new Territory(files, Path.of(metadata.location()).normalize());
    this.metadata = metadata;
  }

  /**
   * Looks at one snapshot.
   *
   * @throws BadRequestException naming the file that cannot be taken
   */
  void verify(Snapshot snapshot) {
    home.require("manifest list", snapshot.manifestListLocation());
    for (ManifestFile manifest : snapshot.allManifests(files)) {
      home.require("manifest", manifest.path());
      if (manifest.content() != ManifestContent.DATA) {
        throw new BadRequestException(
            "Cannot take manifest '%s': it deletes rows of other files (merge-on-read), which not"
                + " every reader of this table understands. Write with copy-on-write.",
            manifest.path());
      }
      if (Long.valueOf(snapshot.snapshotId()).equals(manifest.snapshotId())
          && seen.add(manifest.path())) {
        verify(manifest);
      }
    }
  }

  private void verify(ManifestFile manifest) {
    try (ManifestReader<DataFile> reader =
        ManifestFiles.read(manifest, files, metadata.specsById())) {
      for (DataFile file : reader) {
        home.require("data file", file.location());
        if (file.format() != FileFormat.PARQUET) {
          throw new BadRequestException(
              "Cannot take data file '%s': it is %s, and the project's tables are Parquet.",
              file.location(), file.format());
        }
        if (!files.newInputFile(file.location()).exists()) {
          throw new BadRequestException(
              "Cannot take data file '%s': it is not there. Write the files anew.",
              file.location());
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
