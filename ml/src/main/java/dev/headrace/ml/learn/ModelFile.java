package dev.headrace.ml.learn;

import static dev.headrace.ml.learn.ModelJson.number;
import static dev.headrace.ml.learn.ModelJson.text;
import static dev.headrace.ml.learn.ModelJson.texts;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.headrace.ml.learn.calibration.CalibrationJson;
import dev.headrace.ml.learn.metrics.Threshold;
import dev.headrace.ml.learn.prepare.PreparationJson;
import dev.headrace.ml.learn.transform.TransformJson;
import dev.headrace.spi.error.HeadraceException;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A model as files: {@code model.json}, described in {@code docs/models.md}, for trees {@code
 * trees.json}, which is XGBoost's own format, and for a model made elsewhere {@code model.onnx}.
 * The same model gives the same bytes.
 */
public final class ModelFile {
  /** The document that describes the model. */
  public static final String MODEL = "model.json";

  /** The trees, as XGBoost writes them. */
  public static final String TREES = "trees.json";

  private static final String FORMAT = "headrace-model";
  private static final int FORMAT_VERSION = 1;
  private static final JsonMapper JSON = new JsonMapper();
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private ModelFile() {}

  /** The files by name. */
  public static Map<String, byte[]> write(Model model) {
    ObjectNode root = NODES.objectNode();
    root.put("format", FORMAT);
    root.put("format-version", FORMAT_VERSION);
    ObjectNode target = root.putObject("target");
    switch (model.target()) {
      case Target.Classes(String negative, String positive) ->
          target.putObject("classes").put("negative", negative).put("positive", positive);
      case Target.Several(List<String> classes) -> classes.forEach(target.putArray("several")::add);
      case Target.Quantity _ -> target.putObject("quantity");
      case Target.Relevance _ -> target.putObject("relevance");
      case Target.Found(Target.Found.Kind kind, List<String> outputs) ->
          ModelJson.put(
              target.putObject("found").put("kind", kind.name().toLowerCase(Locale.ROOT)),
              "outputs",
              outputs);
    }
    TransformJson.write(model.transform(), root);
    PreparationJson.write(model.preparation(), root);
    Map<String, byte[]> files = new TreeMap<>();
    ObjectNode scorer = root.putObject("scorer");
    model.scorer().write(scorer.putObject(model.scorer().word()), files);
    CalibrationJson.write(model.calibration()).ifPresent(maps -> root.set("calibration", maps));
    if (model.threshold() != Threshold.HALF) {
      root.put("threshold", model.threshold());
    }
    try {
      files.put(MODEL, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(root));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of JSON is written", e);
    }
    return files;
  }

  /**
   * Reads a model.
   *
   * @param files by name
   * @throws HeadraceException LEARN_MODEL_CORRUPT
   */
  public static Model read(Map<String, byte[]> files) {
    byte[] document = files.get(MODEL);
    if (document == null) {
      throw corrupt(MODEL + " is missing", null);
    }
    try {
      JsonNode root = JSON.readTree(document);
      if (!root.path("format").asText().equals(FORMAT)) {
        throw corrupt(MODEL + " does not have the format '" + FORMAT + "'", null);
      }
      int version = root.path("format-version").asInt();
      if (version != FORMAT_VERSION) {
        throw corrupt(
            "its format version is %d, and this release reads %d"
                .formatted(version, FORMAT_VERSION),
            null);
      }
      return new Model(
          target(root.required("target")),
          TransformJson.read(root),
          PreparationJson.read(root),
          scorer(root.required("scorer"), files),
          CalibrationJson.read(root),
          root.has("threshold") ? number(root, "threshold") : Threshold.HALF);
    } catch (IOException | IllegalArgumentException e) {
      throw corrupt(MODEL + " is cut off or damaged", e);
    }
  }

  static HeadraceException corrupt(String reason, @Nullable Throwable cause) {
    return new HeadraceException(
        LearnError.LEARN_MODEL_CORRUPT,
        "Cannot read a saved model: " + reason + ".",
        "Restore its files, or train it again.",
        cause);
  }

  private static Target target(JsonNode node) {
    if (node.path("several").isArray()) {
      return new Target.Several(texts(node, "several"));
    }
    if (node.path("relevance").isObject()) {
      return new Target.Relevance();
    }
    JsonNode found = node.path("found");
    if (found.isObject()) {
      return new Target.Found(
          Target.Found.Kind.valueOf(text(found, "kind").toUpperCase(Locale.ROOT)),
          texts(found, "outputs"));
    }
    JsonNode classes = node.path("classes");
    return classes.isObject()
        ? new Target.Classes(text(classes, "negative"), text(classes, "positive"))
        : new Target.Quantity();
  }

  private static Model.Scorer scorer(JsonNode node, Map<String, byte[]> files) {
    String word = node.fieldNames().hasNext() ? node.fieldNames().next() : "";
    Learners.Reader reader = Learners.READERS.get(word);
    if (reader == null) {
      throw new IllegalArgumentException("no scorer is called " + word);
    }
    return reader.read(node.path(word), files);
  }
}
