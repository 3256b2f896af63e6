package dev.headrace.cli.compose;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.cli.Shell;
import dev.headrace.cli.process.Ambient;
import dev.headrace.core.ledger.Reach;
import dev.headrace.core.ledger.StepRecord;
import dev.headrace.core.plan.BuildOptions;
import dev.headrace.core.plan.Planner;
import dev.headrace.core.plan.Published;
import dev.headrace.core.run.Builders;
import dev.headrace.core.run.RunListener;
import dev.headrace.core.run.RunLock;
import dev.headrace.core.run.RunReport;
import dev.headrace.core.run.Runner;
import dev.headrace.ml.registry.ModelCard;
import dev.headrace.spi.engine.SqlEngine;
import dev.headrace.spi.engine.Watch;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Rows for models, read and joined by Spark, make the same models to the byte. Sums of fractions
 * are left out: their last digits are each engine's own.
 */
class ModelsOnTwoEnginesTest {
  @TempDir Path directory;

  private static final String TRAINED =
      """
      label: bought
      key: [visit_id]
      learn: {logistic: {l2: 1}}
      split: {test: 25%}
      evaluate: {importance: false}
      """;

  private Shell project() throws IOException {
    Shell shell = new Shell(directory);
    shell.write("headrace.yaml", "name: visits\n");
    shell.write(
        "sources/events.yaml",
        "files: events.csv\ntime: event_at\n"
            + "columns: {user_id: long, kind: string, worth: double, event_at: timestamp}\n");
    shell.write(
        "sources/visits.yaml",
        "files: visits.csv\ntime: seen_at\n"
            + "columns: {visit_id: long, user_id: long, hour: long, seen_at: timestamp}\n");
    shell.write(
        "features/activity.yaml",
        """
        entity: user
        from: events
        time: event_at
        features:
          clicks_7d: {count: "*", where: "kind = 'click'", window: 7d}
          longest_3d: {max: worth, window: 3d}
        """);
    shell.write(
        "models/of_features.yaml", TRAINED + "from: visits\nfeatures: [activity.*, hour]\n");
    shell.write(
        "models/of_a_query.yaml",
        TRAINED
            + "from: select visit_id, hour % 6 as part, user_id, bought from visits where hour > 3\n");
    shell.write(
        "tables/asks.sql",
        "select *\nfrom ml.predict(model of_a_query, (select *, hour % 6 as part from visits))");
    Random random = new Random(7);
    StringBuilder events = new StringBuilder("user_id,kind,worth,event_at\n");
    for (int i = 0; i < 2_000; i++) {
      events.append(
          "%d,%s,%s,2026-01-%02d %02d:%02d:00%n"
              .formatted(
                  random.nextInt(40),
                  random.nextBoolean() ? "click" : "look",
                  random.nextGaussian(),
                  1 + random.nextInt(20),
                  random.nextInt(24),
                  random.nextInt(60)));
    }
    shell.write("events.csv", events.toString());
    StringBuilder visits = new StringBuilder("visit_id,user_id,hour,seen_at,bought\n");
    for (int i = 0; i < 400; i++) {
      visits.append(
          "%d,%d,%d,2026-01-%02d %02d:30:00,%s%n"
              .formatted(
                  i,
                  random.nextInt(40),
                  random.nextInt(24),
                  5 + random.nextInt(15),
                  random.nextInt(24),
                  random.nextInt(3) == 0 ? "yes" : "no"));
    }
    shell.write("visits.csv", visits.toString());
    return shell;
  }

  @Test
  void models_areTheSame_andTablesThatAskThemAreRefused() throws IOException {
    Shell shell = project();
    shell.succeed("run");
    Ambient ambient =
        new Ambient(
            Map.of(), InstantSource.system(), ZoneOffset.UTC, directory, directory, directory);
    try (Headrace headrace = Headrace.open(directory, ambient, false)) {
      RunReport report = onSpark(headrace, TwoEngines.spark(directory));
      Map<String, RunReport.StepReport> steps = new TreeMap<>();
      report.steps().forEach(step -> steps.put(step.asset(), step));
      StepRecord.Failure refused = steps.get("asks").failure().orElseThrow();
      assertThat(refused.code()).isEqualTo("MODEL_QUERY_ENGINE");
      assertThat(refused.message())
          .contains("ml.predict(model of_a_query", "with engine 'spark'", "where DuckDB runs");
      for (String model : List.of("of_features", "of_a_query")) {
        assertThat(steps.get(model).status()).isEqualTo(StepRecord.Status.BUILT);
        List<ModelCard> versions = headrace.models().registry().versions(model);
        assertThat(versions).hasSize(2);
        assertThat(versions.get(1).files()).as(model).isEqualTo(versions.get(0).files());
        assertThat(versions.get(1).metrics()).isEqualTo(versions.get(0).metrics());
      }
    }
    // What Spark has trained, DuckDB makes again.
    assertThat(shell.succeed("models", "reproduce", "of_features:2")).contains("to the byte");
  }

  private static RunReport onSpark(Headrace headrace, SqlEngine spark) {
    Builders builders = headrace.builders(headrace.lake(), spark, headrace.stateDirectory());
    try (RunLock _ = headrace.lock(Reach.of("prod"), Duration.ZERO)) {
      Published published = headrace.published("prod");
      return new Runner(headrace.graph(), builders, headrace.ledger(), headrace.clock())
          .run(
              new Planner(headrace.graph(), builders::of)
                  .plan(
                      Set.of("of_features", "of_a_query", "asks"),
                      published,
                      new BuildOptions(BuildOptions.Extent.FULL_REFRESH, Optional.empty())),
              published,
              headrace.limits(),
              RunListener.NONE,
              Watch.none());
    }
  }
}
