package dev.headrace.data.duckdb;

import dev.headrace.data.sql.SqlQuotes;
import dev.headrace.spi.error.HeadraceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Properties;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.duckdb.DuckDBConnection;
import org.duckdb.DuckDBDriver;
import org.jspecify.annotations.Nullable;

/**
 * One DuckDB in this process, in memory, confined to its directories, its settings locked.
 *
 * <p>For trusted SQL that other rooms of this floor write themselves; what a user typed goes
 * through {@link DuckDbEngine}. Thread-safe. Opening is free: DuckDB starts with the first
 * connection, since unpacking its native library takes about half a second.
 */
public final class DuckDb implements AutoCloseable {
  private static final int MAX_IDLE = 16;

  /** How a connection hands over the rows of a result. */
  enum Results {
    /** All at once; a failure tells its reason. */
    HELD,
    /** While they are read. */
    STREAMED
  }

  private final EngineConfig config;
  private final Deque<DuckDBConnection> idleHolding = new ArrayDeque<>();
  private final Deque<DuckDBConnection> idleStreaming = new ArrayDeque<>();
  private @Nullable DuckDBConnection root;
  private boolean closed;

  private DuckDb(EngineConfig config) {
    this.config = config;
  }

  /** An instance that starts when it is first used. */
  public static DuckDb open(EngineConfig config) {
    return new DuckDb(config);
  }

  /**
   * A new connection, about 10 microseconds; the caller closes it. Results are held in memory, or
   * streamed after {@code SET jdbc_stream_results=true}. Exceptions carry DuckDB's JSON: hand them
   * to {@link DuckDbErrors}.
   */
  public DuckDBConnection connection() {
    try {
      return root().duplicate();
    } catch (SQLException e) {
      throw DuckDbErrors.translate(e, "connect to", "duckdb");
    }
  }

  /**
   * A connection that tells its progress, used again and again: setting it up costs more than a
   * small query. Give it back with {@link #release}, or close it after a failure.
   */
  DuckDBConnection borrow(Results results) {
    DuckDBConnection kept = poll(results);
    if (kept != null) {
      return kept;
    }
    DuckDBConnection fresh = connection();
    try (Statement set = fresh.createStatement()) {
      set.execute(
          "SET enable_progress_bar=true; SET enable_progress_bar_print=false;"
              + " SET progress_bar_time=0; SET jdbc_stream_results="
              + (results == Results.STREAMED));
      return fresh;
    } catch (SQLException e) {
      throw DuckDbErrors.translate(e, "connect to", "duckdb");
    }
  }

  private synchronized @Nullable DuckDBConnection poll(Results results) {
    return idle(results).pollLast();
  }

  private Deque<DuckDBConnection> idle(Results results) {
    return switch (results) {
      case HELD -> idleHolding;
      case STREAMED -> idleStreaming;
    };
  }

  /** Takes back a connection without an open statement. */
  synchronized void release(Results results, DuckDBConnection connection) throws SQLException {
    Deque<DuckDBConnection> kept = idle(results);
    if (closed || kept.size() >= MAX_IDLE) {
      connection.close();
    } else {
      kept.addLast(connection);
    }
  }

  private synchronized DuckDBConnection root() {
    if (closed) {
      throw new HeadraceException(
          DuckDbErrorCode.DUCKDB_CLOSED, "Cannot use the engine 'duckdb': it is closed.", "");
    }
    DuckDBConnection open = root;
    if (open == null) {
      open = start();
      root = open;
    }
    return open;
  }

  private DuckDBConnection start() {
    try {
      // DuckDB itself creates only the last directory of a path.
      Files.createDirectories(config.spillDirectory());
      // Not by DriverManager, which would load every other driver too.
      Connection connection = new DuckDBDriver().connect("jdbc:duckdb:", new Properties());
      UnpackedLibrary.delete();
      try (Statement statement = connection.createStatement()) {
        statement.execute(String.join("; ", PortableMacros.ALL));
        statement.execute(String.join("; ", settings()));
      } catch (SQLException e) {
        connection.close();
        throw e;
      }
      return connection.unwrap(DuckDBConnection.class);
    } catch (SQLException | IOException e) {
      throw new HeadraceException(
          DuckDbErrorCode.DUCKDB_START,
          "Cannot start the engine 'duckdb': " + e.getMessage() + ".",
          "Check that '"
              + config.spillDirectory()
              + "' and the temporary directory can be written.",
          e);
    }
  }

