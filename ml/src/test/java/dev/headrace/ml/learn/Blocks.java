package dev.headrace.ml.learn;

import dev.headrace.ml.learn.frame.Design;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Every fifth block of california_housing, as {@code classifiers.py} reads them.
 *
 * @param design the eight numbers, with mean 0 and deviation 1 over all blocks
 * @param labels where it lies: one of four classes
 * @param value in dollars
 * @param weights of the script
 */
@SuppressWarnings("ArrayRecordComponent") // Compared by nobody.
public record Blocks(Design design, double[] labels, double[] value, double[] weights) {

  /** Reads them. */
  public static Blocks read() {
    Reference.Housing housing = Reference.housing();
    List<String> names = housing.hot().stream().map(Design.Column::name).toList();
    int island = names.indexOf("ISLAND");
    int[] kept =
        IntStream.range(0, housing.value().length)
            .filter(i -> housing.hot().get(island).values()[i] == 0)
            .toArray();
    Design scaled =
        Reference.standardised(
            new Design(housing.value().length, housing.numbers()).rows(kept).columns());
    int[] some = IntStream.range(0, kept.length).filter(i -> i % 5 == 0).toArray();
    double[] labels = new double[some.length];
    double[] weights = new double[some.length];
    for (int i = 0; i < some.length; i++) {
      for (int h = 0; h < names.size(); h++) {
        // The first is none of these, and the island is left out.
        labels[i] += housing.hot().get(h).values()[kept[some[i]]] * (h < island ? h + 1 : h);
      }
      weights[i] = 0.5 + (some[i] % 7) / 7.0;
    }
    return new Blocks(
        scaled.rows(some),
        labels,
        Arrays.stream(some).mapToDouble(i -> housing.value()[kept[i]]).toArray(),
        weights);
  }

  /** All of them count alike. */
  public double[] ones() {
    double[] ones = new double[labels.length];
    Arrays.fill(ones, 1);
    return ones;
  }
}
