package dev.headrace.ml.learn.transform;

import dev.headrace.ml.learn.transform.Compiled.Kind;
import java.util.List;

/** Functions that choose among their arguments. */
final class ChoiceFunctions {
  private ChoiceFunctions() {}

  static void addTo(FunctionTable all) {
    all.function(
        "coalesce",
        1,
        Integer.MAX_VALUE,
        call -> {
          Kind kind = call.common(0);
          List<Compiled> choices = call.arguments();
          return new Compiled(
              kind,
              (rows, row) -> {
                for (Compiled one : choices) {
                  double value = one.number().at(rows, row);
                  if (!Double.isNaN(value)) {
                    return value;
                  }
                }
                return Double.NaN;
              },
              (rows, row) -> {
                for (Compiled one : choices) {
                  String value = one.text().at(rows, row);
                  if (value != null) {
                    return value;
                  }
                }
                return null;
              });
        });
    all.function(
        "nullif",
        2,
        2,
        call -> {
          Compiled of = call.argument(0);
          Compiled.NumberAt equal =
              Comparisons.compared("nullif", of, call.argument(1), sign -> sign == 0);
          return new Compiled(
              of.kind(),
              (rows, row) -> equal.at(rows, row) == 1 ? Double.NaN : of.number().at(rows, row),
              (rows, row) -> equal.at(rows, row) == 1 ? null : of.text().at(rows, row));
        });
    all.function(
        "if",
        3,
        3,
        call -> {
          Compiled.NumberAt condition = call.truth(0);
          Kind kind = call.common(1);
          Compiled then = call.argument(1);
          Compiled otherwise = call.argument(2);
          return new Compiled(
              kind,
              (rows, row) ->
                  (condition.at(rows, row) == 1 ? then : otherwise).number().at(rows, row),
              (rows, row) ->
                  (condition.at(rows, row) == 1 ? then : otherwise).text().at(rows, row));
        });
  }
}
