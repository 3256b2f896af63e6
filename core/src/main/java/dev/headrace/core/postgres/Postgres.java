package dev.headrace.core.postgres;

import dev.headrace.core.project.spec.Secret;
import dev.headrace.spi.digest.Sha256;
import dev.headrace.spi.error.HeadraceException;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import org.postgresql.Driver;

/**
 * One database and, in it, the schema of one project. Immutable; a connection belongs to whoever
 * asked for it.
 *
 * <p>Sessions give up rather than wait for ever: for a lock after 30 s, for an answer after 90 s;
 * and the server ends a transaction whose client has been silent for 20 s, so that a machine that
 * vanished holds nobody up. A server that went away is given half a minute to come back.
 */
public final class Postgres {
  /** The oldest server: it tells what became of a transaction (version 13's names for it). */
  private static final int OLDEST_SERVER = 13;

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration RETRY_PAUSE = Duration.ofMillis(200);

  /** Class 08 is about connections; these are said by a server that is going down or coming up. */
  private static final Set<String> ENDED = Set.of("57P01", "57P02", "57P03", "57P05");

  private static final Set<String> CREATED_MEANWHILE = Set.of("42P06", "23505");

  private static final Set<String> UNDONE = Set.of("40001", "40P01");

  private final PostgresUrl url;
  private final Optional<String> user;
  private final Optional<Secret> password;
  private final String schema;
  private final Duration patience;

  private Postgres(
      PostgresUrl url,
      Optional<String> user,
      Optional<Secret> password,
      String schema,
      Duration patience) {
    this.url = url;
    this.user = user;
    this.password = password;
    this.schema = schema;
    this.patience = patience;
  }

  /**
   * The database a project declares.
   *
   * @param project the project's name, of which the schema is made when none is declared
   */
  public static Postgres of(PostgresSpec spec, String project) {
    String schema = spec.schema();
    String user = spec.user();
    Secret password = spec.password();
    return new Postgres(
        spec.url(),
        user == null ? spec.url().user() : Optional.of(user),
        password == null ? spec.url().password() : Optional.of(password),
        schema == null ? schemaOf(project) : schema,
        PATIENCE);
  }

  /** The same database for who waits longer or shorter than 30 s for a server to come back. */
  public Postgres withPatience(Duration wanted) {
    return new Postgres(url, user, password, schema, wanted);
  }

  /** How long to wait for a server that was there before. */
  public Duration patience() {
    return patience;
  }

