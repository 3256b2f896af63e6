package dev.headrace.ml.learn.prepare;

import static dev.headrace.ml.learn.ModelJson.number;
import static dev.headrace.ml.learn.ModelJson.text;
import static dev.headrace.ml.learn.ModelJson.texts;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/** A preparation as a part of {@code model.json}. */
public final class PreparationJson {
  private PreparationJson() {}

  /** Writes its lists {@code recodings}, where there are any, and {@code preparation}. */
  public static void write(Preparation preparation, ObjectNode root) {
    if (!preparation.recodings().isEmpty()) {
      ArrayNode recodings = root.putArray("recodings");
      preparation.recodings().forEach(one -> recodings.add(RecodingJson.write(one)));
    }
    ArrayNode steps = root.putArray("preparation");
    preparation.steps().forEach(step -> steps.add(step(step)));
  }

  /**
   * Reads it.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static Preparation read(JsonNode root) {
    List<Preparation.Step> steps = new ArrayList<>();
    root.required("preparation").forEach(node -> steps.add(step(node)));
    return new Preparation(
        root.path("recodings").valueStream().map(RecodingJson::read).toList(), steps);
  }

  private static ObjectNode step(Preparation.Step step) {
    ObjectNode outer = JsonNodeFactory.instance.objectNode();
    switch (step) {
      case Preparation.Numeric number -> {
        ObjectNode node = outer.putObject("number");
        node.put("column", number.column());
        node.put("log", number.log());
        if (Double.isNaN(number.fill())) {
          node.putNull("fill");
        } else {
          node.put("fill", number.fill());
        }
        node.put("indicator", number.indicator());
        node.put("centre", number.centre());
        node.put("scale", number.scale());
      }
      case Preparation.OneHot hot -> {
        ObjectNode node = outer.putObject("one-hot");
        node.put("column", hot.column());
        hot.levels().forEach(node.putArray("levels")::add);
        node.put("other", hot.other());
        node.put("reference", hot.reference());
      }
      case Preparation.Codes codes -> {
        ObjectNode node = outer.putObject("codes");
        node.put("column", codes.column());
        codes.levels().forEach(node.putArray("levels")::add);
        node.put("other", codes.other());
        node.put("category", codes.isCategory());
      }
      case Preparation.Text text -> outer.putObject("text").put("column", text.column());
    }
    return outer;
  }

  private static Preparation.Step step(JsonNode outer) {
    String kind = outer.fieldNames().hasNext() ? outer.fieldNames().next() : "";
    JsonNode node = outer.path(kind);
    return switch (kind) {
      case "number" ->
          new Preparation.Numeric(
              text(node, "column"),
              node.required("log").booleanValue(),
              node.required("fill").isNull() ? Double.NaN : number(node, "fill"),
              node.required("indicator").booleanValue(),
              number(node, "centre"),
              number(node, "scale"));
      case "one-hot" ->
          new Preparation.OneHot(
              text(node, "column"),
              texts(node, "levels"),
              node.required("other").booleanValue(),
              node.required("reference").booleanValue());
      case "codes" ->
          new Preparation.Codes(
              text(node, "column"),
              texts(node, "levels"),
              node.required("other").booleanValue(),
              node.required("category").booleanValue());
      case "text" -> new Preparation.Text(text(node, "column"));
      default -> throw new IllegalArgumentException("no step is called " + kind);
    };
  }
}
