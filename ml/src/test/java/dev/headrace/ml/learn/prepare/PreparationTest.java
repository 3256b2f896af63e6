package dev.headrace.ml.learn.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.headrace.ml.learn.LearnError;
import dev.headrace.ml.learn.frame.Design;
import dev.headrace.ml.learn.frame.Frame;
import dev.headrace.ml.learn.frame.Frame.Categories;
import dev.headrace.ml.learn.frame.Frame.Numbers;
import dev.headrace.ml.learn.prepare.PreparationFit.Taste;
import dev.headrace.ml.learn.prepare.PrepareSpec.Missing;
import dev.headrace.ml.learn.prepare.PrepareSpec.Scale;
import dev.headrace.spi.error.HeadraceException;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What is learnt of training rows, and what becomes of rows that come later. */
class PreparationTest {
  private static final double GAP = Double.NaN;
  private static final Taste HOT =
      new Taste(Missing.MEAN, Scale.STANDARD, PrepareSpec.Categories.ONE_HOT, false);
  private static final Taste TREES =
      new Taste(Missing.LEAVE, Scale.NONE, PrepareSpec.Categories.NATIVE, false);

  private static Frame frame(Frame.Column... columns) {
    int rows =
        switch (columns[0]) {
          case Numbers numbers -> numbers.values().length;
          case Categories texts -> texts.codes().length;
        };
    return new Frame(rows, List.of(columns));
  }

  private static Preparation fit(PrepareSpec spec, Taste taste, Frame frame) {
    return new PreparationFit(spec, taste).fit(frame);
  }

  @Test
  void number_isFilledAndScaledByTrainingRowsAlone() {
    Frame train = frame(new Numbers("x", new double[] {1, 3, GAP, 5}));
    Preparation learnt = fit(PrepareSpec.DEFAULT, HOT, train);
    // Mean 3 of what is there; with 3 in the gap the deviation is sqrt(8 / 4).
    Design later = learnt.apply(frame(new Numbers("x", new double[] {GAP, 3 + Math.sqrt(2)})));
    assertThat(later.names()).containsExactly("x", "x is missing");
    assertThat(later.columns().get(0).values()[0]).isEqualTo(0);
    assertThat(later.columns().get(0).values()[1]).isCloseTo(1, within(1e-15));
    assertThat(later.columns().get(1).values()).containsExactly(1, 0);
  }

  @Test
  void otherFillsAndScales() {
    Frame train = frame(new Numbers("x", new double[] {0, 10, 10, 40, GAP}));
    assertThat(
            number(new PrepareSpec(Missing.MEDIAN, false, Scale.NONE, null, 1, List.of()), train))
        .isEqualTo(new Preparation.Numeric("x", false, 10, false, 0, 1));
    assertThat(
            number(
                new PrepareSpec(Missing.MOST_FREQUENT, false, Scale.MIN_MAX, null, 1, List.of()),
                train))
        .isEqualTo(new Preparation.Numeric("x", false, 10, false, 0, 40));
    assertThat(number(new PrepareSpec(Missing.ZERO, true, Scale.ROBUST, null, 1, List.of()), train))
        .isEqualTo(new Preparation.Numeric("x", false, 0, true, 10, 10));
    assertThat(number(new PrepareSpec(null, true, Scale.NONE, null, 1, List.of("x")), train).log())
        .isTrue();
  }

  private static Preparation.Numeric number(PrepareSpec spec, Frame train) {
    return (Preparation.Numeric) fit(spec, HOT, train).steps().getFirst();
  }

  @Test
  void constantColumn_isScaledByOne() {
    Preparation learnt =
        fit(PrepareSpec.DEFAULT, HOT, frame(new Numbers("x", new double[] {7, 7, 7})));
    assertThat(learnt.apply(frame(new Numbers("x", new double[] {8}))).columns().get(0).values())
        .containsExactly(1);
  }

  @Test
  void textNeverSeen_isNoneOfTheKnown() {
    Frame train = frame(new Categories("c", new int[] {0, 1, 1, -1}, List.of("a", "b")));
    Design hot =
        fit(PrepareSpec.DEFAULT, HOT, train)
            .apply(frame(new Categories("c", new int[] {0, 1}, List.of("b", "new"))));
    assertThat(hot.names()).containsExactly("c=a", "c=b");
    assertThat(hot.columns().get(0).values()).containsExactly(0, 0);
    assertThat(hot.columns().get(1).values()).containsExactly(1, 0);
    Design codes =
        fit(PrepareSpec.DEFAULT, TREES, train)
            .apply(frame(new Categories("c", new int[] {0, 1}, List.of("b", "new"))));
    assertThat(codes.columns().get(0).values()).containsExactly(1, GAP);
  }

  @Test
  void rareTexts_areTakenTogetherWithNewOnes() {
    Frame train =
        frame(new Categories("c", new int[] {0, 0, 1, 2, 2}, List.of("often", "once", "twice")));
    PrepareSpec rare = new PrepareSpec(null, true, null, null, 2, List.of());
    Design hot =
        fit(rare, HOT, train)
            .apply(
                frame(new Categories("c", new int[] {0, 1, 2}, List.of("once", "new", "twice"))));
    assertThat(hot.names()).containsExactly("c=often", "c=twice", "c=(other)");
    assertThat(hot.columns().get(2).values()).containsExactly(1, 1, 0);
  }

  @Test
  void columnOfAnotherType_isRefused() {
    Frame train = frame(new Numbers("x", new double[] {1, 2}));
    Preparation learnt = fit(PrepareSpec.DEFAULT, HOT, train);
    assertThatThrownBy(
            () -> learnt.apply(frame(new Categories("x", new int[] {0}, List.of("one")))))
        .isInstanceOf(HeadraceException.class)
        .hasMessage(
            "Cannot prepare column 'x': it is a text, and the model has learnt from a number.");
    assertThatThrownBy(() -> learnt.apply(frame(new Numbers("y", new double[] {1}))))
        .isInstanceOf(HeadraceException.class)
        .extracting(e -> ((HeadraceException) e).code())
        .isEqualTo(LearnError.LEARN_COLUMN);
  }

  @Test
  void key_isRefusedAsAFeature() {
    List<String> keys = IntStream.range(0, 1001).mapToObj(i -> "k%04d".formatted(i)).toList();
    Frame train = frame(new Categories("id", IntStream.range(0, 1001).toArray(), keys));
    assertThatThrownBy(() -> fit(PrepareSpec.DEFAULT, HOT, train))
        .hasMessage(
            "Cannot learn from column 'id': it has 1001 different texts in 1001 rows, more than"
                + " 1000.");
  }
}
