package dev.headrace.ml.online;

import dev.headrace.spi.online.BuildId;
import dev.headrace.spi.online.BuildState;
import dev.headrace.spi.online.EntityKey;
import dev.headrace.spi.online.OnlineError;
import dev.headrace.spi.online.OnlineRow;
import dev.headrace.spi.online.OnlineRows;
import dev.headrace.spi.online.OnlineStore;
import dev.headrace.spi.online.PutReport;
import dev.headrace.spi.online.ViewLayout;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A store that is opened when the first build begins, for a process that serves a project without
 * feature views and waits for some: until then it has no view, and takes no memory, files or
 * connections, and tells nothing of what is in it from former times. Where opening fails, the
 * build's beginning does, and may be tried again.
 */
public final class AwaitedStore implements OnlineStore {
  private final String name;
  private final Supplier<? extends OnlineStore> opening;
  private volatile @Nullable OnlineStore opened;

  /**
   * @param name of the store that is awaited
   * @param opening opens it; this store closes it
   */
  public AwaitedStore(String name, Supplier<? extends OnlineStore> opening) {
    this.name = name;
    this.opening = opening;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public synchronized void begin(ViewLayout layout) {
    OnlineStore store = opened;
    if (store == null) {
      store = opening.get();
      opened = store;
    }
    store.begin(layout);
  }

  @Override
  public PutReport put(BuildId build, List<OnlineRow> rows) {
    return store(build).put(build, rows);
  }

  @Override
  public void complete(BuildId build, Instant upTo, String source) {
    store(build).complete(build, upTo, source);
  }

  @Override
  public void serve(BuildId build) {
    store(build).serve(build);
  }

  private OnlineStore store(BuildId build) {
    OnlineStore store = opened;
    if (store == null) {
      throw OnlineError.buildMissing(build);
    }
    return store;
  }

  @Override
  public void drop(BuildId build) {
    OnlineStore store = opened;
    if (store != null) {
      store.drop(build);
    }
  }

  @Override
  public OnlineRows read(String view, List<EntityKey> keys, Instant at) {
    OnlineStore store = opened;
    if (store == null) {
      throw OnlineError.viewMissing(view);
    }
    return store.read(view, keys, at);
  }

  @Override
  public Optional<ViewLayout> served(String view) {
    OnlineStore store = opened;
    return store == null ? Optional.empty() : store.served(view);
  }

  @Override
  public List<BuildState> builds() {
    OnlineStore store = opened;
    return store == null ? List.of() : store.builds();
  }

  @Override
  public synchronized void close() {
    OnlineStore store = opened;
    if (store != null) {
      store.close();
    }
  }
}
