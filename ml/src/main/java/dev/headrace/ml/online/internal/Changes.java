package dev.headrace.ml.online.internal;

import dev.headrace.spi.online.BuildId;
import dev.headrace.spi.online.OnlineError;
import dev.headrace.spi.online.OnlineRow;
import dev.headrace.spi.online.PutReport;
import dev.headrace.spi.online.ViewLayout;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** What may be changed, as frames of the log and what they do to memory. Thread-safe. */
public final class Changes {
  private static final int CHUNK_BYTES = 1 << 20;

  private final Journal journal;
  private final Builds builds;

  public Changes(Journal journal, Builds builds) {
    this.journal = journal;
    this.builds = builds;
  }

  /** As {@link dev.headrace.spi.online.OnlineStore#begin}. */
  public synchronized void begin(ViewLayout layout) {
    // One at a time: the number of a build and whether it is known are found out beforehand.
    Build known = builds.find(layout.id());
    if (known != null) {
      if (!known.layout().equals(layout)) {
        throw OnlineError.layoutDiffers(known.layout(), layout);
      }
      return;
    }
    int ordinal = builds.nextOrdinal();
    Journal.await(
        journal.submit(
            Frames.begin(ordinal, layout),
            () -> {
              builds.begin(ordinal, layout);
              return ordinal;
            }));
  }

  /** As {@link dev.headrace.spi.online.OnlineStore#put}; large batches go in parts. */
  public PutReport put(BuildId id, List<OnlineRow> rows) {
    Build build = require(id);
    List<CompletableFuture<PutReport>> parts = new ArrayList<>();
    int from = 0;
    while (from < rows.size()) {
      int to = from;
      long bytes = 0;
      while (to < rows.size() && (to == from || bytes < CHUNK_BYTES)) {
        OnlineRow row = rows.get(to);
        if (!row.layout().equals(build.layout())) {
          throw OnlineError.layoutDiffers(build.layout(), row.layout());
        }
        bytes += Frames.bytesOf(row);
        to++;
      }
      List<OnlineRow> part = List.copyOf(rows.subList(from, to));
      parts.add(journal.submit(Frames.put(build.ordinal(), part), () -> build.put(part)));
      from = to;
    }
    PutReport sum = new PutReport(0, 0);
    for (CompletableFuture<PutReport> part : parts) {
      sum = sum.plus(Journal.await(part));
    }
    return sum;
  }

  /** As {@link dev.headrace.spi.online.OnlineStore#complete}. */
  public void complete(BuildId id, Instant upTo, String source) {
    Build build = require(id);
    long micros = ChronoUnit.MICROS.between(Instant.EPOCH, upTo);
    Journal.await(
        journal.submit(
            Frames.complete(build.ordinal(), micros, source),
            () -> {
              build.complete(micros, source);
              return micros;
            }));
  }

  /** As {@link dev.headrace.spi.online.OnlineStore#serve}. */
  public void serve(BuildId id) {
    Build build = require(id);
    Journal.await(
        journal.submit(
            Frames.serve(build.ordinal()),
            () -> {
              if (builds.find(id) != build) {
                throw OnlineError.buildMissing(id); // Dropped while this waited its turn.
              }
              builds.serve(build);
              return build;
            }));
  }

  /** As {@link dev.headrace.spi.online.OnlineStore#drop}. */
  public synchronized void drop(BuildId id) {
    Build build = builds.find(id);
    if (build != null) {
      Journal.await(
          journal.submit(
              Frames.drop(build.ordinal()),
              () -> {
                builds.drop(build);
                return build;
              }));
    }
  }

  private Build require(BuildId id) {
    Build build = builds.find(id);
    if (build == null) {
      throw OnlineError.buildMissing(id);
    }
    return build;
  }
}
