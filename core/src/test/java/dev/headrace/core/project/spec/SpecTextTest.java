package dev.headrace.core.project.spec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.core.project.Environment;
import dev.headrace.core.project.Kind.FileForm;
import dev.headrace.core.project.Problems;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is bound can be written down and bound again. */
class SpecTextTest {
  record Meal(
      String name,
      @Nullable String note,
      @Default("2") int plates,
      @Default("0.5") double salt,
      @Default("5%") Percentage tip,
      @Default("1d12h") Duration rest,
      @Default("[]") List<Taste> tastes,
      @Default("{}") Map<String, Taste> byGuest,
      Dish dish,
      @Default("{}") Table table) {}

  enum Taste {
    VERY_SWEET,
    SOUR
  }

  sealed interface Dish {}

  record HotSoup(@Default("3") int bowls) implements Dish {}

  record Bread() implements Dish {}

  record Table(@Default("4") int seats) {}

  @Test
  void record_writtenAndBoundAgain_isTheSame() {
    for (Dish dish : List.of(new HotSoup(7), new Bread())) {
      Meal meal =
          new Meal(
              "soup: \"day\"",
              null,
              3,
              1e-9,
              Percentage.parse("12.5%"),
              Duration.ofSeconds(90),
              List.of(Taste.VERY_SWEET),
              Map.of("ann", Taste.SOUR),
              dish,
              new Table(9));
      Problems problems = new Problems();
      assertThat(
              new SpecBinder(Environment.empty(), Path.of(""))
                  .bind(Meal.class, FileForm.YAML, "meal.json", SpecText.json(meal), problems)
                  .map(SpecBinder.Bound::spec))
          .as("%s %s", SpecText.json(meal), problems.list())
          .contains(meal);
    }
  }
}
