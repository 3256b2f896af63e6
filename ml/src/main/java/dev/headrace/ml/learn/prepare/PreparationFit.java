package dev.headrace.ml.learn.prepare;

import dev.headrace.ml.learn.LearnError;
import dev.headrace.ml.learn.frame.Frame;
import dev.headrace.ml.learn.frame.Frame.Categories;
import dev.headrace.ml.learn.frame.Frame.Numbers;
import dev.headrace.ml.learn.prepare.PrepareSpec.Missing;
import dev.headrace.ml.learn.prepare.PrepareSpec.Scale;
import dev.headrace.spi.error.HeadraceException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/** Learns a {@link Preparation} from training rows. */
public final class PreparationFit {
  /** Beyond it a text tells rows apart rather than describing them. */
  public static final int MOST_LEVELS = 1_000;

  private final PrepareSpec spec;
  private final Taste taste;

  /**
   * What a learner likes where the spec is silent.
   *
   * @param reference whether one-hot leaves the first level out, which a learner without a penalty
   *     needs
   */
  public record Taste(
      Missing missing, Scale scale, PrepareSpec.Categories categories, boolean reference) {}

  /** What is declared, and what is done where that is silent. */
  public PreparationFit(PrepareSpec spec, Taste taste) {
    this.spec = spec;
    this.taste = taste;
  }

  /**
   * Learns from all rows of a frame.
   *
   * @throws HeadraceException LEARN_LEVELS, LEARN_COLUMN
   */
  public Preparation fit(Frame train) {
    spec.log().forEach(train::column); // Does it exist?
    List<Preparation.Step> steps = new ArrayList<>();
    for (Frame.Column column : train.columns()) {
      steps.add(
          switch (column) {
            case Numbers numbers -> number(numbers);
            case Categories texts -> texts(texts);
          });
    }
    return new Preparation(steps);
  }

  private Preparation.Step number(Numbers column) {
    boolean log = spec.log().contains(column.name());
    Missing missing = Objects.requireNonNullElse(spec.missing(), taste.missing());
    Scale scale = Objects.requireNonNullElse(spec.scale(), taste.scale());
    if (missing == Missing.LEAVE && scale == Scale.NONE) {
      return new Preparation.Numeric(column.name(), log, Double.NaN, false, 0, 1);
    }
    double[] present =
        Arrays.stream(column.values())
            .filter(x -> !Double.isNaN(x))
            .map(x -> log ? Preparation.log(x) : x)
            .toArray();
    boolean anyMissing = present.length < column.values().length;
    double fill = present.length == 0 && missing != Missing.LEAVE ? 0 : fill(missing, present);
    double[] whole = filled(present, fill, column.values().length);
    double centre = centre(scale, whole);
    double spread = spread(scale, whole, centre);
    return new Preparation.Numeric(
        column.name(),
        log,
        fill,
        anyMissing && spec.indicators() && missing != Missing.LEAVE,
        centre,
        spread > 0 ? spread : 1);
  }

  /** The values as they will be scaled: with what stands for the missing ones. */
  private static double[] filled(double[] present, double fill, int rows) {
    if (Double.isNaN(fill) || present.length == rows) {
      return present;
    }
    double[] whole = Arrays.copyOf(present, rows);
    Arrays.fill(whole, present.length, rows, fill);
    return whole;
  }

  private static double fill(Missing missing, double[] present) {
    return switch (missing) {
      case MEAN -> Arrays.stream(present).sum() / present.length;
      case MEDIAN -> quantile(sorted(present), 0.5);
      case MOST_FREQUENT -> mostFrequent(sorted(present));
      case ZERO -> 0;
      case LEAVE -> Double.NaN;
    };
  }

  private static double mostFrequent(double[] sorted) {
    double best = sorted[0];
    int most = 0;
    for (int i = 0; i < sorted.length; ) {
      int j = i;
      while (j < sorted.length && sorted[j] == sorted[i]) {
        j++;
      }
      if (j - i > most) {
        most = j - i;
        best = sorted[i];
      }
      i = j;
    }
    return best;
  }

  private static double centre(Scale scale, double[] values) {
    if (values.length == 0) {
      return 0;
    }
    return switch (scale) {
      case STANDARD -> Arrays.stream(values).sum() / values.length;
      case MIN_MAX -> Arrays.stream(values).min().orElse(0);
      case ROBUST -> quantile(sorted(values), 0.5);
      case NONE -> 0;
    };
  }

  private static double spread(Scale scale, double[] values, double centre) {
    if (values.length == 0) {
      return 1;
    }
    return switch (scale) {
      case STANDARD ->
          Math.sqrt(
              Arrays.stream(values).map(x -> (x - centre) * (x - centre)).sum() / values.length);
      case MIN_MAX -> Arrays.stream(values).max().orElse(0) - centre;
      case ROBUST -> {
        double[] sorted = sorted(values);
        yield quantile(sorted, 0.75) - quantile(sorted, 0.25);
      }
      case NONE -> 1;
    };
  }

  private static double[] sorted(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted;
  }

  /** Linear between order statistics (Hyndman and Fan's type 7). */
  private static double quantile(double[] sorted, double p) {
    double at = p * (sorted.length - 1);
    int below = (int) at;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
  }

  private Preparation.Step texts(Categories column) {
    int[] counts = new int[column.levels().size()];
    for (int code : column.codes()) {
      if (code >= 0) {
        counts[code]++;
      }
    }
    List<String> kept =
        IntStream.range(0, counts.length)
            .filter(level -> counts[level] >= spec.minRows())
            .mapToObj(column.levels()::get)
            .toList();
    long seen = Arrays.stream(counts).filter(count -> count > 0).count();
    boolean other = spec.minRows() > 1 && kept.size() < seen;
    if (kept.size() > MOST_LEVELS) {
      throw new HeadraceException(
          LearnError.LEARN_LEVELS,
          "Cannot learn from column '%s': it has %d different texts in %d rows, more than %d."
              .formatted(column.name(), kept.size(), column.codes().length, MOST_LEVELS),
          "It may be a key: leave it out of 'features', or take rare texts together with"
              + " 'prepare: {min-rows: N}'.");
    }
    return switch (Objects.requireNonNullElse(spec.categories(), taste.categories())) {
      case ONE_HOT -> new Preparation.OneHot(column.name(), kept, other, taste.reference());
      case ORDINAL -> new Preparation.Codes(column.name(), kept, other, false);
      case NATIVE -> new Preparation.Codes(column.name(), kept, other, true);
    };
  }
}
