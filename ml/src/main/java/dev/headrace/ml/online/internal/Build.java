package dev.headrace.ml.online.internal;

import dev.headrace.spi.online.BuildState;
import dev.headrace.spi.online.EntityKey;
import dev.headrace.spi.online.OnlineRow;
import dev.headrace.spi.online.PutReport;
import dev.headrace.spi.online.RowBytes;
import dev.headrace.spi.online.RowCodec;
import dev.headrace.spi.online.ViewLayout;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The rows of one build in memory. Any thread reads; one thread at a time changes: that which
 * recovers, then that which writes the log.
 */
public final class Build {
  private final int ordinal;
  private final ViewLayout layout;
  private final RowTable rows = new RowTable();
  private volatile long bytes;
  private volatile Optional<Instant> completeTo = Optional.empty();
  private volatile String source = "";

  Build(int ordinal, ViewLayout layout) {
    this.ordinal = ordinal;
    this.layout = layout;
  }

  int ordinal() {
    return ordinal;
  }

  public ViewLayout layout() {
    return layout;
  }

  /** Everything known by then has been put. */
  public Optional<Instant> completeTo() {
    return completeTo;
  }

  /** What was put, as far as it is complete. */
  public String source() {
    return source;
  }

  /** The rows of some keys; null for a key that has none. */
  public @Nullable RowBytes[] rows(List<EntityKey> keys) {
    @Nullable RowBytes[] found = new RowBytes[keys.size()];
    for (int i = 0; i < found.length; i++) {
      found[i] = rows.get(keys.get(i));
    }
    return found;
  }

  RowTable rows() {
    return rows;
  }

  long bytes() {
    return bytes;
  }

  PutReport put(List<OnlineRow> batch) {
    long written = 0;
    for (OnlineRow row : batch) {
      if (put(row.key(), RowBytes.of(row.bytes()))) {
        written++;
      }
    }
    return new PutReport(written, batch.size() - written);
  }

  boolean put(EntityKey key, RowBytes row) {
    RowBytes before = rows.get(key);
    if (before != null && !RowCodec.givesWay(before, row)) {
      return false;
    }
    rows.put(key, row);
    grow(row.length() - (before == null ? -key.bytes().length : before.length()));
    return true;
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // One thread changes, others look.
  private void grow(int by) {
    bytes += by;
  }

  void complete(long micros, String from) {
    source = from;
    Instant upTo = Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    if (completeTo.isEmpty() || completeTo.get().isBefore(upTo)) {
      completeTo = Optional.of(upTo);
    }
  }

  public BuildState state(boolean serving) {
    return new BuildState(layout, serving, rows.size(), bytes, completeTo, source);
  }
}
