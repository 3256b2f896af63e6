package dev.headrace.data.tables;

import dev.headrace.core.project.Declaration;
import dev.headrace.core.project.Definition;
import dev.headrace.core.project.Kind;
import dev.headrace.core.project.Names;
import dev.headrace.core.project.Problems;
import dev.headrace.core.project.Scope;
import dev.headrace.core.project.SqlText;
import dev.headrace.data.quality.AuditText;
import dev.headrace.data.release.CheckedTables;
import dev.headrace.data.sql.AskingAnalysis;
import dev.headrace.data.sql.ModelCall;
import dev.headrace.data.sql.SqlAnalysis;
import dev.headrace.data.sql.SqlAnalysis.TableReference;
import dev.headrace.data.tables.TableSpec.Growth;
import dev.headrace.data.tables.TableSpec.Materialize;
import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.error.Location;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;

/** The kind {@code table}: files {@code tables/*.sql}. */
public final class TableKind implements Kind<TableSpec> {
  private static final String MODEL = "model";
  private static final Set<String> DAY_PARAMETERS = Set.of("from", "to");

  private final BiFunction<String, Location, SqlAnalysis> analyzer;

  /**
   * @param analyzer reads a statement that begins at a place; throws {@link HeadraceException} for
   *     one that is not a SELECT
   */
  public TableKind(BiFunction<String, Location, SqlAnalysis> analyzer) {
    this.analyzer = analyzer;
  }

  @Override
  public String name() {
    return "table";
  }

  @Override
  public String folder() {
    return "tables";
  }

  @Override
  public FileForm form() {
    return FileForm.SQL;
  }

  @Override
  public Class<TableSpec> specType() {
    return TableSpec.class;
  }

  @Override
  public List<String> tables(String assetName) {
    return List.of(assetName, assetName + "__failed");
  }

  @Override
  public Definition define(Declaration<TableSpec> declaration, Scope scope, Problems problems) {
    TableSpec spec = declaration.spec();
    checkHeader(declaration, problems);
    SqlText sql = spec.sql();
    List<String> inputs = new ArrayList<>();
    String statement = "";
    try {
      AskingAnalysis asking = AskingAnalysis.of(sql.text(), sql.at(1, 1), analyzer);
      SqlAnalysis analysis = asking.sql();
      statement = analysis.fingerprint();
      inputs.addAll(inputs(declaration, analysis, scope, problems));
      inputs.addAll(models(declaration, asking.calls(), scope, problems));
      checkCalls(sql, analysis, problems);
      checkParameters(spec, analysis, problems);
    } catch (HeadraceException e) {
      problems.add(e.location().orElse(sql.at(1, 1)), String.valueOf(e.getMessage()), e.hint());
    }
    String identity =
        String.join(
            "\n",
            statement,
            spec.materialize().name(),
            String.valueOf(spec.time()),
            String.join(",", spec.key()));
    return new Definition(
        inputs.stream().distinct().toList(),
        new CheckedTables(analyzer).of(declaration, spec.checks(), scope, problems),
        identity,
        AuditText.of(spec.checks()),
        spec.key(),
        new TreeSet<>(spec.tags()));
  }

  /** The models that are asked: they are built before, and another champion is another input. */
  private static List<String> models(
      Declaration<TableSpec> declaration, List<ModelCall> calls, Scope scope, Problems problems) {
    Set<String> models = new LinkedHashSet<>();
    TableSpec spec = declaration.spec();
    Set<String> known = scope.assetsOf(MODEL);
    for (ModelCall call : calls) {
      Location place = call.position().in(spec.sql().at(1, 1));
      if (!known.contains(call.model())) {
        problems.add(
            place,
            "unknown model '" + call.model() + "'",
            known.isEmpty()
                ? "declare it in models/" + call.model() + ".yaml"
                : Names.suggest(call.model(), known));
      } else if (!call.version().isEmpty() && !call.version().matches("[0-9]+")) {
        problems.add(
            place,
            "a table may not ask 'model " + call.reference() + "'",
            "an alias is moved without a run: name a number, or '"
                + call.model()
                + "' for the version that is shown");
      } else {
        models.add(call.model());
      }
    }
    if (spec.materialize() == Materialize.VIEW && !calls.isEmpty()) {
      problems.add(
          calls.getFirst().position().in(spec.sql().at(1, 1)),
          "a view may not ask a model: every reader would have its rows predicted again",
          "leave 'materialize: view' out");
    }
    return List.copyOf(models);
  }

