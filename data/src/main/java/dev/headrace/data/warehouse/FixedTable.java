package dev.headrace.data.warehouse;

import java.util.function.Supplier;
import org.apache.iceberg.LocationProviders;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.LocationProvider;
import org.jspecify.annotations.Nullable;

/**
 * A table that is as it is.
 *
 * @param metadata null when there is no such table
 * @param refusal thrown at whoever wants to change it
 */
record FixedTable(
    @Nullable TableMetadata metadata, FileIO io, Supplier<? extends RuntimeException> refusal)
    implements TableOperations {
  @Override
  public @Nullable TableMetadata current() {
    return metadata;
  }

  @Override
  public @Nullable TableMetadata refresh() {
    return metadata;
  }

  @Override
  public void commit(@Nullable TableMetadata base, TableMetadata changed) {
    throw refusal.get();
  }

  @Override
  public String metadataFileLocation(String fileName) {
    return required().location() + "/metadata/" + fileName;
  }

  @Override
  public LocationProvider locationProvider() {
    return LocationProviders.locationsFor(required().location(), required().properties());
  }

  private TableMetadata required() {
    if (metadata == null) {
      throw new IllegalStateException("there is no table");
    }
    return metadata;
  }
}
