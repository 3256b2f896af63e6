package dev.headrace.data.ingest.internal;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Where the parts of a sound JSON text stand, and what they mean. */
final class JsonText {
  private JsonText() {}

  /** The key that stands in {@code [from, to)} without its quotes. */
  static String key(byte[] b, int from, int to, boolean hasEscapes) {
    String text = new String(b, from, to - from, StandardCharsets.UTF_8);
    return hasEscapes ? unescape(text) : text;
  }

  /** The text that a JSON string without its quotes stands for; escapes are known to be sound. */
  static String unescape(String text) {
    StringBuilder plain = new StringBuilder(text.length());
    int i = 0;
    while (i < text.length()) {
      char c = text.charAt(i++);
      if (c != '\\') {
        plain.append(c);
        continue;
      }
      char escaped = text.charAt(i++);
      switch (escaped) {
        case 'b' -> plain.append('\b');
        case 'f' -> plain.append('\f');
        case 'n' -> plain.append('\n');
        case 'r' -> plain.append('\r');
        case 't' -> plain.append('\t');
        case 'u' -> {
          plain.append((char) Integer.parseInt(text.substring(i, i + 4), 16));
          i += 4;
        }
        default -> plain.append(escaped);
      }
    }
    return plain.toString();
  }

  /** A JSON string whose text is that of {@code [from, to)}. */
  static byte[] quoted(byte[] b, int from, int to) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(to - from + 16);
    out.write('"');
    for (int i = from; i < to; i++) {
      switch (b[i]) {
        case '"', '\\' -> {
          out.write('\\');
          out.write(b[i]);
        }
        case '\n', '\r', '\t' -> out.write(' '); // Between values; in strings they are escaped.
        default -> out.write(b[i]);
      }
    }
    out.write('"');
    return out.toByteArray();
  }

  /** Behind the opening brace of the object from {@code from} on; at its end if it is empty. */
  static int inside(byte[] b, int from) {
    int open = from;
    while (b[open] != '{') {
      open++;
    }
    int member = open + 1;
    while (b[member] == ' ' || b[member] == '\t' || b[member] == '\n' || b[member] == '\r') {
      member++;
    }
    return b[member] == '}' ? member : open + 1;
  }
}
