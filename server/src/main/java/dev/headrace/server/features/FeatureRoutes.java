package dev.headrace.server.features;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import dev.headrace.core.project.Names;
import dev.headrace.ml.online.DoubleJson;
import dev.headrace.ml.online.OnlineFeatures;
import dev.headrace.ml.online.ValueJson;
import dev.headrace.server.http.Exchange;
import dev.headrace.server.http.Reply;
import dev.headrace.server.http.Routes;
import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.online.BuildState;
import dev.headrace.spi.online.EntityKey;
import dev.headrace.spi.online.OnlineRows;
import dev.headrace.spi.online.ValueStatus;
import dev.headrace.spi.online.ViewLayout;
import dev.headrace.spi.schema.Field;
import io.helidon.webserver.http.HttpRules;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code /api/v1/features}: what is served, and its values. */
public final class FeatureRoutes implements Routes {
  private static final Set<String> KNOWN = Set.of("keys", "features");
  private static final int BYTES_PER_VALUE = 32;

  private final OnlineFeatures features;

  public FeatureRoutes(OnlineFeatures features) {
    this.features = features;
  }

  @Override
  public String path() {
    return "/api/v1/features";
  }

  @Override
  public void register(HttpRules rules) {
    rules.get("/", Exchange.handler(_ -> list()));
    rules.post("/{view}", Exchange.handler(this::read));
  }

  /** What is served: views, their keys and features, and how complete they are. */
  private Reply list() {
    List<BuildState> builds = features.builds();
    return Documents.reply(
        1_024,
        out -> {
          out.writeStartObject();
          out.writeArrayFieldStart("views");
          for (BuildState build : builds) {
            if (build.serving()) {
              write(out, build);
            }
          }
          out.writeEndArray();
          out.writeEndObject();
        });
  }

  private static void write(JsonGenerator out, BuildState state) throws IOException {
    out.writeStartObject();
    out.writeStringField("view", state.layout().id().view());
    out.writeStringField("build", state.layout().id().build());
    names(out, "keys", state.layout().keys().names());
    names(out, "features", state.layout().told());
    out.writeNumberField("rows", state.keys());
    out.writeNumberField("bytes", state.bytes());
    time(out, "complete_to", state.completeTo());
    out.writeEndObject();
  }

  private Reply read(Exchange exchange) {
    String path = exchange.rawPath();
    String view =
        URLDecoder.decode(path.substring(path.lastIndexOf('/') + 1), StandardCharsets.UTF_8);
    ViewLayout layout = features.layout(view);
    JsonNode request = Documents.object(exchange.body(), KNOWN);
    JsonNode wanted = request.get("keys");
    if (wanted == null || !wanted.isArray()) {
      throw Documents.malformed("'keys' must be an array of keys");
    }
    List<EntityKey> keys = new ArrayList<>(wanted.size());
    for (int i = 0; i < wanted.size(); i++) {
      keys.add(KeyJson.read(layout, wanted.get(i), "keys[" + i + "]"));
    }
    JsonNode names = request.get("features");
    OnlineRows rows = features.read(layout, keys, names(layout, names));
    int[] positions = positions(rows.layout(), names);
    return Documents.reply(
        256 + keys.size() * (64 + positions.length * BYTES_PER_VALUE),
        out -> write(out, rows, positions, wanted));
  }

  private static Collection<String> names(ViewLayout layout, @Nullable JsonNode names) {
    if (names == null || !names.isArray()) {
      return layout.told();
    }
    List<String> wanted = new ArrayList<>(names.size());
    names.forEach(name -> wanted.add(name.asText()));
    return wanted;
  }

  private static int[] positions(ViewLayout layout, @Nullable JsonNode names) {
    if (names == null || names.isNull()) {
      return layout.toldPositions();
    }
    if (!names.isArray()) {
      throw Documents.malformed("'features' must be an array of names");
    }
    int[] positions = new int[names.size()];
    for (int i = 0; i < positions.length; i++) {
      positions[i] = position(layout, names.get(i).asText());
    }
    return positions;
  }

  /**
   * Where a feature stands.
   *
   * @throws HeadraceException FEATURES_REQUEST_FEATURE with the nearest name
   */
  static int position(ViewLayout layout, String name) {
    OptionalInt position = layout.position(name);
    if (position.isEmpty() || !layout.isTold(position.getAsInt())) {
      throw new HeadraceException(
          FeatureRequestError.FEATURES_REQUEST_FEATURE,
          "Cannot read feature '%s': view '%s' has none of that name."
              .formatted(name, layout.id().view()),
          Names.suggest(name, layout.told()));
    }
    return position.getAsInt();
  }

  private static void write(JsonGenerator out, OnlineRows rows, int[] positions, JsonNode keys)
      throws IOException {
    List<Field> fields = rows.layout().features().fields();
    out.writeStartObject();
    out.writeStringField("view", rows.layout().id().view());
    out.writeStringField("build", rows.layout().id().build());
    out.writeStringField("at", rows.at().toString());
    time(out, "complete_to", rows.completeTo());
    seconds(out, "staleness_seconds", rows.staleness());
    if (rows.rememberedAt().isPresent()) {
      // Only then: the store does not answer, and this is what it said at that time.
      out.writeStringField("remembered_at", rows.rememberedAt().get().toString());
    }
    out.writeArrayFieldStart("features");
    for (int position : positions) {
      out.writeString(fields.get(position).name());
    }
    out.writeEndArray();
    out.writeArrayFieldStart("rows");
    DoubleJson doubles = new DoubleJson();
    for (int key = 0; key < rows.keys(); key++) {
      out.writeStartObject();
      out.writeFieldName("key");
      out.writeTree(keys.get(key));
      out.writeStringField("status", rows.status(key).name());
      time(out, "event_time", rows.eventTime(key));
      values(out, doubles, rows, key, positions);
      out.writeEndObject();
    }
    out.writeEndArray();
    out.writeEndObject();
  }

  private static void values(
      JsonGenerator out, DoubleJson doubles, OnlineRows rows, int key, int[] positions)
      throws IOException {
    out.writeArrayFieldStart("values");
    for (int position : positions) {
      if (rows.status(key, position) == ValueStatus.PRESENT) {
        ValueJson.write(out, doubles, rows, key, position);
      } else {
        out.writeNull();
      }
    }
    out.writeEndArray();
    out.writeArrayFieldStart("statuses");
    for (int position : positions) {
      out.writeString(rows.status(key, position).name());
    }
    out.writeEndArray();
  }

  private static void names(JsonGenerator out, String field, List<String> names)
      throws IOException {
    out.writeArrayFieldStart(field);
    for (String name : names) {
      out.writeString(name);
    }
    out.writeEndArray();
  }

  private static void time(JsonGenerator out, String field, Optional<Instant> time)
      throws IOException {
    if (time.isPresent()) {
      out.writeStringField(field, time.get().toString());
    } else {
      out.writeNullField(field);
    }
  }

  private static void seconds(JsonGenerator out, String field, Optional<Duration> length)
      throws IOException {
    if (length.isPresent()) {
      out.writeNumberField(field, length.get().toMillis() / 1_000.0);
    } else {
      out.writeNullField(field);
    }
  }
}
