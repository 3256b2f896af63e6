package dev.headrace.ml.online;

import dev.headrace.core.project.Names;
import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.online.BuildState;
import dev.headrace.spi.online.EntityKey;
import dev.headrace.spi.online.OnlineError;
import dev.headrace.spi.online.OnlineRows;
import dev.headrace.spi.online.OnlineStore;
import dev.headrace.spi.online.ViewLayout;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Reads features for requests: the layout of a view, so that keys can be understood, then their
 * rows. Thread-safe.
 */
public final class OnlineFeatures {
  private final OnlineStore store;
  private final InstantSource clock;
  private final Optional<MovingFeatures> moving;
  private final Optional<ServedLog> log;
  private final Map<String, ViewLayout> layouts = new ConcurrentHashMap<>();

  /** Reads that nobody notes, of features that do not move with the clock. */
  public OnlineFeatures(OnlineStore store, InstantSource clock) {
    this(store, clock, Optional.empty(), Optional.empty());
  }

  /**
   * @param moving computes features that move with the clock
   * @param log notes what is read
   */
  public OnlineFeatures(
      OnlineStore store,
      InstantSource clock,
      Optional<MovingFeatures> moving,
      Optional<ServedLog> log) {
    this.store = store;
    this.clock = clock;
    this.moving = moving;
    this.log = log;
  }

  /**
   * The layout that the view had when it was last looked at: enough to understand keys, which every
   * build of a view has alike or the next {@link #read} notices.
   *
   * @throws HeadraceException ONLINE_VIEW_MISSING with the nearest name
   */
  public ViewLayout layout(String view) {
    ViewLayout known = layouts.get(view);
    return known != null ? known : look(view);
  }

  private ViewLayout look(String view) {
    ViewLayout layout = store.served(view).orElseThrow(() -> missing(view));
    layouts.put(view, layout);
    return layout;
  }

  private HeadraceException missing(String view) {
    List<String> served =
        store.builds().stream()
            .filter(BuildState::serving)
            .map(build -> build.layout().id().view())
            .toList();
    HeadraceException plain = OnlineError.viewMissing(view);
    return Names.nearest(view, served).isEmpty()
        ? plain
        : new HeadraceException(
            plain.code(), String.valueOf(plain.getMessage()), Names.suggest(view, served));
  }

  /** The latest rows of some keys, in their order, with all features. */
  public OnlineRows read(ViewLayout layout, List<EntityKey> keys) {
    return read(layout, keys, layout.told());
  }

  /**
   * The latest rows of some keys, in their order.
   *
   * @param layout what the keys were made with
   * @param features that are looked at; others may be as of the moment of the table
   * @throws HeadraceException ONLINE_VIEW_MISSING; ONLINE_LAYOUT_DIFFERS if the view has been given
   *     other keys meanwhile: make them again
   */
  public OnlineRows read(ViewLayout layout, List<EntityKey> keys, Collection<String> features) {
    String view = layout.id().view();
    OnlineRows rows;
    try {
      rows = store.read(view, keys, clock.instant());
    } catch (HeadraceException e) {
      layouts.remove(view);
      throw e;
    }
    if (!rows.layout().equals(layout)) {
      layouts.put(view, rows.layout());
      if (!rows.layout().keys().equals(layout.keys())) {
        throw OnlineError.layoutDiffers(rows.layout(), layout);
      }
    }
    if (moving.isPresent() && (log.isPresent() || moving.get().moves(rows.layout(), features))) {
      rows = moving.get().at(rows, keys);
    }
    if (log.isPresent()) {
      log.get().note(rows, keys);
    }
    return rows;
  }

  /** All builds the store has. */
  public List<BuildState> builds() {
    return store.builds();
  }
}
