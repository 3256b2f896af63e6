package dev.headrace.cli.compose;

import dev.headrace.core.graph.Graph;
import dev.headrace.core.ledger.Aliases;
import dev.headrace.core.plan.Published;
import dev.headrace.data.catalog.Catalog;
import dev.headrace.data.duckdb.DuckDbEngine;
import dev.headrace.data.lake.Lake;
import dev.headrace.data.tables.AskedModels;
import dev.headrace.ml.registry.ModelBuilder;
import dev.headrace.ml.registry.ModelCard;
import dev.headrace.ml.registry.Models;
import dev.headrace.ml.sql.ModelsInTables;
import dev.headrace.spi.engine.SqlEngine;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** What the cards of models say of this process. */
final class Modelling {
  private Modelling() {}

  /** What trains models in a lake with an engine. */
  static ModelBuilder builder(
      Lake lake,
      SqlEngine engine,
      DuckDbEngine duckDb,
      Supplier<Graph> graph,
      Function<Published, Catalog> catalog,
      Path project,
      Aliases names) {
    return new ModelBuilder(
        graph,
        lake,
        engine,
        duckDb.trusted(),
        release(),
        ModelCard.Machine.ofProcess(),
        (published, from, inputs) ->
            from.isQuery()
                ? Optional.of(catalog.apply(published).origins(from.text(), inputs))
                : graph
                    .get()
                    .find(from.text())
                    .map(asset -> catalog.apply(published).origins(asset)),
        project,
        names);
  }

  /** Who answers when tables of a lake ask models. */
  static AskedModels inTables(
      Headrace headrace, Lake lake, SqlEngine engine, DuckDbEngine duckDb, Path state) {
    return new ModelsInTables(
        () -> new Models(headrace.graph(), headrace.ledger(), lake, engine, duckDb.trusted()),
        lake,
        engine,
        duckDb.trusted(),
        state.resolve("staging"),
        headrace.ambient().clock());
  }

  /** The release that trains. */
  static String release() {
    try (InputStream stream =
        Modelling.class.getResourceAsStream("/dev/headrace/cli/command/version.txt")) {
      if (stream == null) {
        throw new IllegalStateException("version.txt is missing");
      }
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
