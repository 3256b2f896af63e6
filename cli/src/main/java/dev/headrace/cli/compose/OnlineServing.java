package dev.headrace.cli.compose;

import dev.headrace.core.ledger.Environments;
import dev.headrace.core.ledger.Ledger;
import dev.headrace.core.ledger.Publication;
import dev.headrace.core.plan.Published;
import dev.headrace.core.project.ProjectConfig;
import dev.headrace.core.project.spec.Secret;
import dev.headrace.data.release.Relations;
import dev.headrace.ml.online.EmbeddedSpec;
import dev.headrace.ml.online.EmbeddedStore;
import dev.headrace.ml.online.LatestTable;
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
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Puts the online store of a project together with what fills it and what reads it. */
public final class OnlineServing implements AutoCloseable {
  private static final Duration FOLLOW = Duration.ofSeconds(5);
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final OnlineStore store;
  private final Lakeside lakeside;
  private final OnlineFeatures features;
  private final MovingFeatures moving;
  private final Clock clock;
  private final Supplier<Optional<ServedLog>> logs;
  private Optional<ServedLog> log = Optional.empty();
  private @Nullable OnlineLoader loader;
  private @Nullable OnlineFollower follower;

  /**
   * Where the rows come from.
   *
   * @param engine made when it is first needed
   */
  private record Lakeside(
      LiveViews views, Ledger ledger, Relations relations, Supplier<? extends SqlEngine> engine) {

    /** The tables of latest values that an environment shows. */
    List<LatestTable> tables(String environment) {
      Published published = Published.of(ledger, environment);
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
    return new OnlineServing(
        open(config, project.stateDirectory()),
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
    return lakeside.tables(environment).stream()
        .map(table -> loader().load(table, watch))
        .flatMap(Optional::stream)
        .toList();
  }

  private synchronized OnlineLoader loader() {
    OnlineLoader made = loader;
    if (made == null) {
      made = new OnlineLoader(store, lakeside.engine().get());
      loader = made;
    }
    return made;
  }

  /**
   * Keeps the store at what {@code prod} shows until this is closed.
   *
   * @return what answers requests
   */
  OnlineFeatures serve() {
    if (follower == null) {
      follower = OnlineFollower.start(loader(), () -> lakeside.tables(Environments.PROD), FOLLOW);
      log = logs.get();
    }
    return new OnlineFeatures(store, clock, Optional.of(moving), log);
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
