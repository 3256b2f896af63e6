package dev.headrace.cli.compose;

import dev.headrace.cli.process.Ambient;
import dev.headrace.cli.process.LogSetup;
import dev.headrace.core.graph.Asset;
import dev.headrace.core.graph.Graph;
import dev.headrace.core.graph.Selector;
import dev.headrace.core.ledger.Environments;
import dev.headrace.core.ledger.Ledger;
import dev.headrace.core.ledger.Reach;
import dev.headrace.core.plan.Planner;
import dev.headrace.core.plan.Published;
import dev.headrace.core.postgres.Postgres;
import dev.headrace.core.project.Environment;
import dev.headrace.core.project.Project;
import dev.headrace.core.project.ProjectConfig;
import dev.headrace.core.project.ProjectLoader;
import dev.headrace.core.project.RunConfig;
import dev.headrace.core.run.Builders;
import dev.headrace.core.run.RunLock;
import dev.headrace.core.run.Runner;
import dev.headrace.data.catalog.Catalog;
import dev.headrace.data.diff.EnvironmentDiff;
import dev.headrace.data.ingest.SourceBuilder;
import dev.headrace.data.lake.Durability;
import dev.headrace.data.lake.Lake;
import dev.headrace.data.lake.LakeConfig;
import dev.headrace.data.maintenance.Cleaning;
import dev.headrace.data.maintenance.Compactor;
import dev.headrace.data.metrics.Metrics;
import dev.headrace.data.release.Relations;
import dev.headrace.data.requested.RequestedTables;
import dev.headrace.data.tables.TableBuilder;
import dev.headrace.decisions.assignment.FlagSet;
import dev.headrace.decisions.experiments.Experiments;
import dev.headrace.decisions.experiments.kept.KeptTotals;
import dev.headrace.ml.features.FeatureStore;
import dev.headrace.ml.features.FeatureViewBuilder;
import dev.headrace.ml.features.TrainingSets;
import dev.headrace.ml.registry.ModelPins;
import dev.headrace.ml.registry.Models;
import dev.headrace.server.http.HttpServer;
import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.SqlEngine;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.error.HeadraceException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One opened project with all the parts that work on it: the composition root.
 *
 * <p>Everything is built here by constructor and handed on; nothing looks anything up. Parts are
 * made when first asked for, because most commands need few of them and the engine alone takes half
 * a second to load. Not thread-safe; the parts are as thread-safe as they say. Close it.
 */
public final class Headrace implements AutoCloseable {
  /** As long as Iceberg's own {@code remove_orphan_files} leaves the files of writers alone. */
  private static final Duration STRANGERS = Duration.ofDays(3);

  private final Path directory;
  private final Ambient ambient;
  private final Deque<Runnable> closing = new ArrayDeque<>();

  private final Part<Analyses> analyses = new Part<>(this::makeAnalyses);
  private final Part<Path> state = new Part<>(this::makeState);
  private final Part<ProjectConfig> config = new Part<>(this::makeConfig);
  private final Part<Project> project = new Part<>(this::makeProject);
  private final Part<Graph> graph = new Part<>(() -> Graph.of(project()));
  private final Part<Ledger> ledger = new Part<>(this::makeLedger);
  private final Part<Lake> lake = new Part<>(this::makeLake);
  private final ProjectEngines engines;
  private final Part<OnlineServing> online = new Part<>(this::makeOnline);
  private final Part<Builders> builders = new Part<>(this::makeBuilders);

  private Headrace(Path directory, Ambient ambient, Consumer<String> notices) {
    this.directory = directory;
    this.ambient = ambient;
    this.engines = new ProjectEngines(this, analyses, closing::push, notices);
  }

  /**
   * Opens the project in {@code directory}.
   *
   * @param debug whether libraries log to standard error too
   * @param notices hears, for a person, of what takes long
   */
  public static Headrace open(
      Path directory, Ambient ambient, boolean debug, Consumer<String> notices) {
    Headrace headrace = new Headrace(directory, ambient, notices);
    LogSetup.prepare(headrace.logFile(), debug);
    return headrace;
  }

