package dev.headrace.ml.features.internal.walk;

import dev.headrace.spi.engine.Watch;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Lock;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** Entities in pieces of about equal work, for all processors. */
final class Pieces {
  /** Rows of a piece, about. */
  private static final long PIECE = 100_000;

  /** Rows and labels of an entity that is walked beside others. */
  static final int LARGE = 1 << 14;

  private Pieces() {}

  /** A step of a walk: an entity; false ends the walk. */
  interface Step<W> {
    boolean walk(W walk, int entity);
  }

  /**
   * Entities are independent of each other: they are walked in parallel. What a walk holds grows
   * with its entity, and stays: a large one is walked for itself, and no other large one meanwhile.
   *
   * @param large held while a large entity is walked
   * @return whether no step has ended it
   */
  static <W> boolean walk(
      EntityRows rows,
      EntityRows labels,
      Supplier<W> walks,
      Step<W> step,
      Lock large,
      Watch watch) {
    List<Integer> pieces = pieces(rows, labels);
    Queue<W> idle = new ConcurrentLinkedQueue<>();
    AtomicBoolean ended = new AtomicBoolean();
    IntStream.range(0, pieces.size() - 1)
        .parallel()
        .forEach(
            piece -> {
              W kept = idle.poll();
              W walk = kept == null ? walks.get() : kept;
              for (int e = pieces.get(piece);
                  e < pieces.get(piece + 1) && !ended.get() && !watch.isCancelled();
                  e++) {
                boolean goesOn;
                if (rows.count(e) + (long) labels.count(e) <= LARGE) {
                  goesOn = step.walk(walk, e);
                } else {
                  large.lock();
                  try {
                    goesOn = step.walk(walks.get(), e);
                  } finally {
                    large.unlock();
                  }
                }
                if (!goesOn) {
                  ended.set(true);
                }
              }
              idle.add(walk);
            });
    if (watch.isCancelled()) {
      throw new CancellationException("the query was cancelled");
    }
    return !ended.get();
  }

  /** Entities at which pieces of about equal work begin, and the end. */
  private static List<Integer> pieces(EntityRows rows, EntityRows labels) {
    List<Integer> pieces = new ArrayList<>(List.of(0));
    long begun = 0;
    for (int e = 1; e < rows.entities(); e++) {
      long done = (long) rows.start(e) + labels.start(e);
      if (done - begun >= PIECE) {
        pieces.add(e);
        begun = done;
      }
    }
    pieces.add(rows.entities());
    return pieces;
  }
}
