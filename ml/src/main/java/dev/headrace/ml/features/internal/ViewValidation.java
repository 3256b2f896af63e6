package dev.headrace.ml.features.internal;

import dev.headrace.core.project.Declaration;
import dev.headrace.core.project.Names;
import dev.headrace.core.project.Problems;
import dev.headrace.core.project.Scope;
import dev.headrace.data.sql.SqlAnalysis;
import dev.headrace.ml.features.Computation;
import dev.headrace.ml.features.Feature;
import dev.headrace.ml.features.FeatureSpec;
import dev.headrace.ml.features.FeatureView;
import dev.headrace.ml.features.FeatureViewSpec;
import dev.headrace.ml.features.Window;
import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.error.Location;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.regex.Pattern;

/** Finds what is wrong in a declared view, as far as the file alone can tell. */
public final class ViewValidation {
  private static final Pattern WORD = Pattern.compile("[a-z][a-z0-9_]*");
  private static final String AT = "at";

  private final Declaration<FeatureViewSpec> declaration;
  private final FeatureView view;
  private final BiFunction<String, Location, SqlAnalysis> analyzer;
  private final Problems problems;

  public ViewValidation(
      Declaration<FeatureViewSpec> declaration,
      FeatureView view,
      BiFunction<String, Location, SqlAnalysis> analyzer,
      Problems problems) {
    this.declaration = declaration;
    this.view = view;
    this.analyzer = analyzer;
    this.problems = problems;
  }

  /** Adds a problem for each thing that is wrong. */
  public void check(Scope scope) {
    FeatureViewSpec spec = declaration.spec();
    String from = spec.from().toLowerCase(Locale.ROOT);
    if (!scope.tables().contains(from)) {
      add(
          "from",
          "unknown table '" + spec.from() + "'",
          scope
              .nearest(from)
              .map(near -> "did you mean '" + near + "'?")
              .orElse("declare it under sources/ or tables/"));
    } else if (from.equals(declaration.name())) {
      add("from", "view '" + from + "' reads itself", "name the table with the rows");
    }
    requireWord("entity", "an entity", spec.entity());
    Set<String> keys = new HashSet<>();
    for (String column : spec.keyColumns()) {
      if (!keys.add(column.toLowerCase(Locale.ROOT))) {
        add("key", "the key names '" + column + "' twice", "name each column once");
      }
    }
    if (spec.ttl() != null && (spec.ttl().isZero() || spec.ttl().isNegative())) {
      add("ttl", "a ttl of nothing lets every value expire at once", "write for example 90d");
    }
    if (spec.features().isEmpty()) {
      add("features", "the view has no feature", "add for example: visits: {count: \"*\"}");
    }
    Set<String> names = new HashSet<>(keys);
    view.features().forEach(feature -> checkName(feature, keys, names));
    spec.features().forEach(this::checkFeature);
  }

  private void checkName(Feature feature, Set<String> keys, Set<String> names) {
    String place = "features." + feature.declared();
    requireWord(place, "a feature", feature.declared());
    if (!names.add(feature.name())) {
      add(
          place,
          keys.contains(feature.name())
              ? "the feature '" + feature.name() + "' is named like a key column"
              : "two features are named '" + feature.name() + "'",
          "rename one of them");
    }
  }

  private void requireWord(String place, String what, String name) {
    if (!WORD.matcher(name).matches()) {
      add(
          place,
          "'" + name + "' is no name for " + what,
          "use lower-case letters, digits and _, beginning with a letter");
    }
  }

  private void checkFeature(String name, FeatureSpec feature) {
    String place = "features." + name;
    if (feature.where() != null) {
      checkSql(place + ".where", feature.where(), declaration.spec().from(), Set.of());
    }
    switch (feature.computation()) {
      case Computation.Count(String of) when of.equals("*") -> {}
      case Computation.Aggregation aggregation ->
          checkSql(place, aggregation.of(), declaration.spec().from(), Set.of());
      case Computation.Ratio(List<String> of) -> {
        requireBare(place, feature);
        of.forEach(part -> checkPart(place + ".ratio", name, part));
      }
      case Computation.Sql(String expression) -> {
        requireBare(place, feature);
        checkSql(place + ".sql", expression, declaration.spec().from(), Set.of(AT));
      }
    }
    if (feature.window().stream().map(Window::toString).distinct().count()
        < feature.window().size()) {
      add(place + ".window", "a window is given twice", "name each window once");
    }
  }

  private void checkPart(String place, String name, String part) {
    Feature known = view.feature(part).orElse(null);
    if (known == null) {
      add(place, "unknown feature '" + part + "'", Names.suggest(part, view.names()));
    } else if (!(known.computation() instanceof Computation.Aggregation)) {
      add(
          place,
          part.equals(name)
              ? "the feature '" + name + "' is made of itself"
              : "'" + part + "' is derived itself",
          "name features that are made of rows");
    }
  }

  /** What is made of other features has no rows of its own. */
  private void requireBare(String place, FeatureSpec feature) {
    if (feature.where() != null || !feature.window().isEmpty()) {
      add(
          place,
          "a feature made of others has no 'where' and no 'window'",
          "give them to the features it is made of");
    }
  }

  /**
   * One expression over one row: nothing that reads other tables, or that time or chance change.
   */
  private void checkSql(String key, String sql, String from, Set<String> parameters) {
    Location place = declaration.origin().at(key);
    try {
      SqlAnalysis analysis =
          analyzer.apply("select (" + sql + "\n) from " + Expressions.ROWS, place);
      if (analysis.tables().size() != 1
          || !analysis.tables().getFirst().name().equals(Expressions.ROWS)) {
        problems.add(
            place,
            "the expression '" + sql + "' reads a table",
            "write SQL over one row of " + from + ", or join in a table of its own");
      }
      for (SqlAnalysis.Call call : analysis.restricted()) {
        problems.add(place, "a feature may not call '" + call.name() + "'", "");
      }
      for (SqlAnalysis.Call call : analysis.volatileCalls()) {
        problems.add(
            place,
            "'" + call.name() + "' gives another value at another time",
            "features depend on rows and the moment asked for; in 'sql' that is $at");
      }
      for (String parameter : analysis.parameterNames()) {
        if (!parameters.contains(parameter)) {
          problems.add(
              place,
              "unknown parameter '$" + parameter + "'",
              parameters.isEmpty() ? "$at is known in 'sql' features only" : "known: $at");
        }
      }
    } catch (HeadraceException e) {
      problems.add(place, String.valueOf(e.getMessage()), e.hint());
    }
  }

  private void add(String key, String message, String hint) {
    problems.add(declaration.origin().at(key), message, hint);
  }
}
