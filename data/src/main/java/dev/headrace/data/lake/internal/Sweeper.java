package dev.headrace.data.lake.internal;

import dev.headrace.data.lake.Pin;
import dev.headrace.data.lake.SweepPlan;
import dev.headrace.data.lake.SweepReport;
import dev.headrace.data.lake.VersionId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.ManifestFiles;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotRef;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.FileInfo;
import org.jspecify.annotations.Nullable;

/**
 * Finds and removes what nobody needs. The catalog forgets first and files go afterwards, so a
 * sweep that is killed leaves only orphans for the next one.
 */
public final class Sweeper {
  private final LakeCatalog catalog;
  private final LocalFileIO io;
  private final Path warehouse;

  public Sweeper(LakeCatalog catalog, LocalFileIO io, Path warehouse) {
    this.catalog = catalog;
    this.io = io;
    this.warehouse = warehouse;
  }

  /** Looks only; the plan is in a fixed order. */
  public SweepPlan plan(Set<Pin> pins, Instant olderThan, Instant strangersOlderThan) {
    Age age = new Age(olderThan, strangersOlderThan);
    Map<VersionId, Set<Long>> pinned =
        pins.stream()
            .collect(
                Collectors.groupingBy(
                    Pin::version, Collectors.mapping(Pin::snapshotId, Collectors.toSet())));
    // Directories before versions: a version made in between is then not taken for a leftover.
    Set<Path> directories = directories();
    List<VersionId> dropped = new ArrayList<>();
    Map<VersionId, Set<Long>> expired = new LinkedHashMap<>();
    List<SweepPlan.Orphan> orphans = new ArrayList<>();
    long freedBytes = 0;
    for (VersionId version : sorted(catalog.versions())) {
      TableMetadata metadata = catalog.operations(version).refresh();
      Path directory = warehouse.resolve(version.physicalName());
      directories.remove(directory);
      if (metadata == null) {
        continue;
      }
      Set<Long> pinnedHere = pinned.getOrDefault(version, Set.of());
      if (pinnedHere.isEmpty()) {
        if (isOlder(metadata.lastUpdatedMillis(), olderThan)) {
          dropped.add(version);
          freedBytes +=
              io.listPrefix(directory.toString()).stream().mapToLong(FileInfo::size).sum();
        }
        continue;
      }
      Set<Long> unpinned = new TreeSet<>();
      for (Snapshot snapshot : metadata.snapshots()) {
        if (!pinnedHere.contains(snapshot.snapshotId())
            && isOlder(snapshot.timestampMillis(), olderThan)) {
          unpinned.add(snapshot.snapshotId());
        }
      }
      if (!unpinned.isEmpty()) {
        expired.put(version, unpinned);
      }
      freedBytes += addOrphans(directory, needed(metadata, unpinned), age, orphans);
    }
    for (Path directory : new TreeSet<>(directories)) {
      freedBytes += addOrphans(directory, Set.of(), age, orphans);
    }
    return new SweepPlan(olderThan, dropped, expired, orphans, freedBytes);
  }

  /** Removes what is in the plan and still unused. */
  public SweepReport sweep(SweepPlan plan) {
    int versions = 0;
    for (VersionId version : plan.dropped()) {
      TableMetadata metadata = catalog.operations(version).refresh();
      if (metadata != null && isOlder(metadata.lastUpdatedMillis(), plan.olderThan())) {
        catalog.forget(version);
        io.deletePrefix(warehouse.resolve(version.physicalName()).toString());
        versions++;
      }
    }
    int snapshots = 0;
    for (Map.Entry<VersionId, Set<Long>> entry : plan.expired().entrySet()) {
      snapshots += expire(entry.getKey(), entry.getValue());
    }
    return new SweepReport(versions, snapshots, delete(plan.orphans()));
  }

  private int expire(VersionId version, Set<Long> ids) {
    while (true) {
      TableOperations operations = catalog.operations(version);
      TableMetadata metadata = operations.refresh();
      if (metadata == null) {
        return 0;
      }
      List<Snapshot> gone =
          metadata.snapshots().stream().filter(s -> ids.contains(s.snapshotId())).toList();
      if (gone.isEmpty()) {
        return 0;
      }
      TableMetadata.Builder builder = TableMetadata.buildFrom(metadata);
      Snapshot current = metadata.currentSnapshot();
      if (current != null && ids.contains(current.snapshotId())) {
        metadata.snapshots().stream()
            .filter(snapshot -> !ids.contains(snapshot.snapshotId()))
            .max(Comparator.comparingLong(Snapshot::sequenceNumber))
            .ifPresent(
                newest -> builder.setBranchSnapshot(newest.snapshotId(), SnapshotRef.MAIN_BRANCH));
      }
      try {
        operations.commit(metadata, builder.removeSnapshots(gone).build());
        return gone.size();
      } catch (CommitFailedException e) {
        // Someone committed in between: look again. Each turn means another writer got through.
        Thread.onSpinWait();
      }
    }
  }

