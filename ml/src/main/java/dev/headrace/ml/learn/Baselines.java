package dev.headrace.ml.learn;

import dev.headrace.ml.learn.Trainer.Trained;
import dev.headrace.ml.learn.Trainer.TrainingSet;
import java.util.List;

/** What predicts without looking at features. */
final class Baselines {
  private Baselines() {}

  /** The share of each class, or the mean. */
  static Trained fit(TrainingSet rows) {
    double[] weights = Trainer.weights(rows);
    Model.Scorer scorer =
        switch (rows.target()) {
          case Target.Classes _, Target.Quantity _ ->
              new Model.Constant(mean(rows.labels(), weights));
          case Target.Several several -> new Model.Shares(shares(several, rows.labels(), weights));
        };
    return new Trained(
        new Model(rows.target(), new Preparation(List.of()), scorer), LearnReport.EMPTY);
  }

  private static double mean(double[] values, double[] weights) {
    double sum = 0;
    double all = 0;
    for (int i = 0; i < values.length; i++) {
      sum += weights[i] * values[i];
      all += weights[i];
    }
    return sum / all;
  }

  private static double[] shares(Target.Several several, double[] labels, double[] weights) {
    double[] shares = new double[several.classes().size()];
    double all = 0;
    for (int i = 0; i < labels.length; i++) {
      shares[(int) labels[i]] += weights[i];
      all += weights[i];
    }
    for (int k = 0; k < shares.length; k++) {
      shares[k] /= all;
    }
    return shares;
  }
}
