package dev.headrace.ml.learn.tune;

import dev.headrace.ml.learn.LearnError;
import dev.headrace.ml.learn.LearnSpec;
import dev.headrace.spi.error.HeadraceException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Settings to try: the declared ones, then some drawn at random, which in few trials finds the
 * settings that matter sooner than a grid (Bergstra, Bengio, Random Search for Hyper-Parameter
 * Optimization, JMLR 13, 2012).
 */
public final class SearchSpace {
  private SearchSpace() {}

  /**
   * A learner to try.
   *
   * @param numbers the settings that were drawn; empty for the declared ones
   */
  public record Candidate(LearnSpec learner, SequencedMap<String, Double> numbers) {}

  /**
   * The learners to try; the same seed gives the same. Where all settings are single numbers, each
   * combination is tried once at most.
   *
   * @throws HeadraceException LEARN_SETTING where the learner has no number of a name, or nothing
   *     to tune
   */
  public static List<Candidate> candidates(LearnSpec learner, TuneSpec spec, long seed) {
    Map<String, Range> ranges = spec.search().isEmpty() ? usual(learner) : spec.search();
    SplittableRandom random = new SplittableRandom(seed);
    List<Candidate> all = new ArrayList<>();
    all.add(new Candidate(learner, new LinkedHashMap<>()));
    double different =
        ranges.values().stream().mapToDouble(SearchSpace::numbers).reduce(1, (a, b) -> a * b);
    Set<Map<String, Double>> known = new HashSet<>();
    while (all.size() < spec.trials() && known.size() < different) {
      SequencedMap<String, Double> drawn = new LinkedHashMap<>();
      ranges.forEach((name, range) -> drawn.put(name, range.at(random.nextDouble())));
      if (known.add(drawn) || Double.isInfinite(different)) {
        all.add(new Candidate(Settings.with(learner, drawn), drawn));
      }
    }
    return all;
  }

  private static double numbers(Range range) {
    return range.oneOf().isEmpty() ? Double.POSITIVE_INFINITY : range.oneOf().size();
  }

  /** What is searched where nothing is declared. */
  static Map<String, Range> usual(LearnSpec learner) {
    Map<String, Range> ranges = new LinkedHashMap<>();
    switch (learner) {
      case LearnSpec.Gbdt gbdt -> {
        ranges.put("depth", new Range(3, 10, false));
        ranges.put("learning-rate", new Range(0.02, 0.3, true));
        if (gbdt.earlyStopping() == null) {
          ranges.put("trees", new Range(50, 600, true));
        }
        ranges.put("min-weight", new Range(0.5, 20, true));
        ranges.put("l2", new Range(0.1, 20, true));
        ranges.put("rows", new Range(50, 100, false));
        ranges.put("columns", new Range(40, 100, false));
      }
      case LearnSpec.Logistic _ -> ranges.put("l2", new Range(1e-3, 1e3, true));
      case LearnSpec.Ridge _ -> ranges.put("penalty", new Range(1e-3, 1e4, true));
      case LearnSpec.Lasso _ -> ranges.put("penalty", new Range(1e-4, 1e4, true));
      case LearnSpec.ElasticNet _ -> {
        ranges.put("penalty", new Range(1e-4, 1e4, true));
        ranges.put("l1-share", new Range(5, 95, false));
      }
      default ->
          throw new HeadraceException(
              LearnError.LEARN_SETTING,
              "Cannot tune this learner without ranges: none are usual for it.",
              Settings.numbers(learner).isEmpty()
                  ? "It has no numbers to tune; leave 'tune' out."
                  : "Write 'search' with ranges of "
                      + String.join(", ", Settings.numbers(learner))
                      + ".");
    }
    return ranges;
  }
}
