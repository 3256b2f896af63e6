package dev.headrace.ml.learn.transform;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * All that expressions of one row can call, operators among it: each means what it means in
 * DuckDB's SQL over columns that were cast to doubles, is missing where an argument is, and is
 * refused where it has no finite value. Functions come from {@link StrictMath}, which gives the
 * same bits on every machine.
 */
final class RowFunctions {
  private RowFunctions() {}

  private static final FunctionTable ALL = new FunctionTable();

  private static final Set<String> OPERATORS = Set.of("and", "or", "not", "in", "negated");

  static {
    NumberFunctions.addTo(ALL);
    Comparisons.addTo(ALL);
    TextFunctions.addTo(ALL);
    TimeFunctions.addTo(ALL);
    ChoiceFunctions.addTo(ALL);
  }

  /** Whether it can be called, or written as an operator. */
  static boolean isKnown(String name) {
    return ALL.get(name) != null && !TimeFunctions.ONLY_PARTS.contains(name);
  }

  /** What can be called by its name; operators left out. */
  static SortedSet<String> names() {
    SortedSet<String> names = new TreeSet<>();
    for (String name : ALL.names()) {
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
    FunctionTable.Function function = require(name);
    if (count < function.least() || count > function.most()) {
      throw new IllegalArgumentException(
          "must give '%s' %s, not %d".formatted(name, counts(function), count));
    }
  }

  private static String counts(FunctionTable.Function function) {
    List<String> counts = new ArrayList<>(List.of(Integer.toString(function.least())));
    if (function.most() == Integer.MAX_VALUE) {
      counts.add("more");
    } else if (function.most() > function.least()) {
      counts.add(Integer.toString(function.most()));
    }
    return String.join(" or ", counts) + (counts.equals(List.of("1")) ? " argument" : " arguments");
  }

  private static FunctionTable.Function require(String name) {
    FunctionTable.Function function = ALL.get(name);
    if (function == null) {
      throw new IllegalStateException("no function " + name);
    }
    return function;
  }

  static Compiled make(String name, List<Compiled> arguments) {
    return require(name).maker().make(new FunctionCall(name, arguments));
  }
}
