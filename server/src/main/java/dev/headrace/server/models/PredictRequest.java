package dev.headrace.server.models;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.headrace.spi.error.HeadraceException;
import java.util.ArrayList;
import java.util.List;

/**
 * What is to be predicted: {@code {"rows": [{"user_id": 42, "hour": 13}], "features": true}}.
 *
 * @param rows objects of keys and columns
 * @param tellsFeatures whether the answer is to have the features
 */
record PredictRequest(List<JsonNode> rows, boolean tellsFeatures) {
  private static final String ROWS = "rows";
  private static final String FEATURES = "features";
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();

  PredictRequest {
    rows = List.copyOf(rows);
  }

  /**
   * Reads a request.
   *
   * @throws HeadraceException MODELS_REQUEST_FORM
   */
  static PredictRequest read(byte[] body) {
    JsonNode root = RequestJson.object(JSON, body, body.length, PredictRequest::malformed);
    JsonNode rows = root.path(ROWS);
    if (!rows.isArray()) {
      throw malformed("'rows' must be an array of objects with keys and columns");
    }
    JsonNode features = root.path(FEATURES);
    if (!features.isMissingNode() && !features.isBoolean()) {
      throw malformed("'features' must be true or false");
    }
    root.fieldNames()
        .forEachRemaining(
            name -> {
              if (!name.equals(ROWS) && !name.equals(FEATURES)) {
                throw malformed("'" + name + "' is not known; known are rows and features");
              }
            });
    List<JsonNode> read = new ArrayList<>(rows.size());
    for (JsonNode row : rows) {
      if (!row.isObject()) {
        throw malformed("rows[" + read.size() + "] must be an object");
      }
      read.add(row);
    }
    return new PredictRequest(read, features.asBoolean());
  }

  static HeadraceException malformed(String reason) {
    return new HeadraceException(
        ModelRequestError.MODELS_REQUEST_FORM,
        "Cannot read the request: %s.".formatted(reason),
        "Write {\"rows\": [{\"user_id\": 42}]}; see docs/serving.md.");
  }

  static HeadraceException wrong(String path, String reason) {
    return new HeadraceException(
        ModelRequestError.MODELS_REQUEST_INPUT,
        "Cannot read the request: %s %s.".formatted(path, reason),
        "A row has the keys of the entities and the columns that are no features.");
  }
}
