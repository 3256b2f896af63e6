package dev.headrace.server.features;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.headrace.server.http.Reply;
import dev.headrace.spi.error.HeadraceException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Set;

/** JSON in and out. */
final class Documents {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
          .enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();

  private Documents() {}

  /** What an answer is made of. */
  @FunctionalInterface
  interface Body {
    void write(JsonGenerator out) throws IOException;
  }

  /**
   * The request's object.
   *
   * @param known the names it may have
   * @throws HeadraceException FEATURES_REQUEST_FORM
   */
  static JsonNode object(byte[] body, Set<String> known) {
    try (JsonParser parser = MAPPER.createParser(body)) {
      JsonNode node = MAPPER.readTree(parser);
      if (node == null || !node.isObject()) {
        throw malformed("it is no JSON object");
      }
      node.fieldNames()
          .forEachRemaining(
              name -> {
                if (!known.contains(name)) {
                  throw malformed("'" + name + "' is not known; known are " + known);
                }
              });
      return node;
    } catch (JsonProcessingException e) {
      throw malformed(
          e.getOriginalMessage()
              + " (line "
              + e.getLocation().getLineNr()
              + ", column "
              + e.getLocation().getColumnNr()
              + ")");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static HeadraceException malformed(String reason) {
    return new HeadraceException(
        FeatureRequestError.FEATURES_REQUEST_FORM,
        "Cannot read the request: %s.".formatted(reason),
        "See docs/online.md for the form of requests.");
  }

  /** An answer. */
  static Reply reply(int sizeHint, Body body) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(sizeHint);
    try (JsonGenerator out = MAPPER.createGenerator(bytes)) {
      body.write(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Reply.json(200, bytes.toByteArray());
  }
}
