package dev.headrace.ml.learn.calibration;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.headrace.ml.learn.ModelJson;
import java.util.List;
import java.util.Optional;

/** A calibration as a part of {@code model.json}. */
public final class CalibrationJson {
  private CalibrationJson() {}

  /** One map as it is, those of several classes as a list; empty where there is none. */
  public static Optional<JsonNode> write(List<CalibrationMap> maps) {
    if (maps.size() < 2) {
      return maps.stream().map(CalibrationJson::write).map(JsonNode.class::cast).findFirst();
    }
    ArrayNode all = JsonNodeFactory.instance.arrayNode();
    maps.forEach(map -> all.add(write(map)));
    return Optional.of(all);
  }

  /**
   * Reads {@code calibration} of a model.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static List<CalibrationMap> read(JsonNode model) {
    JsonNode calibration = model.path("calibration");
    if (calibration.isArray()) {
      return calibration.valueStream().map(CalibrationJson::one).toList();
    }
    return model.has("calibration") ? List.of(one(calibration)) : List.of();
  }

  /** Writes it. */
  private static ObjectNode write(CalibrationMap map) {
    ObjectNode outer = JsonNodeFactory.instance.objectNode();
    switch (map) {
      case CalibrationMap.Platt(double slope, double intercept) ->
          outer.putObject("platt").put("slope", slope).put("intercept", intercept);
      case CalibrationMap.Isotonic isotonic -> {
        ObjectNode node = outer.putObject("isotonic");
        numbers(node.putArray("scores"), isotonic.scores());
        numbers(node.putArray("probabilities"), isotonic.probabilities());
        node.put("nearest", isotonic.nearest());
      }
    }
    return outer;
  }

  private static void numbers(ArrayNode array, List<Double> numbers) {
    numbers.forEach(number -> array.add(number.doubleValue()));
  }

  private static CalibrationMap one(JsonNode outer) {
    JsonNode platt = outer.path("platt");
    if (platt.isObject()) {
      return new CalibrationMap.Platt(
          ModelJson.number(platt, "slope"), ModelJson.number(platt, "intercept"));
    }
    JsonNode isotonic = outer.path("isotonic");
    if (isotonic.isObject()) {
      return new CalibrationMap.Isotonic(
          numbers(isotonic.required("scores")),
          numbers(isotonic.required("probabilities")),
          ModelJson.number(isotonic, "nearest"));
    }
    throw new IllegalArgumentException("no such calibration is known");
  }

  private static List<Double> numbers(JsonNode array) {
    return array.valueStream().map(ModelJson::finite).toList();
  }
}
