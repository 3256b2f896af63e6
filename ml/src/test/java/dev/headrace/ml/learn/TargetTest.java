package dev.headrace.ml.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headrace.core.project.spec.Percentage;
import dev.headrace.ml.learn.frame.Frame;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What is to be predicted follows from the labels, or the reason why nothing can be is told. */
class TargetTest {
  private static final LearnSpec LOGISTIC = new LearnSpec.Logistic(1, 0, LearnSpec.Balance.NONE);
  private static final LearnSpec LINEAR = new LearnSpec.Linear(Percentage.parse("95%"));

  private static Frame.Column texts(int[] codes, String... levels) {
    return new Frame.Categories("label", codes, List.of(levels));
  }

  private static Frame.Column numbers(double... values) {
    return new Frame.Numbers("label", values);
  }

  @Test
  void classes_areToldByName() {
    assertThat(Target.of(texts(new int[] {0, 1}, "No", "Yes"), LOGISTIC, null))
        .isEqualTo(new Target.Classes("No", "Yes"));
    assertThat(Target.of(texts(new int[] {0, 1}, "YES", "never"), LOGISTIC, null))
        .isEqualTo(new Target.Classes("never", "YES"));
    assertThat(Target.of(texts(new int[] {0, 1}, "cat", "dog"), LOGISTIC, "cat"))
        .isEqualTo(new Target.Classes("dog", "cat"));
    Target booleans = Target.of(numbers(1, 0, 0), LOGISTIC, null);
    assertThat(booleans).isEqualTo(new Target.Classes("0", "1"));
    assertThat(booleans.numbers(numbers(1, 0, 0))).containsExactly(1, 0, 0);
    assertThat(Target.of(numbers(1, 0, 0), LINEAR, null)).isEqualTo(new Target.Quantity());
  }

  @Test
  void threeClassesAndMore_areTheirPlaces() {
    Frame.Column texts = texts(new int[] {2, 0, 1, 2}, "Ä", "b", "c");
    Target three = Target.of(texts, LOGISTIC, null);
    assertThat(three).isEqualTo(new Target.Several(List.of("b", "c", "Ä")));
    assertThat(three.numbers(texts)).containsExactly(1, 2, 0, 1);
    assertThat(three.outputs()).isEqualTo(3);
    // Numbers by their size; a learner of numbers takes them as such.
    Frame.Column grades = numbers(10, 2, 1, 2);
    assertThat(Target.of(grades, LOGISTIC, null))
        .isEqualTo(new Target.Several(List.of("1", "2", "10")));
    assertThat(Target.of(grades, LINEAR, null)).isEqualTo(new Target.Quantity());
  }

  @Test
  void labelsThatTeachNothing_areRefused() {
    assertThatThrownBy(() -> Target.of(texts(new int[] {0, 0}, "no"), LOGISTIC, null))
        .hasMessage("Cannot learn to predict 'label': it is 'no' in every row.");
    assertThatThrownBy(() -> Target.of(texts(new int[] {0, -1, 1}, "a", "b"), LOGISTIC, null))
        .hasMessage("Cannot learn to predict 'label': it is missing in 1 of 3 rows.");
    assertThatThrownBy(() -> Target.of(numbers(), LINEAR, null))
        .hasMessage("Cannot learn to predict 'label': the table has no rows.");
    assertThatThrownBy(() -> Target.of(texts(new int[] {0, 1, 2}, "a", "b", "c"), LOGISTIC, "b"))
        .hasMessage(
            "Cannot learn to predict 'label': 'positive' names one of two classes, and it has 3.");
    double[] keys = IntStream.range(0, 101).asDoubleStream().toArray();
    assertThatThrownBy(() -> Target.of(numbers(keys), LOGISTIC, null))
        .hasMessage("Cannot learn to predict 'label': it has more than 100 classes (0, 1, 10, …).");
    assertThatThrownBy(() -> Target.of(texts(new int[] {0, 1}, "a", "b"), LINEAR, null))
        .hasMessageContaining("it is a text, and the learner predicts numbers");
    assertThatThrownBy(() -> Target.of(texts(new int[] {0, 1}, "a", "b"), LOGISTIC, "c"))
        .hasMessageContaining("'positive' is 'c', and the classes are a and b");
  }
}
