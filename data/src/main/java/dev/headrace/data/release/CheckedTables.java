package dev.headrace.data.release;

import dev.headrace.core.project.Declaration;
import dev.headrace.core.project.Problems;
import dev.headrace.core.project.Scope;
import dev.headrace.data.quality.Check;
import dev.headrace.data.quality.CheckSpec;
import dev.headrace.data.sql.SqlAnalysis;
import dev.headrace.data.sql.SqlQuotes;
import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.error.Location;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Which other tables an asset's checks read: they have to be built before it is checked. */
public final class CheckedTables {
  private static final String THIS = "this";

  private final BiFunction<String, Location, SqlAnalysis> analyzer;

  /**
   * @param analyzer reads the SQL of a check that begins at a place
   */
  public CheckedTables(BiFunction<String, Location, SqlAnalysis> analyzer) {
    this.analyzer = analyzer;
  }

  /**
   * Tables besides the asset's own that {@code checks} read, in lower case; adds a problem for each
   * one that the project does not have, and for SQL that cannot be read.
   */
  public List<String> of(
      Declaration<?> declaration, List<CheckSpec> checks, Scope scope, Problems problems) {
    Set<String> tables = new TreeSet<>();
    for (int i = 0; i < checks.size(); i++) {
      String key = "checks[" + i + "].";
      checkCondition(declaration, checks.get(i).where(), key + "where", problems);
      switch (checks.get(i).rule()) {
        case Check.ForeignKey foreign ->
            foreign
                .columns()
                .forEach(
                    (column, target) ->
                        add(
                            Check.ForeignKey.tableOf(target),
                            declaration.origin().at(key + "foreign-key." + column),
                            tables,
                            scope,
                            problems));
        case Check.Sql sql -> addSql(declaration, sql, key + "sql", tables, scope, problems);
        case Check.NotNull _,
            Check.Unique _,
            Check.AcceptedValues _,
            Check.Range _,
            Check.Regex _,
            Check.RowCount _,
            Check.Freshness _ -> {}
      }
    }
    tables.remove(declaration.name().toLowerCase(Locale.ROOT));
    return List.copyOf(tables);
  }

  /** A condition is one expression, so that nothing it says reaches beyond its own check. */
  private void checkCondition(
      Declaration<?> declaration, @Nullable String condition, String key, Problems problems) {
    if (condition == null || condition.isBlank()) {
      return; // What is blank is told when the check is planned.
    }
    Location place = declaration.origin().at(key);
    try {
      SqlAnalysis alone = analyzer.apply("select\n" + condition, place);
      // In parentheses it may not close them, nor go on behind the expression.
      SqlAnalysis enclosed = analyzer.apply("select 1 where (\n" + condition + "\n)", place);
      Stream.of(alone, enclosed)
          .flatMap(analysis -> analysis.tables().stream())
          .findFirst()
          .ifPresent(
              table ->
                  problems.add(
                      place,
                      "The condition reads '%s', but knows the columns of its row alone."
                          .formatted(table.fullName()),
                      "Write a check of your own query: sql: select … from {this} join …"));
    } catch (HeadraceException e) {
      problems.add(
          place,
          "Cannot read '%s' as a condition: %s".formatted(condition.strip(), e.getMessage()),
          "Write one expression over columns, such as: status = 'paid' and total > 0");
    }
  }

  private void addSql(
      Declaration<?> declaration,
      Check.Sql check,
      String key,
      Set<String> tables,
      Scope scope,
      Problems problems) {
    Location place = declaration.origin().at(key);
    try {
      SqlAnalysis analysis =
          analyzer.apply(check.query().replace("{this}", SqlQuotes.identifier(THIS)), place);
      for (SqlAnalysis.TableReference table : analysis.tables()) {
        if (table.name().equalsIgnoreCase(declaration.name())) {
          problems.add(
              place,
              "The check reads '%s' by name, of which nothing is published yet."
                  .formatted(table.name()),
              "Write {this} for the table that is checked.");
        } else if (!table.name().equals(THIS)) {
          add(table.fullName(), place, tables, scope, problems);
        }
      }
    } catch (HeadraceException e) {
      problems.add(e.location().orElse(place), String.valueOf(e.getMessage()), e.hint());
    }
  }

  private static void add(
      String table, Location place, Set<String> tables, Scope scope, Problems problems) {
    String name = table.toLowerCase(Locale.ROOT);
    if (scope.tables().contains(name)) {
      tables.add(name);
    } else {
      problems.add(
          place,
          "The check reads an unknown table '" + table + "'.",
          scope
              .nearest(name)
              .map(near -> "Did you mean '" + near + "'?")
              .orElse("Name a source or table of this project."));
    }
  }
}
