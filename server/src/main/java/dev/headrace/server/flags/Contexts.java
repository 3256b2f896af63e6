package dev.headrace.server.flags;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;

/** Reads what a flag is to be evaluated for. Whoever sends it may mean harm. */
final class Contexts {
  /** No unit has more attributes than fit here. */
  private static final int MAX_BYTES = 1 << 20;

  private static final int MAX_DEPTH = 50;
  private static final int MAX_NUMBER = 100;

  private static final ObjectMapper JSON =
      new ObjectMapper(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(MAX_DEPTH)
                          .maxNumberLength(MAX_NUMBER)
                          .maxStringLength(MAX_BYTES)
                          .build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private Contexts() {}

  /** A body that is no request. */
  static final class Refused extends Exception {
    private final String code;

    Refused(String code, String details) {
      super(details, null, false, false);
      this.code = code;
    }

    /** In OpenFeature's words. */
    String code() {
      return code;
    }
  }

  /**
   * The attributes of a request's context, an object; its {@code targetingKey} is a text where it
   * is there.
   */
  static JsonNode read(byte[] body) throws Refused {
    if (body.length > MAX_BYTES) {
      throw new Refused(
          "PARSE_ERROR",
          "The request has %d bytes, and %d are allowed.".formatted(body.length, MAX_BYTES));
    }
    JsonNode request;
    try {
      request = JSON.readTree(body);
    } catch (JsonProcessingException e) {
      throw new Refused("PARSE_ERROR", "The request is not JSON: " + e.getOriginalMessage());
    } catch (IOException e) {
      throw new Refused("PARSE_ERROR", "The request is not JSON: it is not in UTF-8.");
    }
    if (!request.isObject()) {
      throw new Refused("PARSE_ERROR", "The request must be an object such as {\"context\": {…}}.");
    }
    JsonNode context = request.path("context");
    if (!context.isObject()) {
      throw new Refused(
          "INVALID_CONTEXT", "The request's 'context' must be an object of attributes.");
    }
    JsonNode key = context.path("targetingKey");
    if (!key.isMissingNode() && !key.isNull() && !key.isTextual()) {
      throw new Refused(
          "INVALID_CONTEXT",
          "The context's 'targetingKey' must be a text, not " + brief(key) + ".");
    }
    return context;
  }

  private static String brief(JsonNode value) {
    String text = value.toString();
    return text.length() <= 60 ? text : text.substring(0, 60) + "…";
  }
}
