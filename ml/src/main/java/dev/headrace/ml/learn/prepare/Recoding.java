package dev.headrace.ml.learn.prepare;

import dev.headrace.ml.learn.frame.Frame;
import dev.headrace.ml.learn.frame.Frame.Categories;
import dev.headrace.ml.learn.frame.Frame.Numbers;
import dev.headrace.spi.error.HeadraceException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** What was learnt of a column that another takes the place of, before anything else is done. */
public sealed interface Recoding {
  /** The column. */
  String column();

  /** Whether it is a text where it comes from. */
  boolean readsText();

  /**
   * The column in its place.
   *
   * @throws HeadraceException LEARN_TYPE where it is of another kind than the one learnt from
   */
  Frame.Column of(Frame.Column given);

  /**
   * A text becomes the mean label of the training rows that have it, drawn towards that of all:
   * (sum + m prior) / (n + m). Micci-Barreca, A Preprocessing Scheme for High-Cardinality
   * Categorical Attributes, SIGKDD Explorations 3(1), 2001.
   *
   * @param means one per level
   * @param prior of a text that is missing or was never seen
   */
  record TargetMean(String column, List<String> levels, List<Double> means, double prior)
      implements Recoding {
    public TargetMean {
      levels = List.copyOf(levels);
      means = List.copyOf(means);
      if (levels.size() != means.size()) {
        throw new IllegalArgumentException(levels.size() + " levels, " + means.size() + " means");
      }
    }

    @Override
    public boolean readsText() {
      return true;
    }

    @Override
    public Numbers of(Frame.Column given) {
      Map<String, Double> known = new HashMap<>();
      for (int k = 0; k < levels.size(); k++) {
        known.put(levels.get(k), means.get(k));
      }
      Categories texts = Preparation.texts(given);
      double[] byCode =
          texts.levels().stream().mapToDouble(text -> known.getOrDefault(text, prior)).toArray();
      return new Numbers(
          column,
          Arrays.stream(texts.codes()).mapToDouble(k -> k < 0 ? prior : byCode[k]).toArray());
    }
  }

  /**
   * A text becomes one of a fixed number of buckets, by its hash: FNV-1a of its UTF-8, 64 bits,
   * modulo their number. Weinberger and others, Feature Hashing for Large Scale Multitask Learning
   * (2009), without the sign.
   */
  record Hashed(String column, int buckets) implements Recoding {
    private static final long BASIS = 0xcbf29ce484222325L;
    private static final long PRIME = 0x100000001b3L;

    @Override
    public boolean readsText() {
      return true;
    }

    @Override
    public Categories of(Frame.Column given) {
      Categories texts = Preparation.texts(given);
      int[] byCode = texts.levels().stream().mapToInt(this::bucket).toArray();
      List<String> names = IntStream.range(0, buckets).mapToObj("bucket %05d"::formatted).toList();
      return new Categories(
          column, Arrays.stream(texts.codes()).map(k -> k < 0 ? -1 : byCode[k]).toArray(), names);
    }

    int bucket(String text) {
      long hash = BASIS;
      for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
        hash = (hash ^ (b & 0xff)) * PRIME;
      }
      return (int) Long.remainderUnsigned(hash, buckets);
    }
  }

  /**
   * A number becomes the share of training rows below it, in [0, 1]: between the quantiles by
   * straight lines, in the middle of its share where many rows have it.
   *
   * @param quantiles never falling, evenly spaced in probability
   */
  record Quantiles(String column, List<Double> quantiles) implements Recoding {
    public Quantiles {
      quantiles = List.copyOf(quantiles);
      if (quantiles.isEmpty()) {
        throw new IllegalArgumentException("no quantiles of " + column);
      }
    }

    @Override
    public boolean readsText() {
      return false;
    }

    @Override
    public Numbers of(Frame.Column given) {
      double[] points = quantiles.stream().mapToDouble(Double::doubleValue).toArray();
      return new Numbers(
          column,
          Arrays.stream(Preparation.numbers(given).values())
              .map(
                  x -> Double.isNaN(x) ? x : (share(points, x, true) + share(points, x, false)) / 2)
              .toArray());
    }

    /** Among equal quantiles the first or the last. */
    private static double share(double[] points, double x, boolean first) {
      int last = points.length - 1;
      if (last == 0) {
        return 0.5;
      }
      if (x < points[0] || (x == points[0] && first)) {
        return 0;
      }
      if (x > points[last] || (x == points[last] && !first)) {
        return 1;
      }
      int low = 0;
      int high = last;
      // The last point below x, or not above it; the point after it is on the other side.
      while (high - low > 1) {
        int middle = (low + high) >>> 1;
        if (points[middle] < x || (!first && points[middle] == x)) {
          low = middle;
        } else {
          high = middle;
        }
      }
      double width = points[high] - points[low];
      return (low + (width == 0 ? 0 : (x - points[low]) / width)) / last;
    }
  }

  /** A missing number becomes this one. */
  record Filled(String column, double constant) implements Recoding {
    @Override
    public boolean readsText() {
      return false;
    }

    @Override
    public Numbers of(Frame.Column given) {
      return new Numbers(
          column,
          Arrays.stream(Preparation.numbers(given).values())
              .map(x -> Double.isNaN(x) ? constant : x)
              .toArray());
    }
  }
}
