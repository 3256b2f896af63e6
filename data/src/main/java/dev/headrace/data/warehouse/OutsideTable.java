package dev.headrace.data.warehouse;

import dev.headrace.core.ledger.OutsideMove;
import dev.headrace.core.ledger.OutsideName;
import dev.headrace.core.ledger.Outsiders;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.BaseMetastoreTableOperations;
import org.apache.iceberg.CatalogUtil;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.io.FileIO;
import org.jspecify.annotations.Nullable;

/** A table of another program's own: the ledger points to its newest metadata file. */
final class OutsideTable extends BaseMetastoreTableOperations {
  /** Properties that say where files go. */
  private static final Set<String> PATHS =
      Set.of(
          TableProperties.WRITE_DATA_LOCATION,
          TableProperties.WRITE_METADATA_LOCATION,
          "write.object-storage.path", // its former names
          "write.folder-storage.path");

  private final OutsideCommits commits;
  private final Outsiders outsiders;
  private final String environment;
  private final OutsideName name;
  private final Territory territory;

  OutsideTable(
      OutsideCommits commits,
      Outsiders outsiders,
      String environment,
      OutsideName name,
      Territory territory) {
    this.commits = commits;
    this.outsiders = outsiders;
    this.environment = environment;
    this.name = name;
    this.territory = territory;
  }

  @Override
  protected void doRefresh() {
    Optional<Outsiders.Entry> entry =
        outsiders.find(environment, name).filter(found -> found.kind() == OutsideMove.Kind.TABLE);
    if (entry.isPresent()) {
      refreshFromMetadataLocation(entry.get().metadataLocation(), _ -> false, 0);
    } else if (currentMetadataLocation() != null) {
      throw new NoSuchTableException("Table does not exist: %s", name);
    } else {
      disableRefresh();
    }
  }

  /** For creation and registration; changes to what is there go through {@link OutsideCommits}. */
  @Override
  protected void doCommit(@Nullable TableMetadata base, TableMetadata metadata) {
    commits.apply(List.of(prepare(base, metadata)));
  }

  /**
   * Writes the metadata file of a change.
   *
   * @throws org.apache.iceberg.exceptions.BadRequestException if it names locations elsewhere
   */
  Prepared prepare(@Nullable TableMetadata base, TableMetadata metadata) {
    requireOwnPlaces(metadata);
    if (base == null) {
      outsiders
          .find(environment, name)
          .ifPresent(
              there -> {
                throw new AlreadyExistsException(
                    there.kind() == OutsideMove.Kind.VIEW
                        ? "View with same name already exists: %s"
                        : "Table already exists: %s",
                    name);
              });
    }
    boolean registered = base == null && metadata.metadataFileLocation() != null;
    String location = writeNewMetadataIfRequired(base == null, metadata);
    return new Prepared(
        new OutsideMove.Point(
            name,
            OutsideMove.Kind.TABLE,
            Optional.ofNullable(base).map(TableMetadata::metadataFileLocation),
            location),
        () -> {
          if (!registered) {
            territory.deleteFile(location);
          }
        },
        () -> CatalogUtil.deleteRemovedMetadataFiles(territory, base, metadata));
  }

  private void requireOwnPlaces(TableMetadata metadata) {
    territory.require("location", metadata.location());
    metadata
        .properties()
        .forEach(
            (key, path) -> {
              if (PATHS.contains(key)) {
                territory.require(key, path);
              }
            });
    if (metadata.metadataFileLocation() != null) {
      territory.require("metadata location", metadata.metadataFileLocation());
    }
  }

  @Override
  protected String tableName() {
    return name.toString();
  }

  @Override
  public FileIO io() {
    return territory;
  }
}
