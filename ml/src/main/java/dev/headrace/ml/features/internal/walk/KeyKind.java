package dev.headrace.ml.features.internal.walk;

/** How a key column is read. */
public enum KeyKind {
  WHOLE,
  TEXT
}
