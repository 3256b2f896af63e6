package dev.headrace.data.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.core.project.Environment;
import dev.headrace.core.project.Kind.FileForm;
import dev.headrace.core.project.Problems;
import dev.headrace.core.project.spec.SpecBinder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the page on sources shows can be written in a project. */
class SourceYamlTest {
  private static final Pattern BLOCK = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL);
  @TempDir Path directory;

  private SourceSpec bind(String yaml) {
    Problems problems = new Problems();
    var bound =
        new SpecBinder(Environment.empty(), directory)
            .bind(SourceSpec.class, FileForm.YAML, "sources/orders.yaml", yaml, problems);
    assertThat(problems.list()).isEmpty();
    return bound.orElseThrow().spec();
  }

  @Test
  void bind_everyExampleOfThePage() throws IOException {
    Matcher blocks =
        BLOCK.matcher(
            Files.readString(Path.of(System.getProperty("headrace.root"), "docs/sources.md")));
    List<SourceSpec> specs = new ArrayList<>();
    while (blocks.find()) {
      specs.add(bind(blocks.group(1)));
    }
    assertThat(specs).hasSize(3);
    SourceSpec orders = specs.getFirst();
    assertThat(orders.files()).containsExactly("data/orders/**/*.csv");
    assertThat(orders.key()).containsExactly("order_id");
    assertThat(orders.time()).isEqualTo("ordered_at");
    assertThat(orders.columns())
        .isEqualTo(Map.of("ordered_at", "timestamp", "total", "decimal(12,2)"));
    assertThat(orders.maxRejected().fraction()).isEqualTo(0.01);
    assertThat(orders.checks()).hasSize(1);
    assertThat(specs.get(1).csv())
        .isEqualTo(
            new CsvOptions(";", "\"", null, false, List.of("station", "day", "celsius"), 2, ","));
    assertThat(specs.get(2).format()).isEqualTo(Format.LINES);
    assertThat(specs.get(2).nullText()).containsExactly("-");
    specs.forEach(spec -> spec.columns().values().forEach(ColumnType::parse));
  }

  @Test
  void bind_nothingButFiles_isTheStandard() {
    assertThat(bind("files: a.csv\n"))
        .isEqualTo(IngestFixture.spec("a.csv").maxRejected("5%").build());
    assertThat(bind("files: a.csv\ncsv: {}\n").csv()).isEqualTo(CsvOptions.STANDARD);
  }
}
