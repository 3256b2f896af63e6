package dev.headrace.ml.learn.transform;

import dev.headrace.ml.learn.transform.Compiled.Kind;
import java.util.List;

/** A function with its arguments. */
record FunctionCall(String name, List<Compiled> arguments) {
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
      common = FunctionCall.common(name, common, argument.kind());
    }
    return common;
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

  /** The kind of two values that are to be of one. */
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
}
