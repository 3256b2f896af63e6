package dev.headrace.data.quality;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class AuditTextTest {
  private static CheckSpec regex(Map<String, String> patterns, String where) {
    return new CheckSpec(new Check.Regex(patterns), Severity.ERROR, null, where);
  }

  @Test
  void checksThatDiffer_haveTextsThatDiffer_thoughTheyPrintAlike() {
    Map<String, String> two = new LinkedHashMap<>();
    two.put("a", "x");
    two.put("b", "y");
    List<List<CheckSpec>> all =
        List.of(
            List.of(),
            List.of(regex(Map.of("a", "x, b=y"), null)),
            List.of(regex(two, null)),
            List.of(regex(two, "null")),
            List.of(regex(two, "")),
            List.of(new CheckSpec(new Check.Regex(two), Severity.WARN, null, null)),
            List.of(CheckSpec.of(new Check.NotNull(List.of("a, b")))),
            List.of(CheckSpec.of(new Check.NotNull(List.of("a", "b")))),
            List.of(CheckSpec.of(new Check.Unique(List.of("a", "b")))));

    assertThat(all.stream().map(AuditText::of)).doesNotHaveDuplicates();
    assertThat(Stream.of(two, Map.copyOf(two)).map(m -> AuditText.of(List.of(regex(m, null)))))
        .allMatch(text -> text.startsWith("checks 1 [CheckSpec(Regex({"));
    assertThat(AuditText.of(List.of(regex(two, null))))
        .isEqualTo(AuditText.of(List.of(regex(new LinkedHashMap<>(two), null))));
  }
}
