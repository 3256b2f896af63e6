package dev.headrace.data.tables;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.core.graph.Asset;
import dev.headrace.core.graph.Graph;
import dev.headrace.core.ledger.Ledger;
import dev.headrace.core.ledger.StepRecord;
import dev.headrace.core.plan.BuildOptions;
import dev.headrace.core.plan.Decision;
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
import dev.headrace.data.quality.ListeningEngine;
import dev.headrace.data.release.Relations;
import dev.headrace.data.sql.AnalysisCache;
import dev.headrace.data.sql.SqlAnalyzer;
import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.Rows;
import dev.headrace.spi.engine.Watch;
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

/** A project of sources and tables with a real ledger, lake and engine, run in this process. */
final class Desk implements AutoCloseable {
  private final Path directory;
  private final SqlAnalyzer analyzer = SqlAnalyzer.standalone();
  private final AnalysisCache analyses = AnalysisCache.inMemory();
  private final Ledger ledger;
  private final ZoneId zone;
  private final Lake lake;
  private final DuckDbEngine engine;
  private final ListeningEngine listening;

  Desk(Path directory) throws IOException {
    this(directory, ZoneId.of("UTC"));
  }

  /** With a project in a time zone. */
  Desk(Path directory, ZoneId zone) throws IOException {
    this.directory = directory;
    this.zone = zone;
    file("headrace.yaml", "name: desk\ntimezone: " + zone + "\n");
    Path state = directory.resolve(".headrace");
    ledger = Ledger.open(state.resolve("ledger.db"), Clock.systemUTC());
    lake = Lake.open(LakeConfig.in(state.resolve("lake")));
    engine =
        DuckDbEngine.open(
            EngineConfig.defaults(state.resolve("spill"), List.of(directory))
                .withTimeZone(zone)
                .withMemoryLimitBytes(512L << 20));
    listening = new ListeningEngine(engine);
  }

  /** The statements whose rows builders have asked for since the last call, writes left out. */
  List<String> asked() {
    List<String> asked = List.copyOf(listening.executed);
    listening.executed.clear();
    return asked;
  }

  /** The conditions that were looked for in tables since the last call. */
  List<String> lookedFor() {
    List<String> lookedFor = List.copyOf(listening.lookedFor);
    listening.lookedFor.clear();
    return lookedFor;
  }

  /** Writes a file of the project. */
  Desk file(String path, String text) throws IOException {
    Path file = directory.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
    return this;
  }

  Plan plan(BuildOptions options) {
    Graph graph = graph();
    Builders builders = builders();
    return new Planner(graph, builders::of)
        .plan(
            new TreeSet<>(graph.assets().stream().map(Asset::name).toList()), published(), options);
  }

  /** What the plan says of an asset: its reason and, in brackets, its work. */
  String planned(String asset) {
    return plan(BuildOptions.STALE).steps().stream()
        .filter(step -> step.asset().name().equals(asset))
        .map(
            step ->
                step.decision() instanceof Decision.Build build
                    ? build.reason() + " (" + build.work() + ")"
                    : step.decision().reason())
        .findFirst()
        .orElseThrow();
  }

  /** Runs what is stale, which has to succeed. */
  RunReport run() {
    return run(BuildOptions.STALE);
  }

  RunReport run(BuildOptions options) {
    RunReport report = tryRun(options);
    assertThat(report.succeeded()).as(report.toString()).isTrue();
    return report;
  }

  RunReport tryRun(BuildOptions options) {
    Plan plan = plan(options);
    return new Runner(graph(), builders(), ledger, Clock.systemUTC())
        .run(
            plan,
            published(),
            new Runner.Limits(2, 1, Duration.ZERO),
            RunListener.NONE,
            Watch.none());
  }

  /** The rows of a query as text, in the order in which they come. */
  List<String> sql(String sql, String... tables) {
    Query query = Query.of(sql, new Relations(lake).of(published(), List.of(tables)));
    List<String> rows = new ArrayList<>();
    try (Rows result = engine.execute(query, Watch.none())) {
      for (List<@Nullable Object> row = result.next(); row != null; row = result.next()) {
        rows.add(row.toString());
      }
    }
    return rows;
  }

  Published published() {
    return Published.of(ledger, "prod");
  }

  /** The step of an asset in a report. */
  static RunReport.StepReport step(RunReport report, String asset) {
    return report.steps().stream()
        .filter(step -> step.asset().equals(asset))
        .findFirst()
        .orElseThrow();
  }

  static StepRecord.Status status(RunReport report, String asset) {
    return step(report, asset).status();
  }

  private Graph graph() {
    return Graph.of(
        new ProjectLoader(
                List.of(new SourceKind(this::analyze), new TableKind(this::analyze)), List.of())
            .load(directory, Environment.empty()));
  }

  private dev.headrace.data.sql.SqlAnalysis analyze(
      String sql, dev.headrace.spi.error.Location origin) {
    return analyses.analyze(sql, origin, analyzer);
  }

  private Builders builders() {
    return new Builders(
        Map.of(
            "source",
            new SourceBuilder(
                lake,
                listening,
                (files, work) -> work.apply(engine.trusted()),
                directory,
                directory.resolve(".headrace/staging")),
            "table",
            new TableBuilder(
                lake,
                listening,
                engine.analyzer(),
                zone,
                (_, _) -> {
                  throw new IllegalStateException("no models here");
                })));
  }

  @Override
  public void close() {
    engine.close();
    lake.close();
    ledger.close();
    analyzer.close();
  }
}
