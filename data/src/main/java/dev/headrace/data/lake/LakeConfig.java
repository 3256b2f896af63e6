package dev.headrace.data.lake;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Where the lake is.
 *
 * @param warehouse directory of all table versions; created when absent
 * @param catalogUrl JDBC URL of the Iceberg catalog; empty for {@code catalog.db}, a SQLite file in
 *     the warehouse
 * @param catalogProperties further properties of the Iceberg JDBC catalog, for example {@code
 *     jdbc.user} and {@code jdbc.password}; never printed
 */
public record LakeConfig(
    Path warehouse,
    Optional<String> catalogUrl,
    Map<String, String> catalogProperties,
    Durability durability) {
  public LakeConfig {
    warehouse = warehouse.toAbsolutePath().normalize();
    catalogProperties = Map.copyOf(catalogProperties);
  }

  /** A lake in one local directory with its catalog beside the tables. */
  public static LakeConfig in(Path directory) {
    return new LakeConfig(directory, Optional.empty(), Map.of(), Durability.PROCESS);
  }

  @Override
  public String toString() {
    return "LakeConfig[" + warehouse + ", " + durability + "]";
  }
}
