package dev.headrace.ml.learn.split;

import dev.headrace.ml.learn.LearnError;
import dev.headrace.ml.learn.Target;
import dev.headrace.ml.learn.frame.Frame;
import dev.headrace.ml.learn.frame.Frame.Categories;
import dev.headrace.ml.learn.frame.Frame.Numbers;
import dev.headrace.ml.learn.ranking.Groups;
import dev.headrace.spi.error.HeadraceException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Rows by what they are for.
 *
 * @param folds each learnt from and tested on; without declared folds it is one, with repeats the
 *     folds of the first come first
 */
public record Split(List<Fold> folds) {
  public Split {
    folds = List.copyOf(folds);
  }

  /**
   * Row numbers, ascending; no row is in both.
   *
   * @param train what is learnt from
   * @param test what is predicted
   */
  @SuppressWarnings("ArrayRecordComponent") // Millions of numbers, compared by nobody.
  public record Fold(int[] train, int[] test) {}

  /**
   * Splits rows.
   *
   * @param rows number of rows
   * @param labels of classes, for {@code stratified}
   * @param column what {@code time}, {@code group} or {@code column} names; empty where none does
   * @param ranked groups of rows that are ranked against each other and stay together: by time,
   *     each is as late as its first row; empty where nothing is ranked
   * @throws HeadraceException LEARN_TOO_FEW_ROWS, LEARN_SETTING
   */
  public static Split of(
      SplitSpec spec,
      int rows,
      Target target,
      double[] labels,
      Optional<Frame.Column> column,
      Optional<int[]> ranked,
      long seed) {
    List<Fold> folds = new ArrayList<>();
    for (int repeat = 0; repeat < spec.repeats(); repeat++) {
      // Far from the seeds that others take beside this one.
      long own = seed + repeat * 1_000_003L;
      folds.addAll(once(spec.once(), rows, target, labels, column, ranked, own).folds);
    }
    return new Split(folds);
  }

  /** Splits rows that are not ranked. */
  public static Split of(
      SplitSpec spec,
      int rows,
      Target target,
      double[] labels,
      Optional<Frame.Column> column,
      long seed) {
    return of(spec, rows, target, labels, column, Optional.empty(), seed);
  }

  private static Split once(
      SplitSpec spec,
      int rows,
      Target target,
      double[] labels,
      Optional<Frame.Column> column,
      Optional<int[]> ranked,
      long seed) {
    if (ranked.isEmpty()) {
      return unranked(spec, rows, target, labels, column, seed);
    }
    int[] ids = ranked.get();
    Split split =
        spec.time() != null
            ? checked(byTime(spec, Groups.of(ids).least(times(column.orElseThrow()))))
            : spec.group() == null && spec.column() == null && !spec.stratified()
                ? inParts(spec, byGroup(spec, Arrays.stream(ids).asLongStream().toArray(), seed))
                : unranked(spec, rows, target, labels, column, seed);
    for (Fold fold : split.folds) {
      Set<Integer> learnt = new HashSet<>();
      Arrays.stream(fold.train).forEach(i -> learnt.add(ids[i]));
      if (Arrays.stream(fold.test).anyMatch(i -> learnt.contains(ids[i]))) {
        throw new HeadraceException(
            LearnError.LEARN_SETTING,
            "Cannot split the rows: some groups of the ranking would be learnt from and tested on.",
            "Let 'split' go by what is the same in all rows of a group, or leave it out.");
      }
    }
    return split;
  }

  private static Split unranked(
      SplitSpec spec,
      int rows,
      Target target,
      double[] labels,
      Optional<Frame.Column> column,
      long seed) {
    if (spec.column() != null) {
      IntPredicate tests = tests(column.orElseThrow());
      return checked(List.of(fold(rows, tests)));
    }
    if (spec.time() != null) {
      return checked(byTime(spec, times(column.orElseThrow())));
    }
    int[] part;
    if (spec.group() != null) {
      part = byGroup(spec, groups(column.orElseThrow()), seed);
    } else if (spec.stratified()) {
      if (!target.classifies()) {
        throw new HeadraceException(
            LearnError.LEARN_SETTING,
            "Cannot split rows by 'stratified': the label is a number.",
            "Leave it out.");
      }
      part = stratified(spec, labels, seed);
    } else {
      part = dealt(spec, Shuffle.of(rows, seed), new int[rows]);
    }
    return inParts(spec, part);
  }

  /** A part for every row; part 0 tests, or each in its turn. */
  private static Split inParts(SplitSpec spec, int[] part) {
    Integer folds = spec.folds();
    List<Fold> made = new ArrayList<>();
    for (int p = 0; p < (folds == null ? 1 : folds); p++) {
      int testing = p;
      made.add(fold(part.length, i -> part[i] == testing));
    }
    return checked(made);
  }

  private static Fold fold(int rows, IntPredicate tests) {
    return new Fold(where(rows, tests.negate()), where(rows, tests));
  }

  /** The numbers below {@code rows} of which something is true. */
  public static int[] where(int rows, IntPredicate chosen) {
    return IntStream.range(0, rows).filter(chosen).toArray();
  }

