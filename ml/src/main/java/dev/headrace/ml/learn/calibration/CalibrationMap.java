package dev.headrace.ml.learn.calibration;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** A fitted calibration: a never falling map from probabilities to probabilities. */
public sealed interface CalibrationMap {
  /** What a model's probability becomes; in [0, 1]. */
  double of(double probability);

  /**
   * Platt's: {@code 1 / (1 + exp(-(slope z + intercept)))} of the log odds z.
   *
   * @param slope 1 where the probabilities were as sharp as they should be
   */
  record Platt(double slope, double intercept) implements CalibrationMap {
    /** Log odds of certain predictions would be infinite. */
    static final double NEAREST = 1e-6;

    @Override
    public double of(double probability) {
      return 1 / (1 + Math.exp(-(slope * logOdds(probability) + intercept)));
    }

    static double logOdds(double probability) {
      double p = Math.clamp(probability, NEAREST, 1 - NEAREST);
      return Math.log(p) - Math.log1p(-p);
    }
  }

  /**
   * Straight lines between points; constant before the first and after the last.
   *
   * @param scores rising, of the model
   * @param probabilities never falling, one per score
   * @param nearest how near to 0 and 1 a probability may come
   */
  record Isotonic(List<Double> scores, List<Double> probabilities, double nearest)
      implements CalibrationMap {
    public Isotonic {
      scores = List.copyOf(scores);
      probabilities = List.copyOf(probabilities);
      if (scores.isEmpty() || scores.size() != probabilities.size()) {
        throw new IllegalArgumentException(
            scores.size() + " scores and " + probabilities.size() + " probabilities");
      }
      for (int i = 1; i < scores.size(); i++) {
        if (!(scores.get(i) > scores.get(i - 1))
            || !(probabilities.get(i) >= probabilities.get(i - 1))) {
          throw new IllegalArgumentException("points of a calibration do not rise");
        }
      }
    }

    @Override
    public double of(double probability) {
      return Math.clamp(between(probability), nearest, 1 - nearest);
    }

    private double between(double score) {
      int at = Collections.binarySearch(scores, score);
      if (at >= 0) {
        return probabilities.get(at);
      }
      int above = -at - 1;
      if (above == 0) {
        return probabilities.getFirst();
      }
      if (above == scores.size()) {
        return probabilities.getLast();
      }
      double from = scores.get(above - 1);
      double share = (score - from) / (scores.get(above) - from);
      double low = probabilities.get(above - 1);
      return low + share * (probabilities.get(above) - low);
    }
  }

  /**
   * What the outputs of a model become: of two classes the only one by the only map; of several
   * each class against the rest by its own, then all of a row divided by their sum (Zadrozny, Elkan
   * 2002).
   *
   * @param maps none, or one per output
   * @param outputs probabilities by output, then by row
   */
  static double[][] of(List<CalibrationMap> maps, double[][] outputs) {
    if (maps.isEmpty()) {
      return outputs;
    }
    double[][] calibrated = new double[outputs.length][];
    for (int k = 0; k < outputs.length; k++) {
      calibrated[k] = maps.get(k).of(outputs[k]);
    }
    for (int i = 0; outputs.length > 1 && i < outputs[0].length; i++) {
      double sum = 0; // Above 0: no map gives a probability of 0.
      for (double[] output : calibrated) {
        sum += output[i];
      }
      for (double[] output : calibrated) {
        output[i] /= sum;
      }
    }
    return calibrated;
  }

  /** What several probabilities become. */
  default double[] of(double[] probabilities) {
    return Arrays.stream(probabilities).map(this::of).toArray();
  }
}
