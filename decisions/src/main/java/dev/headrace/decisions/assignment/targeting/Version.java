package dev.headrace.decisions.assignment.targeting;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/**
 * A version that compares as Semantic Versioning 2.0.0 (section 11) says, and stays comparable when
 * it is none: a leading {@code v} and what follows {@code +} do not count, numbers compare as
 * numbers and below words, and {@code 1.2.3} is later than {@code 1.2.3-rc.1}.
 */
record Version(List<String> parts) implements Comparable<Version> {
  /** Later than any word: what a version without a suffix ends with. */
  private static final String RELEASE = "~";

  /** Of a text or number; anything else is version 0. */
  static Version of(JsonNode value) {
    return of(value.isTextual() || value.isNumber() ? Comparing.asText(value) : "0");
  }

  static Version of(String text) {
    String plain = text.isEmpty() ? "0" : text;
    int build = plain.indexOf('+');
    plain = build < 0 ? plain : plain.substring(0, build);
    plain = plain.startsWith("v") ? plain.substring(1) : plain;
    List<String> parts = new ArrayList<>();
    int from = 0;
    for (int i = 0; i <= plain.length(); i++) {
      if (i == plain.length() || plain.charAt(i) == '.' || plain.charAt(i) == '-') {
        parts.add(plain.substring(from, i));
        from = i + 1;
      }
    }
    if (parts.size() == 3) {
      parts.add(RELEASE);
    }
    return new Version(List.copyOf(parts));
  }

  @Override
  public int compareTo(Version other) {
    int common = Math.min(parts.size(), other.parts.size());
    for (int i = 0; i < common; i++) {
      int order = compare(parts.get(i), other.parts.get(i));
      if (order != 0) {
        return order;
      }
    }
    return Integer.compare(parts.size(), other.parts.size());
  }

  private static int compare(String one, String other) {
    boolean number = isNumber(one);
    if (number != isNumber(other)) {
      return number ? -1 : 1;
    }
    if (!number) {
      return one.compareTo(other);
    }
    String plain = withoutZeros(one);
    String otherPlain = withoutZeros(other);
    return plain.length() == otherPlain.length()
        ? plain.compareTo(otherPlain)
        : Integer.compare(plain.length(), otherPlain.length());
  }

  private static boolean isNumber(String part) {
    return !part.isEmpty() && part.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  private static String withoutZeros(String digits) {
    int from = 0;
    while (from < digits.length() - 1 && digits.charAt(from) == '0') {
      from++;
    }
    return digits.substring(from);
  }
}
