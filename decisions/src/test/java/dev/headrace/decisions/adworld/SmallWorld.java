package dev.headrace.decisions.adworld;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** A world of 12,000 people and 9 days, made once for all tests, and SQL over its files. */
final class SmallWorld implements AutoCloseable {
  static final AdWorldSpec SPEC = AdWorldSpec.of(12_000, 9, 20_260_302);

  private static Path made;
  private static AdWorldReport report;

  final Path root;
  private final Connection connection;

  private SmallWorld(Path root) throws SQLException {
    this.root = root;
    this.connection = DriverManager.getConnection("jdbc:duckdb:");
    run("set threads = 2");
    run("set memory_limit = '2GB'");
    run("set file_search_path = '" + root + "'");
  }

  static synchronized SmallWorld open() throws IOException, SQLException {
    if (made == null) {
      Path parent = Files.createTempDirectory("adworld");
      made = parent.resolve("world");
      Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(parent)));
      report = AdWorld.simulate(SPEC, made);
    }
    return new SmallWorld(made);
  }

  AdWorldReport report() {
    return report;
  }

  void run(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** Runs the statements of a resource beside this class, split at semicolons at line ends. */
  void runResource(String name) throws IOException, SQLException {
    try (var in = SmallWorld.class.getResourceAsStream(name)) {
      for (String sql : new String(in.readAllBytes(), "UTF-8").split(";\\s*\\n")) {
        if (!sql.isBlank()) {
          run(sql);
        }
      }
    }
  }

  /** All rows, as doubles and strings as they come. */
  List<List<Object>> rows(String sql) throws SQLException {
    List<List<Object>> rows = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      int columns = result.getMetaData().getColumnCount();
      while (result.next()) {
        List<Object> row = new ArrayList<>();
        for (int i = 1; i <= columns; i++) {
          row.add(result.getObject(i));
        }
        rows.add(row);
      }
    }
    return rows;
  }

  double number(String sql) throws SQLException {
    return ((Number) rows(sql).getFirst().getFirst()).doubleValue();
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }

  static void delete(Path tree) {
    try (var paths = Files.walk(tree)) {
      for (Path path : paths.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
