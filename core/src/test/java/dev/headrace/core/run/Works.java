package dev.headrace.core.run;

import dev.headrace.core.graph.Asset;
import dev.headrace.core.graph.Graph;
import dev.headrace.core.ledger.CheckRecord;
import dev.headrace.core.ledger.DayRanges;
import dev.headrace.core.ledger.Ledger;
import dev.headrace.core.ledger.Publication;
import dev.headrace.core.plan.BuildOptions;
import dev.headrace.core.plan.Decision;
import dev.headrace.core.plan.Plan;
import dev.headrace.core.plan.Planner;
import dev.headrace.core.plan.Published;
import dev.headrace.core.plan.Staleness;
import dev.headrace.core.project.Declaration;
import dev.headrace.core.project.Definition;
import dev.headrace.core.project.Kind;
import dev.headrace.core.project.Problems;
import dev.headrace.core.project.Project;
import dev.headrace.core.project.ProjectConfig;
import dev.headrace.core.project.RunConfig;
import dev.headrace.core.project.Scope;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.error.Location;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A project of things without data, a builder of them that does as it is told, and a real ledger.
 */
public final class Works {
  public static final Clock CLOCK = Clock.systemUTC();
  private static final Thing THING = new Thing();

  private final Graph graph;
  private final Ledger ledger;
  public final Hands hands = new Hands();

  /**
   * @param inputs names with the names they read, separated by blanks
   */
  public Works(Ledger ledger, Map<String, String> inputs) {
    this(ledger, graph(inputs, Map.of()));
  }

  public Works(Ledger ledger, Graph graph) {
    this.ledger = ledger;
    this.graph = graph;
  }

  /** A plan for everything, made as the run command does. */
  public Plan plan(BuildOptions options) {
    return new Planner(graph, kind -> hands)
        .plan(
            new TreeSet<>(graph.assets().stream().map(Asset::name).toList()), published(), options);
  }

  public Published published() {
    return Published.of(ledger, "prod");
  }

  public Runner runner() {
    return new Runner(graph, new Builders(Map.of("thing", hands)), ledger, CLOCK);
  }

  /** Runs everything stale, one step at a time, each tried once. */
  public RunReport run() {
    return run(new Runner.Limits(1, 1, Duration.ZERO), RunListener.NONE, Watch.none());
  }

  public RunReport run(Runner.Limits limits, RunListener listener, Watch watch) {
    return runner().run(plan(BuildOptions.STALE), published(), limits, listener, watch);
  }

  /** The graph of things that read each other. */
  public static Graph graph(Map<String, String> inputs, Map<String, String> identities) {
    Map<String, Declaration<?>> declarations = new LinkedHashMap<>();
    Map<String, Definition> definitions = new LinkedHashMap<>();
    inputs.forEach(
        (name, read) -> {
          declarations.put(name, new Declaration<>(THING, name, new ThingSpec(), new Nowhere()));
          definitions.put(
              name,
              new Definition(
                  read.isBlank() ? List.of() : List.of(read.strip().split(" +")),
                  List.of(),
                  identities.getOrDefault(name, name),
                  identities.getOrDefault(name + " checks", ""),
                  List.of(),
                  Collections.unmodifiableSortedSet(new TreeSet<>())));
        });
    ProjectConfig config =
        new ProjectConfig(
            new ProjectConfig.Basics(
                "works", ZoneId.of("UTC"), ".headrace", new RunConfig(null, 0, Duration.ZERO)),
            Map.of());
    return Graph.of(new Project(Path.of("works"), config, declarations, definitions));
  }

  record ThingSpec() {}

  private record Nowhere() implements Declaration.Origin {
    @Override
    public String file() {
      return "things";
    }

    @Override
    public Location at(String keyPath) {
      return Location.of(file());
    }
  }

  private static final class Thing implements Kind<ThingSpec> {
    @Override
    public String name() {
      return "thing";
    }

    @Override
    public String folder() {
      return "things";
    }

    @Override
    public FileForm form() {
      return FileForm.YAML;
    }

    @Override
    public Class<ThingSpec> specType() {
      return ThingSpec.class;
    }

    @Override
    public List<String> tables(String assetName) {
      return List.of(assetName, assetName + "__failed");
    }

    @Override
    public Definition define(Declaration<ThingSpec> declaration, Scope scope, Problems problems) {
      throw new UnsupportedOperationException("defined by the test");
    }
  }

  /** Everything there is to build in one go. */
  record All() implements Decision.Work {}

  /** What to do when a thing is built; answers the state to publish. */
  @FunctionalInterface
  public interface Task {
    Outcome build(Asset asset, StepContext context);
  }

  /** Builds what is stale, as told, and remembers what it was asked. */
  public static final class Hands implements Builder {
    private static final AtomicLong STATES = new AtomicLong();
    private final Map<String, Task> tasks = new ConcurrentHashMap<>();

    /** Names of what was built, failed attempts included, in that order. */
    public final List<String> built = Collections.synchronizedList(new ArrayList<>());

    /** {@code name@run} of what was swept. */
    public final List<String> swept = Collections.synchronizedList(new ArrayList<>());

    public Hands on(String name, Task task) {
      tasks.put(name, task);
      return this;
    }

    @Override
    public Decision decide(Asset asset, Published published, BuildOptions options) {
      Staleness staleness = Staleness.of(asset, published, "definition");
      return staleness.reasons().isEmpty()
          ? Decision.Skip.UP_TO_DATE
          : new Decision.Build(staleness.reasons(), new All());
    }

    @Override
    public Outcome build(Asset asset, Decision.Build decision, StepContext context) {
      built.add(asset.name());
      return tasks.getOrDefault(asset.name(), this::publish).build(asset, context);
    }

    /** New rows, in a state that nothing had before. */
    public Outcome publish(Asset asset, StepContext context) {
      return outcome(asset, context, "s" + STATES.incrementAndGet());
    }

    /** Rows in a state. */
    public static Outcome outcome(Asset asset, StepContext context, String state) {
      return new Outcome(
          List.of(release(asset, asset.name(), context, state)),
          List.of(new CheckRecord("not-null: id", CheckRecord.Status.PASSED, 0, "")),
          10,
          7,
          3,
          Optional.empty());
    }

    public static Ledger.Release release(
        Asset asset, String table, StepContext context, String state) {
      return Ledger.Release.of(
          new Publication.Content(
              table,
              asset.name(),
              asset.kind().name(),
              asset.fingerprint().hex(),
              asset.definition().identityDigest(),
              asset.definition().auditDigest(),
              state,
              new Publication.Stored(1, 7, 70, Optional.empty()),
              Staleness.inputStates(asset, context.published()),
              DayRanges.none()));
    }

    /** Whether the next sweep ends as if the process had been killed. */
    public boolean sweepFails;

    @Override
    public void sweep(Asset asset, long runId) {
      if (sweepFails) {
        sweepFails = false;
        throw new IllegalStateException("killed");
      }
      swept.add(asset.name() + "@" + runId);
    }
  }
}
