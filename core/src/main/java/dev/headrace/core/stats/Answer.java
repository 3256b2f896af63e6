package dev.headrace.core.stats;

import java.util.Optional;
import java.util.function.Function;

/**
 * A statistic, or the reason why the data do not give it. Whoever prints a result decides what to
 * show for an unknown one; nobody meets a NaN.
 */
public sealed interface Answer<T> {
  /** The data give it. */
  record Known<T>(T value) implements Answer<T> {}

  /**
   * The data do not give it.
   *
   * @param detail one clause with the offending figure, to follow "because"
   */
  record Unknown<T>(Reason reason, String detail) implements Answer<T> {}

  /** Why a statistic cannot be had. */
  enum Reason {
    /** Fewer values than the method needs. */
    TOO_FEW_VALUES,
    /** All values are equal, so that there is no scale to measure a difference by. */
    NO_VARIANCE,
    /** The denominator of a ratio metric sums to zero. */
    ZERO_DENOMINATOR,
    /** A relative effect needs a baseline other than zero. */
    ZERO_BASELINE,
    /** The baseline is too close to zero for its own noise: the interval has no end. */
    UNBOUNDED,
    /** A sum is infinite or not a number. */
    NOT_FINITE,
    /** The arms carry different columns, or the method does not know this kind of metric. */
    NOT_APPLICABLE
  }

  static <T> Answer<T> of(T value) {
    return new Known<>(value);
  }

  static <T> Answer<T> unknown(Reason reason, String detail) {
    return new Unknown<>(reason, detail);
  }

  /** The value, where there is one. */
  default Optional<T> known() {
    return this instanceof Known<T>(T value) ? Optional.of(value) : Optional.empty();
  }

  /**
   * The value.
   *
   * @throws IllegalStateException with the reason, if there is none
   */
  default T orThrow() {
    return switch (this) {
      case Known<T>(T value) -> value;
      case Unknown<T>(Reason reason, String detail) ->
          throw new IllegalStateException(reason + ": " + detail);
    };
  }

  /** The same answer about something derived. */
  default <R> Answer<R> map(Function<? super T, ? extends R> derive) {
    return switch (this) {
      case Known<T>(T value) -> of(derive.apply(value));
      case Unknown<T>(Reason reason, String detail) -> unknown(reason, detail);
    };
  }
}