  /** Opens the project in {@code directory} for somebody who waits without being told why. */
  public static Headrace open(Path directory, Ambient ambient, boolean debug) {
    return open(directory, ambient, debug, notice -> {});
  }

  private Analyses makeAnalyses() {
    Analyses made = new Analyses(state.get().resolve("cache"));
    closing.push(made::close);
    return made;
  }

  private ProjectConfig makeConfig() {
    try {
      return readConfig();
    } catch (HeadraceException e) {
      makeProject(); // Tells what is wrong with the other files in the same breath.
      throw e;
    }
  }

  private ProjectConfig readConfig() {
    return loader().loadConfig(directory, new Environment(ambient.environment()));
  }

  private Project makeProject() {
    Project made = loader().load(directory, new Environment(ambient.environment()));
    FlagSet.of(made, made.config().find(Kinds.FLAGS).orElseThrow()); // Do they fit together?
    return made;
  }

  private ProjectLoader loader() {
    return new ProjectLoader(
        Kinds.all((sql, origin) -> analyses.get().of(sql, origin), directory), Kinds.SECTIONS);
  }

  private Ledger makeLedger() {
    Ledger made =
        postgres()
            .map(database -> Ledger.open(database, clock()))
            .orElseGet(
                () ->
                    Ledger.open(
                        stateDirectory()
                            .resolve(config.get().find(Kinds.SQLITE).orElseThrow().file()),
                        clock()));
    closing.push(made::close);
    return made;
  }

  /** The database of ledger and catalog, when the project names one. */
  private Optional<Postgres> postgres() {
    return config
        .get()
        .find(Kinds.POSTGRES)
        .map(declared -> Postgres.of(declared, config.get().name()));
  }

  private Lake makeLake() {
    Lake made = Lake.open(new LakeConfig(lakeDirectory(), postgres(), Durability.PROCESS));
    closing.push(made::close);
    return made;
  }

  private Builders makeBuilders() {
    return builders(lake(), engine(), stateDirectory());
  }

  /** What builds each kind of asset in a lake with an engine. */
  Builders builders(Lake lake, SqlEngine engine, Path state) {
    return new Builders(
        Map.of(
            "source",
            new SourceBuilder(
                lake, engines.duckDb(), engines::readRaw, directory, state.resolve("staging")),
            "table",
            new TableBuilder(
                lake,
                engine,
                engines.duckDb().analyzer(),
                timezone(),
                Modelling.inTables(this, lake, engine, engines.duckDb(), state)),
            "feature-view",
            new FeatureViewBuilder(lake, engine),
            "model",
            Modelling.builder(
                lake,
                engine,
                engines.duckDb(),
                this::graph,
                this::catalog,
                directory,
                ledger().aliases())));
  }

  /** The project as declared. */
  public Project project() {
    return project.get();
  }

  /** Its assets and who reads whom. */
  public Graph graph() {
    return graph.get();
  }

  /** The graph of what the files say by now, which nothing else of this is made of. */
  Graph graphAsDeclaredNow() {
    return Graph.of(makeProject());
  }

  /** The journal of runs and what is published. */
  public Ledger ledger() {
    return ledger.get();
  }

  /** The tables' data. */
  public Lake lake() {
    return lake.get();
  }

  /** What runs SQL. */
  public SqlEngine engine() {
    return engines.chosen();
  }

  /**
   * What an environment shows.
   *
   * @throws dev.headrace.spi.error.HeadraceException if there is no such environment
   */
  public Published published(String environment) {
    ledger().environments().require(environment);
    return Published.of(ledger(), environment);
  }

  /** What an environment shows, or would if it were there: one that is new is as prod is. */
  public Published publishedOrNew(String environment) {
    return Published.of(ledger(), environment);
  }

