package dev.headrace.ml.learn.transform;

/** Texts as DuckDB has them: characters are code points, and none depends on a locale. */
final class Texts {
  /** Has a capital letter of its own since Unicode 5.1, which Java's tables do not lead to. */
  private static final int SHARP_S = 'ß';

  private static final int CAPITAL_SHARP_S = 'ẞ';

  private Texts() {}

  /** By code points, which is the order of UTF-8. */
  static int compare(String one, String other) {
    int length = Math.min(one.length(), other.length());
    for (int i = 0; i < length; i++) {
      char a = one.charAt(i);
      char b = other.charAt(i);
      if (a != b) {
        // A surrogate stands for what is beyond all other characters.
        boolean isBeyond = Character.isSurrogate(a);
        return isBeyond == Character.isSurrogate(b) ? Character.compare(a, b) : isBeyond ? 1 : -1;
      }
    }
    return Integer.compare(one.length(), other.length());
  }

  static String lower(String text) {
    return text.codePoints()
        .map(Character::toLowerCase)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  static String upper(String text) {
    return text.codePoints()
        .map(character -> character == SHARP_S ? CAPITAL_SHARP_S : Character.toUpperCase(character))
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  /** Without blanks at both ends. */
  static String trimmed(String text) {
    return text.strip();
  }

  /**
   * Characters from a place on.
   *
   * @param from 1 is the first, -1 the last; what lies before the first counts and is not there
   * @param count how many; negative ones lie before the place
   */
  static String part(String text, double from, double count) {
    int length = text.codePointCount(0, text.length());
    double start = from > 0 ? from - 1 : from < 0 ? length + from : -1;
    double end = count == Double.MAX_VALUE ? length : start + count;
    if (end < start) {
      double swapped = start;
      start = end;
      end = swapped;
    }
    return between(text, Math.clamp(start, 0, length), Math.clamp(end, 0, length));
  }

  /** The first characters; with a negative number all but so many last ones. */
  static String left(String text, double count) {
    int length = text.codePointCount(0, text.length());
    return between(text, 0, Math.clamp(count < 0 ? length + count : count, 0, length));
  }

  /** The last characters; with a negative number all but so many first ones. */
  static String right(String text, double count) {
    int length = text.codePointCount(0, text.length());
    return between(text, Math.clamp(count < 0 ? -count : length - count, 0, length), length);
  }

  private static String between(String text, double from, double to) {
    return text.substring(
        text.offsetByCodePoints(0, (int) from), text.offsetByCodePoints(0, (int) to));
  }
}
