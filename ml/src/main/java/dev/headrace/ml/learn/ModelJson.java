package dev.headrace.ml.learn;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/**
 * Values of {@code model.json}, written and read strictly: what is missing, of another kind or no
 * finite number is an IllegalArgumentException, which {@link ModelFile} tells as a corrupt model.
 */
public final class ModelJson {
  private ModelJson() {}

  /** Writes numbers. */
  public static void put(ObjectNode node, String key, double[] numbers) {
    ArrayNode array = node.putArray(key);
    for (double number : numbers) {
      array.add(number);
    }
  }

  /** Writes rows of numbers. */
  public static void put(ObjectNode node, String key, double[][] rows) {
    ArrayNode outer = node.putArray(key);
    for (double[] row : rows) {
      ArrayNode inner = outer.addArray();
      for (double number : row) {
        inner.add(number);
      }
    }
  }

  /** Writes whole numbers. */
  public static void put(ObjectNode node, String key, int[] numbers) {
    ArrayNode array = node.putArray(key);
    for (int number : numbers) {
      array.add(number);
    }
  }

  /** Writes texts. */
  public static void put(ObjectNode node, String key, List<String> texts) {
    ArrayNode array = node.putArray(key);
    texts.forEach(array::add);
  }

  /** A text. */
  public static String text(JsonNode node, String key) {
    JsonNode found = node.required(key);
    if (!found.isTextual()) {
      throw new IllegalArgumentException(key + " is no text");
    }
    return found.textValue();
  }

  /** Texts. */
  public static List<String> texts(JsonNode node, String key) {
    List<String> texts = new ArrayList<>();
    for (JsonNode one : array(node, key)) {
      if (!one.isTextual()) {
        throw new IllegalArgumentException(key + " holds what is no text");
      }
      texts.add(one.textValue());
    }
    return texts;
  }

  /** A finite number. */
  public static double number(JsonNode node, String key) {
    return finite(node.required(key));
  }

  /** Finite numbers. */
  public static double[] numbers(JsonNode node, String key) {
    return array(node, key).valueStream().mapToDouble(ModelJson::finite).toArray();
  }

  /** Finite numbers, NaN where null. */
  public static double[] gappyNumbers(JsonNode node, String key) {
    return array(node, key)
        .valueStream()
        .mapToDouble(one -> one.isNull() ? Double.NaN : finite(one))
        .toArray();
  }

  /** Rows of finite numbers. */
  public static double[][] matrix(JsonNode node, String key) {
    return array(node, key)
        .valueStream()
        .map(row -> row.valueStream().mapToDouble(ModelJson::finite).toArray())
        .toArray(double[][]::new);
  }

  /** A whole number. */
  public static int whole(JsonNode node, String key) {
    return whole(node.required(key));
  }

  /** Whole numbers. */
  public static int[] wholes(JsonNode node, String key) {
    return array(node, key).valueStream().mapToInt(ModelJson::whole).toArray();
  }

  /** True or false. */
  public static boolean truth(JsonNode node, String key) {
    JsonNode found = node.required(key);
    if (!found.isBoolean()) {
      throw new IllegalArgumentException(key + " is neither true nor false");
    }
    return found.booleanValue();
  }

  private static JsonNode array(JsonNode node, String key) {
    JsonNode found = node.required(key);
    if (!found.isArray()) {
      throw new IllegalArgumentException(key + " is no list");
    }
    return found;
  }

  private static int whole(JsonNode one) {
    if (!one.isInt()) {
      throw new IllegalArgumentException(one + " is no whole number");
    }
    return one.intValue();
  }

  /** The finite number that it is. */
  public static double finite(JsonNode one) {
    if (!one.isNumber() || !Double.isFinite(one.doubleValue())) {
      throw new IllegalArgumentException(one + " is no number");
    }
    return one.doubleValue();
  }
}
