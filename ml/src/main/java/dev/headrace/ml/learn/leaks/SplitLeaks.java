package dev.headrace.ml.learn.leaks;

import dev.headrace.ml.learn.frame.Frame;
import dev.headrace.ml.learn.frame.Frame.Categories;
import dev.headrace.ml.learn.frame.Frame.Numbers;
import dev.headrace.ml.learn.split.Split;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Looks for test rows that training rows tell the answer of, and for features that are later than
 * the moment of the prediction. Every finding is a sentence with its figures.
 *
 * <p>Kapoor, Narayanan, Leakage and the Reproducibility Crisis in Machine-Learning-Based Science,
 * Patterns 4(9), 2023: L1.4 (duplicates), L2 (features from the future), L3.2 (dependence of
 * training and test rows).
 */
public final class SplitLeaks {
  /** Duplicates are told from this share of the test rows on. */
  private static final double WORTH_TELLING = 0.01;

  /** Duplicates that columns of few values bring by chance are no wonder. */
  private static final double TIMES_CHANCE = 10;

  /** Share of rows that look alike whose labels agree, where they are the same rows. */
  private static final double NEARLY_ALL = 0.98;

  /** Rows that the chance is taken from. */
  private static final int MOST_ROWS = 20_000;

  private static final long GOLDEN = 0x9e3779b97f4a7c15L;

  private SplitLeaks() {}

  /**
   * Rows whose key is among the training rows too.
   *
   * @param names columns that tell rows apart
   * @param keys a number for each key
   */
  public static List<String> sharedKeys(List<String> names, Frame keys, Split.Fold fold) {
    int shared = shared(hashes(keys), fold);
    if (shared == 0) {
      return List.of();
    }
    return List.of(
        String.format(
            Locale.ROOT,
            "%,d of %,d test rows have a key (%s) that training rows have too: what is learnt of the"
                + " one is told of the other; split by 'group'",
            shared,
            fold.test().length,
            String.join(", ", names)));
  }

  /**
   * Test rows that are equal to a training row in every feature, where that is more than chance
   * explains (the expected number is that of columns without dependence) and the labels agree too:
   * rows that merely look alike do not always end alike, rows that are listed twice do.
   */
  public static List<String> duplicates(Frame features, double[] labels, Split.Fold fold) {
    long[] hashes = hashes(features);
    int alike = shared(hashes, fold);
    double chance =
        fold.test().length * Math.min(1, fold.train().length * agreement(features, fold.train()));
    if (alike < WORTH_TELLING * fold.test().length || alike < TIMES_CHANCE * chance) {
      return List.of();
    }
    add(new Numbers("label", labels), hashes);
    int same = shared(hashes, fold);
    if (same < NEARLY_ALL * alike) {
      return List.of();
    }
    return List.of(
        String.format(
            Locale.ROOT,
            "%,d of %,d test rows are equal to a training row in all features, %,d of them in the"
                + " label too, where chance explains %.2g: remove duplicates, or split by 'group'",
            alike,
            fold.test().length,
            same,
            chance));
  }

  /** Chance that two rows agree in every column, if columns were independent. */
  private static double agreement(Frame features, int[] all) {
    int[] rows = Arrays.copyOf(all, Math.min(all.length, MOST_ROWS));
    double chance = 1;
    for (Frame.Column column : features.columns()) {
      Map<Long, Integer> counts = new HashMap<>();
      for (int row : rows) {
        counts.merge(cell(column, row), 1, Integer::sum);
      }
      double same = 0;
      for (int count : counts.values()) {
        same += (double) count / rows.length * (count - 1) / Math.max(1, rows.length - 1);
      }
      chance *= same;
    }
    return chance;
  }

  private static int shared(long[] hashes, Split.Fold fold) {
    long[] known = Arrays.stream(fold.train()).mapToLong(row -> hashes[row]).toArray();
    Arrays.parallelSort(known);
    return (int)
        Arrays.stream(fold.test())
            .parallel()
            .filter(row -> Arrays.binarySearch(known, hashes[row]) >= 0)
            .count();
  }

  /** 64 bits a row: among a million rows two different ones are alike once in ten million times. */
  private static long[] hashes(Frame columns) {
    long[] hashes = new long[columns.rows()];
    columns.columns().forEach(column -> add(column, hashes));
    return hashes;
  }

  private static void add(Frame.Column column, long[] hashes) {
    IntStream.range(0, hashes.length)
        .parallel()
        .forEach(row -> hashes[row] = mix(hashes[row] * 31 + mix(cell(column, row) + GOLDEN)));
  }

  /** The finaliser of SplitMix64 (Steele, Lea, Flood 2014). */
  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }

  private static long cell(Frame.Column column, int row) {
    return switch (column) {
      case Numbers numbers -> Double.doubleToLongBits(numbers.values()[row]);
      case Categories texts -> texts.codes()[row];
    };
  }

  /**
   * Features that are times and later than the row's own.
   *
   * @param moments when each row was, seconds
   * @param times features that are times, seconds
   */
  public static List<String> later(String momentName, double[] moments, List<Numbers> times) {
    List<String> found = new ArrayList<>();
    for (Numbers time : times) {
      int later = 0;
      int known = 0;
      for (int i = 0; i < moments.length; i++) {
        known += Double.isNaN(time.values()[i]) ? 0 : 1;
        later += time.values()[i] > moments[i] ? 1 : 0;
      }
      later(time.name(), momentName, later, known).ifPresent(found::add);
    }
    return found;
  }

  /**
   * The sentence for one feature.
   *
   * @param later rows in which it is later than their moment
   * @param known rows that have it
   */
  public static Optional<String> later(String feature, String momentName, long later, long known) {
    return later == 0
        ? Optional.empty()
        : Optional.of(
            String.format(
                Locale.ROOT,
                "'%s' is later than '%s' in %,d of the %,d rows that have it: it is not known when"
                    + " the prediction is needed",
                feature,
                momentName,
                later,
                known));
  }
}
