package dev.headrace.data.warehouse;

import java.util.List;
import org.apache.iceberg.MetadataUpdate;
import org.apache.iceberg.UpdateRequirement;
import org.apache.iceberg.catalog.TableIdentifier;

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
}
