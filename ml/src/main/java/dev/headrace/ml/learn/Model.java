package dev.headrace.ml.learn;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.headrace.ml.learn.boosting.TreeEnsemble;
import dev.headrace.ml.learn.calibration.CalibrationMap;
import dev.headrace.ml.learn.frame.Design;
import dev.headrace.ml.learn.frame.Frame;
import dev.headrace.ml.learn.linear.LinearModel;
import dev.headrace.ml.learn.linear.LogisticRegression;
import dev.headrace.ml.learn.linear.MultinomialRegression;
import dev.headrace.ml.learn.metrics.Threshold;
import dev.headrace.ml.learn.prepare.Preparation;
import dev.headrace.ml.learn.prepare.Recoding;
import dev.headrace.ml.learn.transform.Transform;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * A fitted model with all it needs to score rows: nothing is looked up elsewhere. Immutable and
 * thread-safe.
 *
 * @param transform what becomes of the columns first, row by row
 * @param preparation what becomes of its features then
 * @param calibration what becomes of the probabilities last, a map per output; empty for none
 * @param threshold probability from which on the positive class is predicted; of no meaning for
 *     numbers and for several classes
 */
public record Model(
    Target target,
    Transform transform,
    Preparation preparation,
    Scorer scorer,
    List<CalibrationMap> calibration,
    double threshold) {
  public Model {
    calibration = List.copyOf(calibration);
    if (!calibration.isEmpty() && calibration.size() != target.outputs()) {
      throw new IllegalArgumentException(
          calibration.size() + " calibrations of " + target.outputs() + " outputs");
    }
  }

  /** Of columns as they are, without calibration, classes told apart at one half. */
  public Model(Target target, Preparation preparation, Scorer scorer) {
    this(target, Transform.NONE, preparation, scorer, List.of(), Threshold.HALF);
  }

  /** The same for columns that are to be recoded first; a baseline needs none. */
  Model after(List<Recoding> recodings) {
    return preparation.steps().isEmpty()
        ? this
        : new Model(
            target, transform, preparation.after(recodings), scorer, calibration, threshold);
  }

  /** The same of rows whose features are to be computed first, or are already. */
  public Model computing(Transform first) {
    return new Model(target, first, preparation, scorer, calibration, threshold);
  }

  /** The columns that rows need. */
  public List<String> columns() {
    return transform.isNone()
        ? preparation.columns()
        : transform.inputs().stream().map(Transform.Input::column).toList();
  }

  /** The same with what becomes of its probabilities. */
  public Model deciding(List<CalibrationMap> maps, double from) {
    return new Model(target, transform, preparation, scorer, maps, from);
  }

  /** Whether a column that rows need is a text. */
  public boolean readsText(String column) {
    return transform.isNone()
        ? preparation.readsText(column)
        : transform.inputs().stream()
            .anyMatch(
                input -> input.column().equals(column) && input.type() == Transform.InputType.TEXT);
  }

  /**
   * What turns prepared columns into predictions. Its {@link #word()} is listed in {@link
   * Learners}, with what reads it.
   */
  public interface Scorer {
    /** Predictions by output of the target, then by row; never NaN. */
    double[][] score(Design design);

    /** What it is called in {@code model.json}. */
    String word();

    /**
     * Writes it.
     *
     * @param node of {@code model.json}, under its word
     * @param files beside {@code model.json}, by name, to which it may add
     */
    void write(ObjectNode node, Map<String, byte[]> files);
  }

  /** The sum itself. */
  public record Linear(LinearModel model) implements Scorer {
    @Override
    public double[][] score(Design design) {
      return new double[][] {model.sums(design)};
    }

    @Override
    public String word() {
      return "linear";
    }

    @Override
    public void write(ObjectNode node, Map<String, byte[]> files) {
      put(node, model);
    }

    static Linear read(JsonNode node, Map<String, byte[]> files) {
      return new Linear(Model.read(node));
    }
  }

  /** The logistic function of the sum. */
  public record Logistic(LinearModel model) implements Scorer {
    @Override
    public double[][] score(Design design) {
      double[] sums = model.sums(design);
      return new double[][] {Arrays.stream(sums).map(LogisticRegression::probability).toArray()};
    }

    @Override
    public String word() {
      return "logistic";
    }

    @Override
    public void write(ObjectNode node, Map<String, byte[]> files) {
      put(node, model);
    }

    static Logistic read(JsonNode node, Map<String, byte[]> files) {
      return new Logistic(Model.read(node));
    }
  }

  /** The exponential of the sum. */
  public record Exponential(LinearModel model) implements Scorer {
    /** Beyond it a double is infinite. */
    private static final double MOST = 700;

    @Override
    public double[][] score(Design design) {
      double[] sums = model.sums(design);
      return new double[][] {
        Arrays.stream(sums).map(sum -> Math.exp(Math.min(sum, MOST))).toArray()
      };
    }

    @Override
    public String word() {
      return "exponential";
    }

    @Override
    public void write(ObjectNode node, Map<String, byte[]> files) {
      put(node, model);
    }

    static Exponential read(JsonNode node, Map<String, byte[]> files) {
      return new Exponential(Model.read(node));
    }
  }

  /**
   * The softmax of a sum per class.
   *
   * @param models in the order of the classes, over the same columns
   */
  public record Softmax(List<LinearModel> models) implements Scorer {
    public Softmax {
      models = List.copyOf(models);
    }

    @Override
    public double[][] score(Design design) {
      double[][] sums = models.stream().map(model -> model.sums(design)).toArray(double[][]::new);
      MultinomialRegression.softmax(sums);
      return sums;
    }

    @Override
    public String word() {
      return "softmax";
    }

    @Override
    public void write(ObjectNode node, Map<String, byte[]> files) {
      ModelJson.put(node, "columns", models.getFirst().columns());
      ArrayNode classes = node.putArray("classes");
      for (LinearModel model : models) {
        ObjectNode one = classes.addObject();
        one.put("intercept", model.intercept());
        ModelJson.put(one, "coefficients", model.coefficients());
      }
    }

    static Softmax read(JsonNode node, Map<String, byte[]> files) {
      List<String> columns = ModelJson.texts(node, "columns");
      List<LinearModel> models = new ArrayList<>();
      for (JsonNode one : node.required("classes")) {
        models.add(
            new LinearModel(
                ModelJson.number(one, "intercept"),
                columns,
                ModelJson.numbers(one, "coefficients")));
      }
      return new Softmax(models);
    }
  }

  /** What the sum of trees stands for. */
  public record Trees(TreeEnsemble ensemble) implements Scorer {
    @Override
    public double[][] score(Design design) {
      return ensemble.predict(design);
    }

    @Override
    public String word() {
      return "trees";
    }

    @Override
    public void write(ObjectNode node, Map<String, byte[]> files) {
      node.put("file", ModelFile.TREES);
      files.put(ModelFile.TREES, ensemble.bytes());
    }

    static Trees read(JsonNode node, Map<String, byte[]> files) {
      byte[] trees = files.get(ModelFile.TREES);
      if (trees == null) {
        throw ModelFile.corrupt(ModelFile.TREES + " is missing", null);
      }
      return new Trees(TreeEnsemble.parse(trees));
    }
  }

  /** The same for every row. */
  public record Constant(double prediction) implements Scorer {
    @Override
    public double[][] score(Design design) {
      return Shares.repeated(design.rows(), prediction);
    }

    @Override
    public String word() {
      return "constant";
    }

    @Override
    public void write(ObjectNode node, Map<String, byte[]> files) {
      node.put("prediction", prediction);
    }

    static Constant read(JsonNode node, Map<String, byte[]> files) {
      return new Constant(ModelJson.number(node, "prediction"));
    }
  }

  /** The same probability of each class for every row. */
  @SuppressWarnings("ArrayRecordComponent") // Compared by nobody.
  public record Shares(double[] shares) implements Scorer {
    @Override
    public double[][] score(Design design) {
      return repeated(design.rows(), shares);
    }

    private static double[][] repeated(int rows, double... all) {
      double[][] outputs = new double[all.length][rows];
      for (int k = 0; k < all.length; k++) {
        Arrays.fill(outputs[k], all[k]);
      }
      return outputs;
    }

    @Override
    public String word() {
      return "shares";
    }

    @Override
    public void write(ObjectNode node, Map<String, byte[]> files) {
      ModelJson.put(node, "of-classes", shares);
    }

    static Shares read(JsonNode node, Map<String, byte[]> files) {
      return new Shares(ModelJson.numbers(node, "of-classes"));
    }
  }

  private static void put(ObjectNode node, LinearModel model) {
    node.put("intercept", model.intercept());
    ModelJson.put(node, "columns", model.columns());
    ModelJson.put(node, "coefficients", model.coefficients());
  }

  private static LinearModel read(JsonNode node) {
    return new LinearModel(
        ModelJson.number(node, "intercept"),
        ModelJson.texts(node, "columns"),
        ModelJson.numbers(node, "coefficients"));
  }

  /**
   * Predicts: the probability of the positive of two classes, or the number. Never NaN.
   *
   * @throws dev.headrace.spi.error.HeadraceException LEARN_COLUMN, LEARN_TYPE where the frame lacks
   *     a column that was learnt from; LEARN_NOT_FINITE where a feature has no value for a row
   * @throws IllegalStateException where a prediction has several numbers: {@link #scores}
   */
  public double[] score(Frame frame) {
    if (target.outputs() != 1) {
      throw new IllegalStateException("a prediction has " + target.outputs() + " numbers");
    }
    return scores(frame)[0];
  }

  /**
   * Predicts: by output, then by row. Of several classes that is the probability of each; of two
   * that of the positive one alone; or the number.
   *
   * @throws dev.headrace.spi.error.HeadraceException LEARN_COLUMN, LEARN_TYPE where the frame lacks
   *     a column that was learnt from; LEARN_NOT_FINITE where a feature has no value for a row
   */
  public double[][] scores(Frame frame) {
    return CalibrationMap.of(calibration, uncalibrated(frame));
  }

  /** What {@link #scores} would be without calibration. */
  public double[][] uncalibrated(Frame frame) {
    return scorer.score(preparation.apply(transform.apply(frame)));
  }
}
