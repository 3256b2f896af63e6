package dev.headrace.ml.learn.bayes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.headrace.ml.learn.Model;
import dev.headrace.ml.learn.ModelJson;
import dev.headrace.ml.learn.frame.Design;
import dev.headrace.ml.learn.linear.MultinomialRegression;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Naive Bayes: the probability of a class is its share times the likelihood of each column on its
 * own. Numbers are normal within a class; codes have frequencies to which {@code smoothing} rows
 * are added each. What is missing or was never seen says nothing.
 *
 * <p>Hastie, Tibshirani, Friedman (2009), The Elements of Statistical Learning, section 6.6.3. A
 * billionth of the greatest variance of any column is added to every variance, as scikit-learn
 * does, so that a column that is constant within a class is no certainty.
 *
 * @param logShares of the classes
 * @param columns in the order of the design
 */
@SuppressWarnings("ArrayRecordComponent") // Compared by nobody.
public record NaiveBayes(double[] logShares, List<Column> columns) implements Model.Scorer {
  /** The word of its files. */
  public static final String WORD = "naive-bayes";

  private static final double LEAST_SHARE_OF_VARIANCE = 1e-9;

  public NaiveBayes {
    columns = List.copyOf(columns);
  }

  /** What is known of a column. */
  public sealed interface Column {}

  /** Mean and variance by class. */
  public record Normal(double[] means, double[] variances) implements Column {}

  /** Logarithms of frequencies: by class, then by code. */
  public record Frequencies(double[][] logs) implements Column {}

  /**
   * Learns.
   *
   * @param labels places of classes
   * @param weights one per row, not negative
   * @param smoothing rows that every code is seen in beyond those it was, above 0
   */
  public static NaiveBayes fit(
      Design design, double[] labels, int classes, double[] weights, double smoothing) {
    double[] sums = new double[classes];
    double all = 0;
    for (int i = 0; i < labels.length; i++) {
      sums[(int) labels[i]] += weights[i];
      all += weights[i];
    }
    double[] logShares = new double[classes];
    for (int c = 0; c < classes; c++) {
      logShares[c] = Math.log(Math.max(sums[c], 1e-300) / all);
    }
    double greatest = 0;
    for (Design.Column column : design.columns()) {
      greatest =
          column.isCategory()
              ? greatest
              : Math.max(
                  greatest,
                  moments(column.values(), weights, new double[labels.length], 1).variances[0]);
    }
    double least = greatest > 0 ? LEAST_SHARE_OF_VARIANCE * greatest : LEAST_SHARE_OF_VARIANCE;
    List<Column> columns = new ArrayList<>();
    for (Design.Column column : design.columns()) {
      if (column.isCategory()) {
        columns.add(frequencies(column.values(), labels, classes, weights, smoothing));
      } else {
        Normal normal = moments(column.values(), weights, labels, classes);
        for (int c = 0; c < classes; c++) {
          normal.variances[c] += least;
        }
        columns.add(normal);
      }
    }
    return new NaiveBayes(logShares, columns);
  }

  /** Of a class without a number, those of all: it then says nothing for or against it. */
  private static Normal moments(double[] values, double[] weights, double[] labels, int classes) {
    double[] all = new double[classes + 1];
    double[] means = new double[classes + 1];
    double[] variances = new double[classes + 1];
    for (int pass = 0; pass < 2; pass++) {
      for (int i = 0; i < values.length; i++) {
        if (Double.isNaN(values[i])) {
          continue;
        }
        for (int c : new int[] {(int) labels[i], classes}) {
          if (pass == 0) {
            all[c] += weights[i];
            means[c] += weights[i] * values[i];
          } else {
            variances[c] += weights[i] * (values[i] - means[c]) * (values[i] - means[c]);
          }
        }
      }
      double[] sums = pass == 0 ? means : variances;
      for (int c = 0; c <= classes; c++) {
        sums[c] = all[c] > 0 ? sums[c] / all[c] : 0;
      }
    }
    double[] ownMeans = new double[classes];
    double[] ownVariances = new double[classes];
    for (int c = 0; c < classes; c++) {
      int from = all[c] > 0 ? c : classes;
      ownMeans[c] = means[from];
      ownVariances[c] = variances[from];
    }
    return new Normal(ownMeans, ownVariances);
  }

  private static Frequencies frequencies(
      double[] codes, double[] labels, int classes, double[] weights, double smoothing) {
    int levels = 0;
    for (double code : codes) {
      levels = Double.isNaN(code) ? levels : Math.max(levels, (int) code + 1);
    }
    double[][] logs = new double[classes][levels];
    double[] sums = new double[classes];
    for (int i = 0; i < codes.length; i++) {
      if (!Double.isNaN(codes[i])) {
        logs[(int) labels[i]][(int) codes[i]] += weights[i];
        sums[(int) labels[i]] += weights[i];
      }
    }
    for (int c = 0; c < classes; c++) {
      for (int level = 0; level < levels; level++) {
        logs[c][level] = Math.log((logs[c][level] + smoothing) / (sums[c] + smoothing * levels));
      }
    }
    return new Frequencies(logs);
  }

  @Override
  public double[][] score(Design design) {
    double[][] sums = new double[logShares.length][design.rows()];
    for (int c = 0; c < sums.length; c++) {
      for (int i = 0; i < design.rows(); i++) {
        sums[c][i] = logShares[c];
      }
      for (int j = 0; j < columns.size(); j++) {
        add(columns.get(j), c, design.columns().get(j).values(), sums[c]);
      }
    }
    MultinomialRegression.softmax(sums);
    return sums.length == 2 ? new double[][] {sums[1]} : sums;
  }

  private static void add(Column column, int c, double[] values, double[] sums) {
    for (int i = 0; i < values.length; i++) {
      if (Double.isNaN(values[i])) {
        continue;
      }
      sums[i] +=
          switch (column) {
            case Normal(double[] means, double[] variances) -> {
              double step = values[i] - means[c];
              yield -Math.log(2 * Math.PI * variances[c]) / 2 - step * step / (2 * variances[c]);
            }
            case Frequencies(double[][] logs) ->
                values[i] < logs[c].length ? logs[c][(int) values[i]] : 0;
          };
    }
  }

  @Override
  public String word() {
    return WORD;
  }

  @Override
  public void write(ObjectNode node, Map<String, byte[]> files) {
    ModelJson.put(node, "log-shares", logShares);
    ArrayNode all = node.putArray("columns");
    for (Column column : columns) {
      switch (column) {
        case Normal(double[] means, double[] variances) -> {
          ObjectNode normal = all.addObject().putObject("normal");
          ModelJson.put(normal, "means", means);
          ModelJson.put(normal, "variances", variances);
        }
        case Frequencies(double[][] logs) ->
            ModelJson.put(all.addObject().putObject("frequencies"), "logs", logs);
      }
    }
  }

  /** Reads what {@link #write} has written. */
  public static NaiveBayes read(JsonNode node, Map<String, byte[]> files) {
    List<Column> columns = new ArrayList<>();
    for (JsonNode column : node.required("columns")) {
      JsonNode normal = column.path("normal");
      columns.add(
          normal.isObject()
              ? new Normal(
                  ModelJson.numbers(normal, "means"), ModelJson.numbers(normal, "variances"))
              : new Frequencies(ModelJson.matrix(column.required("frequencies"), "logs")));
    }
    return new NaiveBayes(ModelJson.numbers(node, "log-shares"), columns);
  }
}
