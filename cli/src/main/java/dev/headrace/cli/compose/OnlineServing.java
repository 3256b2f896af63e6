package dev.headrace.cli.compose;

import dev.headrace.core.ledger.Environments;
import dev.headrace.core.ledger.Ledger;
import dev.headrace.core.ledger.Publication;
import dev.headrace.core.plan.Published;
import dev.headrace.core.project.ProjectConfig;
import dev.headrace.core.project.spec.Secret;
import dev.headrace.data.release.Relations;
import dev.headrace.ml.features.FeatureStore;
import dev.headrace.ml.online.AwaitedStore;
import dev.headrace.ml.online.EmbeddedSpec;
import dev.headrace.ml.online.EmbeddedStore;
import dev.headrace.ml.online.LatestTable;
import dev.headrace.ml.online.LatestTables;
import dev.headrace.ml.online.MovingFeatures;
import dev.headrace.ml.online.OnlineFeatures;
import dev.headrace.ml.online.OnlineFollower;
import dev.headrace.ml.online.OnlineLoader;
import dev.headrace.ml.online.OnlineLoader.LoadReport;
import dev.headrace.ml.online.RememberingStore;
import dev.headrace.ml.online.ServedLog;
import dev.headrace.redis.RedisAddress;
import dev.headrace.redis.RedisStore;
import dev.headrace.spi.engine.SqlEngine;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.online.OnlineStore;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Puts the online store of a project together with what fills it and what reads it. */
public final class OnlineServing implements AutoCloseable {
  private static final Duration FOLLOW = Duration.ofSeconds(5);
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final OnlineStore store;
  private final Lakeside lakeside;
  private final OnlineLoader loader;
  private final OnlineFeatures features;
  private final MovingFeatures moving;
  private final Clock clock;
  private final Supplier<Optional<ServedLog>> logs;
  private Optional<ServedLog> log = Optional.empty();
  private @Nullable OnlineFollower follower;

  /**
   * Where the rows come from.
   *
   * @param engine made when it is first needed
   */
  private record Lakeside(
      LiveViews views, Ledger ledger, Relations relations, Supplier<? extends SqlEngine> engine) {

    /** What an environment shows. */
    LatestTables latest(String environment) {
      Published published = Published.of(ledger, environment);
      return new LatestTables(
          tables(published),
          view -> published.table(view).isPresent() && !views.isSomethingElse(view));
    }

    private List<LatestTable> tables(Published published) {
      List<LatestTable> tables = new ArrayList<>();
      for (LiveViews.View view : views.now(published)) {
        Optional<Publication> shown = published.table(view.name());
        if (shown.isPresent()) {
          Publication.Content content = shown.get().content();
          tables.add(
              new LatestTable(
                  view.name(),
                  view.spec().keyColumns(),
                  Optional.ofNullable(view.spec().ttl()),
                  content.fingerprint(),
                  content.state(),
                  relations.of(published, view.name())));
        }
      }
      return tables;
    }
  }

  /** Opens the store that the project names, to be filled from its lake. */
  static OnlineServing open(Headrace project, ProjectConfig config, Clock clock) {
    MovingFeatures moving = new MovingFeatures(project.stateDirectory().resolve("spill"));
    LiveViews views =
        new LiveViews(
            project.directory().resolve("features"),
            project.graph(),
            project::graphAsDeclaredNow,
            moving);
    // Nothing is opened for a project without views: the first of them may come later, or never.
    OnlineStore store =
        FeatureStore.views(project.graph()).isEmpty()
            ? new AwaitedStore("awaited", () -> emptied(open(config, project.stateDirectory())))
            : open(config, project.stateDirectory());
    return new OnlineServing(
        store,
        new Lakeside(views, project.ledger(), new Relations(project.lake()), project::engine),
        moving,
        clock,
        () -> Auditing.log(project));
  }

  private OnlineServing(
      OnlineStore store,
      Lakeside lakeside,
      MovingFeatures moving,
      Clock clock,
      Supplier<Optional<ServedLog>> logs) {
    this.moving = moving;
    this.clock = clock;
    this.logs = logs;
    this.store = store;
    this.lakeside = lakeside;
    this.loader = new OnlineLoader(store, lakeside.engine());
    this.features = new OnlineFeatures(store, clock, Optional.of(moving), Optional.empty());
  }

  private static OnlineStore open(ProjectConfig config, Path state) {
    Optional<RedisSpec> redis = config.find(Kinds.REDIS);
    if (redis.isPresent()) {
      return redis(redis.get(), config.name());
    }
    EmbeddedSpec spec = config.find(Kinds.EMBEDDED).orElseThrow();
    return EmbeddedStore.open(state.resolve(spec.path()), spec.durability(), spec.syncInterval());
  }

  /** Without what an embedded store has of former times, when the project had views before. */
  private static OnlineStore emptied(OnlineStore store) {
    if (store instanceof EmbeddedStore) {
      store.builds().forEach(state -> store.drop(state.layout().id()));
    }
    return store;
  }

  private static OnlineStore redis(RedisSpec spec, String project) {
    RedisUrl url = spec.url();
    Secret password = spec.password();
    String prefix = spec.prefix();
    OnlineStore store =
        RedisStore.open(
            new RedisAddress(
                url.host(),
                url.port(),
                url.database(),
                url.encrypted(),
                url.user(),
                Optional.ofNullable(password).or(url::password).map(Secret::reveal),
                spec.patience()),
            prefix == null ? "headrace:" + project : prefix);
    return spec.remember() == 0 ? store : new RememberingStore(store, spec.remember(), PAUSE);
  }

  /** What requests read. */
  public OnlineFeatures features() {
    return features;
  }

  /** Brings the store to what an environment shows; tells what was put. */
  public List<LoadReport> refresh(String environment, Watch watch) {
    return lakeside.latest(environment).tables().stream()
        .map(table -> loader.load(table, watch))
        .flatMap(Optional::stream)
        .toList();
  }

  /**
   * Keeps the store at what {@code prod} shows until this is closed.
   *
   * @return what answers requests
   */
  OnlineFeatures serve() {
    if (follower == null) {
      follower =
          OnlineFollower.start(
              loader, () -> lakeside.latest(Environments.PROD), FOLLOW, viewsBefore());
      log = logs.get();
    }
    return new OnlineFeatures(store, clock, Optional.of(moving), log);
  }

  /** Of an embedded store, which is this project's alone, all views that it has. */
  private Set<String> viewsBefore() {
    return store instanceof EmbeddedStore
        ? store.builds().stream()
            .map(state -> state.layout().id().view())
            .collect(Collectors.toSet())
        : Set.of();
  }

  @Override
  public void close() {
    if (follower != null) {
      follower.close();
    }
    log.ifPresent(ServedLog::close);
    moving.close();
    store.close();
  }
}
