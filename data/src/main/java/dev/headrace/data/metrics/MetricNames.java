package dev.headrace.data.metrics;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names in an expression of a declaration, found without a parser, so that a project is linked
 * without an engine. What is asked later is read by the parser.
 */
final class MetricNames {
  private static final Pattern TOKEN =
      Pattern.compile(
          "'(?:[^']|'')*'|--[^\\n]*|/\\*(?s:.*?)\\*/|\"(?<quoted>(?:[^\"]|\"\")*)\""
              + "|(?<name>[A-Za-z_][A-Za-z0-9_]*(?:\\.[A-Za-z_][A-Za-z0-9_]*)?)\\s*(?<call>\\()?"
              + "|[0-9][A-Za-z0-9_.]*");

  private static final Pattern QUALIFIED =
      Pattern.compile("([A-Za-z_][A-Za-z0-9_]*)\\s*\\.\\s*[A-Za-z_\"]");

  private static final Set<String> WORDS =
      Set.of(
          ("and as between bigint case cast decimal distinct double else end false float from in int"
                  + " integer is like not null or then true when")
              .split(" "));

  private MetricNames() {}

  /** The metrics that an expression over metrics names, in order, with their steps. */
  static List<String> in(String expression) {
    List<String> names = new ArrayList<>();
    Matcher token = TOKEN.matcher(expression);
    while (token.find()) {
      String name = token.group("quoted") != null ? token.group("quoted") : token.group("name");
      boolean isName =
          name != null
              && token.group("call") == null
              && !WORDS.contains(name.toLowerCase(Locale.ROOT));
      if (isName && !names.contains(name)) {
        names.add(name);
      }
    }
    return names;
  }

  /** What stands before a dot, in lower case. */
  static Set<String> qualifiers(String expression) {
    Set<String> found = new TreeSet<>();
    Matcher qualified = QUALIFIED.matcher(expression);
    while (qualified.find()) {
      found.add(qualified.group(1).toLowerCase(Locale.ROOT));
    }
    return found;
  }
}
