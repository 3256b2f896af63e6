package dev.headrace.ml.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.ml.learn.Target;
import dev.headrace.ml.learn.Trainer.TrainingSet;
import dev.headrace.ml.learn.frame.Frame;
import dev.headrace.ml.learn.split.Split;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Classes that no row tests are named. */
class RareClassesTest {
  private static List<String> untested(Target target, double[] labels, int... test) {
    TrainingSet all =
        new TrainingSet(
            new Frame(labels.length, List.of()),
            target,
            labels,
            Optional.empty(),
            Optional.empty());
    return RareClasses.untested(all, new Split(List.of(new Split.Fold(new int[0], test))));
  }

  @Test
  void classWithoutATestRow_isNamedWithItsRows() {
    Target two = new Target.Classes("no", "yes");
    assertThat(untested(two, new double[] {0, 1, 0, 0}, 2, 3))
        .containsExactly(
            "of class 'yes' no row tests (it has 1 of 4 rows): what is measured says nothing of it");
    assertThat(
            untested(new Target.Several(List.of("a", "b", "c")), new double[] {0, 1, 2, 2}, 0, 1))
        .singleElement()
        .asString()
        .contains("of class 'c'", "2 of 4 rows", "'split: {stratified: true}'");
  }

  @Test
  void classesThatAreTested_andNumbers_giveNoWarning() {
    assertThat(untested(new Target.Classes("no", "yes"), new double[] {0, 1, 0}, 0, 1)).isEmpty();
    assertThat(untested(new Target.Quantity(), new double[] {7, 8.5}, 0)).isEmpty();
  }
}
