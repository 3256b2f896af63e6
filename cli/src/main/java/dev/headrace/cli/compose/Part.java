package dev.headrace.cli.compose;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Something that is made once, when it is first asked for. */
final class Part<T> {
  private final Supplier<T> maker;
  private @Nullable T made;

  Part(Supplier<T> maker) {
    this.maker = maker;
  }

  boolean isMade() {
    return made != null;
  }

  T get() {
    T part = made;
    if (part == null) {
      part = maker.get();
      made = part;
    }
    return part;
  }
}
