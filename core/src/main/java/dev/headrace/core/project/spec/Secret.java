package dev.headrace.core.project.spec;

/**
 * A value that is never printed: a password, a key. Comes from {@code ${env:NAME}} or {@code
 * ${file:PATH}}.
 *
 * @param reveal the value itself; for the one call that needs it
 */
@Doc("A secret, taken from ${env:NAME} or ${file:PATH}; never printed.")
public record Secret(String reveal) {
  @Override
  public String toString() {
    return "***";
  }
}
