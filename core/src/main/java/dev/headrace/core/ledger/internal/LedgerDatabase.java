package dev.headrace.core.ledger.internal;

import dev.headrace.core.ledger.LedgerLock;
import dev.headrace.core.ledger.Reach;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The database a ledger is kept in: transactions one after the other, whoever asks for them.
 *
 * <p>Writers wait for each other, in this process and in others, so that a transaction sees all
 * that were before it and numbers ascend in the order of the commits. Thread-safe.
 */
public sealed interface LedgerDatabase extends AutoCloseable
    permits SqliteDatabase, PostgresDatabase {
  /** Runs {@code work} as one transaction: all of it is visible afterwards, or nothing. */
  <T> T write(Work<T> work);

  /** Runs {@code work}, which only reads, on one state of the database. */
  <T> T read(Work<T> work);

  /**
   * Asks for the right to change environments, as far as other machines are concerned: a database
   * that only this one can open always grants it.
   */
  LedgerLock.Attempt tryLock(Reach reach);

  /** Whether other machines may work with this database. */
  boolean shared();

  @Override
  void close();

  /**
   * Work within one transaction. It is run again when the database undid a first attempt, so it
   * changes nothing but the database.
   */
  @FunctionalInterface
  interface Work<T> {
    T run(Transaction transaction) throws SQLException;
  }

  /** Makes a value of the current row. */
  @FunctionalInterface
  interface RowReader<T> {
    T read(ResultSet row) throws SQLException;
  }

  /** Statements with bound parameters. */
  final class Transaction {
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
}
