package dev.headrace.ml.learn.metrics;

import dev.headrace.core.stats.Answer;
import dev.headrace.ml.learn.ranking.Groups;
import dev.headrace.ml.learn.ranking.Ranked;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;

/**
 * Metrics of rankings: the mean over groups, each of which counts as its rows are weighted. A group
 * without a relevant row is left out, as trec_eval leaves out topics without relevant documents.
 */
final class RankingMetrics {
  private final Groups together;
  private final int[] first;
  private final List<Ranked> groups;

  /** Figures of the groups do not depend on weights, so that a bootstrap need not sort again. */
  private final Map<Metric, double[]> figures = new ConcurrentHashMap<>();

  RankingMetrics(Groups groups, double[] grades, double[] scores) {
    this.together = groups;
    this.first = groups.first();
    this.groups =
        IntStream.range(0, groups.count())
            .mapToObj(g -> Ranked.of(pick(grades, groups.rows(g)), pick(scores, groups.rows(g))))
            .toList();
  }

  private static double[] pick(double[] all, int[] rows) {
    return Arrays.stream(rows).mapToDouble(i -> all[i]).toArray();
  }

  /** Which rows belong together. */
  Groups together() {
    return together;
  }

  Answer<Double> of(Metric metric, double[] weights) {
    double[] each = figures.computeIfAbsent(metric, this::figures);
    double sum = 0;
    double all = 0;
    for (int g = 0; g < each.length; g++) {
      if (groups.get(g).hasRelevant()) {
        sum += weights[first[g]] * each[g];
        all += weights[first[g]];
      }
    }
    return all == 0
        ? Answer.unknown(Answer.Reason.TOO_FEW_VALUES, "no group has a relevant row")
        : Answer.of(sum / all);
  }

  private double[] figures(Metric metric) {
    return groups.stream()
        .mapToDouble(group -> group.hasRelevant() ? figure(metric, group) : 0)
        .toArray();
  }

  private static double figure(Metric metric, Ranked group) {
    return switch (metric) {
      case NDCG -> group.normalisedGain(Ranked.ALL);
      case NDCG_AT_1 -> group.normalisedGain(1);
      case NDCG_AT_3 -> group.normalisedGain(3);
      case NDCG_AT_5 -> group.normalisedGain(5);
      case NDCG_AT_10 -> group.normalisedGain(10);
      case NDCG_AT_20 -> group.normalisedGain(20);
      case NDCG_AT_100 -> group.normalisedGain(100);
      case MAP -> group.averagePrecision();
      case MRR -> group.reciprocalRank(Ranked.ALL);
      case MRR_AT_10 -> group.reciprocalRank(10);
      case RECALL_AT_1 -> group.recall(1);
      case RECALL_AT_3 -> group.recall(3);
      case RECALL_AT_5 -> group.recall(5);
      case RECALL_AT_10 -> group.recall(10);
      case RECALL_AT_20 -> group.recall(20);
      case RECALL_AT_100 -> group.recall(100);
      default -> throw new IllegalArgumentException(metric + " is not of rankings");
    };
  }
}
