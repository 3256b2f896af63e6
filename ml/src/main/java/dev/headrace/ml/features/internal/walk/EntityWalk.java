package dev.headrace.ml.features.internal.walk;

import dev.headrace.ml.features.internal.walk.WalkedView.Numbers;
import dev.headrace.ml.features.internal.walk.WalkedView.Output;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;

/**
 * Walks through the rows and labels of one entity after the other, both in order of time, and
 * writes what each label sees to its place. A window's total is what had accrued at the label, less
 * what had accrued where the window begins. For one thread.
 */
final class EntityWalk {
  /** So many times fewer labels than rows are looked up instead of passed by. */
  private static final int SPARSE = 16;

  private final WalkedView view;
  private final EntityRows rows;
  private final EntityRows labels;
  private final List<MemorySegment> results;
  private final List<OptionalLong> spans;
  private final Scratch ofRows = new Scratch();
  private final Scratch ofLabels = new Scratch();

  /** Per label, how many rows are no later. */
  private int[] ends = new int[0];

  /** Per span and label, how many rows lie before the window. */
  private final int[][] begins;

  private long[] positions = new long[0];
  private long[] found = new long[0];

  /**
   * @param labels with their position as their word
   * @param results by position: the newest time, then the outputs
   */
  EntityWalk(WalkedView view, EntityRows rows, EntityRows labels, List<MemorySegment> results) {
    this.view = view;
    this.rows = rows;
    this.labels = labels;
    this.results = results;
    this.spans = view.outputs().stream().map(Output::span).distinct().toList();
    this.begins = new int[spans.size()][0];
  }

  /** What a label takes on the heap, beside its times. */
  static long bytesPerLabel(long spans) {
    return 2 * Long.BYTES + Integer.BYTES * (1 + spans);
  }

  /** Writes what the labels of one entity see. */
  void walk(int entity) {
    int rowCount = rows.count(entity);
    int labelCount = labels.count(entity);
    if (labelCount == 0 || rowCount == 0) {
      return;
    }
    long firstRow = rows.start(entity);
    long firstLabel = labels.start(entity);
    ofRows.sort(rows.times(), firstRow, rowCount);
    ofLabels.sort(labels.times(), firstLabel, labelCount);
    reserve(labelCount);
    bound(ofRows.times(), rowCount, ofLabels.times(), labelCount, 0, ends);
    for (int s = 0; s < begins.length; s++) {
      if (spans.get(s).isPresent()) {
        long span = spans.get(s).getAsLong();
        bound(ofRows.times(), rowCount, ofLabels.times(), labelCount, span, begins[s]);
      } else {
        Arrays.fill(begins[s], 0, labelCount, 0);
      }
    }
    gather(ofLabels.words(labels.word(0), firstLabel), ofLabels.order(), positions, labelCount);
    newest(ofRows.times(), ends, found, labelCount);
    Words.put(results.getFirst(), positions, found, labelCount);
    for (int flag = -1; flag < view.flags(); flag++) {
      count(flag, firstRow, labelCount);
    }
    for (int number = 0; number < view.numbers().size(); number++) {
      total(number, firstRow, labelCount);
    }
  }

  /** How many rows are no later than each moment less a span. */
  private static void bound(
      long[] times, int rowCount, long[] moments, int labelCount, long span, int[] bounds) {
    boolean sparse = (long) labelCount * SPARSE < rowCount;
    int passed = 0;
    for (int j = 0; j < labelCount; j++) {
      long moment = moments[j];
      long until = moment < Long.MIN_VALUE + span ? Long.MIN_VALUE : moment - span;
      if (sparse) {
        passed = search(times, passed, rowCount, until);
      } else {
        while (passed < rowCount && times[passed] <= until) {
          passed++;
        }
      }
      bounds[j] = passed;
    }
  }

