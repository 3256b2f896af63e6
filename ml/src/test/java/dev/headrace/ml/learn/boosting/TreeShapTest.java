package dev.headrace.ml.learn.boosting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.headrace.ml.learn.frame.Design;
import dev.headrace.spi.engine.Watch;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TreeShapTest {
  private static Design design(int rows, int columns, long seed) {
    Random random = new Random(seed);
    List<Design.Column> made = new ArrayList<>();
    for (int j = 0; j < columns; j++) {
      double[] values = new double[rows];
      for (int i = 0; i < rows; i++) {
        values[i] = random.nextInt(10) == 0 ? Double.NaN : random.nextGaussian();
      }
      made.add(new Design.Column("x" + j, false, values));
    }
    return new Design(rows, made);
  }

  private static Boosting.Labelled labelled(Design design, long seed) {
    Random random = new Random(seed);
    double[] labels = new double[design.rows()];
    for (int i = 0; i < labels.length; i++) {
      double x = design.columns().get(0).values()[i];
      double y = design.columns().get(1).values()[i];
      double score = (Double.isNaN(x) ? 1 : x) * (Double.isNaN(y) ? 1 : y) + x / 2;
      labels[i] = random.nextDouble() < 1 / (1 + Math.exp(-score)) ? 1 : 0;
    }
    return new Boosting.Labelled(design, labels, Optional.empty());
  }

  private static Growth growth(Growth.Objective objective, int trees, int depth) {
    return new Growth(objective, 1, trees, depth, 0.3, 0, 1, 1, 1, 1, 0, 0, 64, List.of(), 7, 2);
  }

  private static TreeEnsemble grow(Growth growth, Boosting.Labelled train) {
    return Boosting.grow(growth, train, Optional.empty(), Watch.none()).ensemble();
  }

  @Test
  void contributions_areXgboostsAndSumToTheMargin() {
    Boosting.Labelled train = labelled(design(3_000, 6, 1), 2);
    Design asked = design(300, 6, 3);
    for (Growth.Objective objective :
        List.of(Growth.Objective.LOGISTIC, Growth.Objective.SQUARED_ERROR)) {
      Growth growth = growth(objective, 40, 6);
      TreeEnsemble grown = grow(growth, train);
      TreeShap shap = new TreeShap(grown);
      double[][] ours = shap.contributions(asked);
      float[] theirs = Boosting.nativeContributions(growth, train, asked);
      float[] margins = grown.margins(asked);
      for (int i = 0; i < ours.length; i++) {
        double sum = shap.base();
        for (int j = 0; j < 6; j++) {
          assertThat(ours[i][j])
              .as("%s row %d", objective, i)
              .isCloseTo(theirs[i * 7 + j], within(2e-5));
          sum += ours[i][j];
        }
        assertThat(shap.base()).isCloseTo(theirs[i * 7 + 6], within(2e-5));
        assertThat(sum).isCloseTo(margins[i], within(2e-5));
      }
    }
  }

  @Test
  void contributions_ofSeveralClassesAreXgboosts() {
    Boosting.Labelled two = labelled(design(2_000, 5, 1), 2);
    double[] labels = two.labels().clone();
    for (int i = 0; i < labels.length; i++) {
      double x = two.design().columns().get(2).values()[i];
      labels[i] = labels[i] == 1 ? 1 : x > 0.3 ? 2 : 0;
    }
    Boosting.Labelled train = new Boosting.Labelled(two.design(), labels, Optional.empty());
    Growth growth =
        new Growth(
            Growth.Objective.SOFTMAX, 3, 20, 5, 0.3, 0, 1, 1, 1, 1, 0, 0, 64, List.of(), 7, 2);
    TreeEnsemble grown = grow(growth, train);
    Design asked = design(100, 5, 3);
    float[] theirs = Boosting.nativeContributions(growth, train, asked);
    float[][] margins = grown.marginsByOutput(asked);
    for (int k = 0; k < 3; k++) {
      TreeShap shap = new TreeShap(grown, k);
      double[][] ours = shap.contributions(asked);
      for (int i = 0; i < ours.length; i++) {
        double sum = shap.base();
        for (int j = 0; j < 5; j++) {
          assertThat(ours[i][j])
              .as("class %d, row %d", k, i)
              .isCloseTo(theirs[(i * 3 + k) * 6 + j], within(2e-5));
          sum += ours[i][j];
        }
        assertThat(sum).isCloseTo(margins[k][i], within(2e-5));
      }
    }
  }

  /** The game itself: every subset of columns, absent ones averaged over by cover. */
  @Test
  void contributions_areShapleysByBruteForce() {
    Boosting.Labelled train = labelled(design(500, 4, 5), 6);
    TreeEnsemble grown = grow(growth(Growth.Objective.LOGISTIC, 3, 4), train);
    Design asked = design(50, 4, 7);
    double[][] ours = new TreeShap(grown).contributions(asked);
    float[] row = new float[4];
    for (int i = 0; i < ours.length; i++) {
      for (int j = 0; j < 4; j++) {
        row[j] = (float) asked.columns().get(j).values()[i];
      }
      for (int j = 0; j < 4; j++) {
        double value = 0;
        for (int set = 0; set < 16; set++) {
          if ((set >> j & 1) == 0) {
            double share =
                new double[] {1.0 / 4, 1.0 / 12, 1.0 / 12, 1.0 / 4}[Integer.bitCount(set)];
            value += share * (worth(grown, row, set | 1 << j) - worth(grown, row, set));
          }
        }
        assertThat(ours[i][j]).isCloseTo(value, within(1e-9));
      }
    }
  }

  private static double worth(TreeEnsemble trees, float[] row, int known) {
    double sum = 0;
    for (int root : trees.roots()) {
      sum += worth(trees, root, row, known);
    }
    return sum;
  }

  private static double worth(TreeEnsemble trees, int node, float[] row, int known) {
    if (trees.isLeaf(node)) {
      return trees.weight(node);
    }
    int column = trees.column(node);
    if ((known >> column & 1) == 1) {
      return worth(trees, trees.next(node, row[column]), row, known);
    }
    double left = trees.cover(trees.left(node));
    double right = trees.cover(trees.right(node));
    return (left * worth(trees, trees.left(node), row, known)
            + right * worth(trees, trees.right(node), row, known))
        / (left + right);
  }
}
