package dev.headrace.ml.features.internal;

import dev.headrace.data.sql.SqlQuotes;
import dev.headrace.ml.features.Computation;
import dev.headrace.ml.features.Computation.Derived;
import dev.headrace.ml.features.Feature;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** From aggregates to features: lifetime, derived features, names. */
final class ViewSelect {
  private ViewSelect() {}

  /**
   * What becomes of features whose lifetime is over; where they are kept, so is what derived ones
   * are made of.
   */
  enum Expiry {
    LEFT_OUT,
    KEPT
  }

  /** The same where features are read at the moment that their values are those of. */
  static String of(
      ViewRows rows, List<String> identity, String aggregates, Expiry expiry, Dialect dialect) {
    return of(rows, identity, aggregates, expiry, "t", dialect);
  }

  /**
   * The SELECT of a view's features by moment.
   *
   * @param aggregates relation with {@code identity}, {@code t}, {@code hr_e} and the cells
   * @param identity columns that tell moments apart
   * @param expiry whether features whose lifetime is over are left out
   * @param readAt column of the aggregates with what {@code $at} stands for, in microseconds
   */
  static String of(
      ViewRows rows,
      List<String> identity,
      String aggregates,
      Expiry expiry,
      String readAt,
      Dialect dialect) {
    Map<String, Derived> derived = rows.derived();
    List<String> inner = new ArrayList<>(identity);
    inner.add("t");
    inner.add("hr_e");
    rows.cells()
        .forEach((name, cell) -> inner.add(cell.column() + " as " + SqlQuotes.identifier(name)));
    String alive =
        rows.ttlMicros()
            .filter(_ -> expiry == Expiry.LEFT_OUT)
            .map(ttl -> " where hr_e >= t - " + ttl)
            .orElse(" where hr_e is not null");
    if (derived.isEmpty()) {
      return "select " + String.join(", ", inner) + " from " + aggregates + alive;
    }
    inner.add(dialect.moment(readAt) + " as " + Formulas.AT);
    List<String> outer = new ArrayList<>(identity);
    outer.add("t");
    outer.add("hr_e");
    for (Feature feature : rows.view().features()) {
      String name = SqlQuotes.identifier(feature.name());
      Derived made = derived.get(feature.name());
      outer.add(made == null ? name : expression(made) + " as " + name);
    }
    if (expiry == Expiry.KEPT) {
      rows.kept().forEach(name -> outer.add(SqlQuotes.identifier(name)));
    }
    return "select "
        + String.join(", ", outer)
        + " from (select "
        + String.join(", ", inner)
        + " from "
        + aggregates
        + alive
        + ") as "
        + Expressions.ROWS;
  }

  private static String expression(Derived derived) {
    return switch (derived) {
      case Computation.Ratio(List<String> of) ->
          "cast(%s as double) / nullif(cast(%s as double), 0)"
              .formatted(SqlQuotes.identifier(of.getFirst()), SqlQuotes.identifier(of.getLast()));
      case Computation.Sql(String expression) -> "(" + Formulas.withMoment(expression) + "\n)";
    };
  }
}
