package dev.headrace.data.sql.internal;

import com.fasterxml.jackson.databind.JsonNode;
import dev.headrace.spi.digest.Sha256;

/** Hashes a syntax tree without its positions. */
final class Fingerprint {
  private Fingerprint() {}

  static String of(JsonNode tree) {
    StringBuilder canonical = new StringBuilder(4096);
    write(tree, canonical);
    return Sha256.shortHex(canonical.toString());
  }

  private static void write(JsonNode node, StringBuilder out) {
    if (node.isObject()) {
      out.append('{');
      node.properties()
          .forEach(
              child -> {
                if (!child.getKey().startsWith("query_location")) {
                  out.append(child.getKey()).append(':');
                  write(child.getValue(), out);
                }
              });
      out.append('}');
    } else if (node.isArray()) {
      out.append('[');
      for (JsonNode element : node) {
        write(element, out);
      }
      out.append(']');
    } else {
      // Lengths keep neighbouring texts apart.
      String text = node.asText();
      out.append(text.length()).append('"').append(text);
    }
  }
}