  private static Split checked(List<Fold> folds) {
    for (Fold fold : folds) {
      if (fold.train.length == 0 || fold.test.length == 0) {
        throw new HeadraceException(
            LearnError.LEARN_TOO_FEW_ROWS,
            "Cannot split the rows: %d are left to learn from and %d to test on."
                .formatted(fold.train.length, fold.test.length),
            "Bring more rows, or split them otherwise.");
      }
    }
    return new Split(folds);
  }

  /** Parts of nearly the same size, in a given order; without folds, part 0 is the test's share. */
  private static int[] dealt(SplitSpec spec, int[] order, int[] part) {
    Integer folds = spec.folds();
    long test = Math.round(order.length * spec.test().fraction());
    for (int place = 0; place < order.length; place++) {
      part[order[place]] = folds == null ? (place < test ? 0 : 1) : place % folds;
    }
    return part;
  }

  private static int[] stratified(SplitSpec spec, double[] labels, long seed) {
    int[] order = Shuffle.of(labels.length, seed);
    int[] part = new int[labels.length];
    for (double label : Arrays.stream(labels).distinct().sorted().toArray()) {
      dealt(spec, Arrays.stream(order).filter(i -> labels[i] == label).toArray(), part);
    }
    return part;
  }

  /** Whole groups in random order, each into the part that is emptiest for its share. */
  private static int[] byGroup(SplitSpec spec, long[] groups, long seed) {
    Map<Long, Integer> sizes = new HashMap<>();
    Map<Long, Long> draws = new HashMap<>();
    SplittableRandom random = new SplittableRandom(seed);
    for (long group : groups) {
      sizes.merge(group, 1, Integer::sum);
      draws.computeIfAbsent(group, _ -> random.nextLong());
    }
    Integer folds = spec.folds();
    double test = spec.test().fraction();
    double[] shares = folds == null ? new double[] {test, 1 - test} : new double[folds];
    if (folds != null) {
      Arrays.fill(shares, 1.0 / folds);
    }
    double[] filled = new double[shares.length];
    Map<Long, Integer> parts = new HashMap<>();
    sizes.keySet().stream()
        .sorted(Comparator.comparingLong((Long group) -> draws.getOrDefault(group, 0L)))
        .forEach(
            group -> {
              int emptiest = 0;
              for (int p = 1; p < shares.length; p++) {
                emptiest =
                    filled[p] / shares[p] < filled[emptiest] / shares[emptiest] ? p : emptiest;
              }
              filled[emptiest] += sizes.getOrDefault(group, 0);
              parts.put(group, emptiest);
            });
    return Arrays.stream(groups).mapToInt(group -> parts.getOrDefault(group, 0)).toArray();
  }

  /** Rows of the same moment stay together, so that none is predicted from its own moment. */
  private static List<Fold> byTime(SplitSpec spec, double[] times) {
    double[] sorted = times.clone();
    Arrays.sort(sorted);
    Integer folds = spec.folds();
    if (folds == null) {
      int first = sorted.length - (int) Math.round(sorted.length * spec.test().fraction());
      double cut = sorted[Math.clamp(first, 0, sorted.length - 1)];
      return List.of(fold(times.length, i -> times[i] >= cut));
    }
    List<Fold> made = new ArrayList<>();
    for (int f = 1; f <= folds; f++) {
      double from = sorted[(int) ((long) sorted.length * f / (folds + 1))];
      double to =
          f == folds
              ? Double.POSITIVE_INFINITY
              : sorted[(int) ((long) sorted.length * (f + 1) / (folds + 1))];
      made.add(
          new Fold(
              where(times.length, i -> times[i] < from),
              where(times.length, i -> times[i] >= from && times[i] < to)));
    }
    return made;
  }

  private static double[] times(Frame.Column column) {
    if (column instanceof Numbers numbers
        && Arrays.stream(numbers.values()).noneMatch(Double::isNaN)) {
      return numbers.values();
    }
    throw new HeadraceException(
        LearnError.LEARN_SETTING,
        "Cannot split the rows by time: '%s' is %s."
            .formatted(
                column.name(),
                column instanceof Numbers ? "missing in some rows" : "a text and no time"),
        "Name a column with a time in every row.");
  }

  /** Rows without a group are a group together. */
  private static long[] groups(Frame.Column column) {
    return switch (column) {
      case Categories texts -> Arrays.stream(texts.codes()).asLongStream().toArray();
      case Numbers numbers ->
          Arrays.stream(numbers.values()).mapToLong(Double::doubleToLongBits).toArray();
    };
  }

  private static IntPredicate tests(Frame.Column column) {
    return switch (column) {
      case Numbers numbers -> i -> numbers.values()[i] == 1;
      case Categories(String _, int[] codes, List<String> levels) -> {
        boolean[] testing = new boolean[levels.size()];
        for (int k = 0; k < testing.length; k++) {
          String level = levels.get(k).toLowerCase(Locale.ROOT);
          testing[k] = level.equals("test") || level.equals("true");
        }
        yield i -> codes[i] >= 0 && testing[codes[i]];
      }
    };
  }
}