  private int delete(List<SweepPlan.Orphan> orphans) {
    Map<Path, List<Path>> byDirectory =
        orphans.stream()
            .map(orphan -> Path.of(orphan.path()))
            .collect(
                Collectors.groupingBy(
                    path -> warehouse.resolve(warehouse.relativize(path).getName(0)),
                    LinkedHashMap::new,
                    Collectors.toList()));
    int deleted = 0;
    for (Map.Entry<Path, List<Path>> entry : byDirectory.entrySet()) {
      Path directory = entry.getKey();
      TableMetadata metadata =
          VersionId.ofPhysicalName(directory.getFileName().toString())
              .map(version -> catalog.operations(version).refresh())
              .orElse(null);
      Set<String> needed = metadata == null ? Set.of() : needed(metadata, Set.of());
      for (Path path : entry.getValue()) {
        if (!needed.contains(path.toString())) {
          io.deleteFile(path.toString());
          deleted++;
        }
      }
      if (metadata == null) {
        removeEmpty(directory);
      }
    }
    return deleted;
  }

  /** How old a file must be to be a leftover, by who wrote it. */
  private record Age(Instant ours, Instant strangers) {
    /** The start of the name of a file that a run has written, finished or not. */
    private static final Pattern OURS = Pattern.compile("(tmp_)?r\\d+-.*");

    boolean reached(FileInfo file) {
      Path name = LocalFileIO.path(file.location()).getFileName();
      boolean ours = name != null && OURS.matcher(name.toString()).matches();
      return isOlder(file.createdAtMillis(), ours ? ours() : strangers());
    }
  }

  private long addOrphans(
      Path directory, Set<String> needed, Age age, List<SweepPlan.Orphan> orphans) {
    long bytes = 0;
    for (FileInfo file :
        io.listPrefix(directory.toString()).stream()
            .sorted(Comparator.comparing(FileInfo::location))
            .toList()) {
      if (age.reached(file) && !needed.contains(file.location())) {
        orphans.add(new SweepPlan.Orphan(file.location(), file.size()));
        bytes += file.size();
      }
    }
    return bytes;
  }

  /** Every file that the snapshots which stay, and the table itself, are made of. */
  private Set<String> needed(TableMetadata metadata, Set<Long> expired) {
    Set<String> needed = new HashSet<>();
    add(needed, metadata.metadataFileLocation());
    metadata.previousFiles().forEach(entry -> add(needed, entry.file()));
    Set<String> readManifests = new HashSet<>();
    for (Snapshot snapshot : metadata.snapshots()) {
      if (expired.contains(snapshot.snapshotId())) {
        continue;
      }
      add(needed, snapshot.manifestListLocation());
      for (ManifestFile manifest : snapshot.allManifests(io)) {
        if (readManifests.add(manifest.path())) {
          add(needed, manifest.path());
          try (CloseableIterable<String> paths =
              ManifestFiles.readPaths(manifest, io, metadata.specsById())) {
            paths.forEach(path -> add(needed, path));
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        }
      }
    }
    return needed;
  }

  private static void add(Set<String> needed, @Nullable String location) {
    if (location != null) {
      needed.add(LocalFileIO.path(location).toString());
    }
  }

  /** Directories in the warehouse that have the name of a version; others are not ours. */
  private Set<Path> directories() {
    try (Stream<Path> children = Files.list(warehouse)) {
      return children
          .filter(Files::isDirectory)
          .filter(path -> VersionId.ofPhysicalName(path.getFileName().toString()).isPresent())
          .collect(Collectors.toCollection(HashSet::new));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void removeEmpty(Path directory) {
    List<Path> directories;
    try (Stream<Path> tree = Files.walk(directory)) {
      directories = tree.filter(Files::isDirectory).sorted(Comparator.reverseOrder()).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    for (Path empty : directories) {
      try {
        Files.deleteIfExists(empty);
      } catch (DirectoryNotEmptyException e) {
        return;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static List<VersionId> sorted(Collection<VersionId> versions) {
    return versions.stream().sorted(Comparator.comparing(VersionId::physicalName)).toList();
  }

  private static boolean isOlder(long millis, Instant olderThan) {
    return Instant.ofEpochMilli(millis).isBefore(olderThan);
  }
}
