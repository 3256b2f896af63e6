package dev.headrace.data.portability;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.data.sql.SqlAnalyzer;
import dev.headrace.data.sql.SqlConstruct;
import dev.headrace.testkit.Golden;
import dev.headrace.testkit.conformance.ConformanceCase;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What counts as portable is what the conformance suite runs on every engine, and only that. */
class PortableSubsetTest {
  @Test
  void subset_isCutFromTheSuite() {
    Set<String> constructs = new TreeSet<>();
    try (SqlAnalyzer analyzer = SqlAnalyzer.standalone()) {
      for (ConformanceCase each : ConformanceCase.all()) {
        if (each.isPortable() && !each.isError()) {
          analyzer.constructs(each.sql(), SqlAnalyzer.UNKNOWN_ORIGIN).stream()
              .map(SqlConstruct::name)
              .filter(name -> !PortabilityRules.onlyRulesSpeakOf(name))
              .forEach(constructs::add);
        }
      }
    }
    Golden.of("data/src/main/resources/dev/headrace/data/portability/subset.txt")
        .matches(String.join("\n", constructs) + "\n");
  }

  @Test
  void rules_doNotContradictTheSuite() {
    PortabilityRules rules = PortabilityRules.load();
    for (PortabilityRule rule : rules.all()) {
      for (String construct : rule.covers()) {
        if (rule.level() == PortabilityRule.Level.LEAVES
            && !PortabilityRules.onlyRulesSpeakOf(construct)) {
          assertThat(rules.isPortable(construct)).as(construct).isFalse();
        }
      }
    }
  }
}
