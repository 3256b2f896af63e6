package dev.headrace.data.lake.internal;

import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.LocationProviders;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.LocationProvider;

/**
 * Table metadata in the making: what Iceberg commits here changes nothing but this draft. So going
 * back to the base, new columns and new files become one commit of the real table.
 */
final class Draft implements TableOperations {
  private final FileIO io;
  private final List<String> writtenFiles = new ArrayList<>();
  private TableMetadata current;

  Draft(FileIO io, TableMetadata start) {
    this.io = io;
    this.current = start;
  }

  @Override
  public TableMetadata current() {
    return current;
  }

  @Override
  public TableMetadata refresh() {
    return current;
  }

  @Override
  @SuppressWarnings("ReferenceEquality") // as Iceberg tells versions of metadata apart
  public void commit(TableMetadata base, TableMetadata metadata) {
    if (base != current) {
      throw new CommitFailedException("The draft has changed");
    }
    current = metadata;
  }

  @Override
  public FileIO io() {
    return io;
  }

  @Override
  public String metadataFileLocation(String fileName) {
    String location = current.location() + "/metadata/" + fileName;
    writtenFiles.add(location);
    return location;
  }

  @Override
  public LocationProvider locationProvider() {
    return LocationProviders.locationsFor(current.location(), current.properties());
  }

  /** Deletes the manifests written for it, after its commit has certainly failed. */
  void discard() {
    writtenFiles.forEach(io::deleteFile);
  }
}
