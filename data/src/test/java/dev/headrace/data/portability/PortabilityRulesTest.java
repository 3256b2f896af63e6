package dev.headrace.data.portability;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.data.portability.PortabilityRule.Level;
import dev.headrace.data.sql.SqlAnalyzer;
import dev.headrace.data.sql.SqlConstruct;
import dev.headrace.testkit.Golden;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The checker finds what each rule shows to differ, and nothing in what it says to write instead.
 * That they do differ, and do not, is shown on both engines where both are at hand.
 */
class PortabilityRulesTest {
  private static final SqlAnalyzer ANALYZER = SqlAnalyzer.standalone();
  private static final PortabilityRules RULES = PortabilityRules.load();
  private static final PortabilityChecker CHECKER = new PortabilityChecker(RULES, ANALYZER);

  @AfterAll
  static void close() {
    CHECKER.close();
    ANALYZER.close();
  }

  @TestFactory
  Stream<DynamicTest> everyRule() {
    return RULES.all().stream()
        .map(rule -> DynamicTest.dynamicTest(rule.title(), () -> check(rule)));
  }

  private static void check(PortabilityRule rule) {
    assertThat(List.of(rule.why(), rule.instead())).doesNotContain("");
    assertThat(rule.same()).isNotEmpty();
    Set<String> shown =
        rule.differs().stream()
            .flatMap(sql -> constructs(sql).stream())
            .collect(Collectors.toSet());
    assertThat(shown).as("what the statements that differ use").containsAll(rule.covers());
    for (String sql : rule.differs()) {
      assertThat(constructs(sql)).as(sql).containsAnyElementsOf(rule.covers());
    }
    for (String sql : rule.same()) {
      assertThat(constructs(sql))
          .as("what is to be written instead: %s", sql)
          .doesNotContainAnyElementsOf(rule.covers())
          .noneMatch(
              construct ->
                  RULES
                      .of(construct)
                      .map(other -> other.level() == Level.LEAVES)
                      .orElse(!RULES.isPortable(construct)));
    }
  }

  private static Set<String> constructs(String sql) {
    return CHECKER.constructs(sql, SqlAnalyzer.UNKNOWN_ORIGIN, Map.of()).stream()
        .map(SqlConstruct::name)
        .collect(Collectors.toSet());
  }

  @Test
  void page_isCutFromTheRules() {
    StringBuilder page = new StringBuilder();
    page.append("<!-- Generated from the rules of `headrace check --engine`; do not edit. -->\n")
        .append("# Portable SQL: what to write instead\n\n")
        .append(
            "What DuckDB and Spark do in different ways. Every build runs both sides of every\n")
        .append("rule on both engines. What *depends* is the same unless the data hold what the\n")
        .append("reason names. *Type* means that the rows are the same, but not the type of the\n")
        .append("column.\n\n")
        .append("| instead of | write | why | |\n|---|---|---|---|\n");
    for (PortabilityRule rule : RULES.all()) {
      page.append(
          "| %s: `%s` | %s | %s | %s |\n"
              .formatted(
                  rule.title(),
                  cell(rule.differs().getFirst()),
                  cell(rule.instead()),
                  cell(rule.why()),
                  mark(rule)));
    }
    Golden.of("docs/reference/portable-sql-rules.md").matches(page.toString());
  }

  private static String mark(PortabilityRule rule) {
    String about =
        rule.about() == PortabilityRule.About.ROWS
            ? ""
            : rule.about().name().toLowerCase(Locale.ROOT);
    String depends = rule.level() == Level.DEPENDS ? "depends" : "";
    return Stream.of(depends, about).filter(s -> !s.isEmpty()).collect(Collectors.joining(", "));
  }

  private static String cell(String text) {
    return text.replace("|", "\\|");
  }
}
