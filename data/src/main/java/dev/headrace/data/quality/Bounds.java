package dev.headrace.data.quality;

import dev.headrace.core.project.spec.Doc;
import org.jspecify.annotations.Nullable;

/**
 * The interval a column's values lie in, as a user writes it: text that is read as the column's
 * type.
 *
 * @param min least allowed value
 * @param max greatest allowed value
 * @param above values must be greater than this
 * @param below values must be less than this
 */
public record Bounds(
    @Doc("Least allowed value.") @Nullable String min,
    @Doc("Greatest allowed value.") @Nullable String max,
    @Doc("Values must be greater than this; instead of min.") @Nullable String above,
    @Doc("Values must be less than this; instead of max.") @Nullable String below) {

  /** At least {@code min}. */
  public static Bounds atLeast(String min) {
    return new Bounds(min, null, null, null);
  }

  /** From {@code min} to {@code max}, both allowed. */
  public static Bounds between(String min, String max) {
    return new Bounds(min, max, null, null);
  }
}
