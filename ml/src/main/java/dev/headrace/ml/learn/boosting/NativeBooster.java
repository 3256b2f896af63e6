package dev.headrace.ml.learn.boosting;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;

/** Trees that grow inside XGBoost. Close it. */
@SuppressWarnings("restricted") // Native code is called here on purpose.
final class NativeBooster implements AutoCloseable {
  private final NativeLibrary library;
  private final MemorySegment handle;

  private NativeBooster(NativeLibrary library, MemorySegment handle) {
    this.library = library;
    this.handle = handle;
  }

  /**
   * @param settings XGBoost's own names and values
   * @param matrices what it is going to be trained on and measured by
   */
  static NativeBooster of(
      NativeLibrary library, Map<String, String> settings, List<NativeMatrix> matrices) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment handles = arena.allocate(ADDRESS, matrices.size());
      for (int i = 0; i < matrices.size(); i++) {
        handles.setAtIndex(ADDRESS, i, matrices.get(i).handle());
      }
      MemorySegment out = arena.allocate(ADDRESS);
      library.call(library.boosterCreate, handles, (long) matrices.size(), out);
      NativeBooster booster = new NativeBooster(library, out.get(ADDRESS, 0));
      settings.forEach(
          (name, setting) ->
              library.call(
                  library.boosterSetParameter,
                  booster.handle,
                  arena.allocateFrom(name),
                  arena.allocateFrom(setting)));
      return booster;
    }
  }

  /** Adds the trees of one round. */
  void grow(int round, NativeMatrix train) {
    library.call(library.boosterUpdate, handle, round, train.handle());
  }

  /** The metric of the settings on some rows. */
  double evaluate(int round, NativeMatrix rows) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment handles = arena.allocateFrom(ADDRESS, rows.handle());
      MemorySegment names = arena.allocateFrom(ADDRESS, arena.allocateFrom("validation"));
      MemorySegment out = arena.allocate(ADDRESS);
      library.call(library.boosterEvaluate, handle, round, handles, names, 1L, out);
      String told = out.get(ADDRESS, 0).reinterpret(1 << 12).getString(0);
      return Double.parseDouble(told.substring(told.lastIndexOf(':') + 1));
    }
  }

  /** The first {@code rounds} rounds as XGBoost's JSON. */
  byte[] save(int rounds) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(ADDRESS);
      library.call(library.boosterSlice, handle, 0, rounds, 1, out);
      try (NativeBooster slice = new NativeBooster(library, out.get(ADDRESS, 0))) {
        MemorySegment length = arena.allocate(JAVA_LONG);
        library.call(
            library.boosterSave,
            slice.handle,
            arena.allocateFrom("{\"format\":\"json\"}"),
            length,
            out);
        return out.get(ADDRESS, 0).reinterpret(length.get(JAVA_LONG, 0)).toArray(JAVA_BYTE);
      }
    }
  }

  /** Sums of leaves and base score, before they become probabilities: XGBoost's own walk. */
  float[] margins(NativeMatrix rows) {
    return predict(rows, 1);
  }

  /** XGBoost's own contributions: by row, then by column, the base last. */
  float[] contributions(NativeMatrix rows) {
    return predict(rows, 2);
  }

  private float[] predict(NativeMatrix rows, int type) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment shape = arena.allocate(ADDRESS);
      MemorySegment dimensions = arena.allocate(JAVA_LONG);
      MemorySegment out = arena.allocate(ADDRESS);
      library.call(
          library.boosterPredict,
          handle,
          rows.handle(),
          arena.allocateFrom(
              "{\"type\":"
                  + type
                  + ",\"training\":false,\"iteration_begin\":0,\"iteration_end\":0,"
                  + "\"strict_shape\":true}"),
          shape,
          dimensions,
          out);
      long count = 1;
      long axes = dimensions.get(JAVA_LONG, 0);
      MemorySegment lengths = shape.get(ADDRESS, 0).reinterpret(axes * JAVA_LONG.byteSize());
      for (long i = 0; i < axes; i++) {
        count *= lengths.getAtIndex(JAVA_LONG, i);
      }
      return out.get(ADDRESS, 0).reinterpret(count * JAVA_FLOAT.byteSize()).toArray(JAVA_FLOAT);
    }
  }

  @Override
  public void close() {
    library.call(library.boosterFree, handle);
  }
}
