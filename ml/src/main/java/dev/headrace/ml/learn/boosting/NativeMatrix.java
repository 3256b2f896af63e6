package dev.headrace.ml.learn.boosting;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.headrace.ml.learn.frame.Design;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** Rows inside XGBoost, quantised by it. Close it. */
final class NativeMatrix implements AutoCloseable {
  private final NativeLibrary library;
  private final MemorySegment handle;

  private NativeMatrix(NativeLibrary library, MemorySegment handle) {
    this.library = library;
    this.handle = handle;
  }

  /** Hands the columns over where they lie; XGBoost makes its own form of them. */
  static NativeMatrix of(NativeLibrary library, Design design, int threads) {
    try (Arena arena = Arena.ofConfined()) {
      StringBuilder columns = new StringBuilder("[");
      for (int j = 0; j < design.columns().size(); j++) {
        columns.append(j == 0 ? "" : ",").append(array(arena, design.columns().get(j).values()));
      }
      MemorySegment out = arena.allocate(ADDRESS);
      library.call(
          library.matrixFromColumns,
          arena.allocateFrom(columns.append(']').toString()),
          arena.allocateFrom("{\"missing\": NaN, \"nthread\": " + threads + "}"),
          out);
      NativeMatrix matrix = new NativeMatrix(library, out.get(ADDRESS, 0));
      matrix.texts(
          arena,
          "feature_name",
          design.columns().stream().map(column -> clean(column.name())).toList());
      matrix.texts(
          arena,
          "feature_type",
          design.columns().stream().map(column -> column.isCategory() ? "c" : "q").toList());
      return matrix;
    }
  }

  /** XGBoost keeps these for itself in a feature's name. */
  private static String clean(String name) {
    return name.replaceAll("[\\[\\]<>\\s]", "_");
  }

  NativeMatrix label(double[] values) {
    return set("label", values);
  }

  NativeMatrix weight(double[] values) {
    return set("weight", values);
  }

  /** Sizes of groups of rows that lie together. */
  NativeMatrix group(int[] sizes) {
    try (Arena arena = Arena.ofConfined()) {
      return set(arena, "group", array(arena.allocateFrom(JAVA_INT, sizes), sizes.length, "<u4"));
    }
  }

  private NativeMatrix set(String what, double[] values) {
    try (Arena arena = Arena.ofConfined()) {
      return set(arena, what, array(arena, values));
    }
  }

  private NativeMatrix set(Arena arena, String what, String array) {
    library.call(
        library.matrixSetInterface, handle, arena.allocateFrom(what), arena.allocateFrom(array));
    return this;
  }

  private void texts(Arena arena, String what, List<String> texts) {
    MemorySegment pointers = arena.allocate(ADDRESS, texts.size());
    for (int i = 0; i < texts.size(); i++) {
      pointers.setAtIndex(ADDRESS, i, arena.allocateFrom(texts.get(i)));
    }
    library.call(
        library.matrixSetTexts, handle, arena.allocateFrom(what), pointers, (long) texts.size());
  }

  /** The array interface of NumPy, version 3. */
  private static String array(Arena arena, double[] values) {
    MemorySegment floats = arena.allocate(JAVA_FLOAT, values.length);
    for (int i = 0; i < values.length; i++) {
      floats.setAtIndex(JAVA_FLOAT, i, (float) values[i]);
    }
    return array(floats, values.length, "<f4");
  }

  private static String array(MemorySegment numbers, int count, String type) {
    return "{\"data\":[%d,true],\"shape\":[%d],\"strides\":[4],\"typestr\":\"%s\",\"version\":3}"
        .formatted(numbers.address(), count, type);
  }

  MemorySegment handle() {
    return handle;
  }

  @Override
  public void close() {
    library.call(library.matrixFree, handle);
  }
}
