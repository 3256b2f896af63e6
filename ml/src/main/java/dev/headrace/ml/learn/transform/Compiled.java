package dev.headrace.ml.learn.transform;

import org.jspecify.annotations.Nullable;

/**
 * An expression that knows where its columns are. Immutable and thread-safe.
 *
 * @param kind of its values
 */
record Compiled(Kind kind, NumberAt number, TextAt text) {
  /** What values are. */
  enum Kind {
    NUMBER("a number"),
    /** 1 and 0. */
    TRUTH("true or false"),
    /** Seconds since 1970, of a clock that says no zone. */
    TIME("a time"),
    /** Seconds since 1970 UTC. */
    INSTANT("an instant"),
    TEXT("a text"),
    /** {@code null} alone: of every kind. */
    NOTHING("null");

    private final String told;

    Kind(String told) {
      this.told = told;
    }

    /** As a message calls it. */
    String told() {
      return told;
    }

    boolean isText() {
      return this == TEXT;
    }
  }

  /** Gives the number of a row; NaN where there is none. */
  @FunctionalInterface
  interface NumberAt {
    double at(Rows rows, int row);
  }

  /** Gives the text of a row; null where there is none. */
  @FunctionalInterface
  interface TextAt {
    @Nullable String at(Rows rows, int row);
  }

  private static final NumberAt NO_NUMBER = (_, _) -> Double.NaN;
  private static final TextAt NO_TEXT = (_, _) -> null;

  static final Compiled NOTHING = new Compiled(Kind.NOTHING, NO_NUMBER, NO_TEXT);

  static Compiled number(Kind kind, NumberAt number) {
    return new Compiled(kind, number, NO_TEXT);
  }

  static Compiled number(NumberAt number) {
    return number(Kind.NUMBER, number);
  }

  /** Truth from 1, 0 and NaN. */
  static Compiled truth(NumberAt number) {
    return number(Kind.TRUTH, number);
  }

  static Compiled text(TextAt text) {
    return new Compiled(Kind.TEXT, NO_NUMBER, text);
  }

  /** Whether a row has no value. */
  boolean isMissing(Rows rows, int row) {
    return kind.isText() ? text.at(rows, row) == null : Double.isNaN(number.at(rows, row));
  }
}
