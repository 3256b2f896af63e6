package dev.headrace.decisions.assignment;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Optional;

/** What a flag comes to for one unit. */
public sealed interface Evaluation {
  /** What programs ask for. */
  String key();

  /**
   * A value.
   *
   * @param variant its name; empty where the program's own default is to be used
   * @param value empty likewise
   * @param metadata what decided, such as the experiment
   * @param exposure what is to be logged
   */
  record Value(
      String key,
      Optional<String> variant,
      Optional<JsonNode> value,
      Reason reason,
      Map<String, String> metadata,
      Optional<Exposure> exposure)
      implements Evaluation {
    public Value {
      metadata = Map.copyOf(metadata);
    }
  }

  /** None. */
  record Failure(String key, Code code, String details) implements Evaluation {}

  /** Why it is that value, in OpenFeature's words. */
  enum Reason {
    /** The flag has no rules. */
    STATIC,
    /** A rule serves the variant to all units it is for. */
    TARGETING_MATCH,
    /** The unit's hash decided. */
    SPLIT,
    /** No rule applied. */
    DEFAULT,
    /** The flag is switched off. */
    DISABLED
  }

  /** Why there is none, in OpenFeature's words. */
  enum Code {
    FLAG_NOT_FOUND,
    TARGETING_KEY_MISSING,
    INVALID_CONTEXT
  }
}
