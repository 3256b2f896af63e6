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

/** A column of which nobody knows how long it will be. */
abstract sealed class Growing {
  private static final int FIRST = 1 << 12;

  final String name;
  int rows;

  Growing(String name) {
    this.name = name;
  }

  /** Adds the rows at hand. */
  abstract void add(Columns columns, int column, int count);

  /** The column; nothing is to be added any more. */
  abstract Column finish(int count);

  /** A length that holds so many more. */
  int lengthFor(int length, int count) {
    int needed = rows + count;
    return needed <= length ? length : Math.max(needed, (int) Math.min(2L * length, 1L << 30));
  }

  static final class Doubles extends Growing {
    private double[] values = new double[FIRST];

    Doubles(String name) {
      super(name);
    }

    @Override
    void add(Columns columns, int column, int count) {
      int length = lengthFor(values.length, count);
      if (length > values.length) {
        values = Arrays.copyOf(values, length);
      }
      columns.numbers(column, values, rows);
      for (int i = rows; i < rows + count; i++) {
        Cells.finite(name, values[i]);
      }
      rows += count;
    }

    @Override
    Column finish(int count) {
      double[] all = Arrays.copyOf(values, count);
      values = new double[0];
      return new Numbers(name, all);
    }
  }

  static final class Texts extends Growing {
    private final Map<String, Integer> known = new HashMap<>();
    private int[] codes = new int[FIRST];
    private @Nullable String[] batch = new @Nullable String[FIRST];

    Texts(String name) {
      super(name);
    }

    @Override
    void add(Columns columns, int column, int count) {
      int length = lengthFor(codes.length, count);
      if (length > codes.length) {
        codes = Arrays.copyOf(codes, length);
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
