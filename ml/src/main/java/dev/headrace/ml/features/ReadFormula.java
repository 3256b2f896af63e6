package dev.headrace.ml.features;

import dev.headrace.ml.features.internal.Formulas;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;

/**
 * The features of a view that move on with the clock, since their SQL names {@code $at}: computed
 * when they are read, from what is kept of the entity.
 *
 * @param expressions by feature; {@code $at} has become the column {@link #AT}
 * @param names that the expressions mention in lower case, among them names of features and columns
 */
public record ReadFormula(SequencedMap<String, String> expressions, Set<String> names) {
  /** The moment of reading: a column of each row, without zone, in UTC. */
  public static final String AT = Formulas.AT;

  /** The name under which expressions may call a row. */
  public static final String ROW = dev.headrace.ml.features.internal.Expressions.ROWS;

  /**
   * What the name of a column begins with, in the table of latest values, that no feature is named
   * after, but that derived features need.
   */
  public static final String KEPT = Formulas.KEPT;

  /** Of a view; without expressions if nothing of it moves. */
  public static ReadFormula of(FeatureView view) {
    SequencedMap<String, String> expressions = new LinkedHashMap<>();
    Set<String> names = new LinkedHashSet<>();
    for (Feature feature : view.features()) {
      if (feature.computation() instanceof Computation.Sql(String expression)
          && Formulas.moves(expression)) {
        expressions.put(feature.name(), Formulas.withMoment(expression));
        names.addAll(Formulas.namesIn(expression));
      }
    }
    return new ReadFormula(expressions, names);
  }

  /** Whether anything moves. */
  public boolean isEmpty() {
    return expressions.isEmpty();
  }

  /** The features that move. */
  public List<String> features() {
    return List.copyOf(expressions.keySet());
  }
}
