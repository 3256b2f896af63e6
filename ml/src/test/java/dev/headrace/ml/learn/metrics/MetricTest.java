package dev.headrace.ml.learn.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.headrace.core.stats.Answer;
import dev.headrace.core.stats.Interval;
import dev.headrace.ml.learn.Reference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Held to scikit-learn, with and without weights, over predictions with many ties. */
class MetricTest {
  /** The generator of the script. */
  private static double[] lcg(long seed) {
    double[] made = new double[997];
    long state = seed;
    for (int i = 0; i < made.length; i++) {
      state = (1103515245L * state + 12345) % (1L << 31);
      made[i] = state / (double) (1L << 31);
    }
    return made;
  }

  private static Scored rows(Metric.Task task) {
    double[] labels = new double[997];
    double[] predictions = new double[997];
    switch (task) {
      case RANKING -> {
        double[] draw = lcg(11);
        double[] score = lcg(12);
        int[] group = new int[997];
        for (int i = 0; i < 997; i++) {
          labels[i] = draw[i] < 0.6 ? 0 : draw[i] < 0.8 ? 1 : draw[i] < 0.95 ? 2 : 3;
          predictions[i] = score[i] + 0.2 * labels[i];
          group[i] = i < 500 ? i % 60 : 60 + i % 11;
        }
        return Scored.of(labels, predictions).grouped(group);
      }
      case CLASSES -> {
        double[] draw = lcg(2);
        double[] score = lcg(1);
        for (int i = 0; i < 997; i++) {
          predictions[i] = Math.rint(score[i] * 100) / 100;
          labels[i] = draw[i] < 0.2 + 0.5 * predictions[i] ? 1 : 0;
        }
      }
      case SEVERAL -> {
        double[][] scores = {lcg(6), lcg(7), lcg(8), lcg(9)};
        double[] draw = lcg(10);
        for (int i = 0; i < 997; i++) {
          double all = 0;
          for (double[] score : scores) {
            score[i] = 0.05 + Math.rint(score[i] * 20) / 20;
            all += score[i];
          }
          double reached = 0;
          labels[i] = 3;
          for (int k = 3; k >= 0; k--) {
            scores[k][i] /= all;
            reached += scores[k][i];
            labels[i] = draw[i] < reached ? labels[i] : k - 1;
          }
        }
        return Scored.of(labels, scores).under(new Metric.Settings(0.5, 0.1, 0.5));
      }
      case CLUSTERS, DENSITY, COMPONENTS, ANOMALIES -> throw new IllegalArgumentException();
      case NUMBER -> {
        double[] truth = lcg(4);
        double[] error = lcg(5);
        for (int i = 0; i < 997; i++) {
          labels[i] = 10 + 5 * truth[i];
          predictions[i] = labels[i] + error[i] - 0.4;
        }
      }
    }
    return Scored.of(labels, predictions);
  }

  @Test
  void everyMetric_isThatOfScikitLearn() {
    JsonNode figures = Reference.figures("metrics.json");
    double[] weights = lcg(3);
    for (int i = 0; i < weights.length; i++) {
      weights[i] += 0.5;
    }
    for (Metric.Task task : Metric.Task.values()) {
      if (task.finds()) {
        continue; // Held to scikit-learn where they are found.
      }
      Scored rows = rows(task).under(new Metric.Settings(0.5, 0.15, 0.8));
      String of = task.name().toLowerCase(Locale.ROOT);
      for (Metric metric : Metric.of(task)) {
        assertThat(metric.of(rows).orThrow())
            .as("%s of %s", metric.word(), of)
            .isCloseTo(figure(figures, "plain", of, metric), within(1e-12));
        assertThat(metric.of(rows.weighted(weights)).orThrow())
            .as("weighted %s of %s", metric.word(), of)
            .isCloseTo(figure(figures, "weighted", of, metric), within(1e-12));
      }
    }
  }

  private static double figure(JsonNode figures, String weights, String task, Metric metric) {
    return figures.path(weights).path(task).required(metric.word()).doubleValue();
  }

  @Test
  void oneClass_isUnknownWhereItHasToBe() {
    Scored rows = Scored.of(new double[] {1, 1}, new double[] {0.3, 0.9});
    assertThat(Metric.AUC.of(rows))
        .isEqualTo(Answer.unknown(Answer.Reason.NO_VARIANCE, "the rows are of one class"));
    assertThat(Metric.ACCURACY.of(rows)).isEqualTo(Answer.of(0.5));
    assertThat(Metric.MAPE.of(Scored.of(new double[] {0, 1}, new double[] {1, 1})).known())
        .isEmpty();
    for (Metric metric : Metric.values()) {
      Scored none = Scored.of(new double[0], new double[0]).grouped(new int[0]);
      assertThat(metric.of(none).known()).isEmpty();
    }
  }

  @Test
  void interval_coversTheTruthAsOftenAsItSays() {
    // Accuracy of predictions that are right with probability 0.8.
    int covered = 0;
    for (int study = 0; study < 400; study++) {
      Random random = new Random(study);
      double[] labels = new double[200];
      double[] predictions = new double[200];
      for (int i = 0; i < 200; i++) {
        labels[i] = random.nextBoolean() ? 1 : 0;
        predictions[i] = random.nextDouble() < 0.8 ? labels[i] : 1 - labels[i];
      }
      Evaluation told =
          Evaluation.of(Metric.ACCURACY, List.of(Scored.of(labels, predictions)), study).orThrow();
      Interval interval = told.interval().orElseThrow();
      covered += interval.contains(0.8) ? 1 : 0;
    }
    // Binomial(400, 0.95): 380, three standard deviations are 13.
    assertThat(covered).isBetween(367, 393);
  }