  private static String schemaOf(String project) {
    String plain = project.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "_");
    return "headrace_" + plain.substring(0, Math.min(plain.length(), 40));
  }

  /** The schema that all tables of the project are in; a plain word that needs no quotes. */
  public String schema() {
    return schema;
  }

  /** The driver's address, without user and password. */
  public String jdbcUrl() {
    String database = URLEncoder.encode(url.database(), StandardCharsets.UTF_8).replace("+", "%20");
    return "jdbc:postgresql://"
        + url.hosts()
        + "/"
        + database
        + (url.options().isEmpty() ? "" : "?" + url.options());
  }

  /**
   * Everything the driver is told besides the address, with the password.
   *
   * @param purpose what the server shows for this session: {@code headrace PURPOSE}
   */
  public Properties properties(String purpose) {
    Properties properties = new Properties();
    properties.setProperty("currentSchema", schema);
    properties.setProperty("ApplicationName", "headrace " + purpose);
    properties.setProperty("connectTimeout", "10");
    properties.setProperty("socketTimeout", "90");
    properties.setProperty("tcpKeepAlive", "true");
    properties.setProperty(
        "options",
        "-c lock_timeout=30s -c idle_in_transaction_session_timeout=20s -c tcp_keepalives_idle=15"
            + " -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3");
    user.ifPresent(name -> properties.setProperty("user", name));
    password.ifPresent(secret -> properties.setProperty("password", secret.reveal()));
    return properties;
  }

  /**
   * Connects; the schema need not exist yet.
   *
   * @param purpose as in {@link #properties}
   * @throws HeadraceException POSTGRES_UNREACHABLE, POSTGRES_DENIED, POSTGRES_DATABASE_MISSING,
   *     POSTGRES_TOO_OLD
   */
  public Connection connect(String purpose) {
    try {
      return open(purpose);
    } catch (SQLException e) {
      throw refusal("use", e);
    }
  }

  /**
   * Connects to a server that was there before and may be on its way back: tries for as long as
   * {@link #patience} says.
   *
   * @throws HeadraceException as {@link #connect}
   */
  public Connection reconnect(String purpose) {
    long deadline = System.nanoTime() + patience.toNanos();
    while (true) {
      try {
        return open(purpose);
      } catch (SQLException e) {
        if (!isLost(e) || System.nanoTime() >= deadline) {
          throw refusal("use", e);
        }
      }
      try {
        Thread.sleep(RETRY_PAUSE);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new HeadraceException(
            PostgresError.POSTGRES_UNREACHABLE,
            "Cannot use database '%s': interrupted while it was away.".formatted(url),
            "Run the same command again.",
            e);
      }
    }
  }

  private Connection open(String purpose) throws SQLException {
    // Not by DriverManager, which would load every driver there is.
    Connection connection = new Driver().connect(jdbcUrl(), properties(purpose));
    if (connection == null) {
      throw new IllegalStateException("the driver does not know " + jdbcUrl());
    }
    int server = connection.getMetaData().getDatabaseMajorVersion();
    if (server < OLDEST_SERVER) {
      connection.close();
      throw new HeadraceException(
          PostgresError.POSTGRES_TOO_OLD,
          "Cannot use database '%s': it runs on PostgreSQL %d.".formatted(url, server),
          "Use PostgreSQL %d or later.".formatted(OLDEST_SERVER));
    }
    return connection;
  }

  /**
   * Creates the schema where it is absent; safe beside others who do. Who only owns the schema need
   * not be allowed to create one.
   */
  public void createSchema(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet found =
            statement.executeQuery("select to_regnamespace('" + schema + "') is not null")) {
      found.next();
      if (found.getBoolean(1)) {
        return;
      }
    }
    try (Statement statement = connection.createStatement()) {
      statement.execute("create schema " + schema);
    } catch (SQLException e) {
      if (!CREATED_MEANWHILE.contains(String.valueOf(e.getSQLState()))) {
        throw e;
      }
    }
  }

  /** Whether the connection is gone, which says nothing about what was sent last. */
  public static boolean isLost(SQLException e) {
    String state = String.valueOf(e.getSQLState());
    return (state.startsWith("08") || ENDED.contains(state)) && !isPasswordMissing(e);
  }

  /** Whether the server undid the transaction for the sake of another: it can be done again. */
  public static boolean isUndone(SQLException e) {
    return UNDONE.contains(String.valueOf(e.getSQLState()));
  }

  /** The driver calls this a refused connection. */
  private static boolean isPasswordMissing(SQLException e) {
    return "08004".equals(e.getSQLState()) && String.valueOf(e.getMessage()).contains("password");
  }

  /**
   * A failure that is not about a connection lost on the way, in our words.
   *
   * @param verb completes "Cannot … database"
   */
  public HeadraceException refusal(String verb, SQLException e) {
    String state = String.valueOf(e.getSQLState());
    String who = user.map(name -> " as '" + name + "'").orElse("");
    String cannot = "Cannot %s database '%s'%s: ".formatted(verb, url, who);
    String reason = String.valueOf(e.getMessage()).lines().findFirst().orElse("").strip();
    String said = reason.endsWith(".") ? reason : reason + ".";
    if (state.equals("28P01") || state.equals("28000") || isPasswordMissing(e)) {
      return new HeadraceException(
          PostgresError.POSTGRES_DENIED,
          cannot + said,
          "Check 'user' and 'password' under 'ledger' in headrace.yaml.",
          e);
    }
    if (state.equals("42501")) {
      return new HeadraceException(
          PostgresError.POSTGRES_DENIED,
          cannot + said,
          "Let the user create schemas in the database, or create the schema '%s' and make the user its owner."
              .formatted(schema),
          e);
    }
    if (state.equals("3D000")) {
      return new HeadraceException(
          PostgresError.POSTGRES_DATABASE_MISSING,
          cannot + said,
          "Create it (createdb \"%s\"), or name another under 'ledger' in headrace.yaml."
              .formatted(url.database()),
          e);
    }
    return new HeadraceException(
        PostgresError.POSTGRES_UNREACHABLE,
        cannot + said,
        state.equals("53300")
            ? "Raise max_connections of the server, or end sessions that are not needed."
            : "Check that the server runs and that this machine may reach it, then try again.",
        e);
  }

  /**
   * The number of an advisory lock of this schema.
   *
   * @param name what is locked
   */
  public long lockKey(String name) {
    return ByteBuffer.wrap(Sha256.of("headrace/" + schema + "/" + name)).getLong();
  }

  /** The database and schema, without user and password. */
  @Override
  public String toString() {
    return url + " (schema " + schema + ")";
  }
}
