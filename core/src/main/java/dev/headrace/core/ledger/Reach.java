package dev.headrace.core.ledger;

import java.util.Arrays;
import java.util.Set;

/**
 * Which environments something is about.
 *
 * @param environments their names; empty for all there are
 */
public record Reach(Set<String> environments) {
  private static final Reach ALL = new Reach(Set.of());

  public Reach {
    environments = Set.copyOf(environments);
  }

  /** All environments, and what they have in common. */
  public static Reach all() {
    return ALL;
  }

  /** These environments alone, at least one. */
  public static Reach of(String... environments) {
    if (environments.length == 0) {
      throw new IllegalArgumentException("no environment named");
    }
    return new Reach(Set.copyOf(Arrays.asList(environments)));
  }

  public boolean isAll() {
    return environments.isEmpty();
  }

  /** Whether an environment is one of them. */
  public boolean covers(String environment) {
    return isAll() || environments.contains(environment);
  }
}
