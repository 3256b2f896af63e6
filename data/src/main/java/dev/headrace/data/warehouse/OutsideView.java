package dev.headrace.data.warehouse;

import dev.headrace.core.ledger.OutsideMove;
import dev.headrace.core.ledger.OutsideName;
import dev.headrace.core.ledger.Outsiders;
import java.util.List;
import java.util.Optional;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.NoSuchViewException;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.view.BaseViewOperations;
import org.apache.iceberg.view.ViewMetadata;
import org.apache.iceberg.view.ViewProperties;
import org.jspecify.annotations.Nullable;

/** A view of another program's own: the ledger points to its newest metadata file. */
final class OutsideView extends BaseViewOperations {
  private final OutsideCommits commits;
  private final Outsiders outsiders;
  private final String environment;
  private final OutsideName name;
  private final Territory territory;

  OutsideView(
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
        outsiders.find(environment, name).filter(found -> found.kind() == OutsideMove.Kind.VIEW);
    if (entry.isPresent()) {
      refreshFromMetadataLocation(entry.get().metadataLocation(), _ -> false, 0);
    } else if (currentMetadataLocation() != null) {
      throw new NoSuchViewException("View does not exist: %s", name);
    } else {
      disableRefresh();
    }
  }

  @Override
  protected void doCommit(@Nullable ViewMetadata base, ViewMetadata metadata) {
    territory.require("location", metadata.location());
    String elsewhere = metadata.properties().get(ViewProperties.WRITE_METADATA_LOCATION);
    if (elsewhere != null) {
      territory.require(ViewProperties.WRITE_METADATA_LOCATION, elsewhere);
    }
    if (base == null) {
      outsiders
          .find(environment, name)
          .ifPresent(
              there -> {
                throw new AlreadyExistsException(
                    there.kind() == OutsideMove.Kind.TABLE
                        ? "Table with same name already exists: %s"
                        : "View already exists: %s",
                    name);
              });
    }
    boolean registered = metadata.metadataFileLocation() != null;
    String location = writeNewMetadataIfRequired(metadata);
    commits.apply(
        List.of(
            new Prepared(
                new OutsideMove.Point(
                    name,
                    OutsideMove.Kind.VIEW,
                    Optional.ofNullable(base).map(ViewMetadata::metadataFileLocation),
                    location),
                () -> {
                  if (!registered) {
                    territory.deleteFile(location);
                  }
                },
                () -> {})));
  }

  @Override
  protected String viewName() {
    return name.toString();
  }

  @Override
  protected FileIO io() {
    return territory;
  }
}
