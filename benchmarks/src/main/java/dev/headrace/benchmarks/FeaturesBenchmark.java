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
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Point-in-time joins against what one would write by hand in DuckDB, all of them from Parquet to
 * Parquet: plain ASOF joins, the plan that Feast's DuckDB store makes (join by inequality, number
 * the rows, keep the first, join back), and for sliding windows one range join.
 */
final class FeaturesBenchmark implements Benchmark {
  private static final Instant NOW = Instant.parse("2027-01-01T00:00:00Z");
  private static final List<String> SPANS =
      List.of("1h", "3h", "6h", "12h", "1d", "3d", "7d", "14d", "21d", "30d");
  private static final long[] HOURS = {1, 3, 6, 12, 24, 72, 168, 336, 504, 720};

  /** The range join is run on this part of the labels, and its time taken times it. */
  private static final int RANGE_PART = 10;

  @Override
  public String name() {
    return "features";
  }

  @Override
  public List<Result> measure(Workspace workspace) throws Exception {
    int rounds = Math.min(workspace.rounds(), 5);
    Path project = workspace.fresh("features");
    Path data = Files.createDirectories(project.resolve("data"));
    generate(data);
    write(project);
    Projects.run(project);
    Result latest =
        latest(
            project,
            data,
            rounds,
            plain(data),
            "plain ASOF joins",
            1,
            "<= 1x plain ASOF joins, goal 0.5x");
    Result feast =
        latest(
            project,
            data,
            Math.min(rounds, 3),
            feast(data),
            "Feast's plan",
            1 / 2.5,
            "<= 0.4x Feast's plan, goal 0.2x");
    return List.of(latest, feast, windows(project, data, Math.min(rounds, 3)));
  }

  private static Result latest(
      Path project, Path data, int rounds, String peer, String name, double limit, String asked)
      throws Exception {
    Race race =
        Race.of(
            1,
            rounds,
            () -> join(project, "labels", List.of("v1.*", "v2.*", "v3.*"), data),
            () -> raw(peer));
    return new Result(
        "1 M labels x 3 views x 2 M rows x 10 features",
        asked,
        race.ours().text(),
        race.peer().text() + " " + name,
        race.text(),
        race.ratio() <= limit,
        List.of());
  }

  private static Result windows(Path project, Path data, int rounds) throws Exception {
    Race race =
        Race.of(
            0,
            rounds,
            () -> join(project, "moments", List.of("sliding.*"), data),
            () -> raw(range(data)));
    double ratio = race.ratio() / RANGE_PART;
    return new Result(
        "10 sliding windows (count and sum), 1 M labels x 10 M events of 10,000 entities",
        "<= 1/20 of a range join",
        race.ours().text(),
        race.peer().text() + " for a tenth of the labels",
        String.format(Locale.ROOT, "1/%.1f", 1 / ratio),
        ratio <= 1 / 20.0,
        List.of("the range join aggregates all windows in one pass; its time is taken times ten"));
  }

