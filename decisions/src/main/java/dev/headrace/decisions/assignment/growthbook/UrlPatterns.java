package dev.headrace.decisions.assignment.growthbook;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Which pages an experiment runs on. */
final class UrlPatterns {
  private UrlPatterns() {}

  /** Whether a page is named by a pattern and by none that excludes it. */
  static boolean match(String url, JsonNode patterns) {
    boolean anyIncludes = false;
    boolean included = false;
    for (JsonNode pattern : patterns) {
      boolean matches = matches(url, pattern);
      if (!pattern.path("include").asBoolean(true)) {
        if (matches) {
          return false;
        }
      } else {
        anyIncludes = true;
        included |= matches;
      }
    }
    return included || !anyIncludes;
  }

  private static boolean matches(String url, JsonNode pattern) {
    String text = pattern.path("pattern").asText();
    return switch (pattern.path("type").asText()) {
      case "simple" -> simple(url, text);
      case "regex" -> regex(url, text);
      default -> false;
    };
  }

  private static boolean regex(String url, String expression) {
    try {
      Pattern compiled = Pattern.compile(expression);
      return compiled.matcher(url).find() || compiled.matcher(path(url)).find();
    } catch (PatternSyntaxException e) {
      return false;
    }
  }

  /** Host and path with {@code *} for anything; parameters of the pattern must all be there. */
  private static boolean simple(String url, String pattern) {
    List<String> there = QueryStrings.parts(url);
    return (host(pattern).isEmpty() || wildcard(host(url), host(pattern)))
        && wildcard(trimmed(path(url)), trimmed(path(pattern)))
        && QueryStrings.parts(pattern).stream()
            .allMatch(wanted -> there.stream().anyMatch(part -> wildcard(part, wanted)));
  }

  private static boolean wildcard(String text, String pattern) {
    String expression =
        Arrays.stream(pattern.split("\\*", -1))
            .map(Pattern::quote)
            .collect(Collectors.joining(".*"));
    return Pattern.compile("(?is)^" + expression + "$").matcher(text).find();
  }

  private static String host(String url) {
    int scheme = url.indexOf("://");
    if (scheme < 0) {
      return "";
    }
    int from = scheme + 3;
    return url.substring(from, end(url, from, "/?#"));
  }

  private static String path(String url) {
    int scheme = url.indexOf("://");
    int from = scheme < 0 ? 0 : end(url, scheme + 3, "/?#");
    return url.substring(from, end(url, from, "?#"));
  }

  private static int end(String url, int from, String terminators) {
    for (int i = from; i < url.length(); i++) {
      if (terminators.indexOf(url.charAt(i)) >= 0) {
        return i;
      }
    }
    return url.length();
  }

  private static String trimmed(String path) {
    int from = path.startsWith("/") ? 1 : 0;
    int to = path.length() > from && path.endsWith("/") ? path.length() - 1 : path.length();
    return path.substring(from, to);
  }
}
