package dev.headrace.data.warehouse;

import java.util.List;
import java.util.Map;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.view.BaseMetastoreViewCatalog;

/**
 * An Iceberg catalog of tables and views. Every call sees what is published at that moment; nothing
 * is kept between calls. Thread-safe.
 */
public abstract sealed class Warehouse extends BaseMetastoreViewCatalog
    implements SupportsNamespaces permits EnvironmentWarehouse, VersionsWarehouse {
  private final String name;

  Warehouse(String name) {
    this.name = name;
  }

  /**
   * Commits changes to several tables: all of them become visible at once, or none.
   *
   * @throws org.apache.iceberg.exceptions.CommitFailedException if a requirement does not hold, or
   *     someone else was faster
   * @throws org.apache.iceberg.exceptions.CommitStateUnknownException if nobody knows
   */
  public abstract void commit(List<TableChange> changes);

  @Override
  public String name() {
    return name;
  }

  /** Nothing to set: a warehouse is ready when it is opened. */
  @Override
  public void initialize(String catalogName, Map<String, String> properties) {}
}