  private static void join(Path project, String labels, List<String> features, Path data)
      throws Exception {
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
      Path file = data.resolve("ours.parquet");
      Files.deleteIfExists(file);
      headrace.export(query, file, Watch.none());
    }
  }

  private static void raw(String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement()) {
      statement.execute("set threads = " + Runtime.getRuntime().availableProcessors());
      statement.execute(sql);
    }
  }

  private static void generate(Path data) throws SQLException {
    String values =
        IntStream.rangeClosed(1, 10)
            .mapToObj(i -> "random() as f" + i)
            .collect(Collectors.joining(", "));
    String moment =
        "timestamp '2026-01-01' + to_microseconds(cast(random() * 7776000000000 as bigint))";
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement()) {
      statement.execute("set threads = 1");
      statement.execute("select setseed(0.42)");
      copy(
          statement,
          data,
          "labels",
          "i as label_id, cast(random() * 100000 as bigint) as user_id, " + moment + " as moment",
          1_000_000);
      for (int v = 1; v <= 3; v++) {
        copy(
            statement,
            data,
            "t" + v,
            "cast(random() * 100000 as bigint) as user_id, " + moment + " as event_at, " + values,
            2_000_000);
      }
      copy(
          statement,
          data,
          "events",
          "cast(random() * 10000 as bigint) as user_id, "
              + moment
              + " as event_at, cast(random() * 1000 as bigint) / 100.0::double as amount",
          10_000_000);
      copy(
          statement,
          data,
          "moments",
          "i as label_id, cast(random() * 10000 as bigint) as user_id, " + moment + " as moment",
          1_000_000);
    }
  }

  private static void copy(Statement statement, Path data, String name, String columns, int rows)
      throws SQLException {
    statement.execute(
        "copy (select %s from range(%d) t(i)) to '%s'"
            .formatted(columns, rows, data.resolve(name + ".parquet")));
  }

  private static void write(Path project) throws Exception {
    Files.writeString(project.resolve("headrace.yaml"), "name: features\n");
    Files.createDirectories(project.resolve("sources"));
    Files.createDirectories(project.resolve("features"));
    for (String name : List.of("labels", "moments", "t1", "t2", "t3", "events")) {
      Files.writeString(
          project.resolve("sources/" + name + ".yaml"), "files: data/" + name + ".parquet\n");
    }
    for (int v = 1; v <= 3; v++) {
      String features =
          IntStream.rangeClosed(1, 10)
              .mapToObj(i -> "  f%d: {last: f%d}\n".formatted(i, i))
              .collect(Collectors.joining());
      Files.writeString(
          project.resolve("features/v" + v + ".yaml"),
          "entity: user\nfrom: t" + v + "\ntime: event_at\nfeatures:\n" + features);
    }
    Files.writeString(
        project.resolve("features/sliding.yaml"),
        "entity: user\nfrom: events\ntime: event_at\nfeatures:\n  n: {count: '*', window: %s}\n  s: {sum: amount, window: %s}\n"
            .formatted(SPANS, SPANS));
  }

  private static String plain(Path data) {
    StringBuilder joins = new StringBuilder();
    for (int v = 1; v <= 3; v++) {
      joins.append(
          " asof left join '%s' v%d on l.user_id = v%d.user_id and l.moment >= v%d.event_at"
              .formatted(data.resolve("t" + v + ".parquet"), v, v, v));
    }
    return "copy (select l.*%s from '%s' l%s) to '%s'"
        .formatted(
            columns("v"), data.resolve("labels.parquet"), joins, data.resolve("peer.parquet"));
  }

  private static String columns(String prefix) {
    return IntStream.rangeClosed(1, 3)
        .boxed()
        .flatMap(
            v ->
                IntStream.rangeClosed(1, 10)
                    .mapToObj(i -> ", %s%d.f%d as v%d_f%d".formatted(prefix, v, i, v, i)))
        .collect(Collectors.joining());
  }

  private static String feast(Path data) {
    StringBuilder with = new StringBuilder();
    StringBuilder joins = new StringBuilder();
    for (int v = 1; v <= 3; v++) {
      with.append(
          "%sj%d as (select * from (select l.label_id, t.*, row_number() over (partition by l.label_id order by t.event_at desc) as n from '%s' l join '%s' t on l.user_id = t.user_id and t.event_at <= l.moment) where n = 1)"
              .formatted(
                  v > 1 ? ", " : "",
                  v,
                  data.resolve("labels.parquet"),
                  data.resolve("t" + v + ".parquet")));
      joins.append(" left join j%d on j%d.label_id = l.label_id".formatted(v, v));
    }
    return "copy (with %s select l.*%s from '%s' l%s) to '%s'"
        .formatted(
            with,
            columns("j"),
            data.resolve("labels.parquet"),
            joins,
            data.resolve("peer.parquet"));
  }

  private static String range(Path data) {
    String windows =
        IntStream.range(0, HOURS.length)
            .mapToObj(
                i ->
                    ", count(e.user_id) filter (where e.event_at > l.moment - interval %d hour) as c%d, sum(e.amount) filter (where e.event_at > l.moment - interval %d hour) as s%d"
                        .formatted(HOURS[i], i, HOURS[i], i))
            .collect(Collectors.joining());
    return "copy (select l.label_id%s from (from '%s' limit %d) l left join '%s' e on l.user_id = e.user_id and e.event_at <= l.moment and e.event_at > l.moment - interval 720 hour group by l.label_id) to '%s'"
        .formatted(
            windows,
            data.resolve("moments.parquet"),
            1_000_000 / RANGE_PART,
            data.resolve("events.parquet"),
            data.resolve("peer.parquet"));
  }
}
