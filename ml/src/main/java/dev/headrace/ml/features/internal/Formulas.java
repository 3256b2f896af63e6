package dev.headrace.ml.features.internal;

import dev.headrace.ml.features.Computation;
import dev.headrace.ml.features.Feature;
import dev.headrace.ml.features.ReadFormula;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The text of derived features: what it names, and what stands for {@code $at}. */
public final class Formulas {
  /** The column that stands for {@code $at}. */
  public static final String AT = "hr_at";

  /** See {@link ReadFormula#KEPT}. */
  public static final String KEPT = "_newest_";

  /** {@code $at} outside of text and quoted names. */
  private static final Pattern AT_PARAMETER =
      Pattern.compile("('(?:[^']|'')*'|\"(?:[^\"]|\"\")*\")|\\$at\\b");

  /** String literals are skipped, quoted names are not. */
  private static final Pattern NAMES =
      Pattern.compile("'(?:[^']|'')*'|\"((?:[^\"]|\"\")*)\"|\\$?([A-Za-z_][A-Za-z0-9_]*)");

  private Formulas() {}

  /** The expression with {@link #AT} for {@code $at}. */
  static String withMoment(String expression) {
    return AT_PARAMETER
        .matcher(expression)
        .replaceAll(
            found -> found.group(1) == null ? AT : Matcher.quoteReplacement(found.group(1)));
  }

  private static boolean moves(String expression) {
    return AT_PARAMETER.matcher(expression).results().anyMatch(found -> found.group(1) == null);
  }

  /** Whatever may be a name of a feature or column, in lower case. */
  static Set<String> namesIn(String expression) {
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

  /** The features that move with the clock. */
  public static ReadFormula moving(List<Feature> features) {
    SequencedMap<String, String> expressions = new LinkedHashMap<>();
    Set<String> names = new LinkedHashSet<>();
    for (Feature feature : features) {
      if (feature.computation() instanceof Computation.Sql(String expression)
          && moves(expression)) {
        expressions.put(feature.name(), withMoment(expression));
        names.addAll(namesIn(expression));
      }
    }
    return new ReadFormula(expressions, names);
  }
}
