package dev.headrace.server.flags;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.headrace.decisions.assignment.Evaluation;
import dev.headrace.spi.digest.Sha256;
import java.util.List;
import java.util.TreeMap;

/** The protocol's answers. */
final class Documents {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MIN_POLLING_MS = 1_000;

  private Documents() {}

  static byte[] value(Evaluation.Value value) {
    return bytes(node(value));
  }

  static byte[] failure(String key, String code, String details) {
    return bytes(failureNode(key, code, details));
  }

  static byte[] details(String details) {
    return bytes(object().put("errorDetails", details));
  }

  static byte[] all(List<Evaluation> evaluations) {
    ObjectNode document = object();
    ArrayNode flags = document.putArray("flags");
    for (Evaluation evaluation : evaluations) {
      flags.add(
          switch (evaluation) {
            case Evaluation.Value value -> node(value);
            case Evaluation.Failure failure ->
                failureNode(failure.key(), failure.code().name(), failure.details());
          });
    }
    return bytes(document);
  }

  /** Equal for equal answers. */
  static String tag(byte[] body) {
    return '"' + Sha256.shortHex(body) + '"';
  }

  /** What clients of the protocol's first drafts ask for before anything else. */
  static byte[] configuration() {
    ObjectNode document = object().put("name", "Headrace");
    ObjectNode capabilities = document.putObject("capabilities");
    capabilities
        .putObject("cacheInvalidation")
        .putObject("polling")
        .put("enabled", true)
        .put("minPollingIntervalMs", MIN_POLLING_MS);
    capabilities
        .putObject("flagEvaluation")
        .putArray("supportedTypes")
        .add("boolean")
        .add("string")
        .add("int")
        .add("float")
        .add("object");
    return bytes(document);
  }

  private static ObjectNode node(Evaluation.Value value) {
    ObjectNode document = object().put("key", value.key());
    value.value().ifPresent(found -> document.set("value", found));
    document.put("reason", reason(value.reason()));
    value.variant().ifPresent(variant -> document.put("variant", variant));
    if (!value.metadata().isEmpty()) {
      ObjectNode metadata = document.putObject("metadata");
      new TreeMap<>(value.metadata()).forEach(metadata::put);
    }
    return document;
  }

  /** The protocol has no word for a flag whose rules do not apply. */
  private static String reason(Evaluation.Reason reason) {
    return switch (reason) {
      case STATIC, TARGETING_MATCH, SPLIT, DISABLED -> reason.name();
      case DEFAULT -> "UNKNOWN";
    };
  }

  private static ObjectNode failureNode(String key, String code, String details) {
    ObjectNode document = object();
    if (!key.isEmpty()) {
      document.put("key", key);
    }
    return document.put("errorCode", code).put("errorDetails", details);
  }

  private static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  private static byte[] bytes(ObjectNode document) {
    try {
      return JSON.writeValueAsBytes(document);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
