package dev.headrace.data.lake.internal;

import dev.headrace.core.postgres.Postgres;
import dev.headrace.data.lake.LakeConfig;
import dev.headrace.data.lake.VersionId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.CatalogProperties;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.jdbc.JdbcCatalog;

/**
 * Iceberg's own JDBC catalog over {@link LocalFileIO}, so that any tool that knows it can find the
 * tables; opened up to the operations beneath a table, because a commit of the lake is one change
 * of metadata and not one of Iceberg's ready-made transactions.
 */
public final class LakeCatalog extends JdbcCatalog {
  private static final Namespace NAMESPACE = Namespace.of("lake");
  private static final String NAME = "headrace";

  private LakeCatalog(LakeConfig config, String url) {
    super(
        _ -> new LocalFileIO(config.durability()),
        properties ->
            config.catalog().isPresent()
                ? new PostgresConnections(config.catalog().get(), url, properties)
                : new SqliteConnections(url, properties),
        // Iceberg takes a table in any schema of PostgreSQL for its own.
        config.catalog().isEmpty());
  }

  /** Connects to the catalog and creates its tables where they are absent. */
  public static LakeCatalog open(LakeConfig config) {
    config
        .catalog()
        .ifPresent(
            database ->
                PostgresCatalogTables.prepare(
                    database, NAME, NAMESPACE.toString(), config.warehouse()));
    String url = config.catalog().map(Postgres::jdbcUrl).orElseGet(() -> sqliteUrl(config));
    LakeCatalog catalog = new LakeCatalog(config, url);
    catalog.initialize(
        NAME,
        Map.of(
            CatalogProperties.URI,
            url,
            CatalogProperties.WAREHOUSE_LOCATION,
            config.warehouse().toString(),
            "jdbc.schema-version",
            "V1"));
    return catalog;
  }

  /** Metadata of a version, and the only way to change it. */
  public TableOperations operations(VersionId version) {
    return newTableOps(identifier(version));
  }

  public List<VersionId> versions() {
    return listTables(NAMESPACE).stream()
        .map(TableIdentifier::name)
        .map(VersionId::ofPhysicalName)
        .flatMap(Optional::stream)
        .toList();
  }

  /** Forgets a version; its files stay. */
  public void forget(VersionId version) {
    dropTable(identifier(version), false);
  }

  private static TableIdentifier identifier(VersionId version) {
    return TableIdentifier.of(NAMESPACE, version.physicalName());
  }

  /**
   * With a write-ahead log readers and the one writer do not block each other. NORMAL forces the
   * log to disk only at checkpoints: a transaction is then as durable as the files it points to,
   * which nobody forces either. Both are forced when a loss of power must be survived.
   */
  private static String sqliteUrl(LakeConfig config) {
    String synchronous =
        switch (config.durability()) {
          case PROCESS -> "NORMAL";
          case POWER -> "FULL";
        };
    return "jdbc:sqlite:"
        + config.warehouse().resolve("catalog.db")
        + "?journal_mode=WAL&busy_timeout=10000&synchronous="
        + synchronous;
  }
}
