package dev.headrace.core.ledger.internal;

import dev.headrace.core.ledger.LedgerError;
import dev.headrace.core.ledger.LedgerLock;
import dev.headrace.core.ledger.Reach;
import dev.headrace.spi.error.HeadraceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import java.util.Set;
import org.sqlite.JDBC;

/**
 * A ledger in one SQLite file, over one connection that all threads share in turn.
 *
 * <p>The write-ahead log with {@code synchronous=normal} survives the death of the process at any
 * instant; a power cut may lose the newest transactions as a whole, which the next run redoes.
 */
public final class SqliteDatabase implements LedgerDatabase {
  /** SQLITE_CORRUPT and SQLITE_NOTADB. */
  private static final Set<Integer> DAMAGED = Set.of(11, 26);

  private static final int PRIMARY_CODE = 0xff;

  private final String where;
  private final LedgerSchema schema;
  private final Connection connection;

  private SqliteDatabase(String where, LedgerSchema schema, Connection connection) {
    this.where = where;
    this.schema = schema;
    this.connection = connection;
  }

  /** Opens the ledger in {@code file}, creating it where it is absent. */
  public static SqliteDatabase open(Path file) {
    return open(file, LedgerSchema.CURRENT);
  }

  static SqliteDatabase open(Path file, LedgerSchema schema) {
    try {
      Path directory = file.toAbsolutePath().getParent();
      if (directory != null) {
        Files.createDirectories(directory);
      }
      // Not by DriverManager, which would load every driver there is, DuckDB's among them.
      Connection connection = JDBC.createConnection("jdbc:sqlite:" + file, new Properties());
      SqliteDatabase database = new SqliteDatabase(file.toString(), schema, connection);
      boolean ready = false;
      try {
        database.prepare();
        ready = true;
        return database;
      } finally {
        if (!ready) {
          connection.close();
        }
      }
    } catch (SQLException | IOException e) {
      throw unavailable("open", file.toString(), e);
    }
  }

  private void prepare() throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("pragma busy_timeout=10000");
      statement.execute("pragma journal_mode=wal");
      statement.execute("pragma synchronous=normal");
      statement.execute("pragma foreign_keys=on");
    }
    int version = version();
    schema.requireKnown(where, version);
    if (version < schema.version()) {
      migrate();
    }
  }

  /** Two processes may arrive here at once: the version is read again under the write lock. */
  private void migrate() throws SQLException {
    transaction(
        "begin immediate",
        () -> {
          int version = version();
          schema.requireKnown(where, version);
          try (Statement statement = connection.createStatement()) {
            for (int next = version + 1; next <= schema.version(); next++) {
              // Unlike execute(), this hands all statements of a script to SQLite.
              statement.executeUpdate(schema.script().apply(next));
              statement.executeUpdate("pragma user_version=" + next);
            }
          }
          return schema.version();
        });
  }

  private int version() throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery("pragma user_version")) {
      return result.getInt(1);
    }
  }

  @Override
  public synchronized <T> T write(Work<T> work) {
    try {
      return transaction("begin immediate", () -> work.run(new Transaction(connection)));
    } catch (SQLException e) {
      throw unavailable("write to", where, e);
    }
  }

  /** Something that a statement does. */
  @FunctionalInterface
  private interface Step<T> {
    T run() throws SQLException;
  }

  private <T> T transaction(String begin, Step<T> step) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(begin);
      boolean done = false;
      try {
        T result = step.run();
        statement.execute("commit");
        done = true;
        return result;
      } finally {
        if (!done) {
          statement.execute("rollback");
        }
      }
    }
  }

  @Override
  public synchronized <T> T read(Work<T> work) {
    try {
      // Several queries see one state, whatever other processes write meanwhile.
      return transaction("begin deferred", () -> work.run(new Transaction(connection)));
    } catch (SQLException e) {
      throw unavailable("read", where, e);
    }
  }

  @Override
  public LedgerLock.Attempt tryLock(Reach reach) {
    return new LedgerLock.Held(() -> {});
  }

  @Override
  public boolean shared() {
    return false;
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
}
