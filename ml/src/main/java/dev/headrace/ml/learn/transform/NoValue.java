package dev.headrace.ml.learn.transform;

import java.io.Serial;
import java.util.Arrays;
import java.util.stream.Collectors;

/** What has no finite value was to be computed of some numbers. */
final class NoValue extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  private NoValue(String told) {
    super(told, null, false, false);
  }

  /** Refuses; declared to give a number, so that it can stand where one is wanted. */
  static double of(String name, double... arguments) {
    String numbers =
        Arrays.stream(arguments).mapToObj(NoValue::shown).collect(Collectors.joining(", "));
    boolean operator = arguments.length == 2 && !Character.isLetter(name.charAt(0));
    throw new NoValue(
        operator
            ? "%s %s %s".formatted(shown(arguments[0]), name, shown(arguments[1]))
            : "%s(%s)".formatted(name, numbers));
  }

  private static String shown(double number) {
    return number == Math.rint(number) && Math.abs(number) < 1e15
        ? Long.toString((long) number)
        : Double.toString(number);
  }
}
