package dev.headrace.ml.learn.boosting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.headrace.ml.learn.frame.Design;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.error.HeadraceException;
import java.lang.foreign.SymbolLookup;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;

class BoostingTest {
  private static final int ROWS = 4_000;

  /** Numbers with gaps, and 40 codes without order of which some are better than others. */
  private static Design design(long seed) {
    Random random = new Random(seed);
    List<Design.Column> columns = new ArrayList<>();
    for (int j = 0; j < 5; j++) {
      double[] values = new double[ROWS];
      for (int i = 0; i < ROWS; i++) {
        values[i] = random.nextInt(10) == 0 ? Double.NaN : random.nextGaussian();
      }
      columns.add(new Design.Column("x" + j, false, values));
    }
    double[] codes = new double[ROWS];
    for (int i = 0; i < ROWS; i++) {
      codes[i] = random.nextInt(20) == 0 ? Double.NaN : random.nextInt(40);
    }
    columns.add(new Design.Column("code", true, codes));
    return new Design(ROWS, columns);
  }

  /** Of three classes, the second of two is parted by a column. */
  private static Boosting.Labelled labelled(Design design, long seed, Growth.Objective objective) {
    Boosting.Labelled two = labelled(design, seed);
    if (objective != Growth.Objective.SOFTMAX) {
      return two;
    }
    double[] labels = two.labels().clone();
    for (int i = 0; i < labels.length; i++) {
      labels[i] += design.columns().get(1).values()[i] > 0.3 ? labels[i] : 0;
    }
    return new Boosting.Labelled(design, labels, Optional.empty());
  }

  private static Boosting.Labelled labelled(Design design, long seed) {
    Random random = new Random(seed);
    double[] labels = new double[design.rows()];
    for (int i = 0; i < labels.length; i++) {
      double x = design.columns().get(0).values()[i];
      double code = design.columns().get(5).values()[i];
      double score = (Double.isNaN(x) ? 0.5 : x) + ((long) code * 7 % 3 - 1);
      labels[i] = random.nextDouble() < 1 / (1 + Math.exp(-score)) ? 1 : 0;
    }
    return new Boosting.Labelled(design, labels, Optional.empty());
  }

  private static int classes(Growth.Objective objective) {
    return objective == Growth.Objective.SOFTMAX ? 3 : 1;
  }

  private static Growth growth(Growth.Objective objective, int trees) {
    return new Growth(
        objective,
        classes(objective),
        trees,
        6,
        0.3,
        0,
        0.8,
        0.8,
        1,
        1,
        0,
        0,
        256,
        List.of(),
        7,
        2);
  }

  @Test
  void scoringInJava_givesXgboostsMargins() {
    for (Growth.Objective objective : Growth.Objective.values()) {
      Boosting.Labelled train = labelled(design(1), 2, objective);
      Design asked = design(3);
      TreeEnsemble grown =
          Boosting.grow(growth(objective, 50), train, Optional.empty(), Watch.none()).ensemble();
      assertThat(grown.trees()).isEqualTo(50 * classes(objective));
      float[][] ours = grown.marginsByOutput(asked);
      float[] theirs = Boosting.nativeMargins(growth(objective, 50), train, asked);
      assertThat(ours).hasDimensions(classes(objective), asked.rows());
      for (int i = 0; i < theirs.length; i++) {
        assertThat(ours[i % ours.length][i / ours.length])
            .as("%s row %d", objective, i / ours.length)
            .isCloseTo(theirs[i], within(2e-6f));
      }
    }
  }

  @Test
  void sameInput_givesTheSameTreesToTheByte() {
    Boosting.Labelled train = labelled(design(1), 2);
    Growth growth = growth(Growth.Objective.LOGISTIC, 30);
    byte[] first = Boosting.grow(growth, train, Optional.empty(), Watch.none()).ensemble().bytes();
    for (int again = 0; again < 3; again++) {
      assertThat(Boosting.grow(growth, train, Optional.empty(), Watch.none()).ensemble().bytes())
          .isEqualTo(first);
    }
  }

