package dev.headrace.benchmarks;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Ten sliding windows against one range join that fills all of them in one pass. */
final class WindowsBenchmark implements Benchmark {
  private static final List<String> SPANS =
      List.of("1h", "3h", "6h", "12h", "1d", "3d", "7d", "14d", "21d", "30d");
  private static final long[] HOURS = {1, 3, 6, 12, 24, 72, 168, 336, 504, 720};

  /** The range join is run on this part of the labels, and its time taken times it. */
  private static final int RANGE_PART = 10;

  @Override
  public String name() {
    return "windows";
  }

  @Override
  public List<Result> measure(Workspace workspace) throws Exception {
    FeatureProject project = FeatureProject.in(workspace.fresh("windows"));
    project.table(
        "events",
        "cast(random() * 10000 as bigint) as user_id, "
            + FeatureProject.MOMENT
            + " as event_at, cast(random() * 1000 as bigint) / 100.0::double as amount",
        10_000_000);
    project.table(
        "moments",
        "i as label_id, cast(random() * 10000 as bigint) as user_id, "
            + FeatureProject.MOMENT
            + " as moment",
        1_000_000);
    project.sql("labels", "select label_id, user_id, moment from moments");
    project.view(
        "sliding",
        "events",
        "  n: {count: '*', window: %s}\n  s: {sum: amount, window: %s}\n".formatted(SPANS, SPANS));
    project.load();
    return List.of(windows(project, Math.min(workspace.rounds(), 3)));
  }

  private static Result windows(FeatureProject project, int rounds) throws Exception {
    Race race =
        Race.of(
            0,
            rounds,
            () -> project.join("labels", List.of("sliding.*")),
            () -> FeatureProject.raw(range(project.data())));
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
