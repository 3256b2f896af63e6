package dev.headrace.data.quality;

import dev.headrace.core.project.Declaration;
import dev.headrace.core.project.Problems;
import dev.headrace.core.project.Scope;
import dev.headrace.data.quality.internal.Sql;
import dev.headrace.data.sql.SqlAnalysis;
import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.error.Location;
import java.util.List;
import java.util.Locale;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.BiFunction;

/** Finds the tables that checks read besides the one they check, before anything is built. */
public final class CheckedTables {
  private final BiFunction<String, Location, SqlAnalysis> analyzer;

  /**
   * @param analyzer reads a statement that begins at a place; throws {@link HeadraceException} for
   *     one that is not a SELECT
   */
  public CheckedTables(BiFunction<String, Location, SqlAnalysis> analyzer) {
    this.analyzer = analyzer;
  }

  /**
   * The tables' names in lower case; a problem for each that is unknown and for each query that
   * cannot be read.
   *
   * @param checks those of {@code declaration}, under its key {@code checks}
   */
  public SortedSet<String> of(
      List<CheckSpec> checks, Declaration<?> declaration, Scope scope, Problems problems) {
    SortedSet<String> tables = new TreeSet<>();
    for (int i = 0; i < checks.size(); i++) {
      String path = "checks[" + i + "]";
      switch (checks.get(i).rule()) {
        case Check.ForeignKey key ->
            key.columns()
                .forEach(
                    (column, target) -> {
                      // Without a dot it names no column: that is told with the table's columns.
                      if (target.lastIndexOf('.') > 0) {
                        Location place =
                            declaration.origin().at(path + ".foreign-key." + column);
                        String table = target.substring(0, target.lastIndexOf('.')).strip();
                        add(table, place, declaration, scope, problems, tables);
                      }
                    });
        case Check.Sql sql -> {
          Location place = declaration.origin().at(path + ".sql");
          String query = sql.query().replace("{this}", Sql.name(Sql.THIS));
          try {
            for (SqlAnalysis.TableReference found : analyzer.apply(query, place).tables()) {
              if (found.fullName().equalsIgnoreCase(declaration.name())) {
                problems.add(
                    place,
                    "The query reads '" + found.fullName() + "' as it was before this build.",
                    "Write {this} for the rows to be checked.");
              } else if (!found.fullName().equals(Sql.THIS)) {
                add(found.fullName(), place, declaration, scope, problems, tables);
              }
            }
          } catch (HeadraceException e) {
            problems.add(place, String.valueOf(e.getMessage()), e.hint());
          }
        }
        case Check.NotNull _,
            Check.Unique _,
            Check.AcceptedValues _,
            Check.Range _,
            Check.Regex _,
            Check.RowCount _,
            Check.Freshness _ -> {}
      }
    }
    return tables;
  }

  private static void add(
      String written,
      Location place,
      Declaration<?> declaration,
      Scope scope,
      Problems problems,
      SortedSet<String> tables) {
    String table = written.toLowerCase(Locale.ROOT);
    if (table.equals(declaration.name())) {
      return; // The table itself, which a foreign key may point to.
    }
    if (scope.tables().contains(table)) {
      tables.add(table);
    } else {
      problems.add(
          place,
          "There is no table '" + written + "'.",
          scope
              .nearest(table)
              .map(near -> "Did you mean '" + near + "'?")
              .orElse("Name a source or table of this project."));
    }
  }
}
