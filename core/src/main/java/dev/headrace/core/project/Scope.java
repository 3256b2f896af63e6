package dev.headrace.core.project;

import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;

/** The names a declaration can refer to. */
public interface Scope {
  /** Every table that a statement may read: assets and their side tables, in lower case. */
  Set<String> tables();

  /** Names of the assets of a kind, whether or not their files could be read. */
  SortedSet<String> assetsOf(String kind);

  /** The known name that differs least from {@code name}, if any is near enough to suggest. */
  Optional<String> nearest(String name);
}
