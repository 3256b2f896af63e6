package dev.headrace.core.ledger.internal;

import dev.headrace.core.ledger.LedgerLock;
import dev.headrace.core.postgres.Postgres;
import dev.headrace.spi.error.HeadraceException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Advisory locks of a session of its own: the server gives them back when the session ends, with
 * the process or with its machine.
 *
 * <p>A run takes the project's lock shared and its environment's lock alone; what is about all
 * environments takes the project's lock alone. The session is looked at every two seconds; when it
 * broke, it is opened and the locks are taken again. Whoever comes in between finds runs open in a
 * server that has just started, and leaves them time to return. Should a lock be lost all the same,
 * the new holder closes the run, and then the ledger takes no more from it.
 */
final class PostgresLock implements LedgerLock {
  private static final Duration LOOK = Duration.ofSeconds(2);
  private static final Duration RETURN = Duration.ofSeconds(10);

  private final Postgres postgres;
  private final Optional<String> environment;
  private final Thread watch;
  private Connection session;
  private volatile boolean closed;

  private PostgresLock(Postgres postgres, Optional<String> environment, Connection session) {
    this.postgres = postgres;
    this.environment = environment;
    this.session = session;
    this.watch = Thread.ofVirtual().name("run-lock").unstarted(this::watch);
  }

  /**
   * Asks for the right to change an environment.
   *
   * @param environment empty for all environments
   */
  static Attempt tryTake(Postgres postgres, Optional<String> environment) {
    Connection session = postgres.reconnect(purpose());
    boolean held = false;
    try {
      Long refusedBy = take(postgres, environment, session);
      if (refusedBy != null) {
        return new Refused(holder(session, refusedBy));
      }
      if (mayReturn(session, environment)) {
        return new Refused("");
      }
      PostgresLock lock = new PostgresLock(postgres, environment, session);
      lock.watch.start();
      held = true;
      return new Held(lock);
    } catch (SQLException e) {
      if (Postgres.isLost(e)) {
        return new Refused("");
      }
      throw postgres.refusal("lock the project in", e);
    } finally {
      if (!held) {
        discard(session);
      }
    }
  }

  private static String purpose() {
    return "run " + ProcessHandle.current().pid();
  }

  /** The lock that somebody else holds; null when all are ours now. */
  private static @Nullable Long take(
      Postgres postgres, Optional<String> environment, Connection session) throws SQLException {
    long project = postgres.lockKey("run");
    if (environment.isEmpty()) {
      return take(session, "pg_try_advisory_lock", project) ? null : project;
    }
    if (!take(session, "pg_try_advisory_lock_shared", project)) {
      return project;
    }
    long own = postgres.lockKey("run/" + environment.get());
    return take(session, "pg_try_advisory_lock", own) ? null : own;
  }

  private static boolean take(Connection session, String function, long key) throws SQLException {
    try (PreparedStatement statement = session.prepareStatement("select " + function + "(?)")) {
      statement.setLong(1, key);
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return row.getBoolean(1);
      }
    }
  }

  /** Who holds a lock: its process and where it connects from. */
  private static String holder(Connection session, long key) throws SQLException {
    try (PreparedStatement statement =
        session.prepareStatement(
            """
            select replace(a.application_name, 'headrace run ', 'process ')
                || coalesce(' at ' || host(a.client_addr), '')
            from pg_locks l join pg_stat_activity a on a.pid = l.pid
            where l.locktype = 'advisory' and l.granted and l.objsubid = 1
              and l.database = (select oid from pg_database where datname = current_database())
              and ((l.classid::bigint << 32) | l.objid::bigint) = ?
              and a.application_name like 'headrace run %' and a.pid <> pg_backend_pid()
            limit 1
            """)) {
      statement.setLong(1, key);
      try (ResultSet row = statement.executeQuery()) {
        return row.next() ? row.getString(1) : "";
      }
    }
  }

  /** Whether the server is so young that a run of before may be about to take its lock again. */
  private static boolean mayReturn(Connection session, Optional<String> environment)
      throws SQLException {
    try (PreparedStatement statement =
        session.prepareStatement(
            """
            select pg_postmaster_start_time() > now() - ? * interval '1 second'
              and exists (select from run where status = 'RUNNING' and environment = coalesce(?, environment))
            """)) {
      statement.setLong(1, RETURN.toSeconds());
      statement.setString(2, environment.orElse(null));
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return row.getBoolean(1);
      }
    }
  }

  private void watch() {
    try {
      while (!closed) {
        Thread.sleep(LOOK);
        if (!closed && !look()) {
          return;
        }
      }
    } catch (InterruptedException e) {
      // Closed.
    }
  }

  /** Takes the locks again if the session broke; false when somebody else has them now. */
  private synchronized boolean look() {
    try (PreparedStatement statement = session.prepareStatement("select 1")) {
      statement.execute();
      return true;
    } catch (SQLException e) {
      discard(session);
    }
    try {
      session = postgres.reconnect(purpose());
      return take(postgres, environment, session) == null;
    } catch (SQLException | HeadraceException e) {
      // Looked at again; what the run publishes meanwhile fails, if the database is away for good.
      return true;
    }
  }

  @Override
  public void close() {
    closed = true;
    watch.interrupt();
    synchronized (this) {
      discard(session);
    }
  }

  private static void discard(Connection session) {
    try {
      session.close();
    } catch (SQLException e) {
      // It was broken before.
    }
  }
}
