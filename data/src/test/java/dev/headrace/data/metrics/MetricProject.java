package dev.headrace.data.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.core.graph.Asset;
import dev.headrace.core.graph.Graph;
import dev.headrace.core.ledger.Ledger;
import dev.headrace.core.plan.BuildOptions;
import dev.headrace.core.plan.Plan;
import dev.headrace.core.plan.Planner;
import dev.headrace.core.plan.Published;
import dev.headrace.core.project.Environment;
import dev.headrace.core.project.ProjectLoader;
import dev.headrace.core.run.Builders;
import dev.headrace.core.run.RunListener;
import dev.headrace.core.run.RunReport;
import dev.headrace.core.run.Runner;
import dev.headrace.data.duckdb.DuckDbEngine;
import dev.headrace.data.duckdb.EngineConfig;
import dev.headrace.data.ingest.SourceBuilder;
import dev.headrace.data.ingest.SourceKind;
import dev.headrace.data.lake.Lake;
import dev.headrace.data.lake.LakeConfig;
import dev.headrace.data.release.Relations;
import dev.headrace.data.sql.AnalysisCache;
import dev.headrace.data.sql.SqlAnalysis;
import dev.headrace.data.sql.SqlAnalyzer;
import dev.headrace.data.tables.TableBuilder;
import dev.headrace.data.tables.TableKind;
import dev.headrace.spi.engine.Rows;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.error.Location;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A project with metrics over a real ledger, lake and engine. */
final class MetricProject implements AutoCloseable {
  private final Path directory;
  private final ZoneId zone;
  private final SqlAnalyzer analyzer = SqlAnalyzer.standalone();
  private final AnalysisCache analyses = AnalysisCache.inMemory();
  private final Ledger ledger;
  private final Lake lake;
  private final DuckDbEngine engine;

  MetricProject(Path directory, ZoneId zone) throws IOException {
    this.directory = directory;
    this.zone = zone;
    file("headrace.yaml", "name: star\ntimezone: " + zone + "\n");
    Path state = directory.resolve(".headrace");
    ledger = Ledger.open(state.resolve("ledger.db"), Clock.systemUTC());
    lake = Lake.open(LakeConfig.in(state.resolve("lake")));
    engine =
        DuckDbEngine.open(
            EngineConfig.defaults(state.resolve("spill"), List.of(directory))
                .withMemoryLimitBytes(512L << 20)
                .withTimeZone(zone));
  }

  MetricProject file(String path, String text) throws IOException {
    Path file = directory.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
    return this;
  }

  /** Builds what is stale, which has to succeed. */
  MetricProject run() {
    Graph graph = graph();
    Builders builders =
        new Builders(
            Map.of(
                "source",
                new SourceBuilder(
                    lake,
                    engine,
                    (files, work) -> work.apply(engine.trusted()),
                    directory,
                    directory.resolve(".headrace/staging")),
                "table",
                new TableBuilder(
                    lake,
                    engine,
                    engine.analyzer(),
                    zone,
                    (_, _) -> {
                      throw new IllegalStateException("no models here");
                    })));
    Published published = Published.of(ledger, "prod");
    Plan plan =
        new Planner(graph, builders::of)
            .plan(
                new TreeSet<>(graph.assets().stream().map(Asset::name).toList()),
                published,
                BuildOptions.STALE);
    RunReport report =
        new Runner(graph, builders, ledger, Clock.systemUTC())
            .run(
                plan,
                published,
                new Runner.Limits(2, 1, Duration.ZERO),
                RunListener.NONE,
                Watch.none());
    assertThat(report.succeeded()).as(report.toString()).isTrue();
    return this;
  }

  Graph graph() {
    return Graph.of(
        new ProjectLoader(
                List.of(
                    new SourceKind(this::analyze),
                    new TableKind(this::analyze),
                    new MetricKind(this::analyze)),
                List.of())
            .load(directory, Environment.empty()));
  }

  Metrics metrics() {
    return new Metrics(
        graph(), Published.of(ledger, "prod"), new Relations(lake), () -> engine, () -> analyzer);
  }

  /** The rows that answer a question. */
  List<List<@Nullable Object>> ask(MetricQuery question) {
    Metrics metrics = metrics();
    List<List<@Nullable Object>> rows = new ArrayList<>();
    try (Rows result = engine.execute(metrics.query(metrics.plan(question)), Watch.none())) {
      for (List<@Nullable Object> row = result.next(); row != null; row = result.next()) {
        rows.add(row);
      }
    }
    return rows;
  }

  private SqlAnalysis analyze(String sql, Location origin) {
    return analyses.analyze(sql, origin, analyzer);
  }

  @Override
  public void close() {
    engine.close();
    lake.close();
    ledger.close();
    analyzer.close();
  }
}
