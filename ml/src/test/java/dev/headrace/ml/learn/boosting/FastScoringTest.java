package dev.headrace.ml.learn.boosting;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.headrace.ml.learn.frame.Design;
import dev.headrace.spi.engine.Watch;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Walks without branches, and leaves as bits, give the plain walk's sums, bit for bit. */
class FastScoringTest {
  private static final float[] ODD = {
    0f,
    -0f,
    Float.MIN_VALUE,
    -Float.MIN_VALUE,
    Float.MAX_VALUE,
    -Float.MAX_VALUE,
    1e-40f,
    Float.POSITIVE_INFINITY,
    Float.NEGATIVE_INFINITY,
    1.5f,
    -1.5f
  };

  /** One more than a block. */
  private static final int ROWS = 513;

  /** The seed of rows that are scored; no odd numbers are among those that trees grow from. */
  private static final long ASKED = 3;

  @Test
  void ordered_keepsTheOrderOfNumbers() {
    for (float x : ODD) {
      for (float y : ODD) {
        assertThat(TreeWalk.ordered(x) >= TreeWalk.ordered(y)).as("%s %s", x, y).isEqualTo(x >= y);
      }
      assertThat(TreeWalk.ordered(x)).isGreaterThan(TreeWalk.ordered(Float.NaN));
      assertThat(TreeWalk.ordered(x)).isLessThan(Integer.MAX_VALUE);
    }
  }

  /** Few different numbers, so that many equal a split's; odd ones and missing ones among them. */
  private static Design design(int rows, int columns, long seed) {
    Random random = new Random(seed);
    List<Design.Column> made = new ArrayList<>();
    for (int j = 0; j < columns; j++) {
      double[] values = new double[rows];
      for (int i = 0; i < rows; i++) {
        values[i] =
            switch (random.nextInt(8)) {
              case 0 -> Double.NaN;
              case 1 -> 0.0;
              case 2 -> -0.0;
              case 3 -> seed == ASKED ? ODD[random.nextInt(ODD.length)] : 1.0;
              default -> random.nextInt(9) / 4.0 - 1;
            };
      }
      made.add(new Design.Column("x" + j, false, values));
    }
    return new Design(rows, made);
  }

  @Test
  void sums_areThePlainWalks() {
    Design train = design(2_000, 7, 1);
    Random random = new Random(2);
    double[] labels = new double[2_000];
    for (int i = 0; i < labels.length; i++) {
      double x = train.columns().get(0).values()[i];
      labels[i] = random.nextDouble() < 1 / (1 + Math.exp(-(Double.isNaN(x) ? 2 : x))) ? 1 : 0;
    }
    for (int depth : new int[] {1, 4, 6, 9}) {
      TreeEnsemble trees = grown(growth(depth), train, labels);
      assertThat(quick(trees) == null).as("depth %s", depth).isEqualTo(depth == 9);
      requirePlain(trees, design(ROWS, 7, ASKED));
      // Blocks without a missing number are walked otherwise; here such stand beside others.
      requirePlain(trees, present(design(ROWS, 7, ASKED), 0));
      requirePlain(trees, present(design(ROWS, 7, ASKED), 200));
    }
  }

  /** Leaves fill one word, a bit of the second, both; splits are on either side of all of them. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 31, 32, 33, 34, 63, 64, 65})
  void sumsOfTreesOfSoManyLeaves_areThePlainWalks(int leaves) {
    for (boolean toTheLeft : new boolean[] {true, false}) {
      TreeEnsemble trees = chains(leaves, toTheLeft);
      assertThat(quick(trees) == null).isEqualTo(leaves > 64);
      requirePlain(trees, design(ROWS, 7, ASKED));
    }
  }

  /** Two trees in which one child of every split is a leaf; missing numbers go by turns. */
  private static TreeEnsemble chains(int leaves, boolean toTheLeft) {
    ObjectNode model = JsonNodeFactory.instance.objectNode();
    ObjectNode learner = model.putObject("learner");
    learner.putObject("objective").put("name", "reg:squarederror");
    learner.putObject("learner_model_param").put("base_score", "0.5");
    ArrayNode trees = learner.putObject("gradient_booster").putObject("model").putArray("trees");
    for (int t = 0; t < 2; t++) {
      ObjectNode tree = trees.addObject();
      List<String> columns =
          List.of(
              "left_children",
              "right_children",
              "split_indices",
              "split_conditions",
              "default_left",
              "sum_hessian",
              "loss_changes");
      // Splits have even numbers, and the leaves beside them odd ones.
      for (int node = 0; node < 2 * leaves - 1; node++) {
        boolean leaf = node % 2 == 1 || node == 2 * leaves - 2;
        int inner = leaf ? -1 : node + 2;
        int outer = leaf ? -1 : node + 1;
        List<Double> values =
            List.of(
                (double) (toTheLeft ? inner : outer),
                (double) (toTheLeft ? outer : inner),
                leaf ? 0.0 : (node / 2 + t) % 7,
                leaf ? node * 0.37 + t : (node * 5 % 9) / 4.0 - 1,
                (double) (node / 2 % 2),
                1.0,
                1.0);
        for (int k = 0; k < columns.size(); k++) {
          tree.withArray(columns.get(k)).add(values.get(k));
        }
      }
    }
    return TreeEnsemble.parse(model.toString().getBytes(StandardCharsets.UTF_8));
  }