  private static List<String> inputs(
      Declaration<TableSpec> declaration, SqlAnalysis analysis, Scope scope, Problems problems) {
    Set<String> inputs = new LinkedHashSet<>();
    SqlText sql = declaration.spec().sql();
    for (TableReference reference : analysis.tables()) {
      String name = reference.name().toLowerCase(Locale.ROOT);
      Location place = reference.position().in(sql.at(1, 1));
      if (!reference.qualifier().isEmpty() || !scope.tables().contains(name)) {
        problems.add(
            place,
            "unknown table '" + reference.fullName() + "'",
            scope
                .nearest(name)
                .map(near -> "did you mean '" + near + "'?")
                .orElse("declare it under sources/ or tables/"));
      } else if (name.equals(declaration.name().toLowerCase(Locale.ROOT))) {
        problems.add(
            place,
            "table '" + declaration.name() + "' reads itself",
            "read its inputs instead; an incremental table keeps its own rows");
      } else {
        inputs.add(name);
      }
    }
    return List.copyOf(inputs);
  }

  private static void checkCalls(SqlText sql, SqlAnalysis analysis, Problems problems) {
    for (SqlAnalysis.Call call : analysis.restricted()) {
      problems.add(
          call.position().in(sql.at(1, 1)),
          "a table may not call '" + call.name() + "'",
          "declare a source for files and name it in FROM");
    }
  }

  private static void checkParameters(TableSpec spec, SqlAnalysis analysis, Problems problems) {
    boolean byDay = spec.growth() == Growth.BY_DAY;
    for (String parameter : analysis.parameterNames()) {
      if (!DAY_PARAMETERS.contains(parameter)) {
        problems.add(
            spec.sql().at(1, 1), "unknown parameter '$" + parameter + "'", "known: $from, $to");
      } else if (!byDay) {
        problems.add(
            spec.sql().at(1, 1),
            "parameter '$" + parameter + "' has no value here",
            "it belongs to tables with 'materialize: incremental' and a 'time'");
      }
    }
    if (byDay && !analysis.parameterNames().containsAll(DAY_PARAMETERS)) {
      problems.add(
          spec.sql().at(1, 1),
          "a table built by day does not limit itself to $from and $to",
          "add: where " + spec.time() + " >= $from and " + spec.time() + " < $to");
    }
  }

  private static void checkHeader(Declaration<TableSpec> declaration, Problems problems) {
    TableSpec spec = declaration.spec();
    if (spec.materialize() == Materialize.INCREMENTAL
        && spec.time() == null
        && spec.key().isEmpty()) {
      problems.add(
          declaration.origin().at("materialize"),
          "an incremental table has neither 'time' nor 'key'",
          "add 'time: COLUMN' to build it per day, or 'key: [COLUMN]' to merge into it");
    }
    boolean byDay = spec.growth() == Growth.BY_DAY;
    if (!byDay && !spec.lookback().isZero()) {
      problems.add(
          declaration.origin().at("lookback"),
          "'lookback' belongs to incremental tables with a 'time'",
          "remove it, or add 'materialize: incremental' and 'time'");
    }
    if (!byDay && !spec.readsBack().isZero()) {
      problems.add(
          declaration.origin().at("reads-back"),
          "'reads-back' belongs to incremental tables with a 'time'",
          "remove it, or add 'materialize: incremental' and 'time'");
    }
    if (!byDay && spec.start() != null) {
      problems.add(
          declaration.origin().at("start"),
          "'start' belongs to incremental tables with a 'time'",
          "remove it, or add 'materialize: incremental' and 'time'");
    }
    if (spec.lookback().isNegative()) {
      problems.add(
          declaration.origin().at("lookback"), "'lookback' is negative", "write for example 3d");
    }
  }
}
