package dev.headrace.ml.sql;

import dev.headrace.core.plan.Published;
import dev.headrace.data.lake.Lake;
import dev.headrace.data.sql.ModelCall;
import dev.headrace.data.sql.ModelCalls;
import dev.headrace.data.tables.AskedModels;
import dev.headrace.ml.registry.Models;
import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.Relation;
import dev.headrace.spi.engine.SqlEngine;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.error.Location;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/** Answers the calls of models in the statements of tables, while they are built. */
public final class ModelsInTables implements AskedModels {
  private final Supplier<Models> models;
  private final Lake lake;
  private final SqlEngine engine;
  private final SqlEngine trusted;
  private final Path staging;
  private final InstantSource clock;

  /**
   * @param models asked for when a statement asks one
   * @param engine builds the tables
   * @param trusted may read files of the lake's directories and of {@code staging}
   * @param staging holds a directory per step
   */
  public ModelsInTables(
      Supplier<Models> models,
      Lake lake,
      SqlEngine engine,
      SqlEngine trusted,
      Path staging,
      InstantSource clock) {
    this.models = models;
    this.lake = lake;
    this.engine = engine;
    this.trusted = trusted;
    this.staging = staging;
    this.clock = clock;
  }

  @Override
  public Answers open(Published published, Watch watch) {
    Scratch scratch = new Scratch(staging, clock.instant());
    return new Answers() {
      @Override
      public Query answer(Query statement) {
        requireDuckDb(engine.name(), statement.sql(), statement.origin());
        return ModelQueries.answer(
            statement.sql(),
            statement.origin(),
            new ModelQueries.Place(models.get(), lake, engine, trusted, scratch, published),
            (text, made) -> reading(statement, text, made),
            watch);
      }

      @Override
      public void close() {
        scratch.close();
      }
    };
  }

  /** What the statement may name was settled when it was read as a declaration. */
  private static Query reading(Query statement, String text, Iterable<String> made) {
    Map<String, Relation> relations = new LinkedHashMap<>(statement.relations());
    made.forEach(name -> relations.put(name, ModelQueries.PLACEHOLDER));
    return new Query(text, relations, statement.parameters(), statement.origin());
  }

  /**
   * Rows are predicted in this process, and Spark's may be too many for it.
   *
   * @param engine that is to run the statement
   * @throws HeadraceException MODEL_QUERY_ENGINE, with the place of the first call
   */
  public static void requireDuckDb(String engine, String sql, Location origin) {
    if (!engine.equals("duckdb")) {
      ModelCall first = ModelCalls.find(sql, origin).getFirst();
      throw new HeadraceException(
          ModelQueryError.MODEL_QUERY_ENGINE,
          "Cannot answer '%s, …)' with engine '%s': models are asked where DuckDB runs the query."
              .formatted(first.shown(), engine),
          "Keep the predictions with headrace predict and query that table.",
          first.position().in(origin),
          null);
    }
  }
}
