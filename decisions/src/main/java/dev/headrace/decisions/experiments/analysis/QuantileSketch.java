package dev.headrace.decisions.experiments.analysis;

import dev.headrace.core.stats.Answer;
import dev.headrace.core.stats.Answer.Reason;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Counts in buckets whose widths grow with the value: the addable form of a sample's quantiles. C.
 * Masson, J. Rim and H. Lee, "DDSketch", PVLDB 12 (2019). A bucket's middle is within {@code
 * accuracy} of every value in it, relative, and adding two sketches loses nothing, whatever the
 * order. SQL makes one with {@code group by}: the bucket of x &gt; 0 is ceil(ln(x) / ln(gamma))
 * with gamma = (1 + accuracy) / (1 - accuracy); of x &lt; 0 the same of -x on the other side; zeros
 * apart.
 */
public final class QuantileSketch {
  private final double accuracy;
  private final double logGamma;
  private final NavigableMap<Integer, Long> positive = new TreeMap<>();
  private final NavigableMap<Integer, Long> negative = new TreeMap<>();
  private long zeros;
  private long count;

  private QuantileSketch(double accuracy) {
    if (!(accuracy > 0 && accuracy < 0.5)) {
      throw new IllegalArgumentException("an accuracy of " + accuracy);
    }
    this.accuracy = accuracy;
    this.logGamma = Math.log1p(accuracy) - Math.log1p(-accuracy);
  }

  /** From values in memory. */
  public static QuantileSketch ofValues(double accuracy, double... values) {
    QuantileSketch sketch = new QuantileSketch(accuracy);
    for (double value : values) {
      if (!Double.isFinite(value)) {
        throw new IllegalArgumentException("a value of " + value);
      }
      if (value == 0) {
        sketch.zeros++;
      } else {
        (value > 0 ? sketch.positive : sketch.negative)
            .merge(bucket(Math.abs(value), sketch.logGamma), 1L, Long::sum);
      }
      sketch.count++;
    }
    return sketch;
  }

  /** From counts that a scan delivered. */
  public static QuantileSketch ofCounts(
      double accuracy, long zeros, Map<Integer, Long> positive, Map<Integer, Long> negative) {
    QuantileSketch sketch = new QuantileSketch(accuracy);
    sketch.zeros = zeros;
    sketch.positive.putAll(positive);
    sketch.negative.putAll(negative);
    sketch.count =
        zeros
            + positive.values().stream().mapToLong(Long::longValue).sum()
            + negative.values().stream().mapToLong(Long::longValue).sum();
    return sketch;
  }

  private static int bucket(double size, double logGamma) {
    return (int) Math.ceil(Math.log(size) / logGamma);
  }

  /** The sketch of both samples together. */
  public QuantileSketch merge(QuantileSketch other) {
    if (other.accuracy != accuracy) {
      throw new IllegalArgumentException(
          "sketches with accuracies " + accuracy + " and " + other.accuracy);
    }
    QuantileSketch sum = ofCounts(accuracy, zeros + other.zeros, positive, negative);
    other.positive.forEach((bucket, n) -> sum.positive.merge(bucket, n, Long::sum));
    other.negative.forEach((bucket, n) -> sum.negative.merge(bucket, n, Long::sum));
    sum.count = count + other.count;
    return sum;
  }

  public long count() {
    return count;
  }

  /** The value that a share of the sample does not exceed, within the accuracy. */
  public Answer<Double> quantile(double share) {
    if (count == 0) {
      return Answer.unknown(Reason.TOO_FEW_VALUES, "the sketch is empty");
    }
    long rank = Math.clamp((long) Math.ceil(share * count), 1L, count);
    for (Map.Entry<Integer, Long> each : negative.descendingMap().entrySet()) {
      rank -= each.getValue();
      if (rank <= 0) {
        return Answer.of(-middle(each.getKey()));
      }
    }
    rank -= zeros;
    if (rank <= 0) {
      return Answer.of(0.0);
    }
    double value = 0;
    for (Map.Entry<Integer, Long> each : positive.entrySet()) {
      value = middle(each.getKey());
      rank -= each.getValue();
      if (rank <= 0) {
        break;
      }
    }
    return Answer.of(value);
  }

  private double middle(int bucket) {
    return 2 * Math.exp(bucket * logGamma) / (Math.exp(logGamma) + 1);
  }

  /** The quantile with its bracket, for {@link Analysis}. */
  public Answer<QuantileMoments> moments(double level) {
    return quantile(level)
        .map(
            value ->
                new QuantileMoments(
                    count,
                    level,
                    value,
                    quantile(QuantileMoments.lowerShare(level, count)).orThrow(),
                    quantile(QuantileMoments.upperShare(level, count)).orThrow()));
  }
}
