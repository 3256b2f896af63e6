package dev.headrace.ml.sql;

import dev.headrace.core.plan.Published;
import dev.headrace.data.lake.Lake;
import dev.headrace.data.lake.VersionId;
import dev.headrace.data.sql.ModelCall;
import dev.headrace.data.sql.ModelCalls;
import dev.headrace.data.sql.SqlErrorCode;
import dev.headrace.data.sql.SqlQuotes;
import dev.headrace.data.sql.SqlScanner;
import dev.headrace.ml.registry.ModelCard;
import dev.headrace.ml.registry.Models;
import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.Relation;
import dev.headrace.spi.engine.SqlEngine;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.error.Location;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Answers the calls of models in a statement: the front door of this room. Every call is replaced
 * by a name of the same length, so that all else keeps its place, and the name stands for a
 * relation.
 */
public final class ModelQueries {
  private static final String NAME = "hr_ml_";

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
  private int names;

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
    List<ModelCall> calls = ModelCalls.find(sql, origin);
    StringBuilder text = new StringBuilder(sql);
    Map<String, ModelCall> named = new LinkedHashMap<>();
    Map<String, Relation> relations = new LinkedHashMap<>(before);
    for (ModelCall call : calls) {
      String name = fresh(sql);
      named.put(name, call);
      blank(text, call.start(), call.end());
      text.replace(call.start(), call.start() + name.length(), name);
      relations.put(name, new Relation.View(Query.of("select 1", Map.of())));
    }
    // Read as a whole before anything is computed for it.
    Query query = reader.read(text.toString(), relations.keySet());
    named.forEach((name, call) -> requireInFrom(query, name, call));
    named.forEach((name, call) -> relations.put(name, answer(call, sql, text, relations)));
    Map<String, Relation> all = new LinkedHashMap<>(query.relations());
    relations.forEach((name, relation) -> all.computeIfPresent(name, (_, _) -> relation));
    return new Query(query.sql(), all, query.parameters(), origin);
  }

  private void requireInFrom(Query query, String name, ModelCall call) {
    if (!query.relations().containsKey(name)) {
      throw new HeadraceException(
          SqlErrorCode.SQL_MODEL_CALL,
          "Cannot use '%s, …)' here: it gives rows, not a value.".formatted(call.shown()),
          "Name it in FROM: select … from " + call.shown() + ", …).",
          call.position().in(origin),
          null);
    }
  }

  /** A name that the text has nowhere. */
  private String fresh(String sql) {
    String lower = sql.toLowerCase(Locale.ROOT);
    do {
      names++;
    } while (lower.contains(NAME + names));
    return NAME + names;
  }

  private static void blank(StringBuilder text, int from, int to) {
    for (int i = from; i < to; i++) {
      if (text.charAt(i) != '\n') {
        text.setCharAt(i, ' ');
      }
    }
  }

  private Relation answer(
      ModelCall call, String sql, StringBuilder text, Map<String, Relation> relations) {
    try {
      ModelCard card = place.models().find(call.reference(), place.published());
      return switch (call.rows()) {
        case ModelCall.Own _ -> ofVersion(call, card);
        case ModelCall.OfTable(String table) ->
            ofRows(
                call,
                card,
                query(
                    SqlScanner.endOfSteps(text.toString(), call.start()),
                    text,
                    "from " + SqlQuotes.identifier(table),
                    call.start(),
                    relations));
        case ModelCall.OfQuery(int start, int end) ->
            ofRows(call, card, nested(sql, text, call, start, end, relations));
      };
    } catch (HeadraceException e) {
      if (e.location().isPresent() || !e.problems().isEmpty()) {
        throw e;
      }
      throw new HeadraceException(
          e.code(), String.valueOf(e.getMessage()), e.hint(), call.position().in(origin), e);
    }
  }

  /** What the parentheses hold, in its place, behind the steps of WITH that it can see. */
  private Query nested(
      String sql,
      StringBuilder text,
      ModelCall call,
      int start,
      int end,
      Map<String, Relation> relations) {
    int steps = SqlScanner.endOfSteps(text.toString(), call.start());
    if (steps == 0) {
      StringBuilder inner = new StringBuilder(sql.substring(0, end - 1));
      blank(inner, 0, start + 1);
      return answer(inner.toString(), relations);
    }
    return query(steps, text, "from", call.start(), relations, sql.substring(start, end), start);
  }

  private Query query(
      int steps, StringBuilder text, String from, int at, Map<String, Relation> relations) {
    return query(steps, text, from, at, relations, "", at + from.length());
  }

  private Query query(
      int steps,
      StringBuilder text,
      String from,
      int at,
      Map<String, Relation> relations,
      String rows,
      int rowsAt) {
    StringBuilder inner = new StringBuilder(text.substring(0, Math.min(at, text.length())));
    blank(inner, steps, inner.length());
    inner.append(from);
    while (inner.length() < rowsAt) {
      char c = inner.length() < text.length() ? text.charAt(inner.length()) : ' ';
      inner.append(c == '\n' ? '\n' : ' ');
    }
    return answer(inner.append(rows).toString(), relations);
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
