package dev.headrace.decisions.experiments;

import java.util.ArrayList;
import java.util.List;

/** How a statement that is made step by step is written down. */
final class Steps {
  private Steps() {}

  static String with(List<String> steps) {
    return steps.isEmpty() ? "" : "with " + String.join(",\n", steps) + "\n";
  }

  static String step(String name, String sql) {
    return name + " as (\n  " + sql.replace("\n", "\n  ") + "\n)";
  }

  static String select(List<String> items) {
    return "select\n  " + String.join(",\n  ", items);
  }

  static List<String> concat(List<String> first, List<String> second) {
    List<String> all = new ArrayList<>(first);
    all.addAll(second);
    return all;
  }
}
