package dev.headrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.testkit.conformance.ConformanceCase;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The reference of portable SQL is what the conformance suite runs. */
class PortableSqlPageTest {
  @Test
  void page_isCutFromTheSuite() {
    StringBuilder page = new StringBuilder();
    page.append("# Portable SQL: every case\n\n")
        .append("Generated from the conformance suite, which every build runs on DuckDB and on")
        .append(" Spark.\n");
    for (String file : ConformanceCase.FILES) {
      page.append("\n## ").append(heading(file)).append("\n");
      for (ConformanceCase each : ConformanceCase.in(file)) {
        page.append("\n**").append(each.title()).append("**\n```sql\n");
        page.append(each.sql()).append('\n');
        each.spellings()
            .forEach(
                (engine, sql) -> page.append("-- on ").append(engine).append(": " + sql + "\n"));
        page.append("```\n```\n").append(rows(each)).append("\n```\n");
      }
    }
    Golden.of("docs/reference/portable-sql.md").matches(page.toString());
  }

  private static String heading(String file) {
    return file.substring(0, 1).toUpperCase(java.util.Locale.ROOT) + file.substring(1);
  }

  private static String rows(ConformanceCase each) {
    return each.isError()
        ? "an error"
        : each.rows().stream()
            .map(row -> String.join(" | ", row))
            .collect(Collectors.joining("\n"));
  }

  @Test
  void titles_areUnique() {
    List<String> titles = ConformanceCase.all().stream().map(ConformanceCase::title).toList();

    assertThat(titles).doesNotHaveDuplicates().hasSizeGreaterThan(100);
  }
}
