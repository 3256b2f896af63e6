package dev.headrace.data.lake.internal;

import dev.headrace.core.postgres.Postgres;
import dev.headrace.spi.error.HeadraceException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.Semaphore;
import org.apache.iceberg.jdbc.JdbcClientPool;
import org.jspecify.annotations.Nullable;

/**
 * Connections to PostgreSQL in place of Iceberg's own, which does a statement again after a lost
 * connection: a swap of the table's metadata that had taken effect would then fail as a conflict,
 * and the files it refers to would be cleaned up. Here a connection is tried before it is used, and
 * a statement is sent once; {@code Lake} looks what became of it.
 */
final class PostgresConnections extends JdbcClientPool {
  /** As many commits as can be under way; each holds a connection for some milliseconds. */
  private static final int MOST = 4;

  private static final int ALIVE_SECONDS = 5;

  private final Postgres postgres;
  private final Semaphore permits = new Semaphore(MOST);
  private final Deque<Connection> idle = new ArrayDeque<>();

  PostgresConnections(Postgres postgres, String url, Map<String, String> properties) {
    super(url, properties);
    this.postgres = postgres;
  }

  @Override
  public <R> R run(Action<R, Connection, SQLException> action)
      throws SQLException, InterruptedException {
    return run(action, false);
  }

  /** Runs the action once, whatever {@code retry} says. */
  @Override
  public <R> R run(Action<R, Connection, SQLException> action, boolean retry)
      throws SQLException, InterruptedException {
    permits.acquire();
    try {
      Connection connection = take();
      boolean usable = true;
      try {
        return action.run(connection);
      } catch (SQLException e) {
        usable = !Postgres.isLost(e);
        throw e;
      } finally {
        if (usable) {
          giveBack(connection);
        } else {
          discard(connection);
        }
      }
    } finally {
      permits.release();
    }
  }

  /**
   * A connection that has just answered.
   *
   * @throws HeadraceException when the server does not come back
   */
  private Connection take() throws SQLException {
    for (Connection known = poll(); known != null; known = poll()) {
      if (known.isValid(ALIVE_SECONDS)) {
        return known;
      }
      discard(known);
    }
    return postgres.reconnect("catalog");
  }

  private synchronized @Nullable Connection poll() {
    return idle.poll();
  }

  private synchronized void giveBack(Connection connection) {
    if (isClosed()) {
      discard(connection);
    } else {
      idle.push(connection);
    }
  }

  private static void discard(Connection connection) {
    try {
      connection.close();
    } catch (SQLException e) {
      // It was broken before.
    }
  }

  @Override
  public void close() {
    super.close();
    for (Connection known = poll(); known != null; known = poll()) {
      discard(known);
    }
  }
}