  /**
   * Makes sure that an environment is there.
   *
   * @param rebase whether its author says that the files hold what {@code prod} has redefined
   * @return the change of {@code prod} that its author knows of, once all is built from these
   *     files; empty where {@code prod} has redefined what the files define otherwise
   */
  public OptionalLong openEnvironment(String name, boolean rebase) {
    Environments environments = ledger().environments();
    environments.open(name);
    // Noted before it is compared: what prod redefines from here on is not known.
    long change = environments.newestChange();
    return !name.equals(Environments.PROD)
            && (rebase || planner().agreesWith(environments.redefinedInProd(name)))
        ? OptionalLong.of(change)
        : OptionalLong.empty();
  }

  /** How the tables of two environments or moments differ. */
  public EnvironmentDiff diff() {
    return new EnvironmentDiff(graph(), relations(), engines::chosen);
  }

  /** The project's time zone, in which a user's dates are read. */
  public ZoneId timezone() {
    return config.get().timezone();
  }

  /** What names in FROM stand for. */
  public Relations relations() {
    return new Relations(lake());
  }

  /** What is known of the tables that an environment shows. */
  public Catalog catalog(String environment) {
    return catalog(published(environment));
  }

  private Catalog catalog(Published published) {
    return new Catalog(
        graph(),
        published,
        ledger(),
        relations(),
        engines::chosen,
        () -> engines.duckDb().analyzer());
  }

  /** The metrics, asked over what is shown. */
  public Metrics metrics(Published published) {
    return new Metrics(
        graph(), published, relations(), engines::chosen, () -> engines.duckDb().analyzer());
  }

  /** The experiments, analysed over what is shown. */
  public Experiments experiments(Published published) {
    KeptTotals kept = new KeptTotals(stateDirectory().resolve("experiments"), lake());
    return new Experiments(
        graph(), published, metrics(published), engines::chosen, timezone(), Optional.of(kept));
  }

  /**
   * What a user typed, with the tables and models it names. It can read those and nothing else.
   *
   * @param state what the names stand for; not asked for a query that names none
   * @throws dev.headrace.spi.error.HeadraceException if it is not one SELECT over known tables
   */
  public Query userQuery(String sql, Supplier<Published> state) {
    return userQuery(sql, state, Watch.none());
  }

  /**
   * The same, watched: what a model predicts in it is predicted before this returns, and can be
   * read until the project is closed.
   */
  public Query userQuery(String sql, Supplier<Published> state, Watch watch) {
    return new Questions(this, engines::duckDb, closing::push).read(sql, state, watch);
  }

  /** Writes a query's result to one new Parquet file. */
  public void export(Query query, Path file, Watch watch) {
    Exports.parquet(engine(), query, stateDirectory().resolve("staging"), file, watch);
  }

  /**
   * What nobody needs any more. Call it while holding the run lock.
   *
   * @param keep how far back a state can be that an environment showed and that must stay readable
   */
  public Cleaning planCleaning(Duration keep) {
    Instant now = clock().instant();
    // Whoever has been let in may have written files for a commit that is still to come.
    boolean strangers = Files.exists(stateDirectory().resolve(Serving.SERVED));
    return Cleaning.plan(
        ledger(),
        lake(),
        now.minus(keep),
        now,
        strangers ? now.minus(STRANGERS) : now,
        needed -> ModelPins.of(lake(), ledger().aliases(), needed));
  }

  /** Joins small files. */
  public Compactor compactor() {
    return new Compactor(ledger(), lake(), engine());
  }

  /** The name of the engine that the project has chosen; starts none. */
  public String engineName() {
    return engines.chosenName();
  }

  /** What another engine would make of the project. */
  public EngineChange engineChange() {
    return new EngineChange(this, engines::duckDb, engines::spark, clock());
  }

  /** What is asked of the feature views. */
  public FeatureStore features() {
    return new FeatureStore(graph(), relations(), engine());
  }

  /** Compares what was served with what the lake gives. */
  public Auditing auditing() {
    return new Auditing(this, engines::duckDb);
  }

