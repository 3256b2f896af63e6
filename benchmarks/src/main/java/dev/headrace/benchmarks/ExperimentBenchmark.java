package dev.headrace.benchmarks;

import dev.headrace.core.stats.Alternative;
import dev.headrace.core.stats.Answer;
import dev.headrace.core.stats.sequential.GroupSequential;
import dev.headrace.core.stats.sequential.Spending;
import dev.headrace.decisions.experiments.analysis.Analysis;
import dev.headrace.decisions.experiments.analysis.AnalysisSpec;
import dev.headrace.decisions.experiments.analysis.Inference;
import dev.headrace.decisions.experiments.analysis.Method;
import dev.headrace.decisions.experiments.analysis.MetricShape;
import dev.headrace.decisions.experiments.analysis.Moments;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * The statistics of experiments, from sums in memory: results per second on one thread, bounds of
 * 200 looks, and a large report. All arms differ, so that nothing can be remembered.
 */
final class ExperimentBenchmark implements Benchmark {
  private static final int ARMS = 4_096;

  @Override
  public String name() {
    return "experiments";
  }

  @Override
  public List<Result> measure(Workspace workspace) throws Exception {
    List<Result> results = new ArrayList<>();
    Moments[] plain = arms(1);
    Moments[] covariate = arms(2);
    int rounds = Math.max(workspace.rounds(), 7);
    results.add(
        throughput("Welch t", rounds, plain, MetricShape.mean(), new Method.WelchT(), 1_000_000));
    results.add(
        throughput(
            "CUPED, then Welch t",
            rounds,
            covariate,
            new MetricShape.Mean(1),
            new Method.WelchT(),
            1_000_000));
    results.add(
        throughput(
            "CUPED, then a confidence sequence",
            rounds,
            covariate,
            new MetricShape.Mean(1),
            new Method.AnyTime(5_000),
            1_000_000));
    results.add(chain(rounds, plain, covariate));
    results.add(
        throughput(
            "normal posterior",
            rounds,
            plain,
            MetricShape.mean(),
            new Method.Bayes(Method.Prior.FLAT),
            1_000_000));
    results.add(bounds(rounds));
    results.add(report(rounds));
    return results;
  }

  private static Moments[] arms(int columns) {
    SplittableRandom random = new SplittableRandom(20_261_121);
    Moments[] arms = new Moments[ARMS];
    for (int i = 0; i < ARMS; i++) {
      long n = random.nextLong(2_000, 102_000);
      double mean = 5 + random.nextGaussian() * 0.05;
      double[] means = columns == 1 ? new double[] {mean} : new double[] {mean, 4.9};
      double[][] products =
          columns == 1
              ? new double[][] {{9.0 * n}}
              : new double[][] {{9.0 * n}, {5.5 * n, 8.0 * n}};
      arms[i] = Moments.ofMeans(n, means, products);
    }
    return arms;
  }

  private static Result throughput(
      String what, int rounds, Moments[] arms, MetricShape shape, Method method, double asked)
      throws Exception {
    Analysis analysis = Analysis.of(AnalysisSpec.of(method), shape);
    int count = 1_000_000;
    Samples samples = new Samples();
    double[] sink = new double[1];
    for (int round = -3; round < rounds; round++) {
      Samples.Work work =
          () -> {
            for (int i = 0; i < count; i++) {
              Answer<Inference> answer = analysis.compare(arms[i % ARMS], arms[(i * 7 + 1) % ARMS]);
              if (answer instanceof Answer.Known<Inference>(Inference value)) {
                sink[0] += value.interval().lower() + value.estimate();
              }
            }
          };
      if (round < 0) {
        work.run();
      } else {
        samples.time(work);
      }
    }
    double perSecond = count / samples.median();
    return new Result(
        what + ", results per second on one core",
        ">= 1 million",
        String.format(Locale.ROOT, "%.2f million", perSecond / 1e6),
        Result.NONE,
        Result.NONE,
        perSecond >= asked,
        List.of(
            String.format(
                Locale.ROOT,
                "by processor time %.2f million; checksum %.6g",
                count / samples.medianCpu() / 1e6,
                sink[0])));
  }

