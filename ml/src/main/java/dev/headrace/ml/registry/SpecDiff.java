package dev.headrace.ml.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.headrace.ml.registry.Models.Difference;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** How two declarations differ, key by key. */
final class SpecDiff {
  private static final JsonMapper JSON = new JsonMapper();

  private SpecDiff() {}

  static List<Difference> of(String left, String right) {
    SortedMap<String, String> before = flat(left);
    SortedMap<String, String> after = flat(right);
    TreeSet<String> keys = new TreeSet<>(before.keySet());
    keys.addAll(after.keySet());
    List<Difference> found = new ArrayList<>();
    for (String key : keys) {
      String was = before.getOrDefault(key, "");
      String is = after.getOrDefault(key, "");
      if (!was.equals(is)) {
        found.add(new Difference(key, was, is));
      }
    }
    return found;
  }

  private static SortedMap<String, String> flat(String json) {
    SortedMap<String, String> keys = new TreeMap<>();
    try {
      flatten("", JSON.readTree(json), keys);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a card holds a declaration", e);
    }
    return keys;
  }

  private static void flatten(String path, JsonNode node, SortedMap<String, String> keys) {
    if (!node.isObject()) {
      keys.put(path, node.isTextual() ? node.textValue() : node.toString());
      return;
    }
    node.properties()
        .forEach(
            entry ->
                flatten(
                    path.isEmpty() ? entry.getKey() : path + "." + entry.getKey(),
                    entry.getValue(),
                    keys));
  }
}
