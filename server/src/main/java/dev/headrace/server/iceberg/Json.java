package dev.headrace.server.iceberg;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.headrace.server.http.Reply;
import java.io.IOException;
import org.apache.iceberg.exceptions.BadRequestException;
import org.apache.iceberg.rest.RESTMessage;
import org.apache.iceberg.rest.RESTSerializers;

/** The specification's documents. */
final class Json {
  private static final JsonMapper MAPPER = mapper();

  private Json() {}

  private static JsonMapper mapper() {
    JsonMapper mapper =
        JsonMapper.builder()
            .visibility(PropertyAccessor.FIELD, JsonAutoDetect.Visibility.ANY)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .propertyNamingStrategy(PropertyNamingStrategies.KEBAB_CASE)
            .build();
    RESTSerializers.registerAll(mapper);
    return mapper;
  }

  /**
   * Reads a request.
   *
   * @throws BadRequestException if it is not what the specification asks for
   */
  static <T> T read(byte[] document, Class<T> type) {
    T read;
    try {
      read = MAPPER.readValue(document, type);
      if (read instanceof RESTMessage message) {
        message.validate();
      }
    } catch (IOException | IllegalArgumentException | NullPointerException e) {
      // Iceberg's parsers say what they miss by any of these.
      throw new BadRequestException(e, "Cannot read the request: %s", reason(e));
    }
    if (read == null) {
      throw new BadRequestException("Cannot read the request: it is 'null'.");
    }
    return read;
  }

  private static String reason(Exception e) {
    return e instanceof JsonProcessingException json
        ? json.getOriginalMessage()
        : String.valueOf(e.getMessage());
  }

  /** Writes an answer. */
  static Reply reply(int status, Object document) {
    try {
      return Reply.json(status, MAPPER.writeValueAsBytes(document));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the answer cannot be written", e);
    }
  }

  static Reply ok(Object document) {
    return reply(200, document);
  }
}
