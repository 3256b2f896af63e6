package dev.headrace.data.warehouse;

import dev.headrace.data.lake.IcebergTables;
import dev.headrace.data.lake.Lake;
import dev.headrace.data.lake.VersionId;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.ForbiddenException;
import org.apache.iceberg.exceptions.NoSuchNamespaceException;
import org.apache.iceberg.exceptions.NoSuchViewException;
import org.apache.iceberg.view.ViewOperations;

/** All table versions with all their snapshots, published or not, to be read only. */
final class VersionsWarehouse extends Warehouse {
  private static final Namespace LAKE = Namespace.of("lake");

  private final Lake lake;
  private final IcebergTables tables;

  VersionsWarehouse(Lake lake) {
    super(Warehouses.VERSIONS);
    this.lake = lake;
    this.tables = lake.iceberg();
  }

  @Override
  public List<TableIdentifier> listTables(Namespace namespace) {
    requireLake(namespace);
    return lake.versions().stream()
        .map(version -> TableIdentifier.of(LAKE, version.physicalName()))
        .toList();
  }

  @Override
  protected TableOperations newTableOps(TableIdentifier table) {
    Optional<TableMetadata> metadata =
        table.namespace().equals(LAKE)
            ? VersionId.ofPhysicalName(table.name()).flatMap(tables::metadata)
            : Optional.empty();
    return new FixedTable(metadata.orElse(null), tables.io(), VersionsWarehouse::readOnly);
  }

  @Override
  public List<Namespace> listNamespaces(Namespace parent) {
    if (parent.isEmpty()) {
      return Collections.singletonList(LAKE); // asked whether it holds null, which List.of refuses
    }
    requireLake(parent);
    return Collections.emptyList();
  }

  @Override
  public Map<String, String> loadNamespaceMetadata(Namespace namespace) {
    requireLake(namespace);
    return Map.of();
  }

  private static void requireLake(Namespace namespace) {
    if (!namespace.equals(LAKE)) {
      throw new NoSuchNamespaceException("Namespace does not exist: %s", namespace);
    }
  }

  @Override
  public List<TableIdentifier> listViews(Namespace namespace) {
    requireLake(namespace);
    return List.of();
  }

  @Override
  protected ViewOperations newViewOps(TableIdentifier view) {
    throw new NoSuchViewException("View does not exist: %s", view);
  }

  @Override
  public void commit(List<TableChange> changes) {
    throw readOnly();
  }

  @Override
  public boolean dropTable(TableIdentifier table, boolean purge) {
    throw readOnly();
  }

  @Override
  public void renameTable(TableIdentifier from, TableIdentifier to) {
    throw readOnly();
  }

  @Override
  public boolean dropView(TableIdentifier view) {
    throw readOnly();
  }

  @Override
  public void renameView(TableIdentifier from, TableIdentifier to) {
    throw readOnly();
  }

  @Override
  public void createNamespace(Namespace namespace, Map<String, String> properties) {
    throw readOnly();
  }

  @Override
  public boolean dropNamespace(Namespace namespace) {
    throw readOnly();
  }

  @Override
  public boolean setProperties(Namespace namespace, Map<String, String> properties) {
    throw readOnly();
  }

  @Override
  public boolean removeProperties(Namespace namespace, Set<String> properties) {
    throw readOnly();
  }

  @Override
  protected String defaultWarehouseLocation(TableIdentifier table) {
    throw readOnly();
  }

  private static ForbiddenException readOnly() {
    return new ForbiddenException(
        "Cannot change warehouse '%s': it is there to be read. Write to an environment's"
            + " warehouse, for example '%s'.",
        Warehouses.VERSIONS, Warehouses.DEFAULT);
  }
}
