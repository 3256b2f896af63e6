package dev.headrace.data.lake.internal;

import dev.headrace.core.postgres.Postgres;
import dev.headrace.data.lake.LakeError;
import dev.headrace.spi.error.HeadraceException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * The two tables of Iceberg's JDBC catalog (its schema V1) in the project's schema, and in them the
 * place of the lake, so that two machines cannot mean different directories.
 */
final class PostgresCatalogTables {
  private static final String[] TABLES = {
    """
    create table iceberg_tables (
      catalog_name varchar(255) not null,
      table_namespace varchar(255) not null,
      table_name varchar(255) not null,
      metadata_location varchar(1000),
      previous_metadata_location varchar(1000),
      iceberg_type varchar(5),
      primary key (catalog_name, table_namespace, table_name))
    """,
    """
    create table iceberg_namespace_properties (
      catalog_name varchar(255) not null,
      namespace varchar(255) not null,
      property_key varchar(255),
      property_value varchar(1000),
      primary key (catalog_name, namespace, property_key))
    """
  };

  private PostgresCatalogTables() {}

  /**
   * Creates what is absent.
   *
   * @throws HeadraceException LAKE_ELSEWHERE when the catalog is about another directory
   */
  static void prepare(Postgres postgres, String catalog, String namespace, Path warehouse) {
    String place;
    try (Connection connection = postgres.connect("catalog")) {
      if (!answer(connection, "select to_regclass('iceberg_namespace_properties') is not null")) {
        create(postgres, connection);
      }
      place = place(connection, catalog, namespace, warehouse.toString());
    } catch (SQLException e) {
      throw postgres.refusal("prepare the lake's catalog in", e);
    }
    if (!place.equals(warehouse.toString())) {
      throw new HeadraceException(
          LakeError.LAKE_ELSEWHERE,
          "Cannot open the lake '%s': the catalog in '%s' says that its tables are in '%s'."
              .formatted(warehouse, postgres, place),
          "Write 'lake: {path: %s}' in headrace.yaml; all machines must see it under this name."
              .formatted(place));
    }
  }

  private static void create(Postgres postgres, Connection connection) throws SQLException {
    postgres.createSchema(connection);
    connection.setAutoCommit(false);
    // Only one of several processes that come at once may create them.
    run(connection, "select pg_advisory_xact_lock(" + postgres.lockKey("catalog") + ")");
    if (!answer(connection, "select to_regclass('iceberg_namespace_properties') is not null")) {
      for (String table : TABLES) {
        run(connection, table);
      }
    }
    connection.commit();
    connection.setAutoCommit(true);
  }

  /** Where the tables are: as the first to come has said. */
  private static String place(
      Connection connection, String catalog, String namespace, String warehouse)
      throws SQLException {
    try (PreparedStatement first =
            connection.prepareStatement(
                "insert into iceberg_namespace_properties values (?, ?, 'location', ?)"
                    + " on conflict do nothing");
        PreparedStatement ask =
            connection.prepareStatement(
                "select property_value from iceberg_namespace_properties"
                    + " where catalog_name = ? and namespace = ? and property_key = 'location'")) {
      first.setString(1, catalog);
      first.setString(2, namespace);
      first.setString(3, warehouse);
      first.execute();
      ask.setString(1, catalog);
      ask.setString(2, namespace);
      try (ResultSet row = ask.executeQuery()) {
        row.next();
        return row.getString(1);
      }
    }
  }

  private static boolean answer(Connection connection, String question) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(question)) {
      row.next();
      return row.getBoolean(1);
    }
  }

  private static void run(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
