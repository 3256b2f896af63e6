package dev.headrace.data.lake.internal;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.Properties;
import org.apache.iceberg.jdbc.JdbcClientPool;
import org.apache.iceberg.jdbc.UncheckedSQLException;
import org.sqlite.JDBC;

/** Iceberg's connections to SQLite, without DriverManager, which would load every driver. */
final class SqliteConnections extends JdbcClientPool {
  private final String url;

  SqliteConnections(String url, Map<String, String> properties) {
    super(url, properties);
    this.url = url;
  }

  @Override
  protected Connection newClient() {
    try {
      return JDBC.createConnection(url, new Properties());
    } catch (SQLException e) {
      throw new UncheckedSQLException(e, "Failed to connect: %s", url);
    }
  }
}
