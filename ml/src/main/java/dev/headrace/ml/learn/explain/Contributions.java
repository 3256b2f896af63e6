package dev.headrace.ml.learn.explain;

import dev.headrace.ml.learn.LearnError;
import dev.headrace.ml.learn.Model;
import dev.headrace.ml.learn.anomalies.IsolationForest;
import dev.headrace.ml.learn.boosting.TreeEnsemble;
import dev.headrace.ml.learn.boosting.TreeShap;
import dev.headrace.ml.learn.components.PrincipalComponents;
import dev.headrace.ml.learn.frame.Design;
import dev.headrace.ml.learn.frame.Frame;
import dev.headrace.ml.learn.linear.LinearModel;
import dev.headrace.spi.error.HeadraceException;
import java.util.Arrays;
import java.util.List;

/**
 * How far each feature moves a prediction away from the mean prediction: Shapley values (Lundberg,
 * Lee, A Unified Approach to Interpreting Model Predictions, 2017). Base and contributions of a row
 * sum to its score, which is the log odds of a probability before calibration, the logarithm of a
 * count, or the number itself; of several classes that of which the softmax is the probability.
 *
 * <p>Of trees they are path-dependent ({@link TreeShap}); of sums {@code b (x - mean)} over a
 * background, as if columns were independent, which places along principal components are too. Of
 * isolation forests, whose score is explained as its logarithm to base 2, they are told by {@link
 * IsolationForest#contributions}. What a feature was prepared into counts together.
 *
 * @param features in the order of the model
 * @param base score where nothing is known
 * @param rows by row, then by feature
 */
@SuppressWarnings("ArrayRecordComponent") // Many numbers, compared by nobody.
public record Contributions(List<String> features, double base, double[][] rows) {
  public Contributions {
    features = List.copyOf(features);
  }

  /**
   * Explains what a model with one output predicts.
   *
   * @param background rows that stand for all
   * @throws HeadraceException LEARN_EXPLAIN for a model that has no such explanation
   */
  public static Contributions of(Model model, Frame asked, Frame background) {
    return of(model, 0, asked, background);
  }

  /**
   * Explains rows.
   *
   * @param output whose score: the place of the class among several, of the component, else 0
   * @param background rows that stand for all, such as those learnt from; sums need them, trees do
   *     not
   * @throws HeadraceException LEARN_EXPLAIN for a model that has no such explanation
   */
  public static Contributions of(Model model, int output, Frame asked, Frame background) {
    Design design = model.preparation().apply(asked);
    return switch (model.scorer()) {
      case Model.Trees(TreeEnsemble ensemble) -> {
        TreeShap shap = new TreeShap(ensemble, output);
        yield grouped(model, shap.base(), shap.contributions(design));
      }
      case Model.Linear(LinearModel sum) -> ofSum(model, sum, design, background);
      case Model.Logistic(LinearModel sum) -> ofSum(model, sum, design, background);
      case Model.Softmax(List<LinearModel> sums) ->
          ofSum(model, sums.get(output), design, background);
      case PrincipalComponents found when output < found.directions().length ->
          ofSum(model, found.along(output, design.names()), design, background);
      case IsolationForest forest -> {
        Design all = model.preparation().apply(background);
        double[][] rows = forest.contributions(design, all);
        yield grouped(model, rows[0][design.columns().size()], rows);
      }
      case Model.Constant _, Model.Shares _ ->
          throw unknown(
              "it predicts the same for every row", "Explain a model that learns from features.");
      default ->
          throw unknown(
              "nothing adds up to what its learner predicts",
              "The importance of its features is told by: headrace models show.");
    };
  }

  private static HeadraceException unknown(String reason, String hint) {
    return new HeadraceException(
        LearnError.LEARN_EXPLAIN, "Cannot explain the model: " + reason + ".", hint);
  }

  private static Contributions ofSum(
      Model model, LinearModel sum, Design design, Frame background) {
    Design all = model.preparation().apply(background);
    int width = design.columns().size();
    double base = sum.intercept();
    double[] means = new double[width];
    for (int j = 0; j < width; j++) {
      means[j] = Arrays.stream(all.columns().get(j).values()).sum() / all.rows();
      base += sum.coefficients()[j] * means[j];
    }
    double[][] rows = new double[design.rows()][width];
    for (int j = 0; j < width; j++) {
      double[] values = design.columns().get(j).values();
      for (int i = 0; i < rows.length; i++) {
        rows[i][j] = sum.coefficients()[j] * (values[i] - means[j]);
      }
    }
    return grouped(model, base, rows);
  }

  private static Contributions grouped(Model model, double base, double[][] byColumn) {
    int[] widths = model.preparation().widths();
    double[][] rows = new double[byColumn.length][widths.length];
    for (int i = 0; i < rows.length; i++) {
      int at = 0;
      for (int f = 0; f < widths.length; f++) {
        for (int k = 0; k < widths[f]; k++) {
          rows[i][f] += byColumn[i][at++];
        }
      }
    }
    return new Contributions(model.preparation().columns(), base, rows);
  }

  /** Mean of the absolute contributions of each feature: how much it matters over these rows. */
  public double[] meanSizes() {
    double[] sizes = new double[features.size()];
    for (double[] row : rows) {
      for (int f = 0; f < sizes.length; f++) {
        sizes[f] += Math.abs(row[f]) / rows.length;
      }
    }
    return sizes;
  }
}
