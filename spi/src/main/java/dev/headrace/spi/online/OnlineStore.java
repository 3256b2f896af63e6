package dev.headrace.spi.online;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Keeps the latest row per key of each feature view, for requests that cannot wait for the lake.
 *
 * <p>A view is filled build by build: a build begins, is put into, and {@link #serve} lets reads of
 * the view see it from one moment to the next; the build before it stays until it is dropped. Rows
 * come in any order and as often as one likes: of a key's rows the one with the latest event time
 * is kept, of several with the same event time the one known last, and of several that agree in
 * both the one put last. A call that returns is durable as the store is configured; one that throws
 * may or may not have happened, and can be repeated.
 *
 * <p>Thread-safe. Failures are {@link dev.headrace.spi.error.HeadraceException}s with an {@link
 * OnlineError}.
 */
public interface OnlineStore extends AutoCloseable {
  /** The name used in {@code headrace.yaml}, for example {@code embedded}. */
  String name();

  /**
   * Makes a build known, empty; nothing happens when it is known with this layout.
   *
   * @throws dev.headrace.spi.error.HeadraceException ONLINE_LAYOUT_DIFFERS
   */
  void begin(ViewLayout layout);

  /**
   * Puts rows of one build.
   *
   * @param rows made by the build's layout
   * @throws dev.headrace.spi.error.HeadraceException ONLINE_BUILD_MISSING
   */
  PutReport put(BuildId build, List<OnlineRow> rows);

  /**
   * Notes that everything known by {@code upTo} has been put; the time never goes back.
   *
   * @param source what it was put from, for whoever asks later whether that has changed
   * @throws dev.headrace.spi.error.HeadraceException ONLINE_BUILD_MISSING
   */
  void complete(BuildId build, Instant upTo, String source);

  /**
   * Lets reads of the view see this build instead of another.
   *
   * @throws dev.headrace.spi.error.HeadraceException ONLINE_BUILD_MISSING
   */
  void serve(BuildId build);

  /** Forgets a build and its rows; if it was serving, the view has none. */
  void drop(BuildId build);

  /**
   * Reads the latest rows of a view.
   *
   * @param keys made by the key codec of the view's layout; duplicates are answered each
   * @param at the moment of reading, which decides what has expired
   * @throws dev.headrace.spi.error.HeadraceException ONLINE_VIEW_MISSING if no build serves it
   */
  OnlineRows read(String view, List<EntityKey> keys, Instant at);

  /** The layout of the build that reads of the view see. */
  Optional<ViewLayout> served(String view);

  /** All builds, by view and build. Counts what there is, so it is no part of serving a request. */
  List<BuildState> builds();

  @Override
  void close();
}
