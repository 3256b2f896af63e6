package dev.headrace.core.project;

import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** How alike names are, to suggest the one that was meant. */
public final class Names {
  private Names() {}

  /**
   * The known name that differs least from {@code name}: at most one edit per three characters,
   * where an edit is a character inserted, deleted or replaced or two neighbours swapped, and
   * neither case nor the choice between {@code -} and {@code _} counts. The first in alphabetical
   * order among equals.
   */
  public static Optional<String> nearest(String name, Collection<String> known) {
    int most = Math.max(1, name.length() / 3);
    String wanted = folded(name);
    String best = null;
    int bestEdits = most + 1;
    for (String candidate : known) {
      int edits = edits(wanted, folded(candidate), bestEdits);
      if (edits < bestEdits
          || (best != null && edits == bestEdits && candidate.compareTo(best) < 0)) {
        best = candidate;
        bestEdits = edits;
      }
    }
    return Optional.ofNullable(best);
  }

  /** "Did you mean 'x'?" for the nearest known name, or the names there are, or nothing. */
  public static String suggest(String name, Collection<String> known) {
    Optional<String> nearest = nearest(name, known);
    if (nearest.isPresent()) {
      return "Did you mean '" + nearest.get() + "'?";
    }
    if (known.isEmpty()) {
      return "";
    }
    int shown = 20;
    String listed =
        String.join(", ", known.stream().sorted(Comparator.naturalOrder()).limit(shown).toList());
    return "Known are " + listed + (known.size() > shown ? ", …" : "") + ".";
  }

  /**
   * Optimal string alignment: Damerau and Levenshtein's distance in which no part is edited twice.
   *
   * @return the distance, or any greater number than {@code limit} when it exceeds that
   */
  static int edits(String a, String b, int limit) {
    if (Math.abs(a.length() - b.length()) > limit) {
      return limit + 1;
    }
    int[] beforeLast = new int[b.length() + 1];
    int[] last = new int[b.length() + 1];
    int[] row = new int[b.length() + 1];
    Arrays.setAll(last, j -> j);
    for (int i = 1; i <= a.length(); i++) {
      row[0] = i;
      int least = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = last[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(replaced, 1 + Math.min(last[j], row[j - 1]));
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
        }
        least = Math.min(least, row[j]);
      }
      if (least > limit) {
        return limit + 1;
      }
      int[] free = beforeLast;
      beforeLast = last;
      last = row;
      row = free;
    }
    return last[b.length()];
  }

  private static String folded(String name) {
    return name.toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
