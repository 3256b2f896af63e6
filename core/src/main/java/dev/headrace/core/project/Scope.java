package dev.headrace.core.project;

import java.util.Optional;
import java.util.Set;

/** The names a declaration can refer to. */
public interface Scope {
  /** Every table of the project: assets and their side tables, in lower case. */
  Set<String> tables();

  /** The known name that differs least from {@code name}, if any is near enough to suggest. */
  Optional<String> nearest(String name);
}
