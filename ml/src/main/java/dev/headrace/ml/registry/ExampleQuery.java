package dev.headrace.ml.registry;

import dev.headrace.core.project.Declaration;
import dev.headrace.core.project.Problems;
import dev.headrace.core.project.Scope;
import dev.headrace.data.sql.ModelCalls;
import dev.headrace.data.sql.SqlAnalysis;
import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.error.Location;
import java.util.List;
import java.util.Locale;
import java.util.function.BiFunction;

/**
 * What {@code from} of a model says without anything being executed.
 *
 * @param tables that it reads, in lower case
 * @param identity text that changes when other rows may be meant
 */
record ExampleQuery(List<String> tables, String identity) {
  private static final String KEY = "from";

  static ExampleQuery of(
      Declaration<ModelSpec> declaration,
      BiFunction<String, Location, SqlAnalysis> analyzer,
      Scope scope,
      Problems problems) {
    Examples from = declaration.spec().from();
    Location place = declaration.origin().at(KEY);
    if (!from.isQuery()) {
      requireTable(from.table(), from.text(), place, scope, problems);
      return new ExampleQuery(List.of(from.table()), from.table());
    }
    try {
      if (!ModelCalls.find(from.text(), place).isEmpty()) {
        problems.add(
            place,
            "the query of a model may not ask a model",
            "keep its predictions as a table, and read that table");
        return new ExampleQuery(List.of(), from.text());
      }
      SqlAnalysis analysis = analyzer.apply(from.text(), Location.of(place.file()));
      List<String> tables =
          analysis.tables().stream()
              .map(table -> table.fullName().toLowerCase(Locale.ROOT))
              .distinct()
              .toList();
      tables.forEach(table -> requireTable(table, table, place, scope, problems));
      requireRepeatable(analysis, tables, place, problems);
      return new ExampleQuery(tables, analysis.fingerprint());
    } catch (HeadraceException e) {
      problems.add(place, String.valueOf(e.getMessage()), e.hint());
      return new ExampleQuery(List.of(), from.text());
    }
  }

  private static void requireTable(
      String table, String shown, Location place, Scope scope, Problems problems) {
    if (!scope.tables().contains(table)) {
      problems.add(
          place,
          "unknown table '" + shown + "'",
          scope
              .nearest(table)
              .map(near -> "did you mean '" + near + "'?")
              .orElse("declare it under sources/ or tables/"));
    }
  }

  /** What a version was trained on can be read again, and is the same. */
  private static void requireRepeatable(
      SqlAnalysis analysis, List<String> tables, Location place, Problems problems) {
    if (tables.isEmpty()) {
      problems.add(place, "the query of a model reads no table", "name one in FROM");
    }
    analysis
        .restricted()
        .forEach(
            call ->
                problems.add(
                    place,
                    "the query of a model may not call '" + call.name() + "'",
                    "declare a source for files and name it in FROM"));
    analysis
        .volatileCalls()
        .forEach(
            call ->
                problems.add(
                    place,
                    "the query of a model may not call '"
                        + call.name()
                        + "': it gives other rows each time, and the model could not be reproduced",
                    "keep its result as a table, and read that table"));
    analysis
        .parameterNames()
        .forEach(
            parameter ->
                problems.add(
                    place, "unknown parameter '$" + parameter + "'", "write its value instead"));
  }
}
