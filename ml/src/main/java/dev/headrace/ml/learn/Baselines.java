package dev.headrace.ml.learn;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.headrace.ml.learn.Trainer.Trained;
import dev.headrace.ml.learn.Trainer.TrainingSet;
import dev.headrace.ml.learn.frame.Design;
import dev.headrace.ml.learn.frame.Frame;
import dev.headrace.ml.learn.prepare.Preparation;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** What predicts without looking at features. */
final class Baselines {
  private Baselines() {}

  /** The share of each class, or the mean. */
  static Trained fit(TrainingSet rows) {
    double[] weights = Trainer.weights(rows);
    Model.Scorer scorer =
        switch (rows.target()) {
          case Target.Classes _, Target.Quantity _, Target.Relevance _ ->
              new Model.Constant(mean(rows.labels(), weights));
          case Target.Found _ -> throw new IllegalStateException("nothing is predicted");
          case Target.Several several -> new Model.Shares(shares(several, rows.labels(), weights));
        };
    return new Trained(
        new Model(rows.target(), new Preparation(List.of()), scorer), LearnReport.EMPTY);
  }

  /** What a column says. */
  record SameAs(double otherwise) implements Model.Scorer {
    @Override
    public double[][] score(Design design) {
      double[] values = design.columns().getFirst().values();
      return new double[][] {
        Arrays.stream(values).map(x -> Double.isNaN(x) ? otherwise : x).toArray()
      };
    }

    @Override
    public String word() {
      return "same-as";
    }

    @Override
    public void write(ObjectNode node, Map<String, byte[]> files) {
      node.put("otherwise", otherwise);
    }

    static SameAs read(JsonNode node, Map<String, byte[]> files) {
      return new SameAs(ModelJson.number(node, "otherwise"));
    }
  }

  /** The column as it is, and the mean of the labels where it is missing. */
  static Trained sameAs(String column, TrainingSet rows) {
    if (!(rows.features().column(column) instanceof Frame.Numbers)) {
      throw Trainer.setting(
          "'same-as' names '%s', which is a text".formatted(column), "Name a number.");
    }
    Preparation.Step asItIs = new Preparation.Numeric(column, false, Double.NaN, false, 0, 1);
    return new Trained(
        new Model(
            rows.target(),
            new Preparation(List.of(asItIs)),
            new SameAs(mean(rows.labels(), Trainer.weights(rows)))),
        LearnReport.EMPTY);
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
