package dev.headrace.core.ledger.internal;

import dev.headrace.core.ledger.LedgerError;
import dev.headrace.core.ledger.LedgerLock;
import dev.headrace.core.ledger.Reach;
import dev.headrace.core.postgres.Postgres;
import dev.headrace.spi.error.HeadraceException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A ledger in a schema of a PostgreSQL database, over one connection that all threads share in
 * turn.
 *
 * <p>Every writing transaction first takes one advisory lock, which the server gives back when the
 * transaction has ended and is visible: writers on all machines are in a line, and what a
 * transaction reads is what all before it have written.
 *
 * <p>A lost connection is opened again. A transaction whose commit was not yet sent has not
 * happened and is done again. For one whose commit was not answered the server is asked by the
 * transaction's number, while holding the lock, so that it cannot still be under way.
 */
public final class PostgresDatabase implements LedgerDatabase {
  private static final String PURPOSE = "ledger";

  private final Postgres postgres;
  private final long writers;

  /** Names this writer's note; {@link #number} is what it says. */
  private final String writer = UUID.randomUUID().toString();

  private long number;
  private @Nullable Connection connection;
  private boolean closed;

  private PostgresDatabase(Postgres postgres, Connection connection) {
    this.postgres = postgres;
    this.writers = postgres.lockKey("write");
    this.connection = connection;
  }

  /** Opens the ledger, creating its schema where it is absent. */
  public static PostgresDatabase open(Postgres postgres) {
    return open(postgres, LedgerSchema.CURRENT);
  }

  static PostgresDatabase open(Postgres postgres, LedgerSchema schema) {
    Connection connection = postgres.connect(PURPOSE);
    boolean ready = false;
    try {
      int version = version(connection);
      schema.requireKnown(postgres.toString(), version);
      if (version < schema.version()) {
        // Flyway would try ten times to do what it may not.
        postgres.createSchema(connection);
        PostgresMigration.run(postgres, schema);
      }
      execute(connection, "delete from ledger_writer where written_at < now() - interval '7 days'");
      ready = true;
      return new PostgresDatabase(postgres, connection);
    } catch (SQLException e) {
      throw postgres.refusal("open the ledger in", e);
    } finally {
      if (!ready) {
        discard(connection);
      }
    }
  }

