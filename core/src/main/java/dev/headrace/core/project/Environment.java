package dev.headrace.core.project;

import java.util.Map;
import java.util.Optional;

/**
 * What surrounds a project when it is loaded. Handed in, never looked up on the way: the same files
 * and the same environment are the same project.
 *
 * @param variables what {@code ${env:NAME}} may refer to
 */
public record Environment(Map<String, String> variables) {
  public Environment {
    variables = Map.copyOf(variables);
  }

  /** An environment without variables. */
  public static Environment empty() {
    return new Environment(Map.of());
  }

  /** The variable's value; empty when it is not set. */
  public Optional<String> variable(String name) {
    return Optional.ofNullable(variables.get(name));
  }

  /** Names only: values may be secrets. */
  @Override
  public String toString() {
    return "Environment" + variables.keySet().stream().sorted().toList();
  }
}
