package dev.headrace.spark.driver;

import dev.headrace.spark.wire.Failure;
import dev.headrace.spark.wire.Failure.Reason;
import org.jspecify.annotations.Nullable;

/** A failure of which this program itself knows all there is to tell. */
final class Refusal extends RuntimeException {
  private final Reason reason;
  private final @Nullable String name;
  private final int source;
  private final int offset;

  Refusal(Reason reason, String message, @Nullable String name, int source, int offset) {
    super(message);
    this.reason = reason;
    this.name = name;
    this.source = source;
    this.offset = offset;
  }

  /** One that is about no place in a text. */
  Refusal(Reason reason, String message, @Nullable String name) {
    this(reason, message, name, Failure.NOWHERE, -1);
  }

  Failure failure(String trace) {
    return new Failure(reason, String.valueOf(getMessage()), name, source, offset, trace);
  }
}
