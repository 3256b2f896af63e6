package dev.headrace.data.lake.internal;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.apache.iceberg.LocationProviders;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.LocationProvider;

/**
 * The table a change is drafted from: the base, with the columns it is going to have. Iceberg makes
 * a snapshot of it and commits nothing here, so going back to the base, new columns and new files
 * become one commit of the real table.
 */
final class Draft implements TableOperations {
  private static final int ONE_MANIFEST_AND_THE_LIST = 2;

  private final FileIO io;
  private final List<String> writtenFiles = new ArrayList<>();
  private final TableMetadata start;

  Draft(FileIO io, TableMetadata start) {
    this.io = io;
    this.start = start;
  }

  @Override
  public TableMetadata current() {
    return start;
  }

  @Override
  public TableMetadata refresh() {
    return start;
  }

  @Override
  public void commit(TableMetadata base, TableMetadata metadata) {
    throw new UnsupportedOperationException("a draft is applied, not committed");
  }

  @Override
  public FileIO io() {
    return io;
  }

  @Override
  public String metadataFileLocation(String fileName) {
    String location = start.location() + "/metadata/" + fileName;
    writtenFiles.add(location);
    return location;
  }

  @Override
  public LocationProvider locationProvider() {
    return LocationProviders.locationsFor(start.location(), start.properties());
  }

  /** Deletes manifests that were merged into another before the snapshot was finished. */
  void keepOnly(Snapshot snapshot) {
    if (writtenFiles.size() <= ONE_MANIFEST_AND_THE_LIST) {
      return;
    }
    Set<String> kept = new HashSet<>();
    kept.add(snapshot.manifestListLocation());
    snapshot.allManifests(io).forEach(manifest -> kept.add(manifest.path()));
    for (Iterator<String> written = writtenFiles.iterator(); written.hasNext(); ) {
      String location = written.next();
      if (!kept.contains(location)) {
        io.deleteFile(location);
        written.remove();
      }
    }
  }

  /** Deletes the manifests written for it, after its commit has certainly failed. */
  void discard() {
    writtenFiles.forEach(io::deleteFile);
  }
}
