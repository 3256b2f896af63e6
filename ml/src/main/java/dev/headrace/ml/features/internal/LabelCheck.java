package dev.headrace.ml.features.internal;

import dev.headrace.core.project.Names;
import dev.headrace.data.sql.SqlQuotes;
import dev.headrace.ml.features.FeatureError;
import dev.headrace.ml.features.FeatureSelection;
import dev.headrace.ml.features.Labels;
import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.Rows;
import dev.headrace.spi.engine.SqlEngine;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Schema;
import dev.headrace.spi.schema.Type;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Labels that fit the views they are joined to.
 *
 * @param columns of the labels
 * @param time the moment of each
 */
public record LabelCheck(Labels labels, Schema columns, Field time, SqlEngine engine) {
  /** The relation that the labels are read from. */
  public static final String LABELS = "hr_labels";

  /**
   * Looks the labels' columns up.
   *
   * @throws HeadraceException FEATURES_LABELS
   */
  public static LabelCheck of(Labels labels, List<ViewResolver.Resolved> views, SqlEngine engine) {
    Schema columns =
        engine.describe(Query.of("select * from " + LABELS, Map.of(LABELS, labels.relation())));
    Field time = column(labels, columns, labels.timeColumn(), "the time of the labels");
    if (!ViewRows.isTimeType(time.type())) {
      throw refused(
          labels,
          "its time column '%s' is %s, not a date or timestamp"
              .formatted(time.name(), ViewResolver.words(time.type())),
          "Name another column with --time, or cast this one in a table.");
    }
    for (ViewResolver.Resolved view : views) {
      for (Field key : view.rows().keys()) {
        Field field =
            column(
                labels,
                columns,
                key.name(),
                "the key of entity '" + view.rows().view().spec().entity() + "'");
        if (!family(field.type()).equals(family(key.type()))) {
          throw refused(
              labels,
              "its key column '%s' is %s, but view '%s' has %s there"
                  .formatted(
                      field.name(),
                      ViewResolver.words(field.type()),
                      view.rows().view().name(),
                      ViewResolver.words(key.type())),
              "Cast one of them in a table, so that both have the same type.");
        }
      }
      for (String feature : view.rows().view().names()) {
        String name = FeatureSelection.column(view.rows().view().name(), feature);
        if (columns.field(name).isPresent()) {
          throw refused(
              labels, "it has a column '" + name + "' itself", "Rename or drop that column.");
        }
      }
    }
    return new LabelCheck(labels, columns, time, engine);
  }

  /**
   * Looks at the moments themselves.
   *
   * @throws HeadraceException FEATURES_LABELS_EMPTY, FEATURES_LABELS_FUTURE
   */
  public void requireUsable(Instant now, Watch watch) {
    String moment = Dialect.micros(SqlQuotes.identifier(time.name()), time.type());
    long nowMicros = now.getEpochSecond() * 1_000_000 + now.getNano() / 1_000;
    Query query =
        new Query(
            "select count(*), count(*) filter (where t > $now), cast(max(case when t > $now then"
                + " original end) as string) from (select "
                + moment
                + " as t, "
                + SqlQuotes.identifier(time.name())
                + " as original from "
                + LABELS
                + ") x",
            Map.of(LABELS, labels.relation()),
            Map.of("now", nowMicros));
    try (Rows rows = engine.execute(query, watch)) {
      List<@Nullable Object> row = rows.next();
      if (row == null || number(row.get(0)) == 0) {
        throw new HeadraceException(
            FeatureError.FEATURES_LABELS_EMPTY,
            "Cannot join features to '%s': it has no row.".formatted(labels.table()),
            "Build the labels first, or name another table.");
      }
      if (number(row.get(1)) > 0) {
        throw new HeadraceException(
            FeatureError.FEATURES_LABELS_FUTURE,
            "Cannot join features to '%s': %s of its rows lie in the future, up to %s."
                .formatted(labels.table(), row.get(1), row.get(2)),
            "Nothing is known yet of these moments; filter them out, or name another column with"
                + " --time.");
      }
    }
  }

  private static long number(@Nullable Object value) {
    return value instanceof Number number ? number.longValue() : 0;
  }

  private static Field column(Labels labels, Schema columns, String name, String what) {
    return columns
        .field(name)
        .orElseThrow(
            () ->
                refused(
                    labels,
                    "it has no column '%s', %s".formatted(name, what),
                    Names.suggest(name, columns.names())));
  }

  private static HeadraceException refused(Labels labels, String reason, String hint) {
    return new HeadraceException(
        FeatureError.FEATURES_LABELS,
        "Cannot join features to '%s': %s.".formatted(labels.table(), reason),
        hint);
  }

  /** Types within one family compare without loss. */
  private static String family(Type type) {
    return type == Type.Primitive.INT || type == Type.Primitive.LONG
        ? "whole number"
        : type.toString();
  }
}
