package dev.headrace.benchmarks;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Point-in-time joins against what one would write by hand in DuckDB, all of them from Parquet to
 * Parquet: plain ASOF joins, the plan that Feast's DuckDB store makes (join by inequality, number
 * the rows, keep the first, join back).
 */
final class FeaturesBenchmark implements Benchmark {
  @Override
  public String name() {
    return "features";
  }

  @Override
  public List<Result> measure(Workspace workspace) throws Exception {
    int rounds = workspace.rounds();
    FeatureProject project = FeatureProject.in(workspace.fresh("features"));
    generate(project);
    project.load();
    Path data = project.data();
    Result latest =
        latest(
            project,
            rounds,
            plain(data),
            "plain ASOF joins",
            1,
            "<= 1x plain ASOF joins, goal 0.5x");
    Result feast =
        latest(
            project,
            Math.min(rounds, 3),
            feast(data),
            "Feast's plan",
            1 / 2.5,
            "<= 0.4x Feast's plan, goal 0.2x");
    return List.of(latest, feast);
  }

  private static void generate(FeatureProject project) throws Exception {
    String values =
        IntStream.rangeClosed(1, 10)
            .mapToObj(i -> "random() as f" + i)
            .collect(Collectors.joining(", "));
    String user = "cast(random() * 100000 as bigint) as user_id, ";
    project.table(
        "labels", "i as label_id, " + user + FeatureProject.MOMENT + " as moment", 1_000_000);
    project.sql("moments", "select label_id, user_id, moment from labels");
    String features =
        IntStream.rangeClosed(1, 10)
            .mapToObj(i -> "  f%d: {last: f%d}\n".formatted(i, i))
            .collect(Collectors.joining());
    for (int v = 1; v <= 3; v++) {
      project.table("t" + v, user + FeatureProject.MOMENT + " as event_at, " + values, 2_000_000);
      project.view("v" + v, "t" + v, features);
    }
  }

  private static Result latest(
      FeatureProject project, int rounds, String peer, String name, double limit, String asked)
      throws Exception {
    Race race =
        Race.of(
            1,
            rounds,
            () -> project.join("moments", List.of("v1.*", "v2.*", "v3.*")),
            () -> FeatureProject.raw(peer));
    return new Result(
        "1 M labels x 3 views x 2 M rows x 10 features",
        asked,
        race.ours().text(),
        race.peer().text() + " " + name,
        race.text(),
        race.ratio() <= limit,
        List.of());
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
}
