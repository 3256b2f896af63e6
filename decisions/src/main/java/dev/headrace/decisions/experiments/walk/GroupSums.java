package dev.headrace.decisions.experiments.walk;

import dev.headrace.decisions.experiments.scan.Extremes;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** Number, sums, sums of products and extremes of units, in whole numbers of 128 bits. */
final class GroupSums {
  private final UnitSums.Shape shape;
  private final int[] firsts;
  private final int[] seconds;

  /** The pairs that each column is in. */
  private final int[][] pairsOf;

  /** Of each number of units, in which of these columns they have a value. */
  private final int[][] hasValueIn;

  /** Where each column is among the means; -1 where it is none. */
  private final int[] meanOf;

  private final long[] low;
  private final long[] high;
  private final long[] informative;
  private final long[] least;
  private final long[] most;
  private long units;

  GroupSums(UnitSums.Shape shape) {
    this.shape = shape;
    List<List<Integer>> pairs = List.copyOf(shape.pairs().values());
    this.firsts = pairs.stream().mapToInt(pair -> pair.get(0)).toArray();
    this.seconds = pairs.stream().mapToInt(pair -> pair.get(1)).toArray();
    int columns = shape.values().size();
    this.pairsOf =
        IntStream.range(0, columns)
            .mapToObj(
                c ->
                    IntStream.range(0, pairs.size())
                        .filter(p -> firsts[p] == c || seconds[p] == c)
                        .toArray())
            .toArray(int[][]::new);
    this.meanOf = IntStream.range(0, columns).map(shape.means()::indexOf).toArray();
    this.hasValueIn =
        shape.informative().values().stream()
            .map(of -> of.stream().mapToInt(Integer::intValue).toArray())
            .toArray(int[][]::new);
    this.informative = new long[hasValueIn.length];
    int sums = columns + pairs.size();
    this.low = new long[sums];
    this.high = new long[sums];
    this.least = new long[shape.means().size()];
    this.most = new long[shape.means().size()];
    Arrays.fill(least, Long.MAX_VALUE);
    Arrays.fill(most, Long.MIN_VALUE);
  }

  long units() {
    return units;
  }

  /** Adds a unit by its value in each column. */
  void add(long[] values) {
    units++;
    for (int c = 0; c < values.length; c++) {
      long value = values[c];
      if (value != 0) {
        add(c, value, value >> 63);
      }
    }
    int sum = values.length;
    for (int p = 0; p < firsts.length; p++, sum++) {
      long a = values[firsts[p]];
      long b = values[seconds[p]];
      if (a != 0 && b != 0) {
        add(sum, a * b, Math.multiplyHigh(a, b));
      }
    }
    for (int n = 0; n < informative.length; n++) {
      informative[n] += hasValue(values, hasValueIn[n]) ? 1 : 0;
    }
    witness(values);
  }

  private static boolean hasValue(long[] values, int[] columns) {
    for (int c : columns) {
      if (values[c] != 0) {
        return true;
      }
    }
    return false;
  }

  /**
   * Adds a unit as far as some of its columns go: their values, and the products they are in.
   * Extremes are those of these columns.
   *
   * @param columns at the front, which
   * @param isOne whether a column is among them
   */
  void add(long[] values, int[] columns, int count, boolean[] isOne) {
    units++;
    for (int i = 0; i < count; i++) {
      int c = columns[i];
      long value = values[c];
      add(c, value, value >> 63);
      int mean = meanOf[c];
      if (mean >= 0) {
        least[mean] = Math.min(least[mean], value);
        most[mean] = Math.max(most[mean], value);
      }
      for (int p : pairsOf[c]) {
        // A pair of two of them is added with its first.
        if (firsts[p] == c || !isOne[firsts[p]]) {
          long a = values[firsts[p]];
          long b = values[seconds[p]];
          add(values.length + p, a * b, Math.multiplyHigh(a, b));
        }
      }
    }
    for (int n = 0; n < informative.length; n++) {
      if (isAny(hasValueIn[n], isOne) && hasValue(values, hasValueIn[n])) {
        informative[n]++;
      }
    }
  }

  private static boolean isAny(int[] columns, boolean[] isOne) {
    for (int c : columns) {
      if (isOne[c]) {
        return true;
      }
    }
    return false;
  }

  /** Lets a unit's values be extremes, and nothing else. */
  void witness(long[] values) {
    for (int m = 0; m < least.length; m++) {
      long value = values[shape.means().get(m)];
      least[m] = Math.min(least[m], value);
      most[m] = Math.max(most[m], value);
    }
  }

  private void add(int sum, long lowMore, long highMore) {
    long now = low[sum] + lowMore;
    long carry = Long.compareUnsigned(now, lowMore) < 0 ? 1 : 0;
    low[sum] = now;
    // Two numbers of 127 bits and a carry: what is beyond them is told by the sign.
    high[sum] = Math.addExact(high[sum], highMore + carry);
  }

  void merge(GroupSums other) {
    units += other.units;
    for (int sum = 0; sum < low.length; sum++) {
      add(sum, other.low[sum], other.high[sum]);
    }
    for (int n = 0; n < informative.length; n++) {
      informative[n] += other.informative[n];
    }
    for (int m = 0; m < least.length; m++) {
      least[m] = Math.min(least[m], other.least[m]);
      most[m] = Math.max(most[m], other.most[m]);
    }
  }

  /** Sums by the names that statements give them. */
  Map<String, BigDecimal> values() {
    Map<String, BigDecimal> named = new LinkedHashMap<>();
    int sum = 0;
    for (; sum < shape.values().size(); sum++) {
      named.put("s" + sum, decimal(sum, shape.values().get(sum).scale()));
    }
    for (Map.Entry<String, List<Integer>> pair : shape.pairs().entrySet()) {
      int scale =
          pair.getValue().stream().mapToInt(column -> shape.values().get(column).scale()).sum();
      named.put(pair.getKey(), decimal(sum++, scale));
    }
    int n = 0;
    for (String name : shape.informative().keySet()) {
      named.put(name, BigDecimal.valueOf(informative[n++]));
    }
    return named;
  }

  private BigDecimal decimal(int sum, int scale) {
    BigInteger whole =
        BigInteger.valueOf(high[sum])
            .shiftLeft(Long.SIZE)
            .add(new BigInteger(Long.toUnsignedString(low[sum])));
    return new BigDecimal(whole, scale);
  }

  Map<Integer, Extremes> extremes() {
    Map<Integer, Extremes> extremes = new TreeMap<>();
    for (int m = 0; m < least.length; m++) {
      if (least[m] > most[m]) {
        continue; // Nothing is told of it.
      }
      int column = shape.means().get(m);
      int scale = shape.values().get(column).scale();
      extremes.put(
          column,
          new Extremes(
              BigDecimal.valueOf(least[m], scale).doubleValue(),
              BigDecimal.valueOf(most[m], scale).doubleValue()));
    }
    return extremes;
  }
}
