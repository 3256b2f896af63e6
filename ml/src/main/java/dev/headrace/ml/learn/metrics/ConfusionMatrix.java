package dev.headrace.ml.learn.metrics;

/**
 * Weight of rows by true class, then by predicted class.
 *
 * <p>Sokolova, Lapalme (2009), A systematic analysis of performance measures for classification
 * tasks, Information Processing and Management 45(4); Gorodkin (2004), Comparing two K-category
 * assignments by a K-category correlation coefficient.
 */
@SuppressWarnings("ArrayRecordComponent") // Sums, compared by nobody.
public record ConfusionMatrix(double[][] cells) {

  /** The matrix of scored rows, of two classes by the rows' threshold. */
  public static ConfusionMatrix of(Scored rows) {
    return of(rows, rows.weights());
  }

  static ConfusionMatrix of(Scored rows, double[] weights) {
    double[][] cells = new double[rows.classes()][rows.classes()];
    for (int i = 0; i < rows.rows(); i++) {
      cells[(int) rows.label(i)][rows.predicted(i)] += weights[i];
    }
    return new ConfusionMatrix(cells);
  }

  /** Both together. */
  public ConfusionMatrix plus(ConfusionMatrix other) {
    double[][] sum = new double[cells.length][cells.length];
    for (int t = 0; t < cells.length; t++) {
      for (int p = 0; p < cells.length; p++) {
        sum[t][p] = cells[t][p] + other.cells[t][p];
      }
    }
    return new ConfusionMatrix(sum);
  }

  private double truth(int k) {
    double sum = 0;
    for (double cell : cells[k]) {
      sum += cell;
    }
    return sum;
  }

  private double predicted(int k) {
    double sum = 0;
    for (double[] row : cells) {
      sum += row[k];
    }
    return sum;
  }

  private double all() {
    double sum = 0;
    for (int k = 0; k < cells.length; k++) {
      sum += truth(k);
    }
    return sum;
  }

  double accuracy() {
    double right = 0;
    for (int k = 0; k < cells.length; k++) {
      right += cells[k][k];
    }
    return right / all();
  }

  /** Mean recall of the classes that rows are of. */
  double balancedAccuracy() {
    double sum = 0;
    int there = 0;
    for (int k = 0; k < cells.length; k++) {
      if (truth(k) > 0) {
        sum += cells[k][k] / truth(k);
        there++;
      }
    }
    return sum / there;
  }

  /** R_K: the correlation of true and predicted class; 0 where either is constant. */
  double correlation() {
    double all = all();
    double right = 0;
    double products = 0;
    double predictedSquares = 0;
    double trueSquares = 0;
    for (int k = 0; k < cells.length; k++) {
      right += cells[k][k];
      products += predicted(k) * truth(k);
      predictedSquares += predicted(k) * predicted(k);
      trueSquares += truth(k) * truth(k);
    }
    double scale = Math.sqrt(all * all - predictedSquares) * Math.sqrt(all * all - trueSquares);
    return scale == 0 ? 0 : (right * all - products) / scale;
  }

  /** How the figures of classes become one. */
  enum Average {
    /** Their mean, over the classes that rows are of or are predicted to be. */
    MACRO,
    /** From the sums over all classes. */
    MICRO,
    /** Their mean, each as often as rows are of it. */
    WEIGHTED
  }

  /** What is told of one class against all others; 0 where nothing is to be divided by. */
  sealed interface Figure {
    /** Share of the rows predicted to be of it that are. */
    record Precision() implements Figure {}

    /** Share of its rows that are predicted. */
    record Recall() implements Figure {}

    /** (1 + b^2) P R / (b^2 P + R). */
    record FBeta(double beta) implements Figure {}

    private double of(double right, double truth, double predicted) {
      return switch (this) {
        case Precision _ -> predicted == 0 ? 0 : right / predicted;
        case Recall _ -> truth == 0 ? 0 : right / truth;
        case FBeta(double beta) -> {
          double whole = beta * beta * truth + predicted;
          yield whole == 0 ? 0 : (1 + beta * beta) * right / whole;
        }
      };
    }
  }

  double average(Average average, Figure figure) {
    double right = 0;
    double figures = 0;
    double weighted = 0;
    int there = 0;
    for (int k = 0; k < cells.length; k++) {
      double one = figure.of(cells[k][k], truth(k), predicted(k));
      right += cells[k][k];
      weighted += truth(k) * one;
      if (truth(k) > 0 || predicted(k) > 0) {
        figures += one;
        there++;
      }
    }
    return switch (average) {
      case MACRO -> figures / there;
      case MICRO -> figure.of(right, all(), all());
      case WEIGHTED -> weighted / all();
    };
  }
}
