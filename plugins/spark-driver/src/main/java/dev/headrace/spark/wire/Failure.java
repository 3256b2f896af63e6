package dev.headrace.spark.wire;

import org.jspecify.annotations.Nullable;

/**
 * Why a work failed.
 *
 * @param message for the user, in a sentence without the verb and the thing
 * @param name what it is about: a table's name, a column's; null when it is nothing of that kind
 * @param source index in {@link Work#sources} of the view in whose text it happened; -1 is the
 *     statement itself, -2 neither
 * @param offset in that text; -1 when unknown
 * @param trace the driver's stack trace, for the log
 */
public record Failure(
    Reason reason, String message, @Nullable String name, int source, int offset, String trace) {
  /** In no text. */
  public static final int NOWHERE = -2;

  /** What a failure means. */
  public enum Reason {
    SYNTAX,
    NOT_A_SELECT,
    REFUSED,
    UNKNOWN_TABLE,
    BINDING,
    CONVERSION,
    VALUE,
    SCHEMA,
    TYPE_UNSUPPORTED,
    PERMISSION,
    OUT_OF_MEMORY,
    DISK_FULL,
    IO,
    INTERNAL
  }
}
