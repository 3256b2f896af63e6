package dev.headrace.ml.learn.frame;

import dev.headrace.ml.learn.frame.Frame.Categories;
import dev.headrace.ml.learn.frame.Frame.Column;
import dev.headrace.ml.learn.frame.Frame.Numbers;
import dev.headrace.spi.engine.Columns;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A column of which nobody knows for sure how long it will be. */
abstract sealed class Growing {
  /** Length of a column of which nothing is known. */
  static final int FIRST = 1 << 12;

  final String name;
  int rows;

  Growing(String name) {
    this.name = name;
  }

  /** Adds the rows at hand. */
  abstract void add(Columns columns, int column, int count);

  /** The column; nothing is to be added any more. */
  abstract Column finish(int count);

  /** Parts that are put together once: an array that doubles is copied again and again. */
  static final class Doubles extends Growing {
    private static final int PART = 1 << 16;

    private final List<double[]> full = new ArrayList<>();
    private double[] values;
    private int used;

    Doubles(String name, int expected) {
      super(name);
      this.values = new double[expected];
    }

    @Override
    void add(Columns columns, int column, int count) {
      if (used + count > values.length) {
        full.add(used == values.length ? values : Arrays.copyOf(values, used));
        values = new double[Math.max(PART, count)];
        used = 0;
      }
      columns.numbers(column, values, used);
      for (int i = used; i < used + count; i++) {
        Cells.finite(name, values[i]);
      }
      used += count;
      rows += count;
    }

    @Override
    Column finish(int count) {
      if (full.isEmpty() && count == values.length) {
        return new Numbers(name, values); // As long as expected.
      }
      double[] all = new double[count];
      int at = 0;
      for (double[] part : full) {
        System.arraycopy(part, 0, all, at, part.length);
        at += part.length;
      }
      System.arraycopy(values, 0, all, at, used);
      full.clear();
      values = new double[0];
      return new Numbers(name, all);
    }
  }

  static final class Texts extends Growing {
    private final Map<String, Integer> known = new HashMap<>();
    private int[] codes;
    private @Nullable String[] batch = new @Nullable String[FIRST];

    Texts(String name, int expected) {
      super(name);
      this.codes = new int[expected];
    }

    @Override
    void add(Columns columns, int column, int count) {
      if (rows + count > codes.length) {
        codes =
            Arrays.copyOf(
                codes, Math.max(rows + count, (int) Math.min(2L * codes.length, 1L << 30)));
      }
      if (batch.length < count) {
        batch = new @Nullable String[count];
      }
      columns.texts(column, batch, 0);
      for (int i = 0; i < count; i++) {
        String text = batch[i];
        codes[rows + i] = text == null ? -1 : known.computeIfAbsent(text, _ -> known.size());
      }
      rows += count;
    }

    /** Codes by order of the texts, not by order of appearance. */
    @Override
    Column finish(int count) {
      List<String> levels = new ArrayList<>(known.keySet());
      levels.sort(null);
      int[] place = new int[levels.size()];
      for (int i = 0; i < place.length; i++) {
        place[known.getOrDefault(levels.get(i), 0)] = i;
      }
      int[] ordered = new int[count];
      for (int i = 0; i < count; i++) {
        ordered[i] = codes[i] < 0 ? -1 : place[codes[i]];
      }
      return new Categories(name, ordered, levels);
    }
  }
}
