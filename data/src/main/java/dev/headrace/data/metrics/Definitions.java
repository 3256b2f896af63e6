package dev.headrace.data.metrics;

import dev.headrace.data.metrics.Reach.Column;
import dev.headrace.data.sql.SqlAnalyzer;
import dev.headrace.data.sql.SqlExpression;
import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.schema.Type;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** What the declarations of metrics say, in terms of columns that are there. */
final class Definitions {
  /** A definition reads tables by their names, and such a table is meant by none of them. */
  private static final String IN_SEVERAL_ROLES =
      "A table that is joined in several roles cannot be named in a definition: join the one that is"
          + " meant in a table or view, or ask with --where.";

  private final Metrics metrics;
  private final Star star;
  private final SqlAnalyzer analyzer;

  Definitions(Metrics metrics, Star star, SqlAnalyzer analyzer) {
    this.metrics = metrics;
    this.star = star;
    this.analyzer = analyzer;
  }

  /** What can be said of the rows of a table that a metric measures. */
  Reach reach(Metric metric, String table) {
    metrics.requireShown(metric, table);
    return new Reach(star, metric.name(), table);
  }

  /**
   * An expression of the metric's own, over its table and those it names.
   *
   * @param joins hears of the tables that it needs
   */
  String own(Metric metric, Reach reach, String text, String key, Consumer<Reach.Stop> joins) {
    SqlExpression expression =
        analyzer.expression(text, metric.asset().declaration().origin().at(key));
    String sql =
        expression.rewrite(
            use -> {
              Column column = resolve(metric, reach, use.parts(), key);
              if (!metric.asset().definition().inputs().contains(column.stop().table())) {
                throw new HeadraceException(
                    MetricError.METRIC_UNKNOWN_COLUMN,
                    "Cannot use '%s' in metric '%s': it is a column of '%s', which the metric does not name."
                        .formatted(use.name(), metric.name(), column.stop().table()),
                    column.stop().alias().equals(column.stop().table())
                        ? "Write %s.".formatted(column.source())
                        : IN_SEVERAL_ROLES,
                    metric.asset().declaration().origin().at(key),
                    null);
              }
              joins.accept(column.stop());
              return column.sql();
            });
    return sql.strip();
  }

  /** A column that a key of the metric's declaration names. */
  private static Column resolve(Metric metric, Reach reach, List<String> parts, String key) {
    try {
      return reach.resolve(parts);
    } catch (HeadraceException e) {
      throw new HeadraceException(
          e.code(),
          String.valueOf(e.getMessage()),
          e.code() == MetricError.METRIC_AMBIGUOUS && parts.size() > 1
              ? IN_SEVERAL_ROLES
              : e.hint(),
          metric.asset().declaration().origin().at(key),
          e);
    }
  }

  /** When the rows of a metric's table took place. */
  Optional<Column> time(Metric metric, Reach reach, String table) {
    Optional<String> name =
        Optional.ofNullable(metric.spec().time())
            .filter(
                _ -> Star.lower(table).equals(Star.lower(String.valueOf(metric.spec().table()))))
            .or(() -> star.time(table));
    Optional<Column> column = name.map(text -> reach.resolve(List.of(text.split("\\.", -1))));
    column.ifPresent(
        found -> {
          Type type = found.field().type();
          if (type != Type.Primitive.DATE
              && type != Type.Primitive.TIMESTAMP
              && type != Type.Primitive.TIMESTAMPTZ) {
            throw new HeadraceException(
                MetricError.METRIC_NO_TIME,
                "Cannot use '%s' as the time of metric '%s': it is %s."
                    .formatted(found.source(), metric.name(), Star.lower(type.toString())),
                "Name a date or timestamp column.");
          }
        });
    return column;
  }

  Column requireTime(Metric metric, Reach reach, String table) {
    return time(metric, reach, table)
        .orElseThrow(
            () ->
                new HeadraceException(
                    MetricError.METRIC_NO_TIME,
                    "Cannot ask '%s': nothing says when the rows of '%s' took place."
                        .formatted(metric.name(), table),
                    "Add 'time: COLUMN' to the declaration of '%s'.".formatted(table)));
  }
}
