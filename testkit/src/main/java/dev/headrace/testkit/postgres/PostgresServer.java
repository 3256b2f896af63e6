package dev.headrace.testkit.postgres;

import dev.headrace.core.postgres.Postgres;
import dev.headrace.core.postgres.PostgresSpec;
import dev.headrace.core.postgres.PostgresUrl;
import dev.headrace.core.project.spec.Secret;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A server of the machine's own PostgreSQL on a free port of the loopback address, with its data in
 * a directory of its own. A process beside it stops it and removes the directory when this one
 * ends, however that ends.
 *
 * <p>The server refuses to be run by root; then the user {@code postgres} runs it, as whom Debian's
 * package installs it.
 */
public final class PostgresServer implements AutoCloseable {
  /** The user that owns everything; its password contains what an address has to encode. */
  public static final String USER = "headrace";

  /** See {@link #USER}. */
  public static final String PASSWORD = "p:a@s/s?%w rd";

  private static final AtomicInteger DATABASES = new AtomicInteger();
  private static @Nullable PostgresServer shared;

  private final Path programs;
  private final Path directory;
  private final int port;
  private final Process keeper;

  private PostgresServer(Path programs, Path directory, int port, Process keeper) {
    this.programs = programs;
    this.directory = directory;
    this.port = port;
    this.keeper = keeper;
  }

  /** The server that all tests of this process share; never closed or stopped by one of them. */
  public static synchronized PostgresServer shared() {
    PostgresServer server = shared;
    if (server == null) {
      server = start();
      shared = server;
    }
    return server;
  }

  /** A server of one's own, to be stopped and killed at will. */
  public static PostgresServer start() {
    try {
      Path programs = programs();
      Path directory = Path.of(run(List.of("mktemp", "-d", "/tmp/headrace-postgres-XXXXXX")));
      Path password = directory.resolve("password");
      run(List.of("sh", "-c", "printf '%s' \"$1\" > \"$2\"", "sh", PASSWORD, password.toString()));
      run(
          List.of(
              programs.resolve("initdb").toString(),
              "--pgdata=" + directory.resolve("data"),
              "--username=" + USER,
              "--pwfile=" + password,
              "--auth=scram-sha-256",
              "--encoding=UTF8",
              "--locale=C.UTF-8",
              "--no-sync"));
      Process keeper =
          process(
                  List.of(
                      "sh",
                      "-c",
                      "cat > /dev/null; \"$1\" -D \"$2/data\" -m immediate stop; rm -rf \"$2\"",
                      "sh",
                      programs.resolve("pg_ctl").toString(),
                      directory.toString()))
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      PostgresServer server = new PostgresServer(programs, directory, freePort(), keeper);
      server.resume();
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** Debian keeps the server's programs off the search path, one directory for each version. */
  private static Path programs() throws IOException {
    Path versions = Path.of("/usr/lib/postgresql");
    if (Files.isDirectory(versions)) {
      try (Stream<Path> found = Files.list(versions)) {
        Path newest =
            found
                .map(version -> version.resolve("bin"))
                .filter(bin -> Files.isExecutable(bin.resolve("initdb")))
                .max(Comparator.comparingDouble(PostgresServer::version))
                .orElse(null);
        if (newest != null) {
          return newest;
        }
      }
    }
    for (String place : System.getenv().getOrDefault("PATH", "").split(":")) {
      if (Files.isExecutable(Path.of(place, "initdb"))) {
        return Path.of(place).toRealPath();
      }
    }
    throw new IllegalStateException(
        "these tests need a PostgreSQL server: apt-get install postgresql");
  }

  private static double version(Path bin) {
    return Double.parseDouble(String.valueOf(bin.getName(bin.getNameCount() - 2)));
  }

  /** Starts a server that was stopped or killed; it answers when this returns. */
  public void resume() {
    String options =
        "-p %d -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off"
            .formatted(port);
    List<String> command =
        List.of(
            programs.resolve("pg_ctl").toString(),
            "--pgdata=" + directory.resolve("data"),
            "--log=" + directory.resolve("log"),
            "--options=" + options,
            "--wait",
            "start");
    for (int attempt = 1; ; attempt++) {
      try {
        run(command);
        return;
      } catch (IllegalStateException e) {
        // Sessions of a server that was killed take a moment to notice.
        if (attempt == 20) {
          throw e;
        }
        pause();
      }
    }
  }

  /** Stops the server as for maintenance: transactions under way are ended. */
  public void stop() {
    ctl("fast");
  }

  /** Ends the server as a crash would: it recovers from its log at the next start. */
  public void crash() {
    ctl("immediate");
  }

  private void ctl(String mode) {
    run(
        List.of(
            programs.resolve("pg_ctl").toString(),
            "--pgdata=" + directory.resolve("data"),
            "--mode=" + mode,
            "--wait",
            "stop"));
  }

  /** SIGKILL for the server's main process. */
  public void kill() {
    String number =
        run(List.of("head", "-n", "1", directory.resolve("data/postmaster.pid").toString()));
    run(List.of("kill", "-KILL", number.strip()));
  }

  /** The port of the loopback address it listens on. */
  public int port() {
    return port;
  }

  /** A new, empty database; its name. */
  public String createDatabase() {
    String name = "test" + DATABASES.incrementAndGet() + "x" + ProcessHandle.current().pid();
    execute("postgres", "create database " + name);
    return name;
  }

  /** How a project declares a database of this server. */
  public PostgresSpec spec(String database) {
    return spec(database, port);
  }

  /** The same database by way of another port, that of a {@link CuttingProxy}. */
  public static PostgresSpec spec(String database, int port) {
    return new PostgresSpec(
        PostgresUrl.parse("postgres://127.0.0.1:" + port + "/" + database),
        USER,
        new Secret(PASSWORD),
        null);
  }

  /** Runs statements in a database. */
  public void execute(String database, String sql) {
    try (Connection connection = Postgres.of(spec(database), "test").connect("test");
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  /** Stops the server and removes its data. */
  @Override
  public void close() {
    try {
      keeper.getOutputStream().close();
      if (!keeper.waitFor(1, TimeUnit.MINUTES)) {
        throw new IllegalStateException("the server in " + directory + " does not stop");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(250);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Runs a program as the user who runs the server; what it printed. */
  private static String run(List<String> command) {
    try {
      Path output = Files.createTempFile("headrace-postgres", ".txt");
      try {
        // Not by a pipe: the server inherits the output and would keep it open.
        Process process =
            process(command).redirectErrorStream(true).redirectOutput(output.toFile()).start();
        process.getOutputStream().close();
        if (!process.waitFor(2, TimeUnit.MINUTES)) {
          process.destroyForcibly();
        }
        String text = Files.readString(output, StandardCharsets.UTF_8).strip();
        if (process.exitValue() != 0) {
          throw new IllegalStateException(String.join(" ", command) + ": " + text);
        }
        return text;
      } finally {
        Files.delete(output);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static ProcessBuilder process(List<String> command) {
    List<String> all = new ArrayList<>();
    if ("root".equals(System.getProperty("user.name"))) {
      all.addAll(List.of("runuser", "-u", "postgres", "--"));
    }
    all.addAll(command);
    ProcessBuilder builder = new ProcessBuilder(all).directory(Path.of("/").toFile());
    builder.environment().put("LC_ALL", "C.UTF-8");
    return builder;
  }
}
