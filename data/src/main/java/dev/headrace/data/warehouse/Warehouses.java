package dev.headrace.data.warehouse;

import dev.headrace.core.ledger.Ledger;
import dev.headrace.data.lake.Lake;
import dev.headrace.spi.engine.Query;
import dev.headrace.spi.schema.Schema;
import java.nio.file.Path;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.apache.iceberg.exceptions.NoSuchWarehouseException;

/** The warehouses of a project: one per environment, and one of all table versions. */
public final class Warehouses {
  /** The warehouse of whoever names none. */
  public static final String DEFAULT = "prod";

  /**
   * The warehouse of the physical table versions with all their snapshots, read-only: for engines
   * that work for Headrace itself. No environment can have this name.
   */
  public static final String VERSIONS = "~versions";

  /** The namespace of the project's own tables. */
  public static final String PROJECT_NAMESPACE = "main";

  private static final Pattern ENVIRONMENT = Pattern.compile("[\\p{L}\\p{N}_][\\p{L}\\p{N}_.-]*");

  private final Ledger ledger;
  private final Lake lake;
  private final Path directory;
  private final ShownTables shownTables;
  private final ShownViews shownViews;

  /**
   * @param directory where what is written for other programs, and by them, is kept
   * @param describe the columns of a query, without running it
   */
  public Warehouses(Ledger ledger, Lake lake, Path directory, Function<Query, Schema> describe) {
    this.ledger = ledger;
    this.lake = lake;
    this.directory = directory.toAbsolutePath().normalize();
    this.shownTables = new ShownTables(lake.iceberg(), this.directory.resolve("shown"));
    this.shownViews = new ShownViews(lake, this.directory.resolve("shown"), describe);
  }

  /**
   * The warehouse with that name.
   *
   * @throws NoSuchWarehouseException if there is no such environment
   */
  public Warehouse open(String name) {
    if (name.equals(VERSIONS)) {
      return new VersionsWarehouse(lake);
    }
    boolean exists =
        name.equals(DEFAULT)
            || (ENVIRONMENT.matcher(name).matches() && !ledger.published(name).isEmpty());
    if (!exists) {
      throw new NoSuchWarehouseException(
          "Cannot open warehouse '%s': the project has no environment of this name.", name);
    }
    return new EnvironmentWarehouse(name, ledger, lake, directory, shownTables, shownViews);
  }
}
