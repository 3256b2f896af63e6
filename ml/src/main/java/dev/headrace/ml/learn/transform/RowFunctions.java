package dev.headrace.ml.learn.transform;

import dev.headrace.ml.learn.transform.Compiled.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.function.ToDoubleBiFunction;
import java.util.function.ToDoubleFunction;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * All that expressions of one row can call, operators among it: each means what it means in
 * DuckDB's SQL over columns that were cast to doubles, is missing where an argument is, and is
 * refused where it has no finite value. Functions come from {@link StrictMath}, which gives the
 * same bits on every machine.
 */
final class RowFunctions {
  private RowFunctions() {}

  /** Gives an expression of its arguments, or says which kinds it would take. */
  @FunctionalInterface
  private interface Maker {
    Compiled make(Call call);
  }

  /**
   * @param least arguments it takes
   * @param most likewise
   */
  private record Function(int least, int most, Maker maker) {}

  /** A function with its arguments. */
  record Call(String name, List<Compiled> arguments) {
    Compiled argument(int i) {
      return arguments.get(i);
    }

    Compiled.NumberAt number(int i) {
      return require(i, Kind.NUMBER).number();
    }

    Compiled.TextAt text(int i) {
      return require(i, Kind.TEXT).text();
    }

    Compiled.NumberAt truth(int i) {
      return require(i, Kind.TRUTH).number();
    }

    Compiled require(int i, Kind kind) {
      Compiled argument = arguments.get(i);
      if (argument.kind() != kind && argument.kind() != Kind.NOTHING) {
        throw new KindMismatch(
            "'%s' takes %s, and is given %s".formatted(name, kind.told(), argument.kind().told()),
            hint(kind, argument.kind()));
      }
      return argument;
    }

    /** The one kind of all arguments from a place on. */
    Kind common(int from) {
      Kind common = Kind.NOTHING;
      for (Compiled argument : arguments.subList(from, arguments.size())) {
        common = RowFunctions.common(name, common, argument.kind());
      }
      return common;
    }
  }

  /** Values of other kinds than a function takes. */
  static final class KindMismatch extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final String hint;

    KindMismatch(String reason, String hint) {
      super(reason);
      this.hint = hint;
    }

