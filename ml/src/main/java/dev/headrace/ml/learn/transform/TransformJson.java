package dev.headrace.ml.learn.transform;

import static dev.headrace.ml.learn.ModelJson.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.headrace.spi.error.HeadraceException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A transform as a part of {@code model.json}. */
public final class TransformJson {
  private static final String KEY = "transform";

  private TransformJson() {}

  /** Writes {@code transform}, where anything is computed. */
  public static void write(Transform transform, ObjectNode root) {
    if (transform.isNone()) {
      return;
    }
    ObjectNode node = root.putObject(KEY);
    ArrayNode inputs = node.putArray("inputs");
    for (Transform.Input input : transform.inputs()) {
      inputs
          .addObject()
          .put("column", input.column())
          .put("type", input.type().name().toLowerCase(Locale.ROOT));
    }
    ArrayNode features = node.putArray("features");
    for (Transform.Feature feature : transform.features()) {
      switch (feature) {
        case Transform.Passed(String name) -> features.addObject().put("column", name);
        case Transform.Computed(String name, RowExpression expression) ->
            features.addObject().put("name", name).put("expression", expression.text());
      }
    }
  }

  /**
   * Reads it; where there is none, nothing is computed.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static Transform read(JsonNode root) {
    JsonNode node = root.path(KEY);
    if (node.isMissingNode()) {
      return Transform.NONE;
    }
    List<Transform.Input> inputs = new ArrayList<>();
    for (JsonNode one : node.required("inputs")) {
      inputs.add(
          new Transform.Input(
              text(one, "column"),
              Transform.InputType.valueOf(text(one, "type").toUpperCase(Locale.ROOT))));
    }
    List<Transform.Feature> features = new ArrayList<>();
    for (JsonNode one : node.required("features")) {
      features.add(
          one.has("expression")
              ? new Transform.Computed(
                  text(one, "name"), RowExpression.parse(text(one, "expression")))
              : new Transform.Passed(text(one, "column")));
    }
    try {
      return new Transform(inputs, features);
    } catch (HeadraceException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }
}
