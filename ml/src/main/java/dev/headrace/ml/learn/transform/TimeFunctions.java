package dev.headrace.ml.learn.transform;

import dev.headrace.ml.learn.transform.Compiled.Kind;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/** Functions of times. */
final class TimeFunctions {
  /** Parts of a time, each a function of its own name too. */
  static final Set<String> PARTS =
      Set.of(
          "year",
          "quarter",
          "month",
          "week",
          "day",
          "dayofweek",
          "dow",
          "isodow",
          "dayofyear",
          "doy",
          "hour",
          "minute",
          "second",
          "epoch");

  /** Those that {@code extract} takes and no function is called after. */
  static final Set<String> ONLY_PARTS = Set.of("dow", "doy");

  private TimeFunctions() {}

  static void addTo(FunctionTable all) {
    for (String part : PARTS) {
      all.function(
          part,
          1,
          1,
          call -> {
            // An instant has a second and no hour: that is a matter of zones.
            boolean anywhere = part.equals("epoch") && call.argument(0).kind() == Kind.INSTANT;
            Compiled.NumberAt of =
                anywhere ? call.argument(0).number() : call.require(0, Kind.TIME).number();
            ToDoubleFunction<Double> taken = Times.part(part);
            return Compiled.number(
                (rows, row) -> {
                  double seconds = of.at(rows, row);
                  return Double.isNaN(seconds) ? Double.NaN : taken.applyAsDouble(seconds);
                });
          });
    }
    all.function("timezone", 2, 2, Times::zoned);
    all.function("date_diff", 3, 3, Times::difference);
    all.function("datediff", 3, 3, Times::difference);
    // Read as a part before it gets here.
    all.function("date_part", 2, 2, call -> badPart(call.name()));
    all.function("datepart", 2, 2, call -> badPart(call.name()));
  }

  private static Compiled badPart(String name) {
    throw new KindMismatch(
        "'" + name + "' takes a part in quotes and a time", "Write date_part('hour', x).");
  }
}
