package dev.headrace.ml.sql;

import dev.headrace.core.plan.Published;
import dev.headrace.data.lake.Lake;
import dev.headrace.data.lake.VersionId;
import dev.headrace.data.sql.AskedStatement;
import dev.headrace.data.sql.ModelCall;
import dev.headrace.data.sql.SqlErrorCode;
import dev.headrace.ml.registry.ModelCard;
import dev.headrace.ml.registry.Models;
import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.Relation;
import dev.headrace.spi.engine.SqlEngine;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.error.Location;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Answers the calls of models in a statement: the front door of this room. Every call is replaced
 * by a name, and the name stands for a relation.
 */
public final class ModelQueries {
  /** Stands for what is still to be made. */
  static final Relation PLACEHOLDER = new Relation.View(Query.of("select 1", Map.of()));

  /** Reads a statement without calls as one SELECT over known tables. */
  @FunctionalInterface
  public interface Reader {
    /**
     * @param made relations that the statement may name beside the tables
     * @return the query with those that it names in FROM
     */
    Query read(String sql, Set<String> made);
  }

  /** What a model is looked up in, and where its answers are put. */
  public record Place(
      Models models,
      Lake lake,
      SqlEngine engine,
      SqlEngine trusted,
      Scratch scratch,
      Published published) {}

  private final Place place;
  private final Reader reader;
  private final Location origin;
  private final Watch watch;

  private ModelQueries(Place place, Reader reader, Location origin, Watch watch) {
    this.place = place;
    this.reader = reader;
    this.origin = origin;
    this.watch = watch;
  }

  /**
   * The query that a text with calls of models stands for. Rows that are to be predicted are
   * predicted before this returns; the query can be run until the scratch files are deleted.
   *
   * @param origin where the text's first character is
   * @throws HeadraceException SQL_MODEL_CALL, MODEL_UNKNOWN, MODEL_VERSION_UNKNOWN, those of {@link
   *     ModelQueryError}, and LEARN_COLUMN, LEARN_TYPE where rows are not what was learnt from
   */
  public static Query answer(String sql, Location origin, Place place, Reader reader, Watch watch) {
    return new ModelQueries(place, reader, origin, watch).answer(sql, Map.of()).at(origin);
  }

  private Query answer(String sql, Map<String, Relation> before) {
    AskedStatement asked = AskedStatement.of(sql, origin);
    Map<String, Relation> relations = new LinkedHashMap<>(before);
    asked.calls().keySet().forEach(name -> relations.put(name, PLACEHOLDER));
    // Read as a whole before anything is computed for it.
    Query query = reader.read(asked.text(), relations.keySet());
    asked.requireInFrom(query.relations().keySet());
    asked.calls().forEach((name, call) -> relations.put(name, answer(call, asked, relations)));
    Map<String, Relation> all = new LinkedHashMap<>(query.relations());
    relations.forEach((name, relation) -> all.computeIfPresent(name, (_, _) -> relation));
    return new Query(query.sql(), all, query.parameters(), origin);
  }

  private Relation answer(ModelCall call, AskedStatement asked, Map<String, Relation> relations) {
    try {
      ModelCard card = place.models().find(call.reference(), place.published());
      String rows = asked.rows(call).orElse(null);
      return rows == null ? ofVersion(call, card) : ofRows(call, card, answer(rows, relations));
    } catch (HeadraceException e) {
      if (e.location().isPresent() || !e.problems().isEmpty()) {
        throw e;
      }
      throw new HeadraceException(
          e.code(), String.valueOf(e.getMessage()), e.hint(), call.position().in(origin), e);
    }
  }

  private Relation ofVersion(ModelCall call, ModelCard card) {
    return switch (call.function()) {
      case WEIGHTS -> CardTables.weights(card);
      case FEATURE_IMPORTANCE -> CardTables.featureImportance(card);
      case EVALUATE -> CardTables.evaluation(card);
      case CONFUSION_MATRIX -> CardTables.confusion(card);
      case ROC_CURVE -> RocCurve.of(card, place.models().registry().load(card), tested(card));
      case PREDICT ->
          throw new HeadraceException(
              SqlErrorCode.SQL_MODEL_CALL,
              "Cannot read the call of 'ml.predict': it has no rows to predict.",
              "Write it as %s, (select …)) or %s, table NAME)."
                  .formatted(call.shown(), call.shown()));
    };
  }

  private Relation.Files tested(ModelCard card) {
    Long snapshot = card.predictions();
    if (snapshot == null) {
      throw new HeadraceException(
          ModelQueryError.MODEL_QUERY_NOTHING,
          "Cannot draw the curve of version %d of model '%s': it did not pass its gate, and its predictions were not kept."
              .formatted(card.version(), card.model()),
          "ml.predict(model %s:%d, (select …)) predicts rows of yours."
              .formatted(card.model(), card.version()));
    }
    return place.lake().scan(new VersionId(card.model(), card.fingerprint()), snapshot);
  }

  private Relation ofRows(ModelCall call, ModelCard card, Query rows) {
    return switch (call.function()) {
      case PREDICT -> scoring(card).predicted(rows);
      case EVALUATE -> scoring(card).evaluated(rows);
      case WEIGHTS, FEATURE_IMPORTANCE, ROC_CURVE, CONFUSION_MATRIX ->
          throw new HeadraceException(
              SqlErrorCode.SQL_MODEL_CALL,
              "Cannot read the call of 'ml.%s': it takes a model alone."
                  .formatted(call.function().word()),
              "Write it as " + call.shown() + ").");
    };
  }

  private RowScoring scoring(ModelCard card) {
    return new RowScoring(
        card,
        place.models().registry().load(card),
        place.engine(),
        place.trusted(),
        place.scratch(),
        watch);
  }
}
