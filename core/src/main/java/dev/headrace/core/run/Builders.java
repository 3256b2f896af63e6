package dev.headrace.core.run;

import dev.headrace.core.project.Kind;
import java.util.Map;

/** The builder of every kind, by the kind's name; filled by the composition root. */
public record Builders(Map<String, Builder> byKind) {
  public Builders {
    byKind = Map.copyOf(byKind);
  }

  /** The builder of a kind. */
  public Builder of(Kind<?> kind) {
    Builder builder = byKind.get(kind.name());
    if (builder == null) {
      throw new IllegalStateException("no builder is registered for kind " + kind.name());
    }
    return builder;
  }
}
