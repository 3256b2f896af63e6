package dev.headrace.data.portability;

import dev.headrace.core.graph.Asset;
import dev.headrace.core.graph.Graph;
import dev.headrace.data.portability.PortabilityReport.Finding;
import dev.headrace.data.portability.PortabilityRule.About;
import dev.headrace.data.portability.PortabilityRule.Level;
import dev.headrace.data.quality.Check;
import dev.headrace.data.quality.CheckSpec;
import dev.headrace.data.sql.AskedStatement;
import dev.headrace.data.sql.ModelCall;
import dev.headrace.data.sql.SqlAnalyzer;
import dev.headrace.data.sql.SqlConstruct;
import dev.headrace.data.sql.SqlQuotes;
import dev.headrace.data.tables.TableSpec;
import dev.headrace.spi.error.Location;
import dev.headrace.spi.schema.Schema;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Finds the tables whose SQL leaves the portable subset, without running any of it.
 *
 * <p>It works by what is allowed: a construct that neither the conformance suite nor a rule knows
 * is a finding. Checks of sources are left out, because DuckDB makes them whatever the engine. Not
 * thread-safe. Close it.
 */
public final class PortabilityChecker implements AutoCloseable {
  private final PortabilityRules rules;
  private final SqlAnalyzer analyzer;
  private final TypedConstructs typed = new TypedConstructs();

  /**
   * @param analyzer reads SQL; whoever made it closes it
   */
  public PortabilityChecker(PortabilityRules rules, SqlAnalyzer analyzer) {
    this.rules = rules;
    this.analyzer = analyzer;
  }

  /**
   * Looks at all tables.
   *
   * @param columns columns of the tables there are, by name in lower case, as far as they are known
   */
  public PortabilityReport check(Graph graph, Map<String, Schema> columns) {
    List<Finding> findings = new ArrayList<>();
    List<String> untyped = new ArrayList<>();
    int tables = 0;
    for (Asset asset : graph.assets()) {
      if (asset.declaration().spec() instanceof TableSpec spec) {
        tables++;
        if (!columns.keySet().containsAll(asset.definition().inputs())) {
          untyped.add(asset.name());
        }
        Never nulls = Never.of(graph, asset, columns);
        Location origin = spec.sql().at(1, 1);
        AskedStatement asked = AskedStatement.of(spec.sql().text(), origin);
        asked.calls().values().forEach(call -> findings.add(ofModel(asset, call, origin)));
        List<SqlConstruct> found = constructs(asked.text(), origin, columns);
        boolean outer = found.stream().anyMatch(c -> c.name().matches("join .*(left|right|full)"));
        Predicate<SqlConstruct> certain =
            construct ->
                isAboutNulls(construct)
                    && nulls.covers(construct.subject())
                    && (!outer || isProvenance(construct));
        for (SqlConstruct construct : found) {
          if (!certain.test(construct)) {
            finding(asset, construct, construct.position().in(origin)).ifPresent(findings::add);
          }
        }
        checks(asset, spec, findings);
      }
    }
    findings.sort(null);
    return new PortabilityReport(tables, findings.stream().distinct().toList(), untyped);
  }

  /**
   * The constructs of one statement.
   *
   * @param columns of what it reads, by name in lower case; types are looked at when all are known
   */
  List<SqlConstruct> constructs(String sql, Location origin, Map<String, Schema> columns) {
    List<SqlConstruct> found = new ArrayList<>(analyzer.constructs(sql, origin));
    var analysis = analyzer.analyze(sql, origin);
    Map<String, Schema> inputs = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    for (var table : analysis.tables()) {
      Schema schema = columns.get(table.name().toLowerCase(Locale.ROOT));
      if (schema == null) {
        return found;
      }
      inputs.put(table.name(), schema);
    }
    found.addAll(typed.of(sql, analysis, inputs));
    return found;
  }

  /** The rows of a call are not looked through: that it is there says enough. */
  private static Finding ofModel(Asset asset, ModelCall call, Location origin) {
    return new Finding(
        asset.name(),
        call.position().in(origin),
        "ml." + call.function().word(),
        Level.LEAVES,
        "Models are asked where DuckDB runs the statement",
        "headrace predict " + call.reference() + " --from TABLE --to NAME, and read that table");
  }

  private void checks(Asset asset, TableSpec spec, List<Finding> findings) {
    for (int i = 0; i < spec.checks().size(); i++) {
      CheckSpec check = spec.checks().get(i);
      String key = "checks[" + i + "].";
      if (check.rule() instanceof Check.Sql sql) {
        String query = sql.query().replace("{this}", SqlQuotes.identifier("this"));
        inCheck(asset, query, asset.declaration().origin().at(key + "sql"), findings);
      }
      String where = check.where();
      if (where != null) {
        String query = "select 1 as one from this where (" + where + ")";
        inCheck(asset, query, asset.declaration().origin().at(key + "where"), findings);
      }
    }
  }

  /** In a check only rows count: its columns have no names or types that anybody keeps. */
  private void inCheck(Asset asset, String sql, Location place, List<Finding> findings) {
    for (SqlConstruct construct : analyzer.constructs(sql, place)) {
      boolean rows =
          rules.of(construct.name()).map(rule -> rule.about() == About.ROWS).orElse(true);
      if (rows) {
        finding(asset, construct, place).ifPresent(findings::add);
      }
    }
  }

  private Optional<Finding> finding(Asset asset, SqlConstruct construct, Location place) {
    return rules
        .of(construct.name())
        .map(
            rule ->
                new Finding(
                    asset.name(),
                    place,
                    construct.name(),
                    rule.level(),
                    rule.why(),
                    rule.instead()))
        .or(
            () ->
                rules.isPortable(construct.name())
                    ? Optional.empty()
                    : Optional.of(
                        new Finding(
                            asset.name(),
                            place,
                            construct.name(),
                            Level.LEAVES,
                            "Nothing shows that it is the same on every engine.",
                            "")));
  }

  private static boolean isAboutNulls(SqlConstruct construct) {
    return construct.name().equals("ascending order without nulls")
        || construct.name().endsWith("of what may be null");
  }

  private static boolean isProvenance(SqlConstruct construct) {
    return construct.subject().matches("(.*\\.)?_(file|line)");
  }

  /**
   * Columns that are never null, by what the inputs of a table promise of them.
   *
   * @param promised columns that a check of severity error holds, in lower case
   * @param others columns that some input has without such a check
   */
  private record Never(Set<String> promised, Set<String> others) {
    static Never of(Graph graph, Asset asset, Map<String, Schema> columns) {
      Set<String> promised = new HashSet<>(Set.of("_file", "_line"));
      Set<String> others = new HashSet<>();
      for (Asset input : graph.inputs(asset)) {
        Set<String> held = NotNullColumns.of(input);
        promised.addAll(held);
        Schema schema = columns.get(input.name().toLowerCase(Locale.ROOT));
        if (schema != null) {
          schema.names().stream()
              .map(name -> name.toLowerCase(Locale.ROOT))
              .filter(name -> !held.contains(name) && !name.startsWith("_"))
              .forEach(others::add);
        }
      }
      return new Never(promised, others);
    }

    boolean covers(String subject) {
      String name = subject.substring(subject.lastIndexOf('.') + 1);
      return !name.isEmpty() && promised.contains(name) && !others.contains(name);
    }
  }

  @Override
  public void close() {
    typed.close();
  }
}
