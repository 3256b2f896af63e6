package dev.headrace.ml.sql;

import dev.headrace.data.sql.SqlQuotes;
import dev.headrace.ml.learn.Model;
import dev.headrace.ml.learn.Target;
import dev.headrace.ml.registry.ModelCard;
import dev.headrace.ml.registry.Models;
import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.Relation;
import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Schema;
import dev.headrace.spi.schema.Type;
import java.util.Map;

/** The curve of two classes over the rows that tested a version, a point for each prediction. */
final class RocCurve {
  private static final String ROWS = "hr_tested";

  private RocCurve() {}

  /**
   * @param tested key, label, fold and prediction of the rows
   */
  static Relation of(ModelCard card, Model model, Relation.Files tested) {
    if (!(model.target() instanceof Target.Classes classes)) {
      throw CardTables.nothing(
          card,
          "the ROC curve",
          !model.target().classifies()
              ? "it predicts numbers, not probabilities"
              : "it has several classes, and a curve tells two apart",
          "ml.evaluate(model " + card.model() + ") tells how good it is.");
    }
    String positive = isPositive(card, classes, tested.schema());
    String sql =
        """
        with counted as (
          select prediction as threshold,
            count(*) filter (where %s) as positives,
            count(*) filter (where not %s) as negatives
          from %s
          group by prediction
        ),
        summed as (
          select threshold,
            sum(positives) over (order by threshold desc) as tp,
            sum(negatives) over (order by threshold desc) as fp,
            sum(positives) over () as p,
            sum(negatives) over () as n
          from counted
        )
        select threshold,
          cast(tp as double) / nullif(p, 0) as recall,
          cast(fp as double) / nullif(n, 0) as false_positive_rate,
          cast(tp as bigint) as true_positives,
          cast(fp as bigint) as false_positives,
          cast(n - fp as bigint) as true_negatives,
          cast(p - tp as bigint) as false_negatives
        from summed
        """
            .formatted(positive, positive, ROWS);
    return new Relation.View(Query.of(sql, Map.of(ROWS, tested)));
  }

  private static String isPositive(ModelCard card, Target.Classes classes, Schema schema) {
    String label = Models.spec(card).predicts();
    Field field =
        schema
            .field(label)
            .orElseThrow(
                () ->
                    new HeadraceException(
                        ModelQueryError.MODEL_QUERY_COLUMN,
                        "Cannot find the label '%s' among the predictions of version %d of model '%s'."
                            .formatted(label, card.version(), card.model()),
                        "Train the model again."));
    String column = SqlQuotes.identifier(field.name());
    // Classes are texts; numbers and truths were read as numbers.
    return field.type() == Type.Primitive.STRING || field.type() == Type.Primitive.UUID
        ? "cast(%s as text) = %s".formatted(column, SqlQuotes.literal(classes.positive()))
        : "cast(%s as double) = cast(%s as double)"
            .formatted(column, SqlQuotes.literal(classes.positive()));
  }
}
