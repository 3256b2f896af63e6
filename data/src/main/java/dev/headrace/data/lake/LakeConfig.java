package dev.headrace.data.lake;

import dev.headrace.core.postgres.Postgres;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where the lake is.
 *
 * @param warehouse directory of all table versions; created when absent
 * @param catalog the database of the Iceberg catalog; empty for {@code catalog.db}, a SQLite file
 *     in the warehouse
 */
public record LakeConfig(Path warehouse, Optional<Postgres> catalog, Durability durability) {
  public LakeConfig {
    warehouse = warehouse.toAbsolutePath().normalize();
  }

  /** A lake in one local directory with its catalog beside the tables. */
  public static LakeConfig in(Path directory) {
    return new LakeConfig(directory, Optional.empty(), Durability.PROCESS);
  }

  @Override
  public String toString() {
    return "LakeConfig["
        + warehouse
        + catalog.map(database -> ", " + database).orElse("")
        + ", "
        + durability
        + "]";
  }
}