  /** What a report tells of one comparison: Welch's t, the same with CUPED, and the sequence. */
  private static Result chain(int rounds, Moments[] plain, Moments[] covariate) throws Exception {
    Analysis welch = Analysis.of(AnalysisSpec.of(new Method.WelchT()), MetricShape.mean());
    Analysis cuped = Analysis.of(AnalysisSpec.of(new Method.WelchT()), new MetricShape.Mean(1));
    Analysis sequence =
        Analysis.of(AnalysisSpec.of(new Method.AnyTime(5_000)), new MetricShape.Mean(1));
    int count = 500_000;
    Samples samples = new Samples();
    double[] sink = new double[1];
    for (int round = -3; round < rounds; round++) {
      Samples.Work work =
          () -> {
            for (int i = 0; i < count; i++) {
              int a = i % ARMS;
              int b = (i * 7 + 1) % ARMS;
              sink[0] += lower(welch.compare(plain[a], plain[b]));
              sink[0] += lower(cuped.compare(covariate[a], covariate[b]));
              sink[0] += lower(sequence.compare(covariate[a], covariate[b]));
            }
          };
      if (round < 0) {
        work.run();
      } else {
        samples.time(work);
      }
    }
    double perSecond = count / samples.median();
    return new Result(
        "Welch t, CUPED and a confidence sequence of one comparison, per second on one core",
        ">= 1 million",
        String.format(Locale.ROOT, "%.2f million", perSecond / 1e6),
        Result.NONE,
        Result.NONE,
        perSecond >= 1_000_000,
        List.of(
            String.format(
                Locale.ROOT,
                "by processor time %.2f million; checksum %.6g",
                count / samples.medianCpu() / 1e6,
                sink[0])));
  }

  private static double lower(Answer<Inference> answer) {
    return answer instanceof Answer.Known<Inference>(Inference value)
        ? value.interval().lower()
        : 0;
  }

  private static Result bounds(int rounds) throws Exception {
    double[] information = new double[200];
    for (int i = 0; i < information.length; i++) {
      information[i] = (i + 1) / 200.0;
    }
    Samples samples = new Samples();
    double[] last = new double[1];
    for (int round = -20; round < rounds * 3; round++) {
      Samples.Work work =
          () ->
              last[0] =
                  GroupSequential.bounds(
                          new Spending.OBrienFleming(), 0.05, Alternative.TWO_SIDED, information)
                      .getLast()
                      .criticalZ();
      if (round < 0) {
        work.run();
      } else {
        samples.time(work);
      }
    }
    return new Result(
        "group-sequential bounds, 200 looks",
        "<= 20 ms",
        samples.text(),
        Result.NONE,
        Result.NONE,
        samples.median() <= 0.020,
        List.of(
            String.format(
                Locale.ROOT,
                "processor time %.1f ms; last bound %.9f",
                samples.medianCpu() * 1e3,
                last[0])));
  }

  private static Result report(int rounds) throws Exception {
    Moments[] arms = arms(2);
    List<Map<String, Moments>> cells = new ArrayList<>();
    for (int i = 0; i < 50_000; i++) {
      Map<String, Moments> cell = new LinkedHashMap<>();
      cell.put("control", arms[i % ARMS]);
      cell.put("treatment", arms[(i * 13 + 5) % ARMS]);
      cells.add(cell);
    }
    Analysis analysis =
        Analysis.of(AnalysisSpec.of(new Method.AnyTime(5_000)), new MetricShape.Mean(1));
    Samples samples = new Samples();
    long[] known = new long[1];
    for (int round = -3; round < rounds; round++) {
      Samples.Work work =
          () -> {
            for (Map<String, Moments> cell : cells) {
              known[0] += analysis.analyze("control", cell).effects().size();
            }
          };
      if (round < 0) {
        work.run();
      } else {
        samples.time(work);
      }
    }
    return new Result(
        "1,000 metrics x 2 arms x 50 slices from sums, CUPED and sequential",
        "< 1 s",
        samples.text(),
        Result.NONE,
        Result.NONE,
        samples.median() < 1,
        List.of(known[0] + " effects in all rounds"));
  }
}
