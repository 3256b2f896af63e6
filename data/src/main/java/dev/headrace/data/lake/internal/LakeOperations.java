package dev.headrace.data.lake.internal;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.apache.iceberg.BaseMetastoreTableOperations;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableMetadataParser;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.jdbc.JdbcClientPool;
import org.apache.iceberg.jdbc.UncheckedInterruptedException;
import org.apache.iceberg.jdbc.UncheckedSQLException;
import org.jspecify.annotations.Nullable;

/**
 * One table's metadata in the database of Iceberg's JDBC catalog, in the same rows as {@code
 * JdbcTableOperations} and open to the same tools.
 *
 * <p>Looking whether the table has changed is one small query: metadata that this process has read
 * or written before is not parsed again. A change is one statement that holds only where the table
 * is still what the change was made from. See decision 0011.
 */
final class LakeOperations extends BaseMetastoreTableOperations {
  private static final String IS_TABLE =
      " where catalog_name = ? and table_namespace = ? and table_name = ?"
          + " and (iceberg_type = 'TABLE' or iceberg_type is null)";
  private static final String FIND = "select metadata_location from iceberg_tables" + IS_TABLE;
  private static final String UPDATE =
      "update iceberg_tables set metadata_location = ?, previous_metadata_location = ?"
          + IS_TABLE
          + " and metadata_location = ?";
  private static final String INSERT =
      "insert into iceberg_tables (catalog_name, table_namespace, table_name, metadata_location,"
          + " previous_metadata_location, iceberg_type) values (?, ?, ?, ?, null, 'TABLE')"
          + " on conflict do nothing";

  private final String catalog;
  private final TableIdentifier table;
  private final JdbcClientPool connections;
  private final FileIO io;
  private final KnownMetadata known;
  private final MetadataFiles files;

  LakeOperations(
      String catalog,
      TableIdentifier table,
      JdbcClientPool connections,
      FileIO io,
      KnownMetadata known,
      MetadataFiles files) {
    this.catalog = catalog;
    this.table = table;
    this.connections = connections;
    this.io = io;
    this.known = known;
    this.files = files;
  }

  @Override
  public FileIO io() {
    return io;
  }

  @Override
  protected String tableName() {
    return table.toString();
  }

  @Override
  protected void doRefresh() {
    String location = location();
    if (location != null) {
      refreshFromMetadataLocation(location, null, 0, this::metadata);
    } else if (currentMetadataLocation() != null) {
      throw new NoSuchTableException("Table %s was dropped by another process", table);
    } else {
      disableRefresh();
    }
  }

  @Override
  protected void doCommit(@Nullable TableMetadata base, TableMetadata metadata) {
    TableMetadata written = written(base, metadata);
    String location = written.metadataFileLocation();
    if (base == null) {
      if (change(INSERT, catalog, namespace(), table.name(), location) == 0) {
        throw new AlreadyExistsException("Table already exists: %s", table);
      }
    } else {
      String replaced = base.metadataFileLocation();
      if (change(UPDATE, location, replaced, catalog, namespace(), table.name(), replaced) == 0) {
        throw new CommitFailedException("Table %s is no longer at %s", table, replaced);
      }
    }
    known.put(table, written);
  }

  private TableMetadata metadata(String location) {
    TableMetadata metadata = known.get(table, location);
    if (metadata == null) {
      metadata = TableMetadataParser.read(io, location);
      known.put(table, metadata);
    }
    return metadata;
  }

  /** The metadata with its file; that of a table which is registered has one already. */
  private TableMetadata written(@Nullable TableMetadata base, TableMetadata metadata) {
    if (base == null && metadata.metadataFileLocation() != null) {
      return metadata;
    }
    TableMetadata written =
        TableMetadata.buildFrom(metadata)
            .discardChanges()
            .withMetadataLocation(newLocation(metadata))
            .build();
    files.write(written, io.newOutputFile(written.metadataFileLocation()));
    return written;
  }

  private String newLocation(TableMetadata metadata) {
    String codec =
        metadata.property(
            TableProperties.METADATA_COMPRESSION, TableProperties.METADATA_COMPRESSION_DEFAULT);
    return metadataFileLocation(
        metadata,
        String.format(
            Locale.ROOT,
            "%05d-%s%s",
            currentVersion() + 1,
            UUID.randomUUID(),
            TableMetadataParser.getFileExtension(codec)));
  }

  private @Nullable String location() {
    return run(
        FIND,
        true,
        List.of(catalog, namespace(), table.name()),
        statement -> {
          try (ResultSet rows = statement.executeQuery()) {
            return rows.next() ? rows.getString(1) : null;
          }
        });
  }

  /** Never repeated by the pool: a change whose answer was lost may have happened. */
  private int change(String sql, String... values) {
    Integer rows = run(sql, false, List.of(values), PreparedStatement::executeUpdate);
    return rows == null ? 0 : rows;
  }

  private <T> @Nullable T run(String sql, boolean retry, List<String> values, Execution<T> action) {
    try {
      return connections.run(
          connection -> {
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
              for (int i = 0; i < values.size(); i++) {
                statement.setString(i + 1, values.get(i));
              }
              return action.on(statement);
            }
          },
          retry);
    } catch (SQLException e) {
      throw new UncheckedSQLException(e, "The catalog's database failed for table %s", table);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UncheckedInterruptedException(e, "Interrupted at table %s", table);
    }
  }

  private String namespace() {
    return String.join(".", table.namespace().levels());
  }

  @FunctionalInterface
  private interface Execution<T> {
    @Nullable T on(PreparedStatement statement) throws SQLException;
  }
}
