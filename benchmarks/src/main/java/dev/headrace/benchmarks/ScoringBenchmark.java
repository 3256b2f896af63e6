package dev.headrace.benchmarks;

import dev.headrace.ml.learn.boosting.Boosting;
import dev.headrace.ml.learn.boosting.Growth;
import dev.headrace.ml.learn.boosting.TreeEnsemble;
import dev.headrace.ml.learn.frame.Design;
import dev.headrace.spi.engine.Watch;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;

/** How long a core takes to score a row by 100 trees of up to 32 leaves over 30 features. */
final class ScoringBenchmark implements Benchmark {
  private static final int FEATURES = 30;
  private static final int LEARNT = 50_000;
  private static final int SCORED = 100_000;
  private static final int WARM_UP = 2;
  private static final int ROUNDS = 9;
  private static final int PASSES = 10;
  private static final double ASKED_SINGLE_MICROS = 2;
  private static final double ASKED_BATCH_MICROS = 0.8;

  @Override
  public String name() {
    return "scoring";
  }

  @Override
  public List<Result> measure(Workspace workspace) throws Exception {
    TreeEnsemble trees = trees();
    Design rows = design(SCORED, 2);
    float[][] singles = new float[SCORED][FEATURES];
    for (int i = 0; i < SCORED; i++) {
      for (int j = 0; j < FEATURES; j++) {
        singles[i][j] = (float) rows.columns().get(j).values()[i];
      }
    }
    float[] batch = trees.margins(rows);
    for (int i = 0; i < SCORED; i++) {
      if (trees.margin(singles[i]) != batch[i]) {
        throw new IllegalStateException("row " + i + " scores otherwise alone");
      }
    }
    float[] sink = {0};
    double single =
        micros(
            () -> {
              for (float[] row : singles) {
                sink[0] += trees.margin(row);
              }
            });
    double many = micros(() -> sink[0] += trees.margins(rows)[7]);
    if (sink[0] == 42) {
      throw new IllegalStateException("cannot be"); // It was computed.
    }
    String leaves =
        "%d trees, %.1f leaves each on average"
            .formatted(trees.trees(), (trees.nodes() + trees.trees()) / 2.0 / trees.trees());
    return List.of(
        row("a single row", single, ASKED_SINGLE_MICROS, leaves),
        row("a row in a batch, one core", many, ASKED_BATCH_MICROS, leaves));
  }

  private static Result row(String what, double micros, double asked, String leaves) {
    return new Result(
        "tree scoring, " + what,
        "<= " + asked + " µs",
        String.format(Locale.ROOT, "%.2f µs", micros),
        Result.NONE,
        Result.NONE,
        micros <= asked,
        List.of(
            leaves + "; by processor time, median of " + ROUNDS + " rounds of a million rows",
            "tests hold the margins to XGBoost's own"));
  }

  private static double micros(Samples.Work work) throws Exception {
    Samples samples = new Samples();
    for (int round = 0; round < WARM_UP + ROUNDS; round++) {
      samples.time(
          () -> {
            for (int pass = 0; pass < PASSES; pass++) {
              work.run();
            }
          });
    }
    return Samples.median(samples.part(WARM_UP, WARM_UP + ROUNDS).cpu()) / SCORED / PASSES * 1e6;
  }

  private static TreeEnsemble trees() {
    Design design = design(LEARNT, 1);
    SplittableRandom random = new SplittableRandom(3);
    double[] labels = new double[LEARNT];
    for (int i = 0; i < LEARNT; i++) {
      double score = 0;
      for (int j = 0; j < FEATURES; j++) {
        double x = design.columns().get(j).values()[i];
        score += j % 3 == 0 ? x * x - 1 : x * (j % 3 - 1.5);
      }
      labels[i] = random.nextDouble() < 1 / (1 + Math.exp(-score / 3)) ? 1 : 0;
    }
    Growth growth =
        new Growth(
            Growth.Objective.LOGISTIC,
            1,
            100,
            5,
            0.1,
            0,
            1,
            1,
            1,
            1,
            0,
            0,
            256,
            List.of(),
            1,
            Runtime.getRuntime().availableProcessors());
    return Boosting.grow(
            growth,
            new Boosting.Labelled(design, labels, Optional.empty()),
            Optional.empty(),
            Watch.none())
        .ensemble();
  }

  private static Design design(int rows, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<Design.Column> columns = new ArrayList<>();
    for (int j = 0; j < FEATURES; j++) {
      double[] values = new double[rows];
      for (int i = 0; i < rows; i++) {
        values[i] = random.nextGaussian();
      }
      columns.add(new Design.Column("x" + j, false, values));
    }
    return new Design(rows, columns);
  }
}