  @Test
  void interval_ofMoreRowsThanAreDrawn_isAsWideAsTheyAllow() {
    Random random = new Random(11);
    int rows = 450_000;
    double[] labels = random.doubles(rows).map(x -> x < 0.5 ? 1 : 0).toArray();
    double[] predictions = new double[rows];
    for (int i = 0; i < rows; i++) {
      predictions[i] = random.nextDouble() < 0.8 ? labels[i] : 1 - labels[i];
    }
    // Two folds of very different size: the mean of both has the variance of both over four.
    int[] few = IntStream.range(0, 50_000).toArray();
    int[] many = IntStream.range(50_000, rows).toArray();
    Scored all = Scored.of(labels, predictions);
    Evaluation told =
        Evaluation.of(Metric.ACCURACY, List.of(all.rows(few), all.rows(many)), 3).orThrow();
    Interval interval = told.interval().orElseThrow();
    double deviation = Math.sqrt(0.8 * 0.2 * (1.0 / few.length + 1.0 / many.length)) / 2;
    // A hundred resamples tell the ends of the interval to a seventh or so.
    assertThat((interval.upper() - interval.lower()) / (2 * 1.96 * deviation)).isBetween(0.75, 1.3);
    assertThat(interval.contains(told.estimate())).isTrue();
    assertThat(Math.abs(told.estimate() - 0.8)).isLessThan(4 * deviation);
  }

  @Test
  void interval_ofRepeatedSplits_isNotNarrowerThanTheirRowsAllow() {
    Random random = new Random(2);
    double[] labels = random.doubles(400).map(x -> x < 0.5 ? 1 : 0).toArray();
    List<Scored> folds = new ArrayList<>();
    double[] widths = new double[4];
    for (int repeat = 0; repeat < 4; repeat++) {
      double[] predictions =
          Arrays.stream(labels).map(y -> random.nextDouble() < 0.8 ? y : 1 - y).toArray();
      Scored all = Scored.of(labels, predictions);
      List<Scored> own =
          List.of(
              all.rows(IntStream.range(0, 200).toArray()),
              all.rows(IntStream.range(200, 400).toArray()));
      folds.addAll(own);
      Interval alone = Evaluation.of(Metric.ACCURACY, own, 7).orThrow().interval().orElseThrow();
      widths[repeat] = alone.upper() - alone.lower();
    }
    Evaluation told = Evaluation.of(Metric.ACCURACY, folds, 4, 7).orThrow();
    Interval interval = told.interval().orElseThrow();
    assertThat(interval.upper() - interval.lower())
        .isCloseTo(Arrays.stream(widths).average().orElseThrow(), within(1e-12));
    assertThat(interval.contains(told.estimate())).isTrue();
    assertThat(told.folds()).hasSize(8);
  }

  /** Of the same rows, what is common to both predictions takes no part. */
  @Test
  void difference_coversTheTruth_andIsNarrowerThanThatOfOtherRows() {
    int covered = 0;
    for (int study = 0; study < 200; study++) {
      Random random = new Random(study);
      double[] labels = new double[300];
      double[] one = new double[300];
      double[] other = new double[300];
      for (int i = 0; i < 300; i++) {
        labels[i] = random.nextGaussian();
        double common = labels[i] + random.nextGaussian();
        one[i] = common + 0.3 * random.nextGaussian();
        other[i] = common + 0.6 * random.nextGaussian();
      }
      Interval interval =
          Evaluation.difference(
                  Metric.RMSE,
                  List.of(Scored.of(labels, other)),
                  List.of(Scored.of(labels, one)),
                  study)
              .orElseThrow();
      covered += interval.contains(Math.sqrt(1.36) - Math.sqrt(1.09)) ? 1 : 0;
      // Unpaired, its width would be 3.92 deviations of sqrt(1.36 / 600 + 1.09 / 600).
      assertThat(interval.upper() - interval.lower()).isLessThan(0.2);
    }
    // Binomial(200, 0.95): 190, three standard deviations are 9; percentiles cover a little less.
    assertThat(covered).isBetween(178, 199);
  }

  /** Rows of a group go together: as many as there are groups are drawn, not as many as rows. */
  @Test
  void intervalOfARanking_coversTheTruthAsOftenAsItSays() {
    int covered = 0;
    for (int study = 0; study < 400; study++) {
      Random random = new Random(study);
      double[] labels = new double[1_000];
      double[] predictions = new double[1_000];
      int[] groups = new int[1_000];
      for (int g = 0; g < 100; g++) {
        // The one relevant row of ten comes first with probability 0.6, else second.
        int relevant = random.nextDouble() < 0.6 ? 0 : 1;
        for (int place = 0; place < 10; place++) {
          groups[10 * g + place] = g;
          predictions[10 * g + place] = -place;
          labels[10 * g + place] = place == relevant ? 1 : 0;
        }
      }
      Interval interval =
          Evaluation.of(Metric.MRR, List.of(Scored.of(labels, predictions).grouped(groups)), study)
              .orThrow()
              .interval()
              .orElseThrow();
      covered += interval.contains(0.6 + 0.4 / 2) ? 1 : 0;
    }
    // Binomial(400, 0.95) and the percentile method's shortfall at 100 groups.
    assertThat(covered).isBetween(364, 393);
  }
}