  /** So wide that fewer rows than elsewhere are scored at once. */
  @Test
  void sumsOfWideRows_areThePlainWalks() {
    Design train = design(2_000, 400, 1);
    double[] labels = new double[2_000];
    for (int i = 0; i < labels.length; i++) {
      double x = train.columns().get(399).values()[i];
      labels[i] = x > 0 || i % 3 == 0 ? 1 : 0;
    }
    requirePlain(grown(growth(4), train, labels), design(ROWS, 400, ASKED));
  }

  /** Numbers, a text of 40 words and one of three; missing, unseen and impossible codes too. */
  private static Design withTexts(int rows, int words, long seed) {
    Random random = new Random(seed);
    Design numbers = design(rows, 2, seed);
    List<Design.Column> columns = new ArrayList<>(numbers.columns());
    for (int levels : new int[] {40, 3}) {
      double[] codes = new double[rows];
      for (int i = 0; i < rows; i++) {
        int drawn = random.nextInt(words * levels / 40 + 2);
        codes[i] = drawn == 0 ? Double.NaN : drawn - 1;
      }
      columns.add(new Design.Column("text" + levels, true, codes));
    }
    return new Design(rows, columns);
  }

  @Test
  void sumsOfSplitsBySets_areThePlainWalks() {
    Design train = withTexts(3_000, 39, 1);
    Random random = new Random(2);
    double[] labels = new double[3_000];
    for (int i = 0; i < labels.length; i++) {
      double code = train.columns().get(2).values()[i];
      labels[i] = (Double.isNaN(code) ? 1 : (long) code * 7 % 5) + random.nextInt(2);
    }
    for (Growth.Objective objective :
        List.of(Growth.Objective.SQUARED_ERROR, Growth.Objective.SOFTMAX)) {
      int classes = objective == Growth.Objective.SOFTMAX ? 6 : 1;
      Growth growth =
          new Growth(objective, classes, 13, 6, 0.3, 0, 1, 1, 1, 1, 0, 0, 64, List.of(), 7, 1);
      TreeEnsemble trees = grown(growth, train, labels);
      SetColumns sets = Objects.requireNonNull(SetColumns.of(trees));
      assertThat(sets.width()).as("there are splits by sets").isGreaterThan(sets.before() + 5);
      assertThat(quick(trees)).isNotNull();
      // Codes that no row had stand beside others, and blocks without a missing one.
      Design asked = withTexts(517, 80, 3);
      for (Design rows : List.of(asked, present(asked, 200))) {
        float[][] plain = trees.plainMargins(rows, new float[classes][517]);
        assertThat(trees.marginsByOutput(rows)).isDeepEqualTo(plain);
        float[] walked = new float[517];
        Objects.requireNonNull(TreeWalk.of(trees, sets, trees.roots(0))).sums(rows, walked);
        for (int i = 0; i < 517; i++) {
          assertThat(walked[i] + trees.baseMargin()).isEqualTo(plain[0][i]);
        }
        float[] row = new float[4];
        for (int i = 0; i < 517 && classes == 1; i++) {
          for (int j = 0; j < 4; j++) {
            row[j] = (float) rows.columns().get(j).values()[i];
          }
          assertThat(trees.margin(row)).isEqualTo(plain[0][i]);
        }
      }
    }
  }

  /** One tree more than a multiple of four. */
  private static Growth growth(int depth) {
    return new Growth(
        Growth.Objective.LOGISTIC, 1, 13, depth, 0.3, 0, 1, 1, 0.1, 1, 0, 0, 64, List.of(), 7, 1);
  }

  private static TreeEnsemble grown(Growth growth, Design train, double[] labels) {
    return Boosting.grow(
            growth,
            new Boosting.Labelled(train, labels, Optional.empty()),
            Optional.empty(),
            Watch.none())
        .ensemble();
  }

  /** The same with another number for each missing one, from a row on. */
  private static Design present(Design design, int from) {
    for (Design.Column column : design.columns()) {
      for (int i = from; i < column.values().length; i++) {
        column.values()[i] = Double.isNaN(column.values()[i]) ? 0.25 : column.values()[i];
      }
    }
    return design;
  }

  private static @Nullable QuickScorer quick(TreeEnsemble trees) {
    return QuickScorer.of(trees, Objects.requireNonNull(SetColumns.of(trees)), trees.roots(0));
  }

  private static void requirePlain(TreeEnsemble trees, Design asked) {
    float[] all = trees.margins(asked);
    float[] walked = new float[ROWS];
    SetColumns sets = Objects.requireNonNull(SetColumns.of(trees));
    Objects.requireNonNull(TreeWalk.of(trees, sets, trees.roots())).sums(asked, walked);
    float[] bits = new float[ROWS];
    QuickScorer quick = quick(trees);
    if (quick != null) {
      quick.sums(asked, bits);
    }
    float[] row = new float[asked.columns().size()];
    for (int i = 0; i < ROWS; i++) {
      for (int j = 0; j < row.length; j++) {
        row[j] = (float) asked.columns().get(j).values()[i];
      }
      float plain = trees.plainMargin(row);
      assertThat(all[i]).isEqualTo(plain);
      assertThat(walked[i] + trees.baseMargin()).isEqualTo(plain);
      if (quick != null) {
        assertThat(bits[i] + trees.baseMargin()).isEqualTo(plain);
      }
      assertThat(trees.margin(row)).isEqualTo(plain);
    }
  }
}
