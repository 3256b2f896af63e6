package dev.headrace.core.ledger.internal;

import dev.headrace.core.ledger.LedgerLock;
import dev.headrace.core.ledger.Reach;
import dev.headrace.core.postgres.Postgres;
import dev.headrace.spi.error.HeadraceException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Advisory locks of a session of its own: the server gives them back when the session ends, with
 * the process or with its machine.
 *
 * <p>A run takes the project's lock shared and those of its environments alone; what is about all
 * environments takes the project's lock alone. The session is looked at every two seconds; when it
 * broke, it is opened and the locks are taken again, for a while even if somebody else has them.
 * Whoever comes in between finds runs open in a server that has just started, and leaves them time
 * to return. Should a lock be lost all the same, the new holder closes the run, and then the ledger
 * takes no more from it.
 */
final class PostgresLock implements LedgerLock {
  private static final Duration LOOK = Duration.ofSeconds(2);
  private static final Duration RETURN = Duration.ofSeconds(10);

  private final Postgres postgres;
  private final Reach reach;
  private final Thread watch;
  private Connection session;
  private boolean broken;

  /** When the locks were first found with somebody else, by the clock of the process. */
  private @Nullable Long refused;

  private volatile boolean closed;

  private PostgresLock(Postgres postgres, Reach reach, Connection session) {
    this.postgres = postgres;
    this.reach = reach;
    this.session = session;
    this.watch = Thread.ofVirtual().name("run-lock").unstarted(this::watch);
  }

  /** Asks for the right to change environments. */
  static Attempt tryTake(Postgres postgres, Reach reach) {
    Connection session = postgres.reconnect(purpose());
    boolean held = false;
    try {
      // Asked before a lock is touched: who returns shall not find it with somebody on the way out.
      if (mayReturn(session, reach)) {
        return new Refused(holder(session, alone(postgres, reach)));
      }
      Long refusedBy = take(postgres, reach, session);
      if (refusedBy != null) {
        return new Refused(holder(session, List.of(refusedBy)));
      }
      PostgresLock lock = new PostgresLock(postgres, reach, session);
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
        end(session);
      }
    }
  }

  private static String purpose() {
    return "run " + ProcessHandle.current().pid();
  }

  /** The lock that somebody else holds; null when all are ours now. */
  private static @Nullable Long take(Postgres postgres, Reach reach, Connection session)
      throws SQLException {
    long project = project(postgres);
    if (!reach.isAll() && !take(session, "pg_try_advisory_lock_shared", project)) {
      return project;
    }
    for (long own : alone(postgres, reach)) {
      if (!take(session, "pg_try_advisory_lock", own)) {
        return own;
      }
    }
    return null;
  }

  private static long project(Postgres postgres) {
    return postgres.lockKey("run");
  }

  /** The locks that nobody else may have. */
  private static List<Long> alone(Postgres postgres, Reach reach) {
    return reach.isAll()
        ? List.of(project(postgres))
        : reach.environments().stream().map(name -> postgres.lockKey("run/" + name)).toList();
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

  /** Who holds one of the locks: its process and where it connects from. */
  private static String holder(Connection session, List<Long> keys) throws SQLException {
    try (PreparedStatement statement =
        session.prepareStatement(
            """
            select replace(a.application_name, 'headrace run ', 'process ')
                || coalesce(' at ' || host(a.client_addr), '')
            from pg_locks l join pg_stat_activity a on a.pid = l.pid
            where l.locktype = 'advisory' and l.granted and l.objsubid = 1
              and l.database = (select oid from pg_database where datname = current_database())
              and ((l.classid::bigint << 32) | l.objid::bigint) = any(?)
              and a.application_name like 'headrace run %' and a.pid <> pg_backend_pid()
            limit 1
            """)) {
      statement.setArray(1, session.createArrayOf("bigint", keys.toArray()));
      try (ResultSet row = statement.executeQuery()) {
        return row.next() ? row.getString(1) : "";
      }
    }
  }

  /** Whether the server is so young that a run of before may be about to take its lock again. */
  private static boolean mayReturn(Connection session, Reach reach) throws SQLException {
    try (PreparedStatement statement =
        session.prepareStatement(
            """
            select distinct environment from run
            where status = 'RUNNING' and pg_postmaster_start_time() > now() - ? * interval '1 second'
            """)) {
      statement.setLong(1, RETURN.toSeconds());
      try (ResultSet row = statement.executeQuery()) {
        boolean found = false;
        while (row.next()) {
          found |= reach.covers(row.getString(1));
        }
        return found;
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

  /** Takes the locks again if the session broke; false when somebody else has them for good. */
  private synchronized boolean look() {
    if (!broken) {
      try (PreparedStatement statement = session.prepareStatement("select 1")) {
        statement.execute();
        return true;
      } catch (SQLException e) {
        discard(session);
        broken = true;
      }
    }
    try {
      session = postgres.reconnect(purpose());
      broken = take(postgres, reach, session) != null;
      if (!broken) {
        refused = null;
        return true;
      }
      // Perhaps with our own session, whose end the server has not noticed.
      end(session);
      long now = System.nanoTime();
      refused = refused == null ? Long.valueOf(now) : refused;
      return now - refused < RETURN.toNanos();
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
      end(session);
    }
  }

  /** Gives the locks back at once: the server takes a moment to notice that a session has ended. */
  private static void end(Connection session) {
    try (Statement statement = session.createStatement()) {
      statement.execute("select pg_advisory_unlock_all()");
    } catch (SQLException e) {
      // They go with the session.
    }
    discard(session);
  }

  private static void discard(Connection session) {
    try {
      session.close();
    } catch (SQLException e) {
      // It was broken before.
    }
  }
}
