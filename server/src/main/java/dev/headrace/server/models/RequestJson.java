package dev.headrace.server.models;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.headrace.spi.error.HeadraceException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.Function;

/** The one JSON object that a request carries. */
final class RequestJson {
  private RequestJson() {}

  /**
   * Reads it.
   *
   * @param length of the document in {@code body}; what follows is not looked at
   * @param malformed makes the refusal of a reason
   */
  static JsonNode object(
      JsonMapper mapper, byte[] body, int length, Function<String, HeadraceException> malformed) {
    try (JsonParser parser = mapper.createParser(body, 0, length)) {
      JsonNode root = mapper.readTree(parser);
      if (root == null || !root.isObject() || parser.nextToken() != null) {
        throw malformed.apply("it is no JSON object");
      }
      return root;
    } catch (JsonProcessingException e) {
      throw malformed.apply(
          "%s (line %d, column %d)"
              .formatted(
                  e.getOriginalMessage(),
                  e.getLocation().getLineNr(),
                  e.getLocation().getColumnNr()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
