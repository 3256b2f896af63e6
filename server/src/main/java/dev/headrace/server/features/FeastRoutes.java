package dev.headrace.server.features;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import dev.headrace.ml.online.DoubleJson;
import dev.headrace.ml.online.OnlineFeatures;
import dev.headrace.ml.online.ValueJson;
import dev.headrace.server.http.Exchange;
import dev.headrace.server.http.Reply;
import dev.headrace.server.http.Routes;
import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.online.EntityKey;
import dev.headrace.spi.online.OnlineRows;
import dev.headrace.spi.online.ValueStatus;
import dev.headrace.spi.online.ViewLayout;
import dev.headrace.spi.schema.Field;
import io.helidon.webserver.http.HttpRules;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@code /get-online-features} in the form of Feast's feature server: columns of features, each
 * with values, statuses and event times; the entities' own columns first. Values that have expired
 * are not told ({@code OUTSIDE_MAX_AGE}).
 */
public final class FeastRoutes implements Routes {
  private static final Set<String> KNOWN =
      Set.of(
          "features",
          "feature_service",
          "entities",
          "full_feature_names",
          "request_context",
          "include_feature_view_version_metadata");
  private static final int BYTES_PER_VALUE = 64;

  private final OnlineFeatures features;

  public FeastRoutes(OnlineFeatures features) {
    this.features = features;
  }

  @Override
  public String path() {
    return "/get-online-features";
  }

  @Override
  public void register(HttpRules rules) {
    rules.post("/", Exchange.handler(this::read));
  }

  /**
   * One asked feature.
   *
   * @param shown the name it is answered under
   */
  private record Column(String shown, OnlineRows rows, int position) {}

  private Reply read(Exchange exchange) {
    JsonNode request = Documents.object(exchange.body(), KNOWN);
    if (request.hasNonNull("feature_service")) {
      throw new HeadraceException(
          FeatureRequestError.FEATURES_REQUEST_SERVICE,
          "Cannot read feature service '%s': there are none here."
              .formatted(request.get("feature_service").asText()),
          "Name the features: {\"features\": [\"VIEW:FEATURE\", …]}.");
    }
    JsonNode asked = request.get("features");
    JsonNode entities = request.get("entities");
    if (asked == null || !asked.isArray() || asked.isEmpty()) {
      throw Documents.malformed("'features' must be an array such as [\"VIEW:FEATURE\"]");
    }
    if (entities == null || !entities.isObject() || entities.isEmpty()) {
      throw Documents.malformed("'entities' must be an object such as {\"user_id\": [1, 2]}");
    }
    int count = length(entities);
    boolean full = request.path("full_feature_names").asBoolean(false);
    List<Column> columns = columns(asked, entities, count, full);
    return Documents.reply(
        256 + count * (columns.size() + entities.size()) * BYTES_PER_VALUE,
        out -> write(out, entities, count, columns));
  }

  private static int length(JsonNode entities) {
    int count = -1;
    for (Map.Entry<String, JsonNode> entity : entities.properties()) {
      if (!entity.getValue().isArray()) {
        throw Documents.malformed("'entities." + entity.getKey() + "' must be an array");
      }
      int own = entity.getValue().size();
      if (count >= 0 && own != count) {
        throw Documents.malformed(
            "'entities' must have arrays of one length, not of " + count + " and " + own);
      }
      count = own;
    }
    return count;
  }

  private List<Column> columns(JsonNode asked, JsonNode entities, int count, boolean full) {
    Map<String, OnlineRows> read = new LinkedHashMap<>();
    List<Column> columns = new ArrayList<>(asked.size());
    for (JsonNode name : asked) {
      String text = name.asText();
      int colon = text.indexOf(':');
      if (colon <= 0) {
        throw Documents.malformed("'features' must have VIEW:FEATURE, but has '" + text + "'");
      }
      String view = text.substring(0, colon);
      String feature = text.substring(colon + 1);
      OnlineRows rows = read.get(view);
      if (rows == null) {
        ViewLayout layout = features.layout(view);
        rows = features.read(layout, keys(layout, entities, count), wanted(asked, view));
        read.put(view, rows);
      }
      int position = FeatureRoutes.position(rows.layout(), feature);
      columns.add(new Column(full ? view + "__" + feature : feature, rows, position));
    }
    return columns;
  }

