package dev.headrace.ml.sql;

import dev.headrace.data.sql.SqlQuotes;
import dev.headrace.ml.learn.LearnReport;
import dev.headrace.ml.learn.explain.PermutationImportance;
import dev.headrace.ml.learn.linear.Diagnostics;
import dev.headrace.ml.registry.Judgement;
import dev.headrace.ml.registry.ModelCard;
import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.Relation;
import dev.headrace.spi.error.HeadraceException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a card tells, as relations. */
final class CardTables {
  private CardTables() {}

  /** Coefficients of the prepared columns, of several classes one set for each. */
  static Relation weights(ModelCard card) {
    Table table =
        new Table("class text", "processed_input text", "weight double", "standard_error double")
            .and("statistic double", "p_value double");
    Diagnostics leastSquares = card.report().leastSquares();
    List<LearnReport.Coefficient> coefficients = card.report().coefficients();
    if (leastSquares != null) {
      leastSquares
          .coefficients()
          .forEach(
              one ->
                  table.row(
                      null, one.name(), one.estimate(), one.standardError(), one.t(), one.tails()));
    } else if (coefficients != null) {
      List<String> classes = several(card);
      int perClass = classes.isEmpty() ? 0 : coefficients.size() / classes.size();
      for (int i = 0; i < coefficients.size(); i++) {
        LearnReport.Coefficient one = coefficients.get(i);
        String of = classes.isEmpty() ? null : classes.get(i / perClass);
        table.row(
            of,
            of == null ? one.name() : one.name().substring(of.length() + 2),
            one.estimate(),
            one.standardError(),
            one.z(),
            one.pValue());
      }
    } else {
      throw nothing(
          card,
          "weights",
          "its learner has no coefficients",
          "Ask which features matter: ml.feature_importance(model " + card.model() + ").");
    }
    return table.relation();
  }

  private static List<String> several(ModelCard card) {
    ModelCard.Confusion confusion = card.confusion();
    return confusion == null || confusion.classes().size() < 3 ? List.of() : confusion.classes();
  }

  /** What features are worth on the test rows, and what trees gained by them. */
  static Relation featureImportance(ModelCard card) {
    Map<String, Double> gains = new LinkedHashMap<>();
    LearnReport.Trees trees = card.report().trees();
    if (trees != null) {
      trees.gains().forEach(gain -> gains.put(gain.column(), gain.share()));
    }
    Judgement judgement = card.judgement();
    List<PermutationImportance> worth = judgement == null ? List.of() : judgement.importance();
    Table table =
        new Table("feature text", "importance double", "lower95 double", "upper95 double")
            .and("importance_gain double");
    for (PermutationImportance one : worth) {
      table.row(one.feature(), one.loss(), one.lower95(), one.upper95(), gains.get(one.feature()));
    }
    if (worth.isEmpty()) {
      gains.forEach((column, share) -> table.row(column, null, null, null, share));
    }
    if (table.isEmpty()) {
      throw nothing(
          card,
          "the importance of features",
          "it was trained without asking for it",
          "Leave 'evaluate: {importance: false}' out and train again.");
    }
    return table.relation();
  }

  /** The metrics with their intervals. */
  static Relation evaluation(ModelCard card) {
    return evaluation(card.metrics());
  }

  static Relation evaluation(List<ModelCard.Score> scores) {
    Table table =
        new Table("metric text", "estimate double", "lower95 double", "upper95 double")
            .and("baseline double", "unknown text");
    for (ModelCard.Score score : scores) {
      table.row(
          score.metric().word(),
          score.estimate(),
          score.lower95(),
          score.upper95(),
          score.baseline(),
          score.unknown());
    }
    return table.relation();
  }

  /** Who was taken for whom, a row for each pair of classes. */
  static Relation confusion(ModelCard card) {
    ModelCard.Confusion confusion = card.confusion();
    if (confusion == null) {
      throw nothing(
          card,
          "the confusion matrix",
          "it predicts numbers, not classes",
          "ml.evaluate(model " + card.model() + ") tells how far off they are.");
    }
    Table table = new Table("expected_label text", "predicted_label text", "weight double");
    for (int i = 0; i < confusion.classes().size(); i++) {
      for (int j = 0; j < confusion.classes().size(); j++) {
        table.row(
            confusion.classes().get(i), confusion.classes().get(j), confusion.rows().get(i).get(j));
      }
    }
    return table.relation();
  }

  static HeadraceException nothing(ModelCard card, String what, String reason, String hint) {
    return new HeadraceException(
        ModelQueryError.MODEL_QUERY_NOTHING,
        "Cannot tell %s of version %d of model '%s': %s."
            .formatted(what, card.version(), card.model(), reason),
        hint);
  }

  /** A few rows, as a SELECT of literals. */
  private static final class Table {
    private final List<String> columns = new ArrayList<>();
    private final List<String> rows = new ArrayList<>();

    Table(String... columns) {
      and(columns);
    }

    Table and(String... more) {
      columns.addAll(Arrays.asList(more));
      return this;
    }

    boolean isEmpty() {
      return rows.isEmpty();
    }

    void row(@Nullable Object... cells) {
      List<String> written = new ArrayList<>();
      for (int i = 0; i < cells.length; i++) {
        Object cell = cells[i];
        String[] column = columns.get(i).split(" ", 2);
        written.add(
            "cast(%s as %s) as %s"
                .formatted(cell == null ? "null" : SqlQuotes.value(cell), column[1], column[0]));
      }
      rows.add("select " + String.join(", ", written));
    }

    Relation relation() {
      String sql =
          rows.isEmpty()
              ? "select "
                  + String.join(
                      ", ",
                      columns.stream()
                          .map(column -> column.split(" ", 2))
                          .map(column -> "cast(null as %s) as %s".formatted(column[1], column[0]))
                          .toList())
                  + " where false"
              : String.join("\nunion all\n", rows);
      return new Relation.View(Query.of(sql, Map.of()));
    }
  }
}
