package dev.headrace.ml.learn.prepare;

import dev.headrace.ml.learn.LearnError;
import dev.headrace.ml.learn.Trainer.TrainingSet;
import dev.headrace.ml.learn.split.Shuffle;
import dev.headrace.spi.error.HeadraceException;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Classes in other shares than they have: rows of small ones drawn again, or rows of large ones
 * left out. What is learnt from them are probabilities of such a world; a calibration that is
 * fitted to rows as they are brings them back.
 *
 * <p>He, Garcia, Learning from Imbalanced Data, IEEE TKDE 21(9), 2009.
 */
public final class Resampling {
  private Resampling() {}

  /**
   * The rows to learn from, ascending; the same for the same seed.
   *
   * @throws HeadraceException LEARN_SETTING where the label has no classes
   */
  public static TrainingSet of(PrepareSpec spec, TrainingSet rows, long seed) {
    if (!spec.resamples()) {
      return rows;
    }
    if (!rows.target().classifies()) {
      throw new HeadraceException(
          LearnError.LEARN_SETTING,
          "Cannot draw rows by their class: there are none.",
          "Take 'over-sample' and 'under-sample' out of 'prepare'.");
    }
    int classes = Math.max(2, rows.target().outputs());
    int[] sizes = new int[classes];
    for (double label : rows.labels()) {
      sizes[(int) label]++;
    }
    int largest = Arrays.stream(sizes).max().orElse(0);
    int smallest = Arrays.stream(sizes).filter(size -> size > 0).min().orElse(0);
    Double over = spec.overSample();
    Double under = spec.underSample();
    IntStream chosen = IntStream.empty();
    for (int k = 0; k < classes; k++) {
      int place = k;
      int[] own =
          IntStream.range(0, rows.labels().length).filter(i -> rows.labels()[i] == place).toArray();
      int wanted =
          over != null
              ? Math.max(own.length, (int) (over * largest))
              : under != null ? (int) Math.min(own.length, smallest / under) : own.length;
      chosen = IntStream.concat(chosen, drawn(own, wanted, seed + 3 + k));
    }
    return rows.rows(chosen.sorted().toArray());
  }

  /** All of them and some again, or some of them. */
  private static IntStream drawn(int[] own, int wanted, long seed) {
    if (wanted <= own.length) {
      return Arrays.stream(Shuffle.of(own.length, seed)).limit(wanted).map(i -> own[i]);
    }
    SplittableRandom random = new SplittableRandom(seed);
    return IntStream.concat(
        Arrays.stream(own),
        IntStream.generate(() -> own[random.nextInt(own.length)]).limit(wanted - own.length));
  }
}