  /** The features that are asked of a view. */
  private static List<String> wanted(JsonNode asked, String view) {
    List<String> wanted = new ArrayList<>();
    for (JsonNode name : asked) {
      if (name.asText().startsWith(view + ":")) {
        wanted.add(name.asText().substring(view.length() + 1));
      }
    }
    return wanted;
  }

  private static List<EntityKey> keys(ViewLayout layout, JsonNode entities, int count) {
    List<Field> parts = layout.keys().fields();
    List<JsonNode> given = new ArrayList<>(parts.size());
    for (Field part : parts) {
      JsonNode values = entities.get(part.name());
      if (values == null) {
        throw new HeadraceException(
            FeatureRequestError.FEATURES_REQUEST_KEY,
            "Cannot read keys of view '%s': entities.%s is missing."
                .formatted(layout.id().view(), part.name()),
            "The view needs " + layout.keys().names() + ".");
      }
      given.add(values);
    }
    List<EntityKey> keys = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      List<@Nullable Object> values = new ArrayList<>(parts.size());
      for (int p = 0; p < parts.size(); p++) {
        String path = "entities." + parts.get(p).name() + "[" + i + "]";
        values.add(KeyJson.value(layout, parts.get(p), given.get(p).get(i), path));
      }
      keys.add(KeyJson.of(layout, values));
    }
    return keys;
  }

  private static void write(JsonGenerator out, JsonNode entities, int count, List<Column> columns)
      throws IOException {
    out.writeStartObject();
    out.writeObjectFieldStart("metadata");
    out.writeArrayFieldStart("feature_names");
    for (Map.Entry<String, JsonNode> entity : entities.properties()) {
      out.writeString(entity.getKey());
    }
    for (Column column : columns) {
      out.writeString(column.shown());
    }
    out.writeEndArray();
    out.writeEndObject();
    out.writeArrayFieldStart("results");
    for (Map.Entry<String, JsonNode> entity : entities.properties()) {
      entity(out, entity.getValue(), count);
    }
    for (Column column : columns) {
      column(out, column);
    }
    out.writeEndArray();
    out.writeEndObject();
  }

  private static void entity(JsonGenerator out, JsonNode values, int count) throws IOException {
    out.writeStartObject();
    out.writeFieldName("values");
    out.writeTree(values);
    out.writeArrayFieldStart("statuses");
    for (int i = 0; i < count; i++) {
      out.writeString("PRESENT");
    }
    out.writeEndArray();
    out.writeArrayFieldStart("event_timestamps");
    for (int i = 0; i < count; i++) {
      out.writeString(Instant.EPOCH.toString());
    }
    out.writeEndArray();
    out.writeEndObject();
  }

  private static void column(JsonGenerator out, Column column) throws IOException {
    OnlineRows rows = column.rows();
    DoubleJson doubles = new DoubleJson();
    out.writeStartObject();
    out.writeArrayFieldStart("values");
    for (int key = 0; key < rows.keys(); key++) {
      if (rows.status(key, column.position()) == ValueStatus.PRESENT) {
        ValueJson.write(out, doubles, rows, key, column.position());
      } else {
        out.writeNull();
      }
    }
    out.writeEndArray();
    out.writeArrayFieldStart("statuses");
    for (int key = 0; key < rows.keys(); key++) {
      out.writeString(status(rows.status(key, column.position())));
    }
    out.writeEndArray();
    out.writeArrayFieldStart("event_timestamps");
    for (int key = 0; key < rows.keys(); key++) {
      out.writeString(rows.eventTime(key).orElse(Instant.EPOCH).toString());
    }
    out.writeEndArray();
    out.writeEndObject();
  }

  /** Feast's word for it. */
  private static String status(ValueStatus status) {
    return switch (status) {
      case PRESENT -> "PRESENT";
      case NULL -> "NULL_VALUE";
      case MISSING -> "NOT_FOUND";
      case EXPIRED -> "OUTSIDE_MAX_AGE";
      case UNAVAILABLE -> "INVALID";
    };
  }
}
