package dev.headrace.decisions.experiments.proof;

import dev.headrace.core.stats.distribution.Binomial;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * The front door: how often each method errs on this metric, how often its interval contains the
 * truth, and how often it sees an effect.
 *
 * <p>An experiment is {@code size} units drawn from the population with replacement and dealt at
 * random: what would happen if those who come next were like those who came. Without effect (A/A)
 * every rejection is false; with a known one (A/B) coverage and power can be counted. Methods for
 * several looks are asked at every look, and err if they err at any.
 *
 * <p>Costs about runs × size × 15 ns on one core; memory for the population once more.
 */
public final class Proof {
  private Proof() {}

  /** What became of a method's promise. */
  public enum Standing {
    /** Errors and coverage lie within what chance allows. */
    HOLDS,
    /** It errs less often than it may: safe, and less powerful than it could be. */
    CAUTIOUS,
    /** It errs more often, or covers less often, than it says. */
    FAILS,
    /** It never promised: shown for comparison. */
    NO_PROMISE
  }

  /** Counts that a right method leaves with chance 5e-4 on either side, as shares of the runs. */
  public record Band(double lower, double upper) {
    static Band of(int runs, double rate) {
      long low = (long) (runs * rate);
      while (low > 0 && Binomial.lower(low - 1, runs, rate) > 5e-4) {
        low--;
      }
      long high = (long) (runs * rate);
      while (high < runs && Binomial.upper(high, runs, rate) > 5e-4) {
        high++;
      }
      return new Band((double) low / runs, (double) high / runs);
    }
  }

  /**
   * One method.
   *
   * @param looks at which it was asked
   * @param falseAlarms share of A/A runs in which it rejected
   * @param coverage share of A/B runs in which its interval contained the effect, at every look
   * @param power share of A/B runs in which it saw the effect, in the right direction
   * @param halfWidth of its interval at the last look, on average; empty where it has no end
   * @param unanswered share of runs in which it gave no answer
   */
  public record MethodProof(
      String method,
      int looks,
      double falseAlarms,
      double coverage,
      double power,
      Optional<Double> halfWidth,
      double unanswered,
      Standing standing) {}

  /**
   * All methods.
   *
   * @param errors the band of false alarms
   * @param covered the band of coverage, if all runs answer
   */
  public record Result(
      List<MethodProof> methods, Band errors, Band covered, Optional<Population.Tails> tails) {
    public Result {
      methods = List.copyOf(methods);
    }
  }

  /** Draws and counts. */
  public static Result run(History history, ProofSpec spec) {
    Draws draws =
        switch (history) {
          case Population population -> new World(population, spec);
          case Observations observations -> new QuantileDraws(observations, spec);
        };
    double truth = draws.truth();
    List<Candidate> candidates = Candidate.of(history.shape(), spec);
    Candidate.Outcome[][] outcomes =
        IntStream.range(0, spec.runs())
            .parallel()
            .mapToObj(
                run -> {
                  // Each run has its own stream, so that the order of threads decides nothing.
                  SplittableRandom random = new SplittableRandom(mixed(spec.seed(), run));
                  List<Look> looks = draws.draw(random);
                  return candidates.stream()
                      .map(candidate -> candidate.judge(looks, spec, truth))
                      .toArray(Candidate.Outcome[]::new);
                })
            .toArray(Candidate.Outcome[][]::new);
    Band errors = Band.of(spec.runs(), spec.alpha());
    List<MethodProof> methods = new ArrayList<>();
    for (int i = 0; i < candidates.size(); i++) {
      methods.add(summary(candidates.get(i), i, outcomes, errors, spec.alpha()));
    }
    return new Result(methods, errors, Band.of(spec.runs(), 1 - spec.alpha()), history.tails());
  }

  private static long mixed(long seed, int run) {
    return seed * 0x9E3779B97F4A7C15L + run * 0xD1B54A32D192ED03L;
  }

  private static MethodProof summary(
      Candidate candidate, int index, Candidate.Outcome[][] outcomes, Band errors, double alpha) {
    double runs = outcomes.length;
    int alarms = 0;
    int inside = 0;
    int seen = 0;
    int silent = 0;
    double width = 0;
    for (Candidate.Outcome[] run : outcomes) {
      Candidate.Outcome outcome = run[index];
      alarms += outcome.falseAlarm() ? 1 : 0;
      inside += outcome.answered() && outcome.covered() ? 1 : 0;
      seen += outcome.seen() ? 1 : 0;
      silent += outcome.answered() ? 0 : 1;
      width += outcome.answered() ? outcome.width() : 0;
    }
    int answered = outcomes.length - silent;
    double coverage = answered == 0 ? 0 : (double) inside / answered;
    double half = answered == 0 ? Double.POSITIVE_INFINITY : width / answered / 2;
    // Few answers say little of coverage, and none nothing.
    double least = answered == 0 ? 0 : Band.of(answered, 1 - alpha).lower();
    Standing standing = standing(candidate, alarms / runs, errors, coverage >= least);
    return new MethodProof(
        candidate.name(),
        candidate.atLook().size(),
        alarms / runs,
        coverage,
        seen / runs,
        Double.isFinite(half) ? Optional.of(half) : Optional.empty(),
        silent / runs,
        standing);
  }

  private static Standing standing(
      Candidate candidate, double alarms, Band errors, boolean covers) {
    if (!candidate.promises()) {
      return Standing.NO_PROMISE;
    }
    if (alarms > errors.upper() || !covers) {
      return Standing.FAILS;
    }
    return alarms < errors.lower() ? Standing.CAUTIOUS : Standing.HOLDS;
  }
}
