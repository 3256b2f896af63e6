package dev.headrace.decisions.assignment.growthbook;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What stands behind the question mark of a page's address. */
final class QueryStrings {
  private QueryStrings() {}

  /** The number of a variation that the address forces for an experiment. */
  static @Nullable Integer override(String experiment, String url, int variations) {
    for (String part : parts(url)) {
      if (part.startsWith(experiment + "=")) {
        String value = part.substring(experiment.length() + 1);
        boolean number = !value.isEmpty() && value.chars().allMatch(c -> c >= '0' && c <= '9');
        if (number && value.length() < 10 && Integer.parseInt(value) < variations) {
          return Integer.valueOf(value);
        }
        return null;
      }
    }
    return null;
  }

  /** An address with those parameters of another that it does not have itself. */
  static String merged(String target, String other) {
    Set<String> names = new LinkedHashSet<>();
    List<String> all = new ArrayList<>(parts(target));
    all.forEach(part -> names.add(name(part)));
    for (String part : parts(other)) {
      if (!names.contains(name(part))) {
        all.add(part);
      }
    }
    int anchor = target.indexOf('#');
    String plain = anchor < 0 ? target : target.substring(0, anchor);
    int query = plain.indexOf('?');
    String page = query < 0 ? plain : plain.substring(0, query);
    return page
        + (all.isEmpty() ? "" : "?" + String.join("&", all))
        + (anchor < 0 ? "" : target.substring(anchor));
  }

  static List<String> parts(String url) {
    int query = url.indexOf('?');
    if (query < 0) {
      return List.of();
    }
    int anchor = url.indexOf('#', query);
    String text = anchor < 0 ? url.substring(query + 1) : url.substring(query + 1, anchor);
    List<String> parts = new ArrayList<>();
    for (String part : text.split("&", -1)) {
      if (!part.isEmpty()) {
        parts.add(part);
      }
    }
    return parts;
  }

  private static String name(String part) {
    int equals = part.indexOf('=');
    return equals < 0 ? part : part.substring(0, equals);
  }
}