  /** 0 when there is no ledger yet. */
  private static int version(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      try (ResultSet found =
          statement.executeQuery("select to_regclass('" + PostgresMigration.TABLE + "')")) {
        found.next();
        if (found.getString(1) == null) {
          return 0;
        }
      }
      try (ResultSet newest =
          statement.executeQuery(
              "select coalesce(max(version::integer), 0) from "
                  + PostgresMigration.TABLE
                  + " where success")) {
        newest.next();
        return newest.getInt(1);
      }
    }
  }

  @Override
  public synchronized <T> T write(Work<T> work) {
    long deadline = System.nanoTime() + postgres.patience().toNanos();
    while (true) {
      Connection session = session();
      boolean done = false;
      try {
        begin(session);
        T result = work.run(new Transaction(session));
        try {
          execute(session, "commit");
        } catch (SQLException e) {
          if (!Postgres.isLost(e)) {
            throw e;
          }
          forget();
          if (!hasCommitted(e)) {
            throw e;
          }
        }
        done = true;
        return result;
      } catch (SQLException e) {
        boolean again = Postgres.isLost(e) || Postgres.isUndone(e);
        if (!again || System.nanoTime() >= deadline) {
          throw failure("write to", e);
        }
      } finally {
        if (!done) {
          undo();
        }
      }
    }
  }

  /** Waits for the writers before this one, and leaves a note that stands or falls with it. */
  private void begin(Connection session) throws SQLException {
    // What the lock's last holder wrote is only seen by a statement that begins afterwards.
    execute(session, "begin isolation level read committed");
    try (PreparedStatement statement =
        session.prepareStatement(
            """
            with note as (
              insert into ledger_writer values (?, ?, now())
              on conflict (writer) do update set number = excluded.number, written_at = now())
            select pg_advisory_xact_lock(?)
            """)) {
      statement.setString(1, writer);
      statement.setLong(2, ++number);
      statement.setLong(3, writers);
      statement.execute();
    }
  }

  /** Whether the newest transaction, whose commit was not answered, took effect. */
  private boolean hasCommitted(SQLException silence) {
    long deadline = System.nanoTime() + postgres.patience().toNanos();
    while (true) {
      try {
        return isNoted();
      } catch (SQLException e) {
        undo();
        silence.addSuppressed(e);
        if (!Postgres.isLost(e) || System.nanoTime() >= deadline) {
          throw unknown(silence);
        }
      } catch (HeadraceException e) {
        silence.addSuppressed(e);
        throw unknown(silence);
      }
    }
  }

  private boolean isNoted() throws SQLException {
    Connection session = session();
    execute(session, "begin isolation level read committed");
    // Who gets the lock knows that the transaction, which held it, has ended.
    lock(session);
    boolean noted =
        new Transaction(session)
            .query(
                "select number from ledger_writer where writer = ?", row -> row.getLong(1), writer)
            .contains(number);
    execute(session, "rollback");
    return noted;
  }

  private HeadraceException unknown(SQLException silence) {
    return new HeadraceException(
        LedgerError.LEDGER_OUTCOME_UNKNOWN,
        "Cannot tell whether the last change of ledger '%s' took effect: the database did not answer."
            .formatted(postgres),
        "Run the same command again; it starts from what was published.",
        silence);
  }

  private void lock(Connection session) throws SQLException {
    try (PreparedStatement statement =
        session.prepareStatement("select pg_advisory_xact_lock(?)")) {
      statement.setLong(1, writers);
      statement.execute();
    }
  }

  @Override
  public synchronized <T> T read(Work<T> work) {
    long deadline = System.nanoTime() + postgres.patience().toNanos();
    while (true) {
      Connection session = session();
      boolean done = false;
      try {
        execute(session, "begin isolation level repeatable read read only");
        T result = work.run(new Transaction(session));
        execute(session, "commit");
        done = true;
        return result;
      } catch (SQLException e) {
        if (!Postgres.isLost(e) || System.nanoTime() >= deadline) {
          throw failure("read", e);
        }
      } finally {
        if (!done) {
          undo();
        }
      }
    }
  }

  @Override
  public LedgerLock.Attempt tryLock(Reach reach) {
    return PostgresLock.tryTake(postgres, reach);
  }

  @Override
  public boolean shared() {
    return true;
  }

  private Connection session() {
    if (closed) {
      throw new IllegalStateException("the ledger is closed");
    }
    Connection session = connection;
    if (session == null) {
      session = postgres.reconnect(PURPOSE);
      connection = session;
    }
    return session;
  }

  /** Takes back what a transaction has done so far; a connection that cannot is given up. */
  private void undo() {
    Connection session = connection;
    if (session == null) {
      return;
    }
    try {
      execute(session, "rollback");
    } catch (SQLException e) {
      forget();
    }
  }

  private void forget() {
    if (connection != null) {
      discard(connection);
      connection = null;
    }
  }

  private static void discard(Connection connection) {
    try {
      connection.close();
    } catch (SQLException e) {
      // It was broken before.
    }
  }

  private static void execute(Connection session, String sql) throws SQLException {
    try (Statement statement = session.createStatement()) {
      statement.execute(sql);
    }
  }

  private HeadraceException failure(String verb, SQLException e) {
    if (Postgres.isLost(e)) {
      return postgres.refusal(verb + " the ledger in", e);
    }
    return new HeadraceException(
        LedgerError.LEDGER_UNAVAILABLE,
        "Cannot %s ledger '%s': %s.".formatted(verb, postgres, e.getMessage()),
        "55P03".equals(e.getSQLState())
            ? "Another process has been writing for half a minute: find it in pg_stat_activity, then try again."
            : "Look for the reason in the server's log, then try again.",
        e);
  }

  @Override
  public synchronized void close() {
    Connection session = connection;
    if (session != null && number > 0) {
      try {
        new Transaction(session).update("delete from ledger_writer where writer = ?", writer);
      } catch (SQLException e) {
        // Taken away by a later opening.
      }
    }
    closed = true;
    forget();
  }
}
