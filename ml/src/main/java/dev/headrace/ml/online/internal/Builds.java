package dev.headrace.ml.online.internal;

import dev.headrace.spi.online.BuildId;
import dev.headrace.spi.online.BuildState;
import dev.headrace.spi.online.EntityKey;
import dev.headrace.spi.online.LayoutCodec;
import dev.headrace.spi.online.RowBytes;
import dev.headrace.spi.online.RowCodec;
import dev.headrace.spi.online.ViewLayout;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * All builds in memory, and which of them answer. Any thread reads; one at a time changes, as with
 * {@link Build}.
 */
public final class Builds {
  private final Map<Integer, Build> byOrdinal = new ConcurrentHashMap<>();
  private final Map<BuildId, Build> byId = new ConcurrentHashMap<>();
  private final Map<String, Build> serving = new ConcurrentHashMap<>();
  private int next = 1;

  /** The build that reads of the view see. */
  public @Nullable Build serving(String view) {
    return serving.get(view);
  }

  /** A build, serving or not. */
  public @Nullable Build find(BuildId id) {
    return byId.get(id);
  }

  Collection<Build> all() {
    return byOrdinal.values();
  }

  boolean isServing(Build build) {
    return serving.get(build.layout().id().view()) == build;
  }

  /** A number that no build has had. */
  int nextOrdinal() {
    return next++;
  }

  long bytes() {
    long sum = 0;
    for (Build build : byOrdinal.values()) {
      sum += build.bytes();
    }
    return sum;
  }

  /** All builds, by view and build. */
  public List<BuildState> states() {
    return byOrdinal.values().stream()
        .map(build -> build.state(isServing(build)))
        .sorted(
            Comparator.comparing((BuildState state) -> state.layout().id().view())
                .thenComparing(state -> state.layout().id().build()))
        .toList();
  }

  void begin(int ordinal, ViewLayout layout) {
    if (!byOrdinal.containsKey(ordinal)) {
      Build build = new Build(ordinal, layout);
      byOrdinal.put(ordinal, build);
      byId.put(layout.id(), build);
      next = Math.max(next, ordinal + 1);
    }
  }

  void serve(Build build) {
    serving.put(build.layout().id().view(), build);
  }

  void drop(Build build) {
    serving.remove(build.layout().id().view(), build);
    byId.remove(build.layout().id(), build);
    byOrdinal.remove(build.ordinal());
  }

  /**
   * Does what a frame says. Doing again what was done already, in the same order, changes nothing:
   * a snapshot may hold what its log tells once more.
   *
   * @return false when it cannot be understood
   */
  boolean replay(byte[] payload, int length) {
    ByteBuffer in = ByteBuffer.wrap(payload, 0, length);
    byte kind = in.get();
    if (kind == Frames.END) {
      return true;
    }
    int ordinal = in.getInt();
    if (kind == Frames.BEGIN) {
      byte[] layout = new byte[in.remaining()];
      in.get(layout);
      if (LayoutCodec.version(layout) != RowCodec.VERSION) {
        return false;
      }
      begin(ordinal, LayoutCodec.decode(layout));
      return true;
    }
    Build build = byOrdinal.get(ordinal);
    if (build == null) {
      next = Math.max(next, ordinal + 1);
      return true; // Dropped further on, which the snapshot already knows.
    }
    switch (kind) {
      case Frames.PUT -> replayRows(build, payload, in);
      case Frames.COMPLETE -> build.complete(in.getLong(), Frames.text(in));
      case Frames.SERVE -> serve(build);
      case Frames.DROP -> drop(build);
      default -> {
        return false;
      }
    }
    return true;
  }

  /** Rows are taken from where they lie in the payload, which {@code in} reads. */
  private static void replayRows(Build build, byte[] payload, ByteBuffer in) {
    int count = in.getInt();
    for (int i = 0; i < count; i++) {
      byte[] key = new byte[in.getInt()];
      in.get(key);
      int length = in.getInt();
      build.put(new EntityKey(key), new RowBytes(payload, in.position(), length));
      in.position(in.position() + length);
    }
  }
}
