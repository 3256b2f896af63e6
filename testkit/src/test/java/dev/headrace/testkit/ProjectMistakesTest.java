package dev.headrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.headrace.core.project.Environment;
import dev.headrace.core.project.Toys;
import dev.headrace.core.project.spec.JsonSchemas;
import dev.headrace.core.project.spec.ReferencePage;
import dev.headrace.spi.error.HeadraceException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a user reads who made every mistake at once, and what is generated from spec records. */
class ProjectMistakesTest {
  private static final String HERE = "testkit/src/test/testdata/";

  @Test
  void load_projectFullOfMistakes_reportsAllOfThemInOneGo() {
    HeadraceException invalid =
        catchThrowableOfType(
            HeadraceException.class,
            () ->
                Toys.loader()
                    .load(
                        Golden.root().resolve(HERE + "mistakes"),
                        new Environment(Map.of("TOKEN", "hunter2"))));

    assertThat(invalid.problems()).hasSizeGreaterThanOrEqualTo(25);
    assertThat(invalid.getMessage()).doesNotContain("hunter2");
    String root = Golden.root().toString();
    Golden.of(HERE + "mistakes.txt").matches(invalid.getMessage().replace(root, "") + "\n");
  }

  @Test
  void referencePage_toyKinds_isReadable() {
    Golden.of(HERE + "reference/raw.md").matches(ReferencePage.of(new Toys.Raw()));
    Golden.of(HERE + "reference/derived.md").matches(ReferencePage.of(new Toys.Derived()));
    Golden.of(HERE + "reference/headrace.md")
        .matches(ReferencePage.ofConfig(List.of(Toys.DUCK, Toys.GOOSE, Toys.POND)));
  }

  @Test
  void jsonSchema_toyKinds_isReadable() {
    Golden.of(HERE + "schema/derived.json").matches(JsonSchemas.of(new Toys.Derived()));
    Golden.of(HERE + "schema/headrace.json")
        .matches(JsonSchemas.ofConfig(List.of(Toys.DUCK, Toys.GOOSE, Toys.POND)));
  }
}
