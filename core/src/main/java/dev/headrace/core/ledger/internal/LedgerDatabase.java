package dev.headrace.core.ledger.internal;

import dev.headrace.core.ledger.LedgerError;
import dev.headrace.spi.error.HeadraceException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.sqlite.JDBC;

/**
 * One SQLite connection that all threads share in turn, and the schema it is kept in.
 *
 * <p>The write-ahead log with {@code synchronous=normal} survives the death of the process at any
 * instant; a power cut may lose the newest transactions as a whole, which the next run redoes.
 */
public final class LedgerDatabase implements AutoCloseable {
  private static final int SCHEMA_VERSION = 3;

  /** SQLITE_CORRUPT and SQLITE_NOTADB. */
  private static final Set<Integer> DAMAGED = Set.of(11, 26);

  private static final int PRIMARY_CODE = 0xff;

  private final String where;
  private final Connection connection;

  private LedgerDatabase(String where, Connection connection) {
    this.where = where;
    this.connection = connection;
  }

  /** Opens the ledger in {@code file}, creating it where it is absent. */
  public static LedgerDatabase open(Path file) {
    try {
      Path directory = file.toAbsolutePath().getParent();
      if (directory != null) {
        Files.createDirectories(directory);
      }
      // Not by DriverManager, which would load every driver there is, DuckDB's among them.
      Connection connection = JDBC.createConnection("jdbc:sqlite:" + file, new Properties());
      LedgerDatabase database = new LedgerDatabase(file.toString(), connection);
      database.prepare();
      return database;
    } catch (SQLException | IOException e) {
      throw unavailable("open", file.toString(), e);
    }
  }

  private void prepare() throws SQLException, IOException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("pragma busy_timeout=10000");
      statement.execute("pragma journal_mode=wal");
      statement.execute("pragma synchronous=normal");
      statement.execute("pragma foreign_keys=on");
    }
    int version = version();
    if (version > SCHEMA_VERSION) {
      throw new HeadraceException(
          LedgerError.LEDGER_TOO_NEW,
          "Cannot open ledger '%s': it has version %d, this Headrace knows %d."
              .formatted(where, version, SCHEMA_VERSION),
          "Use the version of Headrace that wrote it, or a later one.");
    }
    if (version < SCHEMA_VERSION) {
      migrate();
    }
  }

  /** Two processes may arrive here at once: the version is read again under the write lock. */
  private void migrate() throws SQLException, IOException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("begin immediate");
      for (int version = version() + 1; version <= SCHEMA_VERSION; version++) {
        for (String ddl : script(version).split(";")) {
          if (!ddl.isBlank()) {
            statement.execute(ddl);
          }
        }
      }
      statement.execute("pragma user_version=" + SCHEMA_VERSION);
      statement.execute("commit");
    }
  }

  private static String script(int version) throws IOException {
    String name = "/dev/headrace/core/ledger/schema-" + version + ".sql";
    try (InputStream in = LedgerDatabase.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("the ledger's schema is missing from the jar: " + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).replaceAll("--[^\n]*", "");
    }
  }

  private int version() throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery("pragma user_version")) {
      return result.getInt(1);
    }
  }

  /** Work within one transaction. */
  @FunctionalInterface
  public interface Work<T> {
    T run(Transaction transaction) throws SQLException;
  }

  /** Runs {@code work} as one transaction: all of it is visible afterwards, or nothing. */
  public synchronized <T> T write(Work<T> work) {
    try (Statement statement = connection.createStatement()) {
      statement.execute("begin immediate");
      boolean done = false;
      try {
        T result = work.run(new Transaction(connection));
        statement.execute("commit");
        done = true;
        return result;
      } finally {
        if (!done) {
          statement.execute("rollback");
        }
      }
    } catch (SQLException e) {
      throw unavailable("write to", where, e);
    }
  }

  /** Runs {@code work}, which only reads. */
  public synchronized <T> T read(Work<T> work) {
    try {
      return work.run(new Transaction(connection));
    } catch (SQLException e) {
      throw unavailable("read", where, e);
    }
  }

  @Override
  public synchronized void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      throw unavailable("close", where, e);
    }
  }

  private static HeadraceException unavailable(String verb, String where, Exception cause) {
    if (cause instanceof SQLException e && DAMAGED.contains(e.getErrorCode() & PRIMARY_CODE)) {
      return new HeadraceException(
          LedgerError.LEDGER_DAMAGED,
          "Cannot %s ledger '%s': %s.".formatted(verb, where, cause.getMessage()),
          "Bring a copy of the file back, or remove the project's state directory and run again,"
              + " which builds everything anew.",
          cause);
    }
    return new HeadraceException(
        LedgerError.LEDGER_UNAVAILABLE,
        "Cannot %s ledger '%s': %s.".formatted(verb, where, cause.getMessage()),
        "Check that the directory exists and is writable, and that the disk is not full.",
        cause);
  }

  /** Statements with bound parameters. */
  public static final class Transaction {
    private final Connection connection;

    Transaction(Connection connection) {
      this.connection = connection;
    }

    /** Runs an insert, update or delete; returns the number of rows it touched. */
    public int update(String sql, @Nullable Object... parameters) throws SQLException {
      try (PreparedStatement statement = connection.prepareStatement(sql)) {
        bind(statement, parameters);
        return statement.executeUpdate();
      }
    }

    /** All rows of a query. */
    public <T> List<T> query(String sql, RowReader<T> reader, @Nullable Object... parameters)
        throws SQLException {
      try (PreparedStatement statement = connection.prepareStatement(sql)) {
        bind(statement, parameters);
        List<T> rows = new ArrayList<>();
        try (ResultSet result = statement.executeQuery()) {
          while (result.next()) {
            rows.add(reader.read(result));
          }
        }
        return rows;
      }
    }

    /** The next free number of an ascending key column. */
    public long nextId(String table, String column) throws SQLException {
      return query(
              "select coalesce(max(" + column + "), 0) + 1 from " + table, row -> row.getLong(1))
          .getFirst();
    }

    private static void bind(PreparedStatement statement, @Nullable Object... parameters)
        throws SQLException {
      for (int i = 0; i < parameters.length; i++) {
        statement.setObject(i + 1, parameters[i]);
      }
    }
  }

  /** Makes a value of the current row. */
  @FunctionalInterface
  public interface RowReader<T> {
    T read(ResultSet row) throws SQLException;
  }
}
