package dev.headrace.decisions.experiments.scan;

import java.util.ArrayList;
import java.util.List;

/** How a statement that is made step by step is written down. */
public final class Steps {
  private Steps() {}

  public static String with(List<String> steps) {
    return steps.isEmpty() ? "" : "with " + String.join(",\n", steps) + "\n";
  }

  public static String step(String name, String sql) {
    return name + " as (\n  " + sql.replace("\n", "\n  ") + "\n)";
  }

  public static String select(List<String> items) {
    return "select\n  " + String.join(",\n  ", items);
  }

  static List<String> concat(List<String> first, List<String> second) {
    List<String> all = new ArrayList<>(first);
    all.addAll(second);
    return all;
  }
}
