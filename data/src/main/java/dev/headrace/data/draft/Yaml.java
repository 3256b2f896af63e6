package dev.headrace.data.draft;

import java.util.Locale;
import java.util.regex.Pattern;

/** Text as one YAML scalar. */
final class Yaml {
  private static final Pattern PLAIN =
      Pattern.compile("[A-Za-z_][A-Za-z0-9_./*-]*( [A-Za-z0-9_]+)*");
  private static final Pattern WORD = Pattern.compile("true|false|null|yes|no|on|off|y|n");

  private Yaml() {}

  /** Plain where YAML cannot take it for anything else, otherwise in double quotes. */
  static String text(String text) {
    if (PLAIN.matcher(text).matches() && !WORD.matcher(text.toLowerCase(Locale.ROOT)).matches()) {
      return text;
    }
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        quoted.append('\\').append(c);
      } else if (c < ' ' || c == 0x7f) {
        quoted.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
      } else {
        quoted.append(c);
      }
    }
    return quoted.append('"').toString();
  }
}
