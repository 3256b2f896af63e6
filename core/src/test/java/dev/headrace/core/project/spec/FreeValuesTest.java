package dev.headrace.core.project.spec;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.headrace.core.project.Environment;
import dev.headrace.core.project.Kind.FileForm;
import dev.headrace.core.project.Problems;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Keys whose values are the user's own JSON. */
class FreeValuesTest {
  record Toy(Map<String, JsonNode> values) {}

  private final Problems problems = new Problems();

  private Optional<SpecBinder.Bound<Toy>> bind(String yaml) {
    return new SpecBinder(new Environment(Map.of("COLOUR", "blue", "N", "7")), Path.of("."))
        .bind(Toy.class, FileForm.YAML, "toy.yaml", yaml, problems);
  }

  @Test
  void bind_anyJson_keepsTypes() throws IOException {
    Toy toy =
        bind("""
        values:
          text: blue
          quoted: "1"
          version: 2.1.0
          whole: 12
          hex: 0x1F
          big: 123456789012345678901234567890
          real: 1.5
          truth: true
          word: no
          list: [1, a, null, [2]]
          map: {a: {b: 1}, c: null}
          replaced: "${env:COLOUR}"
          number: "${env:N}"
        """)
            .orElseThrow()
            .spec();
    assertThat(problems.list()).isEmpty();
    assertThat(toy.values().get("text").textValue()).isEqualTo("blue");
    assertThat(toy.values().get("quoted").isTextual()).isTrue();
    assertThat(toy.values().get("version").isTextual()).isTrue();
    assertThat(toy.values().get("whole").longValue()).isEqualTo(12);
    assertThat(toy.values().get("hex").longValue()).isEqualTo(31);
    assertThat(toy.values().get("big").bigIntegerValue().bitLength()).isEqualTo(97);
    assertThat(toy.values().get("real").doubleValue()).isEqualTo(1.5);
    assertThat(toy.values().get("truth").booleanValue()).isTrue();
    assertThat(toy.values().get("word").textValue()).isEqualTo("no");
    ObjectMapper json = new ObjectMapper();
    assertThat(toy.values().get("list").toString()).isEqualTo("[1,\"a\",null,[2]]");
    assertThat(toy.values().get("map")).isEqualTo(json.readTree("{\"a\":{\"b\":1},\"c\":null}"));
    assertThat(toy.values().get("replaced").textValue()).isEqualTo("blue");
    assertThat(toy.values().get("number").intValue()).isEqualTo(7);
  }

  @Test
  void bind_whatIsWrongInside_isToldWithItsPlace() {
    assertThat(bind("values: {a: {b: '${env:ABSENT}', b: 1}, c: }")).isEmpty();
    assertThat(problems.list())
        .hasSize(3)
        .anySatisfy(problem -> assertThat(problem.message()).contains("values.a.b", "ABSENT"))
        .anySatisfy(problem -> assertThat(problem.message()).contains("written twice"))
        .anySatisfy(problem -> assertThat(problem.message()).contains("values.c"));
  }

  @Test
  void bind_withoutEnd_isRefused() {
    StringBuilder deep = new StringBuilder("values: {a: ");
    deep.append("[".repeat(150)).append("]".repeat(150)).append("}");
    assertThat(bind(deep.toString())).isEmpty();
    assertThat(problems.list()).isNotEmpty();
  }
}
