package dev.headrace.core.project.spec;

import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Values as YAML on one line, as a person would write them. */
public final class Yaml {
  private static final Pattern PLAIN =
      Pattern.compile("[A-Za-z_][A-Za-z0-9_./*-]*( [A-Za-z0-9_]+)*");
  private static final Pattern WORD = Pattern.compile("true|false|null|yes|no|on|off|y|n");

  private Yaml() {}

  /** Plain where YAML cannot take it for anything else, otherwise in double quotes. */
  public static String text(String text) {
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

  /**
   * A value in flow style, such as {@code {gbdt: {trees: 50}}}.
   *
   * @param value texts, numbers, booleans, and lists and maps of such
   */
  public static String flow(Object value) {
    return switch (value) {
      case Map<?, ?> map ->
          map.entrySet().stream()
              .map(one -> text(String.valueOf(one.getKey())) + ": " + flow(one.getValue()))
              .collect(Collectors.joining(", ", "{", "}"));
      case List<?> list ->
          list.stream().map(Yaml::flow).collect(Collectors.joining(", ", "[", "]"));
      case BigDecimal number -> number.toPlainString();
      case Number number -> number.toString();
      case Boolean truth -> truth.toString();
      case String text -> text(text);
      default -> throw new IllegalArgumentException("no YAML is written for " + value.getClass());
    };
  }

  /** Lines of text as they are, to stand behind a key that is not indented. */
  public static String block(String text) {
    return "|-\n" + text.stripIndent().strip().indent(2);
  }
}
