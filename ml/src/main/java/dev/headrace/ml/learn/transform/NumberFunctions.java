package dev.headrace.ml.learn.transform;

import dev.headrace.ml.learn.transform.Compiled.Kind;
import java.util.List;

/** Arithmetic, and functions of numbers. */
final class NumberFunctions {
  private NumberFunctions() {}

  static void addTo(FunctionTable all) {
    all.binary("+", (a, b) -> a + b);
    all.binary("-", (a, b) -> a - b);
    all.binary("*", (a, b) -> a * b);
    all.binary("/", (a, b) -> a / b);
    all.binary("%", (a, b) -> a % b);
    all.binary("mod", (a, b) -> a % b);
    all.unary("negated", a -> -a);
    all.unary("abs", Math::abs);
    all.unary("sign", a -> a == 0 ? 0 : Math.signum(a));
    all.unary("floor", Math::floor);
    all.unary("ceil", Math::ceil);
    all.unary("ceiling", Math::ceil);
    all.unary("trunc", NumberFunctions::truncated);
    all.function("round", 1, 2, NumberFunctions::round);
    all.unary("sqrt", Math::sqrt);
    all.unary("exp", StrictMath::exp);
    all.unary("ln", StrictMath::log);
    all.unary("log", StrictMath::log10);
    all.unary("log10", StrictMath::log10);
    all.binary("pow", StrictMath::pow);
    all.binary("power", StrictMath::pow);
    all.unary("sin", StrictMath::sin);
    all.unary("cos", StrictMath::cos);
    all.function("pi", 0, 0, _ -> Compiled.number((_, _) -> Math.PI));
    extreme(all, "greatest", 1);
    extreme(all, "least", -1);
  }

  private static double truncated(double a) {
    return a < 0 ? Math.ceil(a) : Math.floor(a);
  }

  /** Halves go away from zero. */
  static double rounded(double a) {
    double size = Math.abs(a);
    double whole = Math.floor(size);
    return Math.copySign(size - whole >= 0.5 ? whole + 1 : whole, a);
  }

  private static Compiled round(FunctionCall call) {
    Compiled.NumberAt number = call.number(0);
    if (call.arguments().size() == 1) {
      return Compiled.number((rows, row) -> rounded(number.at(rows, row)));
    }
    Compiled.NumberAt places = call.number(1);
    return Compiled.number(
        (rows, row) -> {
          double a = number.at(rows, row);
          double n = places.at(rows, row);
          if (Double.isNaN(a) || Double.isNaN(n)) {
            return Double.NaN;
          }
          double unit = StrictMath.pow(10, Math.abs(truncated(n)));
          double result = n < 0 ? rounded(a / unit) * unit : rounded(a * unit) / unit;
          return Double.isFinite(result) ? result : a;
        });
  }

  /** Missing values are passed over, as in DuckDB. */
  private static void extreme(FunctionTable all, String name, int direction) {
    all.function(
        name,
        1,
        Integer.MAX_VALUE,
        call -> {
          Kind kind = call.common(0);
          if (kind.isText()) {
            throw new KindMismatch(
                "'" + name + "' takes numbers or times, and is given texts", "Compare with case.");
          }
          List<Compiled.NumberAt> values = call.arguments().stream().map(Compiled::number).toList();
          return Compiled.number(
              kind,
              (rows, row) -> {
                double found = Double.NaN;
                for (Compiled.NumberAt one : values) {
                  double value = one.at(rows, row);
                  if (Double.isNaN(found) || direction * value > direction * found) {
                    found = value;
                  }
                }
                return found;
              });
        });
  }
}