  private List<String> settings() {
    List<String> settings = new ArrayList<>();
    settings.add("SET GLOBAL errors_as_json=true");
    settings.add("SET GLOBAL TimeZone=" + SqlQuotes.literal(zoneName(config.timeZone())));
    settings.add("SET threads=" + config.threads());
    // DuckDB finds out itself what there is, containers included; Java would take 0.1 s to.
    settings.add(
        config.memoryLimitBytes() == 0
            ? "SET memory_limit='50%'"
            : "SET memory_limit='" + config.memoryLimitBytes() / 1024 + "KiB'");
    settings.add("SET temp_directory=" + SqlQuotes.literal(config.spillDirectory().toString()));
    if (config.maxSpillBytes() > 0) {
      settings.add("SET max_temp_directory_size='" + config.maxSpillBytes() / 1024 + "KiB'");
    }
    // The same files give the same rows in the same order: LIMIT without ORDER BY and first() do
    // not depend on threads. COPY to files of a limited size ignores it from row group to row
    // group.
    settings.add("SET preserve_insertion_order=true");
    // With threads of its own for files, DuckDB 2.0.0 waits for ever at the end of a COPY that
    // fails or is interrupted while they write: decision 82.
    settings.add("SET async_threads=0");
    settings.add("SET autoinstall_known_extensions=false");
    settings.add("SET autoload_known_extensions=false");
    settings.add("SET allow_community_extensions=false");
    settings.add("SET allow_persistent_secrets=false");
    List<Path> directories =
        config.directories().stream().flatMap(DuckDb::withTarget).distinct().toList();
    // What lies below a directory, and the directory itself, where COPY puts several files.
    settings.add("SET allowed_directories=" + list(directories, "/"));
    settings.add("SET allowed_paths=" + list(directories, ""));
    settings.add("SET enable_external_access=false");
    // How results reach Java and how progress is told; harmless, and per connection.
    settings.add(
        "SET allowed_configs=['jdbc_stream_results', 'enable_progress_bar',"
            + " 'enable_progress_bar_print', 'progress_bar_time']");
    settings.add("SET lock_configuration=true");
    return settings;
  }

  private static String list(List<Path> paths, String suffix) {
    return paths.stream()
        .map(path -> SqlQuotes.literal(path + suffix))
        .collect(Collectors.joining(", ", "[", "]"));
  }

  /** DuckDB compares what a path comes down to: a directory behind a link counts by both names. */
  private static Stream<Path> withTarget(Path directory) {
    try {
      return Stream.of(directory, directory.toRealPath());
    } catch (IOException e) {
      return Stream.of(directory); // Not there yet: nothing in it to be reached by another name.
    }
  }

  /** DuckDB knows "UTC", but not "Z". */
  private static String zoneName(ZoneId zone) {
    return zone.normalized().equals(ZoneOffset.UTC) ? "UTC" : zone.getId();
  }

  /** The limits and directories it was opened with. */
  public EngineConfig config() {
    return config;
  }

  /** Stops DuckDB; running queries fail. */
  @Override
  public synchronized void close() {
    closed = true;
    DuckDBConnection open = root;
    root = null;
    try {
      for (Deque<DuckDBConnection> kept : List.of(idleHolding, idleStreaming)) {
        for (DuckDBConnection connection : kept) {
          connection.close();
        }
        kept.clear();
      }
      if (open != null) {
        open.close();
      }
    } catch (SQLException e) {
      throw DuckDbErrors.translate(e, "close", "duckdb");
    }
  }
}
