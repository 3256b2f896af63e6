package dev.headrace.decisions.assignment.hash;

import java.util.ArrayList;
import java.util.List;

/**
 * Which part of the line from 0 to 1 belongs to which variant. A part holds its lower bound and not
 * its upper one.
 *
 * @param ranges one per variant, in order; they do not overlap but may leave gaps
 */
public record Ranges(List<Range> ranges) {
  /** From {@code from} to before {@code to}. */
  public record Range(double from, double to) {
    boolean holds(double place) {
      return place >= from && place < to;
    }
  }

  public Ranges {
    ranges = List.copyOf(ranges);
  }

  /**
   * Side by side, each as wide as its weight.
   *
   * @param weights of any sum above 0
   */
  public static Ranges of(List<Double> weights) {
    double total = weights.stream().mapToDouble(Double::doubleValue).sum();
    List<Range> ranges = new ArrayList<>();
    double sum = 0;
    for (double weight : weights) {
      double from = sum / total;
      sum += weight;
      ranges.add(new Range(from, sum / total));
    }
    return new Ranges(ranges);
  }

  /**
   * As GrowthBook lays them out: each variant's part begins where it would at full coverage, and
   * holds only that share of its width, so that raising the coverage moves nobody.
   *
   * @param coverage taken as 0 or 1 when it lies outside
   * @param weights taken as equal when they are not as many as the variants or do not sum to 1 ±
   *     0.01
   */
  public static Ranges growthBook(int variants, double coverage, List<Double> weights) {
    double share = Math.clamp(coverage, 0, 1);
    double total = weights.stream().mapToDouble(Double::doubleValue).sum();
    boolean usable = weights.size() == variants && total >= 0.99 && total <= 1.01;
    List<Double> used = usable ? weights : equal(variants);
    List<Range> ranges = new ArrayList<>();
    double sum = 0;
    for (double weight : used) {
      ranges.add(new Range(sum, sum + share * weight));
      sum += weight;
    }
    return new Ranges(ranges);
  }

  /** Equal weights that sum to 1; none for less than one variant. */
  public static List<Double> equal(int variants) {
    List<Double> weights = new ArrayList<>();
    for (int i = 0; i < variants; i++) {
      weights.add(1.0 / variants);
    }
    return weights;
  }

  /** The number of the variant whose part holds the place; -1 for none. */
  public int at(double place) {
    for (int i = 0; i < ranges.size(); i++) {
      if (ranges.get(i).holds(place)) {
        return i;
      }
    }
    return -1;
  }
}
