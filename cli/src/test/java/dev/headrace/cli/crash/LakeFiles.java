package dev.headrace.cli.crash;

import dev.headrace.cli.compose.Headrace;
import dev.headrace.core.ledger.Publication;
import dev.headrace.data.release.Relations;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.ManifestFiles;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableMetadataParser;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;

/**
 * Which files of a lake something refers to, found out with Iceberg's own reader and the catalog's
 * database, beside the code under test.
 */
final class LakeFiles {
  private LakeFiles() {}

  /**
   * Files that lie in the lake and belong to no published snapshot, relative to the lake; then
   * snapshots that nobody published, as {@code TABLE@SNAPSHOT}. Files that are referred to and are
   * not there come as {@code missing FILE}.
   */
  static Set<String> strays(Workshop workshop) throws IOException {
    return strays(workshop, Duration.ofDays(7)); // As 'gc' keeps by itself.
  }

  /**
   * The same where states that were shown before that time do not count.
   *
   * @param keep how long ago
   */
  static Set<String> strays(Workshop workshop, Duration keep) throws IOException {
    Set<Path> referenced = new HashSet<>();
    Set<String> strays = new TreeSet<>();
    Map<String, Set<Long>> published = published(workshop, keep);
    for (Map.Entry<String, String> table : catalog(workshop.lake()).entrySet()) {
      Set<Long> snapshots = published.getOrDefault(table.getKey(), Set.of());
      TableMetadata metadata = TableMetadataParser.read(READER.newInputFile(table.getValue()));
      referenced.add(path(table.getValue()));
      metadata.previousFiles().forEach(entry -> referenced.add(path(entry.file())));
      for (Snapshot snapshot : metadata.snapshots()) {
        if (snapshots.contains(snapshot.snapshotId())) {
          refer(metadata, snapshot, referenced);
        } else {
          strays.add(table.getKey() + "@" + snapshot.snapshotId());
        }
      }
    }
    try (Stream<Path> files = Files.walk(workshop.lake())) {
      files
          .filter(Files::isRegularFile)
          .filter(file -> !file.getFileName().toString().startsWith("catalog.db"))
          .filter(file -> !referenced.remove(file))
          .forEach(file -> strays.add(workshop.lake().relativize(file).toString()));
    }
    referenced.forEach(file -> strays.add("missing " + file));
    return strays;
  }

  /** Files in the state directory that only a load or a query under way may have. */
  static List<String> temporary(Workshop workshop) throws IOException {
    List<String> left = new ArrayList<>();
    for (String area : List.of("staging", "spill")) {
      Path directory = workshop.state().resolve(area);
      if (Files.isDirectory(directory)) {
        try (Stream<Path> files = Files.walk(directory)) {
          files
              .filter(Files::isRegularFile)
              .forEach(file -> left.add(workshop.state().relativize(file).toString()));
        }
      }
    }
    try (Stream<Path> files = Files.walk(workshop.state())) {
      files
          .map(file -> workshop.state().relativize(file).toString())
          .filter(file -> file.endsWith(".tmp") || file.contains("tmp_"))
          .forEach(left::add);
    }
    return left;
  }

  private static void refer(TableMetadata metadata, Snapshot snapshot, Set<Path> referenced)
      throws IOException {
    referenced.add(path(snapshot.manifestListLocation()));
    for (ManifestFile manifest : snapshot.allManifests(READER)) {
      referenced.add(path(manifest.path()));
      try (CloseableIterable<String> files =
          ManifestFiles.readPaths(manifest, READER, metadata.specsById())) {
        files.forEach(file -> referenced.add(path(file)));
      }
    }
  }

  private static Map<String, Set<Long>> published(Workshop workshop, Duration keep) {
    Map<String, Set<Long>> snapshots = new HashMap<>();
    try (Headrace headrace = workshop.open()) {
      Instant since = Instant.now().minus(keep);
      for (Publication publication : headrace.ledger().environments().needed(since)) {
        if (publication.content().data() instanceof Publication.Stored stored) {
          snapshots
              .computeIfAbsent(
                  Relations.version(publication.content()).physicalName(), name -> new HashSet<>())
              .add(stored.snapshotId());
        }
      }
    }
    return snapshots;
  }

  /** Where the metadata of every table is, by name. */
  private static Map<String, String> catalog(Path lake) {
    Map<String, String> tables = new HashMap<>();
    try (Connection connection =
            DriverManager.getConnection("jdbc:sqlite:" + lake.resolve("catalog.db"));
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery("select table_name, metadata_location from iceberg_tables")) {
      while (rows.next()) {
        tables.put(rows.getString(1), rows.getString(2));
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    return tables;
  }

  private static Path path(String location) {
    return Path.of(location.startsWith("file:") ? location.substring("file:".length()) : location);
  }

  private static final FileIO READER =
      new FileIO() {
        @Override
        public InputFile newInputFile(String location) {
          return org.apache.iceberg.Files.localInput(path(location).toFile());
        }

        @Override
        public OutputFile newOutputFile(String location) {
          throw new UncheckedIOException(new IOException("only reads"));
        }

        @Override
        public void deleteFile(String location) {
          throw new UncheckedIOException(new IOException("only reads"));
        }
      };
}
