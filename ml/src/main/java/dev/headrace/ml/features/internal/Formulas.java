package dev.headrace.ml.features.internal;

import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The text of derived features: what it names, and what stands for {@code $at}. */
public final class Formulas {
  /** The column that stands for {@code $at}. */
  public static final String AT = "hr_at";

  /** What names of columns begin with that only derived features need. */
  public static final String KEPT = "_newest_";

  /** {@code $at} outside of text and quoted names. */
  private static final Pattern AT_PARAMETER =
      Pattern.compile("('(?:[^']|'')*'|\"(?:[^\"]|\"\")*\")|\\$at\\b");

  /** String literals are skipped, quoted names are not. */
  private static final Pattern NAMES =
      Pattern.compile("'(?:[^']|'')*'|\"((?:[^\"]|\"\")*)\"|\\$?([A-Za-z_][A-Za-z0-9_]*)");

  private Formulas() {}

  /** The expression with {@link #AT} for {@code $at}. */
  public static String withMoment(String expression) {
    return AT_PARAMETER
        .matcher(expression)
        .replaceAll(
            found -> found.group(1) == null ? AT : Matcher.quoteReplacement(found.group(1)));
  }

  /** Whether the expression names {@code $at}. */
  public static boolean moves(String expression) {
    return AT_PARAMETER.matcher(expression).results().anyMatch(found -> found.group(1) == null);
  }

  /** Whatever may be a name of a feature or column, in lower case. */
  public static Set<String> namesIn(String expression) {
    return NAMES
        .matcher(expression)
        .results()
        .map(Formulas::name)
        .filter(Objects::nonNull)
        .map(name -> name.toLowerCase(Locale.ROOT))
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  private static @org.jspecify.annotations.Nullable String name(MatchResult found) {
    return found.group(1) == null ? found.group(2) : found.group(1);
  }
}