  /** The models, their versions and what they predict. */
  public Models models() {
    return new Models(graph(), ledger(), lake(), engine(), engines.duckDb().trusted());
  }

  /** Keeps training sets. */
  public TrainingSets trainingSets() {
    return new TrainingSets(new RequestedTables(graph(), ledger(), lake()), lake(), engine());
  }

  public Planner planner() {
    return new Planner(graph(), builders.get()::of);
  }

  public Runner runner() {
    return new Runner(graph(), builders.get(), ledger(), clock());
  }

  /** How runs go about their steps in this project. */
  public Runner.Limits limits() {
    RunConfig config = this.config.get().run();
    Integer parallel = config.parallel();
    return new Runner.Limits(
        parallel == null ? Runtime.getRuntime().availableProcessors() : parallel,
        config.retries() + 1,
        config.retryDelay());
  }

  /**
   * Serves the project.
   *
   * @param host the address to listen on; null for the configured one
   * @param port likewise
   */
  public HttpServer serve(@Nullable String host, @Nullable Integer port) {
    return new Serving(this, engines::chosen, closing::push).start(host, port);
  }

  /** The latest values of features; an embedded store is this process's alone while it is open. */
  public OnlineServing online() {
    return online.get();
  }

  private OnlineServing makeOnline() {
    OnlineServing made = OnlineServing.open(this, config.get(), clock());
    closing.push(made::close);
    return made;
  }

  /**
   * The asset of this name.
   *
   * @throws dev.headrace.spi.error.HeadraceException with the nearest name if there is none
   */
  public Asset requireAsset(String name) {
    return graph().get(name);
  }

  /** Names of the assets a selector means; of all when it is null. */
  public Set<String> select(@Nullable String selector) {
    Collection<Asset> assets =
        selector == null ? graph().assets() : Selector.parse(selector).select(graph());
    return assets.stream().map(Asset::name).collect(Collectors.toSet());
  }

  /** The project's directory. */
  public Path directory() {
    return directory;
  }

  /** Where the project keeps its state. */
  public Path stateDirectory() {
    return config.get().state(directory);
  }

  /** Where the tables' files are. */
  public Path lakeDirectory() {
    return stateDirectory().resolve(config.get().find(Kinds.LAKE).orElseThrow().path());
  }

  /**
   * Takes the right to change environments.
   *
   * @param patience how long to wait for another holder
   */
  public RunLock lock(Reach reach, Duration patience) {
    return RunLock.acquire(stateDirectory(), ledger(), reach, patience);
  }

  /** Where warnings and stack traces go. */
  public Path logFile() {
    return logFile(state.get());
  }

  /** Where a defect met while {@code project} was worked on is told, whatever is wrong with it. */
  public static Path logFile(Path project, Ambient ambient) {
    return new Headrace(project, ambient, notice -> {}).logFile();
  }

  private static Path logFile(Path state) {
    return state.resolve("logs").resolve("headrace.log");
  }

  /**
   * Where the state is, also while {@code headrace.yaml} cannot be read: its problems are told by
   * whoever needs what it says, together with all others.
   */
  private Path makeState() {
    try {
      return readConfig().state(directory);
    } catch (HeadraceException e) {
      return directory.resolve(ProjectDirectory.STATE);
    }
  }

  /** The machine the project is opened on. */
  public Ambient ambient() {
    return ambient;
  }

  /** Flags and experiments as declared. */
  public FlagSet flags() {
    return FlagSet.of(project(), config.get().find(Kinds.FLAGS).orElseThrow());
  }

  /** What the project says of itself, whatever is wrong with its files. */
  ProjectConfig config() {
    return config.get();
  }

  Clock clock() {
    return ambient.clock().withZone(ZoneOffset.UTC);
  }

  /** Gives back what was opened, in reverse order. */
  @Override
  public void close() {
    while (!closing.isEmpty()) {
      closing.pop().run();
    }
  }
}
