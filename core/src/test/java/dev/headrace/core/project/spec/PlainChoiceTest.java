package dev.headrace.core.project.spec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.core.project.Environment;
import dev.headrace.core.project.Kind.FileForm;
import dev.headrace.core.project.Problems;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A choice of which one option may be written without its name. */
class PlainChoiceTest {
  sealed interface Level {}

  @Plain
  record At(double at) implements Level {
    At {
      if (at < 0) {
        throw new IllegalArgumentException("must not be negative");
      }
    }
  }

  record Named(String named) implements Level {}

  record Toy(@Default("0.5") Level level) {}

  private final Problems problems = new Problems();

  private Optional<Level> bind(String yaml) {
    return new SpecBinder(Environment.empty(), Path.of("."))
        .bind(Toy.class, FileForm.YAML, "toy.yaml", yaml, problems)
        .map(bound -> bound.spec().level());
  }

  @Test
  void plainOption_withAndWithoutName_isTheSame() {
    assertThat(bind("level: 0.3")).contains(new At(0.3));
    assertThat(bind("level: {at: 0.3}")).contains(new At(0.3));
    assertThat(bind("level: {named: x}")).contains(new Named("x"));
    assertThat(bind("{}")).contains(new At(0.5));
    assertThat(bind(SpecText.json(new Toy(new At(0.25))))).contains(new At(0.25));
    assertThat(problems.list()).isEmpty();
  }

  @Test
  void whatThePlainOptionRefuses_isToldOfIt() {
    assertThat(bind("level: -1")).isEmpty();
    assertThat(bind("level: high")).isEmpty();
    assertThat(bind("level: {att: 1}")).isEmpty();
    assertThat(problems.list().stream().map(Object::toString))
        .anySatisfy(text -> assertThat(text).contains("must not be negative"))
        .anySatisfy(text -> assertThat(text).contains("must be a number, but is 'high'"))
        .anySatisfy(text -> assertThat(text).contains("Unknown key 'level.att'"));
  }
}
