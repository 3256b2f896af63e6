package dev.headrace.data.warehouse;

import java.util.List;
import org.apache.iceberg.MetadataUpdate;
import org.apache.iceberg.RetryableValidationException;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.UpdateRequirement;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.BadRequestException;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.jspecify.annotations.Nullable;

/**
 * A change to one table among several.
 *
 * @param requirements what must hold of the table as it is shown
 * @param updates what is done to it, in order
 */
public record TableChange(
    TableIdentifier table, List<UpdateRequirement> requirements, List<MetadataUpdate> updates) {
  public TableChange {
    requirements = List.copyOf(requirements);
    updates = List.copyOf(updates);
  }

  /** Whether the table is to be made by it. */
  boolean creates() {
    return requirements.stream()
        .anyMatch(UpdateRequirement.AssertTableDoesNotExist.class::isInstance);
  }

  /**
   * What becomes of a table.
   *
   * @param base the table as it is shown; null when it is not there
   * @throws CommitFailedException if a requirement does not hold
   */
  TableMetadata applyTo(@Nullable TableMetadata base) {
    if (base == null && !creates()) {
      throw new NoSuchTableException("Table does not exist: %s", table);
    }
    if (creates() && requirements.size() > 1) {
      throw new BadRequestException(
          "Cannot create table '%s': that it does not exist is the only requirement there can be.",
          table);
    }
    requirements.forEach(requirement -> requirement.validate(base));
    TableMetadata.Builder builder = base == null ? empty() : TableMetadata.buildFrom(base);
    try {
      updates.forEach(update -> update.applyTo(builder));
    } catch (RetryableValidationException e) {
      // Numbered after a state that has passed: the client numbers anew.
      throw new CommitFailedException(e, "Cannot commit: %s", e.getMessage());
    }
    return builder.build();
  }

  private TableMetadata.Builder empty() {
    return updates.stream()
        .filter(MetadataUpdate.UpgradeFormatVersion.class::isInstance)
        .map(update -> ((MetadataUpdate.UpgradeFormatVersion) update).formatVersion())
        .findFirst()
        .map(TableMetadata::buildFromEmpty)
        .orElseGet(TableMetadata::buildFromEmpty);
  }
}
