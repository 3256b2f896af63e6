package dev.headrace.data.warehouse;

import dev.headrace.core.ledger.Environments;
import dev.headrace.core.ledger.Ledger;
import dev.headrace.data.lake.Lake;
import dev.headrace.spi.engine.Query;
import dev.headrace.spi.schema.Schema;
import java.nio.file.Path;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.apache.iceberg.exceptions.NoSuchWarehouseException;

/** The warehouses of a project: one per environment, and one of all table versions. */
public final class Warehouses {
  /** The warehouse of whoever names none. */
  public static final String DEFAULT = Environments.PROD;

  /**
   * The warehouse of the physical table versions with all their snapshots, read-only: for engines
   * that work for Headrace itself. No environment can have this name.
   */
  public static final String VERSIONS = "~versions";

  /** The namespace of the project's own tables. */
  public static final String PROJECT_NAMESPACE = "main";

  private final EnvironmentWarehouse.Parts parts;

  /**
   * @param stateDirectory where the project keeps its state; what is written for other programs is
   *     kept in {@code warehouse} beneath it
   * @param describe the columns of a query, without running it
   */
  public Warehouses(
      Ledger ledger, Lake lake, Path stateDirectory, Function<Query, Schema> describe) {
    Path shown = stateDirectory.resolve("warehouse/shown").toAbsolutePath().normalize();
    this.parts =
        new EnvironmentWarehouse.Parts(
            ledger,
            lake,
            stateDirectory,
            new ShownTables(lake.iceberg(), shown),
            new ShownViews(lake, shown, describe),
            new ReentrantLock(true));
  }

  /**
   * The warehouse with that name.
   *
   * @throws NoSuchWarehouseException if there is no such environment
   */
  public Warehouse open(String name) {
    if (name.equals(VERSIONS)) {
      return new VersionsWarehouse(parts.lake());
    }
    if (!name.equals(DEFAULT) && parts.ledger().environments().find(name).isEmpty()) {
      throw new NoSuchWarehouseException(
          "Cannot open warehouse '%s': the project has no environment of this name.", name);
    }
    return new EnvironmentWarehouse(name, parts, parts.lake().outsideDirectory().resolve(name));
  }
}
