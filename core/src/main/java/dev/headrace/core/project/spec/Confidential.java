package dev.headrace.core.project.spec;

/**
 * A value that may hold a secret within it, as an address holds a password. One that does must come
 * from {@code ${env:NAME}} or {@code ${file:PATH}}; its text never shows the secret.
 */
public interface Confidential {
  boolean holdsSecret();
}