  @Test
  void patience_endsAfterTheBestRound() {
    Growth growth =
        new Growth(
            Growth.Objective.LOGISTIC, 1, 500, 6, 0.3, 10, 1, 1, 1, 1, 0, 0, 256, List.of(), 7, 2);
    Boosting.Grown grown =
        Boosting.grow(
            growth, labelled(design(1), 2), Optional.of(labelled(design(3), 4)), Watch.none());
    assertThat(grown.history()).hasSize(grown.bestRound() + 10).hasSizeLessThan(500);
    assertThat(grown.ensemble().trees()).isEqualTo(grown.bestRound());
    double best = grown.history().get(grown.bestRound() - 1);
    assertThat(grown.history()).allMatch(loss -> loss >= best);
  }

  @Test
  void monotone_neverFallsInThatColumn() {
    Growth growth =
        new Growth(
            Growth.Objective.LOGISTIC,
            1,
            50,
            6,
            0.3,
            0,
            1,
            1,
            1,
            1,
            0,
            0,
            256,
            List.of(1, 0, 0, 0, 0, 0),
            7,
            2);
    TreeEnsemble grown =
        Boosting.grow(growth, labelled(design(1), 2), Optional.empty(), Watch.none()).ensemble();
    float last = Float.NEGATIVE_INFINITY;
    for (float x = -3; x <= 3; x += 0.01f) {
      float margin = grown.margin(new float[] {x, 0.1f, -0.2f, 0.3f, 0, 5});
      assertThat(margin).isGreaterThanOrEqualTo(last);
      last = margin;
    }
  }

  @Test
  void cancelled_stopsGrowing() {
    Watch watch = new Watch(fraction -> {});
    watch.cancel();
    assertThatThrownBy(
            () ->
                Boosting.grow(
                    growth(Growth.Objective.LOGISTIC, 9),
                    labelled(design(1), 2),
                    Optional.empty(),
                    watch))
        .isInstanceOf(CancellationException.class);
  }

  @Test
  void labelOutOfRange_isToldInXgboostsWords() {
    Design design = design(1);
    double[] labels = new double[ROWS];
    labels[3] = 17;
    assertThatThrownBy(
            () ->
                Boosting.grow(
                    growth(Growth.Objective.LOGISTIC, 2),
                    new Boosting.Labelled(design, labels, Optional.empty()),
                    Optional.empty(),
                    Watch.none()))
        .isInstanceOf(HeadraceException.class)
        .hasMessage(
            "Cannot grow trees: XGBoost refused a call: label must be in [0,1] for"
                + " logistic regression.");
  }

  @SuppressWarnings("restricted") // Handed on, never called.
  @Test
  void libraryThatDoesNotLoad_isNamedWithWhatToInstall() {
    assertThatThrownBy(
            () ->
                NativeLibrary.load(
                    "Linux",
                    "amd64",
                    (file, arena) -> {
                      throw new IllegalArgumentException("Cannot open library: " + file);
                    }))
        .isInstanceOf(HeadraceException.class)
        .hasMessageContaining("OpenMP (libgomp.so.1) is not installed")
        .extracting(e -> ((HeadraceException) e).hint())
        .isEqualTo("Install libgomp1 (Debian, Ubuntu), libgomp (Red Hat) or libomp (macOS).");
    assertThatThrownBy(() -> NativeLibrary.load("Plan 9", "mips", SymbolLookup::libraryLookup))
        .hasMessage(
            "Cannot grow trees with XGBoost: its native library is missing: the distribution has"
                + " none for Plan 9 on mips.");
  }

  @Test
  void damagedFile_isCorrupt() {
    byte[] good =
        Boosting.grow(
                growth(Growth.Objective.LOGISTIC, 3),
                labelled(design(1), 2),
                Optional.empty(),
                Watch.none())
            .ensemble()
            .bytes();
    String text = new String(good, StandardCharsets.UTF_8);
    for (String damaged :
        List.of(
            text.substring(0, text.length() / 2),
            "{}",
            text.replaceFirst("\"split_indices\":\\[[^]]*]", "\"split_indices\":[]"),
            text.replaceFirst("\"left_children\":\\[1", "\"left_children\":[0"),
            text.replaceFirst("\"base_score\":\"[^\"]*\"", "\"base_score\":\"x\""))) {
      assertThat(damaged).isNotEqualTo(text);
      assertThatThrownBy(() -> TreeEnsemble.parse(damaged.getBytes(StandardCharsets.UTF_8)))
          .as(damaged.substring(0, Math.min(60, damaged.length())))
          .isInstanceOf(HeadraceException.class)
          .hasMessageStartingWith("Cannot read the trees of a model: ");
    }
  }
}
