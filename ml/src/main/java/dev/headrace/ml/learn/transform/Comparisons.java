package dev.headrace.ml.learn.transform;

import java.util.List;

/** What is true, false or not known. */
final class Comparisons {
  private Comparisons() {}

  static void addTo(FunctionTable all) {
    compare(all, "=", sign -> sign == 0);
    compare(all, "<>", sign -> sign != 0);
    compare(all, "<", sign -> sign < 0);
    compare(all, "<=", sign -> sign <= 0);
    compare(all, ">", sign -> sign > 0);
    compare(all, ">=", sign -> sign >= 0);
    decided(all, "and", 0);
    decided(all, "or", 1);
    all.function(
        "not",
        1,
        1,
        call -> {
          Compiled.NumberAt inner = call.truth(0);
          return Compiled.truth((rows, row) -> 1 - inner.at(rows, row));
        });
    all.function(
        "is null",
        1,
        1,
        call -> {
          Compiled of = call.argument(0);
          return Compiled.truth((rows, row) -> of.isMissing(rows, row) ? 1 : 0);
        });
    all.function("in", 2, Integer.MAX_VALUE, Comparisons::in);
  }

  /** Of truth, null and false: what decides alone, then what is not known. */
  private static void decided(FunctionTable all, String name, double alone) {
    all.function(
        name,
        2,
        2,
        call -> {
          Compiled.NumberAt left = call.truth(0);
          Compiled.NumberAt right = call.truth(1);
          return Compiled.truth(
              (rows, row) -> {
                double a = left.at(rows, row);
                if (a == alone) {
                  return alone;
                }
                double b = right.at(rows, row);
                return b == alone ? alone : Double.isNaN(a) ? a : b;
              });
        });
  }

  /** Not known where nothing is equal and something is missing. */
  private static Compiled in(FunctionCall call) {
    call.common(0);
    Compiled of = call.argument(0);
    List<Compiled.NumberAt> equals =
        call.arguments().stream()
            .skip(1)
            .map(one -> compared("in", of, one, sign -> sign == 0))
            .toList();
    return Compiled.truth(
        (rows, row) -> {
          double found = 0;
          for (Compiled.NumberAt one : equals) {
            double equal = one.at(rows, row);
            if (equal == 1) {
              return 1;
            }
            found += equal; // NaN stays.
          }
          return found;
        });
  }

  /** Says whether a comparison holds, by its sign. */
  @FunctionalInterface
  interface Holds {
    boolean test(int sign);
  }

  private static void compare(FunctionTable all, String name, Holds holds) {
    all.function(
        name,
        2,
        2,
        call -> Compiled.truth(compared(name, call.argument(0), call.argument(1), holds)));
  }

  static Compiled.NumberAt compared(String name, Compiled left, Compiled right, Holds holds) {
    if (FunctionCall.common(name, left.kind(), right.kind()).isText()) {
      Compiled.TextAt a = left.text();
      Compiled.TextAt b = right.text();
      return (rows, row) -> {
        String one = a.at(rows, row);
        String other = b.at(rows, row);
        return one == null || other == null
            ? Double.NaN
            : holds.test(Texts.compare(one, other)) ? 1 : 0;
      };
    }
    Compiled.NumberAt a = left.number();
    Compiled.NumberAt b = right.number();
    return (rows, row) -> {
      double one = a.at(rows, row);
      double other = b.at(rows, row);
      return Double.isNaN(one) || Double.isNaN(other)
          ? Double.NaN
          : holds.test(one < other ? -1 : one > other ? 1 : 0) ? 1 : 0;
    };
  }
}
