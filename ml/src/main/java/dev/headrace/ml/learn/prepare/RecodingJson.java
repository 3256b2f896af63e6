package dev.headrace.ml.learn.prepare;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.headrace.ml.learn.ModelJson;
import java.util.Arrays;

/** A recoding as a part of {@code model.json}. */
final class RecodingJson {
  private RecodingJson() {}

  static ObjectNode write(Recoding recoding) {
    ObjectNode outer = JsonNodeFactory.instance.objectNode();
    switch (recoding) {
      case Recoding.TargetMean mean -> {
        ObjectNode node = outer.putObject("target-mean").put("column", mean.column());
        ModelJson.put(node, "levels", mean.levels());
        mean.means().forEach(node.putArray("means")::add);
        node.put("prior", mean.prior());
      }
      case Recoding.Hashed(String column, int buckets) ->
          outer.putObject("hash").put("column", column).put("buckets", buckets);
      case Recoding.Quantiles quantiles -> {
        ObjectNode node = outer.putObject("quantiles").put("column", quantiles.column());
        quantiles.quantiles().forEach(node.putArray("quantiles")::add);
      }
      case Recoding.Filled(String column, double constant) ->
          outer.putObject("constant").put("column", column).put("constant", constant);
    }
    return outer;
  }

  /**
   * Reads it.
   *
   * @throws IllegalArgumentException if it is none
   */
  static Recoding read(JsonNode outer) {
    String kind = outer.fieldNames().hasNext() ? outer.fieldNames().next() : "";
    JsonNode node = outer.path(kind);
    String column = ModelJson.text(node, "column");
    return switch (kind) {
      case "target-mean" ->
          new Recoding.TargetMean(
              column,
              ModelJson.texts(node, "levels"),
              Arrays.stream(ModelJson.numbers(node, "means")).boxed().toList(),
              ModelJson.number(node, "prior"));
      case "hash" -> new Recoding.Hashed(column, (int) ModelJson.number(node, "buckets"));
      case "quantiles" ->
          new Recoding.Quantiles(
              column, Arrays.stream(ModelJson.numbers(node, "quantiles")).boxed().toList());
      case "constant" -> new Recoding.Filled(column, ModelJson.number(node, "constant"));
      default -> throw new IllegalArgumentException("no recoding is called " + kind);
    };
  }
}