    String hint() {
      return hint;
    }
  }

  private static String hint(Kind wanted, Kind given) {
    if (given == Kind.TRUTH && wanted == Kind.NUMBER) {
      return "Write case when … then 1 else 0 end.";
    }
    if (wanted == Kind.TRUTH && given == Kind.NUMBER) {
      return "Write a condition, such as x <> 0.";
    }
    if (wanted == Kind.TIME && given == Kind.INSTANT) {
      return "Say whose clock is meant: x at time zone 'UTC'.";
    }
    if (wanted == Kind.NUMBER && (given == Kind.TIME || given == Kind.INSTANT)) {
      return "Write epoch(x) for its seconds since 1970, or date_diff('day', x, y).";
    }
    if (wanted == Kind.NUMBER && given == Kind.TEXT) {
      return "Let the query give a number: cast(x as double) as x.";
    }
    return "Give it one.";
  }

  static Kind common(String name, Kind one, Kind other) {
    if (one == Kind.NOTHING || one == other) {
      return other;
    }
    if (other == Kind.NOTHING) {
      return one;
    }
    throw new KindMismatch(
        "'%s' is given %s and %s".formatted(name, one.told(), other.told()),
        "Give it values of one kind.");
  }

  private static final Map<String, Function> ALL = new LinkedHashMap<>();

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
  private static final Set<String> ONLY_PARTS = Set.of("dow", "doy");

  private static final Set<String> OPERATORS = Set.of("and", "or", "not", "in", "negated");

  static {
    numbers();
    truths();
    texts();
    times();
    choices();
  }

  private static void numbers() {
    binary("+", (a, b) -> a + b);
    binary("-", (a, b) -> a - b);
    binary("*", (a, b) -> a * b);
    binary("/", (a, b) -> a / b);
    binary("%", (a, b) -> a % b);
    binary("mod", (a, b) -> a % b);
    unary("negated", a -> -a);
    unary("abs", Math::abs);
    unary("sign", a -> a == 0 ? 0 : Math.signum(a));
    unary("floor", Math::floor);
    unary("ceil", Math::ceil);
    unary("ceiling", Math::ceil);
    unary("trunc", RowFunctions::truncated);
    function("round", 1, 2, RowFunctions::round);
    unary("sqrt", Math::sqrt);
    unary("exp", StrictMath::exp);
    unary("ln", StrictMath::log);
    unary("log", StrictMath::log10);
    unary("log10", StrictMath::log10);
    binary("pow", StrictMath::pow);
    binary("power", StrictMath::pow);
    unary("sin", StrictMath::sin);
    unary("cos", StrictMath::cos);
    function("pi", 0, 0, _ -> Compiled.number((_, _) -> Math.PI));
    extreme("greatest", 1);
    extreme("least", -1);
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

  private static Compiled round(Call call) {
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
  private static void extreme(String name, int direction) {
    function(
        name,
        1,
        Integer.MAX_VALUE,
        call -> {
          Kind kind = call.common(0);
          if (kind.isText()) {
            throw new KindMismatch(
                "'" + name + "' takes numbers or times, and is given texts", "Compare with case.");
          }
          List<Compiled.NumberAt> all = call.arguments().stream().map(Compiled::number).toList();
          return Compiled.number(
              kind,
              (rows, row) -> {
                double found = Double.NaN;
                for (Compiled.NumberAt one : all) {
                  double value = one.at(rows, row);
                  if (Double.isNaN(found) || direction * value > direction * found) {
                    found = value;
                  }
                }
                return found;
              });
        });
  }

  private static void truths() {
    compare("=", sign -> sign == 0);
    compare("<>", sign -> sign != 0);
    compare("<", sign -> sign < 0);
    compare("<=", sign -> sign <= 0);
    compare(">", sign -> sign > 0);
    compare(">=", sign -> sign >= 0);
    // Of truth, null and false: what is false decides, then what is not known.
    function(
        "and",
        2,
        2,
        call -> {
          Compiled.NumberAt left = call.truth(0);
          Compiled.NumberAt right = call.truth(1);
          return Compiled.truth(
              (rows, row) -> {
                double a = left.at(rows, row);
                if (a == 0) {
                  return 0;
                }
                double b = right.at(rows, row);
                return b == 0 ? 0 : a + b == 2 ? 1 : Double.NaN;
              });
        });
    function(
        "or",
        2,
        2,
        call -> {
          Compiled.NumberAt left = call.truth(0);
          Compiled.NumberAt right = call.truth(1);
          return Compiled.truth(
              (rows, row) -> {
                double a = left.at(rows, row);
                if (a == 1) {
                  return 1;
                }
                double b = right.at(rows, row);
                return b == 1 ? 1 : a + b == 0 ? 0 : Double.NaN;
              });
        });
    function(
        "not",
        1,
        1,
        call -> {
          Compiled.NumberAt inner = call.truth(0);
          return Compiled.truth((rows, row) -> 1 - inner.at(rows, row));
        });
    function(
        "is null",
        1,
        1,
        call -> {
          Compiled of = call.argument(0);
          return Compiled.truth((rows, row) -> of.isMissing(rows, row) ? 1 : 0);
        });
    function("in", 2, Integer.MAX_VALUE, RowFunctions::in);
  }

  /** Not known where nothing is equal and something is missing. */
  private static Compiled in(Call call) {
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
  private interface Holds {
    boolean test(int sign);
  }

  private static void compare(String name, Holds holds) {
    function(
        name,
        2,
        2,
        call -> Compiled.truth(compared(name, call.argument(0), call.argument(1), holds)));
  }

  private static Compiled.NumberAt compared(
      String name, Compiled left, Compiled right, Holds holds) {
    if (common(name, left.kind(), right.kind()).isText()) {
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

  private static void texts() {
    textOf("lower", Texts::lower);
    textOf("upper", Texts::upper);
    textOf("trim", Texts::trimmed);
    numberOf("length", text -> text.codePointCount(0, text.length()));
    truthOf("contains", (text, part) -> text.contains(part) ? 1 : 0);
    truthOf("starts_with", (text, part) -> text.startsWith(part) ? 1 : 0);
    truthOf("ends_with", (text, part) -> text.endsWith(part) ? 1 : 0);
    function(
        "||",
        2,
        2,
        call -> {
          Compiled.TextAt left = call.text(0);
          Compiled.TextAt right = call.text(1);
          return Compiled.text(
              (rows, row) -> {
                String a = left.at(rows, row);
                String b = right.at(rows, row);
                return a == null || b == null ? null : a + b;
              });
        });
    function(
        "replace",
        3,
        3,
        call -> {
          Compiled.TextAt text = call.text(0);
          Compiled.TextAt part = call.text(1);
          Compiled.TextAt other = call.text(2);
          return Compiled.text(
              (rows, row) -> {
                String of = text.at(rows, row);
                String what = part.at(rows, row);
                String by = other.at(rows, row);
                return of == null || what == null || by == null
                    ? null
                    : what.isEmpty() ? of : of.replace(what, by);
              });
        });
    function("substr", 2, 3, RowFunctions::part);
    function("substring", 2, 3, RowFunctions::part);
    function("left", 2, 2, call -> end(call, true));
    function("right", 2, 2, call -> end(call, false));
  }

  private static Compiled part(Call call) {
    Compiled.TextAt text = call.text(0);
    Compiled.NumberAt from = call.number(1);
    Compiled.@Nullable NumberAt count = call.arguments().size() == 3 ? call.number(2) : null;
    return Compiled.text(
        (rows, row) -> {
          String of = text.at(rows, row);
          double first = from.at(rows, row);
          double length = count == null ? Double.MAX_VALUE : count.at(rows, row);
          return of == null || Double.isNaN(first) || Double.isNaN(length)
              ? null
              : Texts.part(of, rounded(first), count == null ? length : rounded(length));
        });
  }

  private static Compiled end(Call call, boolean isLeft) {
    Compiled.TextAt text = call.text(0);
    Compiled.NumberAt count = call.number(1);
    return Compiled.text(
        (rows, row) -> {
          String of = text.at(rows, row);
          double length = count.at(rows, row);
          return of == null || Double.isNaN(length)
              ? null
              : isLeft ? Texts.left(of, rounded(length)) : Texts.right(of, rounded(length));
        });
  }

  private static void times() {
    for (String part : PARTS) {
      function(
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
    function("timezone", 2, 2, Times::zoned);
    function("date_diff", 3, 3, Times::difference);
    function("datediff", 3, 3, Times::difference);
    // Read as a part before it gets here.
    function("date_part", 2, 2, call -> badPart(call.name()));
    function("datepart", 2, 2, call -> badPart(call.name()));
  }

  private static Compiled badPart(String name) {
    throw new KindMismatch(
        "'" + name + "' takes a part in quotes and a time", "Write date_part('hour', x).");
  }

  private static void choices() {
    function(
        "coalesce",
        1,
        Integer.MAX_VALUE,
        call -> {
          Kind kind = call.common(0);
          List<Compiled> all = call.arguments();
          return new Compiled(
              kind,
              (rows, row) -> {
                for (Compiled one : all) {
                  double value = one.number().at(rows, row);
                  if (!Double.isNaN(value)) {
                    return value;
                  }
                }
                return Double.NaN;
              },
              (rows, row) -> {
                for (Compiled one : all) {
                  String value = one.text().at(rows, row);
                  if (value != null) {
                    return value;
                  }
                }
                return null;
              });
        });
    function(
        "nullif",
        2,
        2,
        call -> {
          Compiled of = call.argument(0);
          Compiled.NumberAt equal = compared("nullif", of, call.argument(1), sign -> sign == 0);
          return new Compiled(
              of.kind(),
              (rows, row) -> equal.at(rows, row) == 1 ? Double.NaN : of.number().at(rows, row),
              (rows, row) -> equal.at(rows, row) == 1 ? null : of.text().at(rows, row));
        });
    function(
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

  // How they are made

  private static void function(String name, int least, int most, Maker maker) {
    ALL.put(name, new Function(least, most, maker));
  }

  private static void unary(String name, DoubleUnaryOperator operator) {
    function(
        name,
        1,
        1,
        call -> {
          Compiled.NumberAt of = call.number(0);
          return Compiled.number(
              (rows, row) -> {
                double a = of.at(rows, row);
                double result = operator.applyAsDouble(a);
                return Double.isFinite(result) || Double.isNaN(a) ? result : NoValue.of(name, a);
              });
        });
  }

  private static void binary(String name, DoubleBinaryOperator operator) {
    function(
        name,
        2,
        2,
        call -> {
          Compiled.NumberAt left = call.number(0);
          Compiled.NumberAt right = call.number(1);
          return Compiled.number(
              (rows, row) -> {
                double a = left.at(rows, row);
                double b = right.at(rows, row);
                if (Double.isNaN(a) || Double.isNaN(b)) {
                  return Double.NaN; // Even where a power of it would be 1.
                }
                double result = operator.applyAsDouble(a, b);
                return Double.isFinite(result) ? result : NoValue.of(name, a, b);
              });
        });
  }

  private static void textOf(String name, UnaryOperator<String> operator) {
    function(
        name,
        1,
        1,
        call -> {
          Compiled.TextAt of = call.text(0);
          return Compiled.text(
              (rows, row) -> {
                String text = of.at(rows, row);
                return text == null ? null : operator.apply(text);
              });
        });
  }

  private static void numberOf(String name, ToDoubleFunction<String> operator) {
    function(
        name,
        1,
        1,
        call -> {
          Compiled.TextAt of = call.text(0);
          return Compiled.number(
              (rows, row) -> {
                String text = of.at(rows, row);
                return text == null ? Double.NaN : operator.applyAsDouble(text);
              });
        });
  }

  private static void truthOf(String name, ToDoubleBiFunction<String, String> operator) {
    function(
        name,
        2,
        2,
        call -> {
          Compiled.TextAt left = call.text(0);
          Compiled.TextAt right = call.text(1);
          return Compiled.truth(
              (rows, row) -> {
                String a = left.at(rows, row);
                String b = right.at(rows, row);
                return a == null || b == null ? Double.NaN : operator.applyAsDouble(a, b);
              });
        });
  }

  // Who asks

  static boolean isKnown(String name) {
    return ALL.containsKey(name) && !ONLY_PARTS.contains(name);
  }

  /** What can be called by its name; operators left out. */
  static SortedSet<String> names() {
    SortedSet<String> names = new TreeSet<>();
    for (String name : ALL.keySet()) {
      if (isKnown(name) && name.matches("[a-z_0-9]+") && !OPERATORS.contains(name)) {
        names.add(name);
      }
    }
    return names;
  }

  /**
   * @throws IllegalArgumentException if a function does not take so many arguments
   */
  static void requireCount(String name, int count) {
    Function function = ALL.get(name);
    if (function == null || count < function.least() || count > function.most()) {
      throw new IllegalArgumentException(
          "must give '%s' %s, not %d".formatted(name, counts(function), count));
    }
  }

  private static String counts(@Nullable Function function) {
    if (function == null) {
      return "nothing";
    }
    List<String> counts = new ArrayList<>(List.of(Integer.toString(function.least())));
    if (function.most() == Integer.MAX_VALUE) {
      counts.add("more");
    } else if (function.most() > function.least()) {
      counts.add(Integer.toString(function.most()));
    }
    return String.join(" or ", counts) + (counts.equals(List.of("1")) ? " argument" : " arguments");
  }

  static Compiled make(String name, List<Compiled> arguments) {
    Function function = ALL.get(name);
    if (function == null) {
      throw new IllegalStateException("no function " + name);
    }
    return function.maker().make(new Call(name, arguments));
  }
}
