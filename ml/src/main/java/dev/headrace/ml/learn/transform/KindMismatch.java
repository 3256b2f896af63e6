package dev.headrace.ml.learn.transform;

import java.io.Serial;

/** Values of other kinds than a function takes. */
final class KindMismatch extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;
  private final String hint;

  KindMismatch(String reason, String hint) {
    super(reason);
    this.hint = hint;
  }

  String hint() {
    return hint;
  }
}
