package dev.headrace.benchmarks;

import dev.headrace.cli.compose.Headrace;
import dev.headrace.cli.process.Ambient;
import dev.headrace.core.plan.Published;
import dev.headrace.ml.features.FeatureStore;
import dev.headrace.ml.features.Labels;
import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.Watch;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;

/**
 * A project of tables with users at random moments, and point-in-time joins over it, from Parquet
 * to Parquet as its peers do.
 */
record FeatureProject(Path project) {
  private static final Instant NOW = Instant.parse("2027-01-01T00:00:00Z");

  /** SQL of a random moment within ninety days, to the microsecond. */
  static final String MOMENT =
      "timestamp '2026-01-01' + to_microseconds(cast(random() * 7776000000000 as bigint))";

  /** An empty one. */
  static FeatureProject in(Path directory) throws Exception {
    Files.createDirectories(directory.resolve("data"));
    Files.createDirectories(directory.resolve("sources"));
    Files.createDirectories(directory.resolve("features"));
    Files.writeString(directory.resolve("headrace.yaml"), "name: features\n");
    return new FeatureProject(directory);
  }

  Path data() {
    return project.resolve("data");
  }

  /** A file, and the source of its rows. */
  void table(String name, String columns, int rows) throws Exception {
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement()) {
      statement.execute("set threads = 1");
      statement.execute("select setseed(0.42)");
      statement.execute(
          "copy (select %s from range(%d) t(i)) to '%s'"
              .formatted(columns, rows, data().resolve(name + ".parquet")));
    }
    Files.writeString(
        project.resolve("sources/" + name + ".yaml"), "files: data/" + name + ".parquet\n");
  }

  /** A table of some columns of a source: without those that say where its rows come from. */
  void sql(String name, String select) throws Exception {
    Path tables = Files.createDirectories(project.resolve("tables"));
    Files.writeString(tables.resolve(name + ".sql"), select + "\n");
  }

  /** A view of users over one table. */
  void view(String name, String from, String features) throws Exception {
    Files.writeString(
        project.resolve("features/" + name + ".yaml"),
        "entity: user\nfrom: " + from + "\ntime: event_at\nfeatures:\n" + features);
  }

  /** Loads sources and tables; the views' latest values are not asked for. */
  void load() {
    Projects.run(project, "kind:source,kind:table");
  }

  /** The join of labels with features, into a file. */
  void join(String labels, List<String> features) throws Exception {
    try (Headrace headrace = Headrace.open(project, Ambient.ofProcess(), false)) {
      Published published = headrace.published("prod");
      FeatureStore store = headrace.features();
      Query query =
          store.join(
              new Labels(labels, headrace.relations().of(published, labels), "moment"),
              store.select(features),
              published,
              NOW,
              Watch.none());
      Path file = data().resolve("ours.parquet");
      Files.deleteIfExists(file);
      headrace.export(query, file, Watch.none());
    }
  }

  /** What a person would write by hand. */
  static void raw(String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement()) {
      statement.execute("set threads = " + Runtime.getRuntime().availableProcessors());
      statement.execute(sql);
    }
  }
}
