package dev.headrace.benchmarks;

import dev.headrace.cli.compose.Headrace;
import dev.headrace.cli.process.Ambient;
import dev.headrace.core.ledger.Reach;
import dev.headrace.core.plan.BuildOptions;
import dev.headrace.core.plan.Plan;
import dev.headrace.core.plan.Published;
import dev.headrace.core.run.RunListener;
import dev.headrace.core.run.RunLock;
import dev.headrace.core.run.RunReport;
import dev.headrace.core.run.RunReport.StepReport;
import dev.headrace.decisions.adworld.AdWorld;
import dev.headrace.decisions.adworld.AdWorldReport;
import dev.headrace.decisions.adworld.AdWorldSpec;
import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.Watch;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A copy of {@code examples/ads} whose raw events are simulated and loaded, so that its tables can
 * be built again and again by one engine or another.
 *
 * @param events raw rows, dirty ones too
 * @param told how they were made and loaded
 */
record AdsTables(Path project, long events, String told) {
  private static final String ENVIRONMENT = "prod";
  private static final int DAYS = 14;

  /** All tables built from nothing by one engine, whose start is timed apart. */
  record Built(
      double startSeconds, double seconds, double cpuSeconds, Map<String, StepReport> tables) {
    /** Both engines build the same; how same is for {@code headrace prove} to say. */
    void requireSameRows(Built other) {
      tables.forEach(
          (name, table) -> {
            long rows = other.table(name).rowsOut();
            if (rows != table.rowsOut()) {
              throw new IllegalStateException(name + ": " + table.rowsOut() + " rows and " + rows);
            }
          });
    }

    private StepReport table(String name) {
      return Objects.requireNonNull(tables.get(name), name);
    }

    /** The three tables that took longest, with what {@code other} took. */
    String slowest(Built other) {
      return tables.values().stream()
          .sorted(Comparator.comparingDouble(StepReport::seconds).reversed())
          .limit(3)
          .map(
              table ->
                  String.format(
                      Locale.ROOT,
                      "%s %.1f s against %.1f s",
                      table.asset(),
                      table.seconds(),
                      other.table(table.asset()).seconds()))
          .collect(Collectors.joining(", "));
    }
  }

  /** Simulates and loads; the raw files are gone afterwards. */
  static AdsTables load(Workspace workspace, int people) throws IOException {
    Path project = workspace.fresh("ads");
    copy(workspace.root().resolve("examples/ads"), project);
    Path data = project.resolve("data");
    AdWorldReport made = AdWorld.simulate(AdWorldSpec.of(people, DAYS, 7), data, Watch.none());
    long start = System.nanoTime();
    run(project, "kind:source", BuildOptions.STALE);
    String told =
        String.format(
            Locale.ROOT,
            "%,d events (%d MiB) simulated in %.1f s, %,.0f per second; loaded in %.1f s",
            made.events(),
            made.bytes() >> 20,
            made.seconds(),
            made.eventsPerSecond(),
            (System.nanoTime() - start) / 1e9);
    Workspace.delete(data);
    return new AdsTables(project, made.events(), told);
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> tree = Files.walk(from)) {
      for (Path path : tree.toList()) {
        Path relative = from.relativize(path);
        boolean declared = relative.startsWith("sources") || relative.startsWith("tables");
        if (declared && Files.isDirectory(path)) {
          Files.createDirectories(to.resolve(relative));
        } else if (declared) {
          Files.copy(path, to.resolve(relative));
        }
      }
    }
    declare(to, "");
  }

  private static void declare(Path project, String engine) throws IOException {
    Files.writeString(project.resolve("headrace.yaml"), "name: ads\ntimezone: UTC\n" + engine);
  }

  /**
   * Builds all tables from nothing.
   *
   * @param engine the line of {@code headrace.yaml} that chooses it
   */
  Built build(String engine) throws IOException {
    declare(project, engine);
    return run(project, "kind:table", FULL);
  }

  private static final BuildOptions FULL =
      new BuildOptions(BuildOptions.Extent.FULL_REFRESH, Optional.empty());

  private static Built run(Path project, String selector, BuildOptions options) {
    try (Headrace headrace = open(project);
        RunLock lock = headrace.lock(Reach.of(ENVIRONMENT), Duration.ZERO)) {
      long start = System.nanoTime();
      headrace.engine().describe(Query.of("select 1 as x", Map.of()));
      double up = (System.nanoTime() - start) / 1e9;
      headrace.runner().recover(lock);
      Published published = headrace.published(ENVIRONMENT);
      Plan plan = headrace.planner().plan(headrace.select(selector), published, options);
      double cpu = cpuSeconds();
      RunReport report =
          headrace
              .runner()
              .run(plan, published, headrace.limits(), new RunListener() {}, Watch.none());
      if (!report.succeeded()) {
        throw new IllegalStateException(report.toString());
      }
      return new Built(
          up,
          report.seconds(),
          cpuSeconds() - cpu,
          report.steps().stream()
              .collect(Collectors.toMap(StepReport::asset, Function.identity())));
    }
  }

  static Headrace open(Path project) {
    return Headrace.open(project, Ambient.ofProcess(), false);
  }

  /** Of this process and those it has started. */
  static double cpuSeconds() {
    double children =
        ProcessHandle.current()
            .descendants()
            .map(process -> process.info().totalCpuDuration().orElse(Duration.ZERO))
            .mapToDouble(duration -> duration.toMillis() / 1e3)
            .sum();
    long own =
        ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class)
            .getProcessCpuTime();
    return children + own / 1e9;
  }

  /** What the tables' SQL says, without its header. */
  String sql(String table) throws IOException {
    try (Stream<Path> tree = Files.walk(project.resolve("tables"))) {
      List<Path> files = tree.filter(path -> path.endsWith(table + ".sql")).toList();
      String text = Files.readString(files.getFirst());
      return text.substring(text.indexOf("---*/") + 5).strip();
    }
  }

  void delete() throws IOException {
    Workspace.delete(project);
  }
}
