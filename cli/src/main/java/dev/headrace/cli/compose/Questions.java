package dev.headrace.cli.compose;

import dev.headrace.core.plan.Published;
import dev.headrace.data.duckdb.DuckDbEngine;
import dev.headrace.data.sql.ModelCalls;
import dev.headrace.data.sql.SqlAnalysis;
import dev.headrace.data.sql.SqlGuard;
import dev.headrace.ml.sql.ModelQueries;
import dev.headrace.ml.sql.ModelsInTables;
import dev.headrace.ml.sql.Scratch;
import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.Relation;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.error.Location;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Reads what a user typed: one SELECT over tables and models, which can change nothing. */
final class Questions {
  private static final Location ORIGIN = new Location("sql", 1, 1);

  private final Headrace headrace;
  private final Supplier<DuckDbEngine> duckDb;
  private final Consumer<Runnable> closing;

  /**
   * @param closing takes what is to be done when the project is closed
   */
  Questions(Headrace headrace, Supplier<DuckDbEngine> duckDb, Consumer<Runnable> closing) {
    this.headrace = headrace;
    this.duckDb = duckDb;
    this.closing = closing;
  }

  /**
   * The query, with all that it names.
   *
   * @param state what the names stand for; not asked for a query that names none
   */
  Query read(String sql, Supplier<Published> state, Watch watch) {
    if (ModelCalls.find(sql, ORIGIN).isEmpty()) {
      return tables(sql, state, Set.of()).at(ORIGIN);
    }
    ModelsInTables.requireDuckDb(headrace.engineName(), sql, ORIGIN);
    Published published = state.get();
    Scratch scratch =
        new Scratch(
            headrace.stateDirectory().resolve("staging"), headrace.ambient().clock().instant());
    closing.accept(scratch::close);
    return ModelQueries.answer(
        sql,
        ORIGIN,
        new ModelQueries.Place(
            headrace.models(),
            headrace.lake(),
            headrace.engine(),
            duckDb.get().trusted(),
            scratch,
            published),
        (text, made) -> tables(text, () -> published, made),
        watch);
  }

  private Query tables(String sql, Supplier<Published> state, Set<String> made) {
    SqlAnalysis analysis = duckDb.get().analyzer().analyze(sql, ORIGIN);
    List<String> names =
        analysis.tables().stream()
            .map(table -> table.name().toLowerCase(Locale.ROOT))
            .distinct()
            .toList();
    List<String> tables = names.stream().filter(name -> !made.contains(name)).toList();
    Map<String, Relation> relations = new LinkedHashMap<>();
    for (String name : names) {
      if (made.contains(name)) {
        relations.put(name, PLACEHOLDER);
      }
    }
    if (tables.isEmpty()) {
      SqlGuard.check(analysis, made, ORIGIN);
      return Query.of(sql, relations); // Neither ledger nor lake is opened for it.
    }
    Published published = state.get();
    Set<String> known = new TreeSet<>();
    published
        .tables()
        .forEach(table -> known.add(table.content().table().toLowerCase(Locale.ROOT)));
    if (!known.containsAll(tables)) {
      // Declared but never built deserves another answer than unknown.
      headrace.graph().built().forEach(asset -> known.addAll(asset.kind().tables(asset.name())));
    }
    known.addAll(made);
    SqlGuard.check(analysis, known, ORIGIN);
    relations.putAll(headrace.relations().of(published, tables));
    return Query.of(sql, relations);
  }

  /** Stands for what is still to be made. */
  private static final Relation PLACEHOLDER = new Relation.View(Query.of("select 1", Map.of()));
}
