package dev.headrace.decisions.assignment;

import com.fasterxml.jackson.databind.JsonNode;
import dev.headrace.core.project.spec.Doc;
import java.util.Locale;

/** What kind of value a flag has, as OpenFeature tells them apart. */
public enum FlagType {
  @Doc("true or false")
  BOOLEAN,
  @Doc("a text")
  STRING,
  @Doc("a number, whole or not")
  NUMBER,
  @Doc("a map or a list")
  OBJECT;

  /** The type of a value. */
  static FlagType of(JsonNode value) {
    return value.isBoolean()
        ? BOOLEAN
        : value.isTextual() ? STRING : value.isNumber() ? NUMBER : OBJECT;
  }

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
