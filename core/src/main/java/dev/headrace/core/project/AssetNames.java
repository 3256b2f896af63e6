package dev.headrace.core.project;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Which names assets may have, so that every query can use them without quotes. */
public final class AssetNames {
  private static final Pattern WORD = Pattern.compile("[a-z][a-z0-9_]*");

  /** The words DuckDB's grammar reserves: a table so named must be quoted in every query. */
  private static final Set<String> RESERVED =
      Set.of(
          ("all analyse analyze and any array as asc asymmetric both case cast check collate column"
                  + " constraint create default deferrable desc describe distinct do else end except"
                  + " false fetch for foreign from group having in initially intersect into lambda"
                  + " lateral leading limit not null offset on only or order pivot pivot_longer"
                  + " pivot_wider placing primary qualify references returning select show some"
                  + " summarize symmetric table then to trailing true union unique unpivot using"
                  + " variadic when where window with")
              .split(" "));

  private AssetNames() {}

  /** Whether it is made of lower-case letters, digits and {@code _}. */
  static boolean isWord(String name) {
    return WORD.matcher(name).matches();
  }

  /** Whether a column or table so named must be quoted in every query. */
  public static boolean isReserved(String name) {
    return RESERVED.contains(name.toLowerCase(Locale.ROOT));
  }

  /** A valid name that looks like {@code text}: {@code My Orders 2026} is my_orders_2026. */
  public static String valid(String text) {
    String name = nearest(text);
    return isReserved(name) ? name + "_table" : name;
  }

  /** A word that looks like {@code text}; it may be a reserved one. */
  static String nearest(String text) {
    String words =
        text.replaceAll("(?<=[a-z0-9])(?=[A-Z])", "_")
            .toLowerCase(Locale.ROOT)
            .replaceAll("[^a-z0-9]+", "_")
            .replaceAll("^_|_$", "");
    return words.isEmpty() || !isWord(words) ? "t_" + words : words;
  }
}
