package dev.headrace.ml.online;

import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.online.BuildId;
import dev.headrace.spi.online.BuildState;
import dev.headrace.spi.online.EntityKey;
import dev.headrace.spi.online.OnlineError;
import dev.headrace.spi.online.OnlineRow;
import dev.headrace.spi.online.OnlineRows;
import dev.headrace.spi.online.OnlineStore;
import dev.headrace.spi.online.PutReport;
import dev.headrace.spi.online.RowBytes;
import dev.headrace.spi.online.ViewLayout;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Asks a store on another machine, and while that does not answer tells what it last said. Then
 * every answer carries when that was, a key nobody has asked about is {@link
 * dev.headrace.spi.online.ValueStatus#UNAVAILABLE} rather than missing, and a request of such keys
 * only fails as it would without memory. Writes are never remembered: they fail.
 *
 * <p>While the store is silent it is tried once per pause, by one request; the others do not wait
 * for it. Memory is bounded: keys not read for long are forgotten first.
 */
public final class RememberingStore implements OnlineStore {
  private static final long AVAILABLE = Long.MIN_VALUE;

  private final OnlineStore store;
  private final int mostRows;
  private final long pauseNanos;
  private final Map<String, Remembered> views = new ConcurrentHashMap<>();
  private final AtomicLong nextTry = new AtomicLong(AVAILABLE);
  private volatile @Nullable HeadraceException lastFailure;

  /** What a store said of one key, and when. */
  private record Said(@Nullable RowBytes row, Instant at) {}

  /** What a store said of one build. */
  private static final class Remembered {
    private final ViewLayout layout;
    private volatile Optional<Instant> completeTo = Optional.empty();
    private volatile String source = "";
    private volatile Map<EntityKey, Said> young = new ConcurrentHashMap<>();
    private volatile Map<EntityKey, Said> old = Map.of();

    Remembered(ViewLayout layout) {
      this.layout = layout;
    }

    void note(EntityKey key, Said said, int most) {
      young.put(key, said);
      if (young.size() > most / 2) {
        age(most);
      }
    }

    /** Forgets what was neither asked nor answered since this happened last. */
    private synchronized void age(int most) {
      if (young.size() > most / 2) {
        old = young;
        young = new ConcurrentHashMap<>();
      }
    }

    @Nullable Said find(EntityKey key) {
      Said said = young.get(key);
      if (said == null) {
        said = old.get(key);
        if (said != null) {
          young.putIfAbsent(key, said);
        }
      }
      return said;
    }
  }

  /**
   * @param mostRows how many keys to remember of a view
   * @param pause how long to leave a silent store alone before it is tried again
   */
  public RememberingStore(OnlineStore store, int mostRows, Duration pause) {
    this.store = store;
    this.mostRows = mostRows;
    this.pauseNanos = pause.toNanos();
  }

  @Override
  public String name() {
    return store.name();
  }

  @Override
  public OnlineRows read(String view, List<EntityKey> keys, Instant at) {
    HeadraceException resting = resting();
    if (resting != null) {
      return fromMemory(view, keys, at, resting);
    }
    try {
      OnlineRows rows = store.read(view, keys, at);
      nextTry.set(AVAILABLE);
      remember(view, keys, rows);
      return rows;
    } catch (HeadraceException e) {
      if (!isSilence(e)) {
        nextTry.set(AVAILABLE); // An answer, if not the wished one.
        throw e;
      }
      lastFailure = e;
      nextTry.set(System.nanoTime() + pauseNanos);
      return fromMemory(view, keys, at, e);
    }
  }

  /** Why not to ask now; null for whoever may try. */
  private @Nullable HeadraceException resting() {
    long next = nextTry.get();
    HeadraceException failure = lastFailure;
    if (next == AVAILABLE || failure == null) {
      return null;
    }
    long now = System.nanoTime();
    boolean mayTry = now - next >= 0 && nextTry.compareAndSet(next, now + pauseNanos);
    return mayTry ? null : failure;
  }

  private static boolean isSilence(HeadraceException failure) {
    return failure.code() == OnlineError.ONLINE_UNREACHABLE
        || failure.code() == OnlineError.ONLINE_SERVER_FAILED;
  }

  private void remember(String view, List<EntityKey> keys, OnlineRows rows) {
    Remembered known = views.get(view);
    if (known == null || !known.layout.equals(rows.layout())) {
      known = new Remembered(rows.layout()); // Another build: what the last one said is void.
      views.put(view, known);
    }
    known.completeTo = rows.completeTo();
    known.source = rows.source();
    Instant at = rows.at();
    for (int i = 0; i < keys.size(); i++) {
      RowBytes row = rows.row(i);
      known.note(keys.get(i), new Said(row == null ? null : row.apart(), at), mostRows);
    }
  }

  private OnlineRows fromMemory(
      String view, List<EntityKey> keys, Instant at, HeadraceException failure) {
    Remembered known = views.get(view);
    if (known == null) {
      throw failure;
    }
    @Nullable RowBytes[] rows = new RowBytes[keys.size()];
    Instant earliest = at;
    int found = 0;
    for (int i = 0; i < rows.length; i++) {
      Said said = known.find(keys.get(i));
      if (said == null) {
        rows[i] = OnlineRows.UNAVAILABLE;
      } else {
        rows[i] = said.row();
        earliest = said.at().isBefore(earliest) ? said.at() : earliest;
        found++;
      }
    }
    if (found == 0) {
      throw failure;
    }
    return new OnlineRows(
        known.layout, rows, at, known.completeTo, known.source, Optional.of(earliest));
  }

  @Override
  public Optional<ViewLayout> served(String view) {
    HeadraceException resting = resting();
    Optional<ViewLayout> last = Optional.ofNullable(views.get(view)).map(known -> known.layout);
    if (resting != null && last.isPresent()) {
      return last;
    }
    try {
      Optional<ViewLayout> served = store.served(view);
      nextTry.set(AVAILABLE);
      return served;
    } catch (HeadraceException e) {
      if (!isSilence(e) || last.isEmpty()) {
        throw e;
      }
      lastFailure = e;
      nextTry.set(System.nanoTime() + pauseNanos);
      return last;
    }
  }

  @Override
  public void begin(ViewLayout layout) {
    store.begin(layout);
  }

  @Override
  public PutReport put(BuildId build, List<OnlineRow> rows) {
    return store.put(build, rows);
  }

  @Override
  public void complete(BuildId build, Instant upTo, String source) {
    store.complete(build, upTo, source);
  }

  @Override
  public void serve(BuildId build) {
    store.serve(build);
  }

  @Override
  public void drop(BuildId build) {
    store.drop(build);
    views.computeIfPresent(
        build.view(), (_, known) -> known.layout.id().equals(build) ? null : known);
  }

  @Override
  public List<BuildState> builds() {
    return store.builds();
  }

  @Override
  public void close() {
    store.close();
  }
}
