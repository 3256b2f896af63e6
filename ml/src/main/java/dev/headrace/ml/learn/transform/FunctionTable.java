package dev.headrace.ml.learn.transform;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.function.ToDoubleBiFunction;
import java.util.function.ToDoubleFunction;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Functions by their names, while they are listed. */
final class FunctionTable {
  /** Gives an expression of its arguments, or says which kinds it would take. */
  @FunctionalInterface
  interface Maker {
    Compiled make(FunctionCall call);
  }

  /**
   * One of them.
   *
   * @param least arguments it takes
   * @param most likewise
   */
  record Function(int least, int most, Maker maker) {}

  private final Map<String, Function> functions = new LinkedHashMap<>();

  /** The function of that name; null for none. */
  @Nullable Function get(String name) {
    return functions.get(name);
  }

  Set<String> names() {
    return functions.keySet();
  }

  void function(String name, int least, int most, Maker maker) {
    functions.put(name, new Function(least, most, maker));
  }

  void unary(String name, DoubleUnaryOperator operator) {
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

  void binary(String name, DoubleBinaryOperator operator) {
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

  void textOf(String name, UnaryOperator<String> operator) {
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

  void numberOf(String name, ToDoubleFunction<String> operator) {
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

  void truthOf(String name, ToDoubleBiFunction<String, String> operator) {
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
}
