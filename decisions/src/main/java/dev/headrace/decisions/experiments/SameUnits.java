package dev.headrace.decisions.experiments;

import dev.headrace.data.metrics.UnitMeasure;
import dev.headrace.decisions.experiments.scan.Scanner;
import dev.headrace.decisions.experiments.scan.UnitScan;
import dev.headrace.decisions.experiments.spec.ExperimentError;
import dev.headrace.decisions.experiments.spec.ExperimentSpec;
import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.schema.Type;
import dev.headrace.spi.schema.Type.Primitive;
import java.util.HashSet;
import java.util.Set;

/**
 * Units are the same in assignments and facts if their values are, and those of different types are
 * not: an engine that compares a text with a number makes one unit of {@code 7} and {@code 0007},
 * and each of the two gets its rows.
 */
final class SameUnits {
  private static final Set<Type> NUMBERS =
      Set.of(Primitive.INT, Primitive.LONG, Primitive.FLOAT, Primitive.DOUBLE);

  private SameUnits() {}

  /**
   * Refuses facts whose units cannot be compared with those of the assignments.
   *
   * @param unit type of the assignments' units
   * @throws HeadraceException EXPERIMENT_COLUMN
   */
  static void require(String name, ExperimentSpec spec, Type unit, UnitScan scan, Scanner scanner) {
    Set<String> seen = new HashSet<>();
    for (UnitMeasure measure : scan.measures()) {
      for (UnitMeasure.Rows rows : measure.rows()) {
        String sql = "select " + rows.unit() + " as unit\n" + rows.source();
        if (seen.add(sql)) {
          Type other = scanner.schema(scan, sql).fields().getFirst().type();
          if (!alike(unit, other)) {
            throw new HeadraceException(
                ExperimentError.EXPERIMENT_COLUMN,
                "Cannot analyze experiment '%s': the unit '%s' is %s in '%s' and %s in '%s', so that they cannot be told to be the same."
                    .formatted(name, spec.unit(), unit, spec.assignments(), other, rows.table()),
                "Declare one type for both, with 'columns: {%s: …}' of a source or a cast in a table."
                    .formatted(spec.unit()));
          }
        }
      }
    }
  }

  private static boolean alike(Type one, Type other) {
    return one.equals(other) || (isNumber(one) && isNumber(other));
  }

  private static boolean isNumber(Type type) {
    return NUMBERS.contains(type) || type instanceof Type.Decimal;
  }
}