  /** The first place from {@code from} on whose time is later. */
  private static int search(long[] times, int from, int to, long until) {
    int low = from;
    int high = to;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (times[middle] <= until) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private static void gather(long[] words, int[] order, long[] into, int count) {
    for (int j = 0; j < count; j++) {
      into[j] = words[order[j]];
    }
  }

  private static void newest(long[] times, int[] ends, long[] found, int count) {
    for (int j = 0; j < count; j++) {
      found[j] = ends[j] > 0 ? times[ends[j] - 1] : LabelWalk.NEVER;
    }
  }

  /** Counts by one flag, in all windows that ask for it. */
  private void count(int flag, long firstRow, int labelCount) {
    boolean accrued = false;
    for (int o = 0; o < view.outputs().size(); o++) {
      if (view.outputs().get(o) instanceof Output.Count count && count.flag() == flag) {
        int[] begin = begins[spans.indexOf(count.span())];
        if (flag < 0) {
          rows(ends, begin, found, labelCount);
        } else {
          if (!accrued) {
            long[] flags = ofRows.words(rows.word(0), firstRow);
            accrueFlag(flags, flag, ofRows.order(), ofRows.low(), ofRows.count());
            accrued = true;
          }
          wholes(ofRows.low(), ends, begin, found, labelCount);
        }
        Words.put(results.get(o + 1), positions, found, labelCount);
      }
    }
  }

  private static void rows(int[] ends, int[] begins, long[] found, int count) {
    for (int j = 0; j < count; j++) {
      found[j] = (long) ends[j] - begins[j];
    }
  }

  private static void accrueFlag(long[] flags, int flag, int[] order, long[] low, int count) {
    long sum = 0;
    low[0] = 0;
    for (int i = 0; i < count; i++) {
      sum += (flags[order[i]] >>> flag) & 1;
      low[i + 1] = sum;
    }
  }

  /** Totals of one number, in all windows that ask for it. */
  private void total(int number, long firstRow, int labelCount) {
    long[] words = ofRows.words(rows.word(number + (view.flags() > 0 ? 1 : 0)), firstRow);
    Numbers numbers = view.numbers().get(number);
    switch (numbers) {
      case Numbers.Whole _ -> accrueWhole(words, ofRows.order(), ofRows.low(), ofRows.count());
      case Numbers.Fractions fractions when fractions.isNarrow() ->
          accrueNarrow(words, ofRows.order(), ofRows.low(), ofRows.count(), fractions.unit());
      case Numbers.Fractions fractions ->
          accrueWide(
              words,
              ofRows.order(),
              ofRows.low(),
              ofRows.high(),
              ofRows.count(),
              fractions.scale());
    }
    for (int o = 0; o < view.outputs().size(); o++) {
      if (view.outputs().get(o) instanceof Output.Total total && total.number() == number) {
        int[] begin = begins[spans.indexOf(total.span())];
        switch (numbers) {
          case Numbers.Whole _ -> wholes(ofRows.low(), ends, begin, found, labelCount);
          case Numbers.Fractions fractions when fractions.isNarrow() ->
              narrow(ofRows.low(), ends, begin, found, labelCount, fractions.unit());
          case Numbers.Fractions fractions ->
              wide(ofRows.low(), ofRows.high(), ends, begin, found, labelCount, fractions.unit());
        }
        Words.put(results.get(o + 1), positions, found, labelCount);
      }
    }
  }

  private static void accrueWhole(long[] words, int[] order, long[] low, int count) {
    long sum = 0;
    low[0] = 0;
    for (int i = 0; i < count; i++) {
      sum += words[order[i]];
      low[i + 1] = sum;
    }
  }

  /** A fraction times a power of two that makes it whole is exact, and so is the cast. */
  private static void accrueNarrow(long[] words, int[] order, long[] low, int count, double unit) {
    long sum = 0;
    low[0] = 0;
    for (int i = 0; i < count; i++) {
      sum += (long) (Double.longBitsToDouble(words[order[i]]) * unit);
      low[i + 1] = sum;
    }
  }

  private static void accrueWide(
      long[] words, int[] order, long[] low, long[] high, int count, int scale) {
    long sumLow = 0;
    long sumHigh = 0;
    low[0] = 0;
    high[0] = 0;
    for (int i = 0; i < count; i++) {
      double value = Double.longBitsToDouble(words[order[i]]);
      long more = Exact.low(value, scale);
      sumLow += more;
      sumHigh += Exact.high(value, scale) + (Long.compareUnsigned(sumLow, more) < 0 ? 1 : 0);
      low[i + 1] = sumLow;
      high[i + 1] = sumHigh;
    }
  }

  private static void wholes(long[] low, int[] ends, int[] begins, long[] found, int count) {
    for (int j = 0; j < count; j++) {
      found[j] = low[ends[j]] - low[begins[j]];
    }
  }

  private static void narrow(
      long[] low, int[] ends, int[] begins, long[] found, int count, double unit) {
    for (int j = 0; j < count; j++) {
      long total = low[ends[j]] - low[begins[j]];
      double sum = Exact.toDouble(total >> (Long.SIZE - 1), total) / unit;
      found[j] = Double.doubleToRawLongBits(sum);
    }
  }

  private static void wide(
      long[] low, long[] high, int[] ends, int[] begins, long[] found, int count, double unit) {
    for (int j = 0; j < count; j++) {
      int end = ends[j];
      int begin = begins[j];
      long borrowed = Long.compareUnsigned(low[end], low[begin]) < 0 ? 1 : 0;
      double sum = Exact.toDouble(high[end] - high[begin] - borrowed, low[end] - low[begin]) / unit;
      found[j] = Double.doubleToRawLongBits(sum);
    }
  }

  private void reserve(int labelCount) {
    if (labelCount > ends.length) {
      int capacity = Math.max(1 << 10, labelCount);
      ends = new int[capacity];
      positions = new long[capacity];
      found = new long[capacity];
      for (int s = 0; s < begins.length; s++) {
        begins[s] = new int[capacity];
      }
    }
  }
}
