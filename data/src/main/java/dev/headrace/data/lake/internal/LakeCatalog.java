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
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.jdbc.JdbcCatalog;
import org.apache.iceberg.jdbc.JdbcClientPool;

/**
 * Iceberg's own JDBC catalog over {@link LocalFileIO}, so that any tool that knows it can find the
 * tables; opened up to the operations beneath a table, because a commit of the lake is one change
 * of metadata and not one of Iceberg's ready-made transactions, and with operations that remember
 * metadata.
 */
public final class LakeCatalog extends JdbcCatalog {
  private static final Namespace NAMESPACE = Namespace.of("lake");
  private static final String NAME = "headrace";

  private final FileIO io;
  private final JdbcClientPool connections;
  private final KnownMetadata known = new KnownMetadata();
  private final MetadataFiles files = new MetadataFiles();

  private LakeCatalog(FileIO io, JdbcClientPool connections, boolean createsTables) {
    super(properties -> io, properties -> connections, createsTables);
    this.io = io;
    this.connections = connections;
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
    Map<String, String> properties =
        Map.of(
            CatalogProperties.URI,
            url,
            CatalogProperties.WAREHOUSE_LOCATION,
            config.warehouse().toString(),
            "jdbc.schema-version",
            "V1");
    LakeCatalog catalog =
        new LakeCatalog(
            new LocalFileIO(config.durability()),
            config
                .catalog()
                .<JdbcClientPool>map(database -> new PostgresConnections(database, url, properties))
                .orElseGet(() -> new SqliteConnections(url, properties)),
            // Iceberg takes a table in any schema of PostgreSQL for its own.
            config.catalog().isEmpty());
    catalog.initialize(NAME, properties);
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
    known.forget(identifier(version));
  }

  @Override
  protected TableOperations newTableOps(TableIdentifier table) {
    return new LakeOperations(NAME, table, connections, io, known, files);
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
