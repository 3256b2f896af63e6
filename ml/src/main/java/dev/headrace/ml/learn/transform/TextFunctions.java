package dev.headrace.ml.learn.transform;

import org.jspecify.annotations.Nullable;

/** Functions of texts. */
final class TextFunctions {
  private TextFunctions() {}

  static void addTo(FunctionTable all) {
    all.textOf("lower", Texts::lower);
    all.textOf("upper", Texts::upper);
    all.textOf("trim", Texts::trimmed);
    all.numberOf("length", text -> text.codePointCount(0, text.length()));
    all.truthOf("contains", (text, part) -> text.contains(part) ? 1 : 0);
    all.truthOf("starts_with", (text, part) -> text.startsWith(part) ? 1 : 0);
    all.truthOf("ends_with", (text, part) -> text.endsWith(part) ? 1 : 0);
    all.function(
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
    all.function(
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
    all.function("substr", 2, 3, TextFunctions::part);
    all.function("substring", 2, 3, TextFunctions::part);
    all.function("left", 2, 2, call -> end(call, true));
    all.function("right", 2, 2, call -> end(call, false));
  }

  private static Compiled part(FunctionCall call) {
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
              : Texts.part(
                  of,
                  NumberFunctions.rounded(first),
                  count == null ? length : NumberFunctions.rounded(length));
        });
  }

  private static Compiled end(FunctionCall call, boolean isLeft) {
    Compiled.TextAt text = call.text(0);
    Compiled.NumberAt count = call.number(1);
    return Compiled.text(
        (rows, row) -> {
          String of = text.at(rows, row);
          double length = count.at(rows, row);
          return of == null || Double.isNaN(length)
              ? null
              : isLeft
                  ? Texts.left(of, NumberFunctions.rounded(length))
                  : Texts.right(of, NumberFunctions.rounded(length));
        });
  }
}
