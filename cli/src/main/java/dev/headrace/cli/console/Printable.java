package dev.headrace.cli.console;

/**
 * Text from outside as it may be shown on a terminal: without control characters, measured in
 * columns.
 */
final class Printable {
  private Printable() {}

  /**
   * {@code text} with line ends as {@code \n}, tabs as {@code \t} and other control and
   * direction-changing characters as {@code \}{@code u001b}, so that data can neither break the
   * layout nor command the terminal.
   */
  static String oneLine(String text) {
    return escape(text, false);
  }

  /** Like {@link #oneLine}, but line ends and tabs stay. */
  static String lines(String text) {
    return escape(text, true);
  }

  private static String escape(String text, boolean keepLines) {
    int clean = 0;
    while (clean < text.length() && !isControl(text.charAt(clean))) {
      clean++;
    }
    if (clean == text.length()) {
      return text;
    }
    StringBuilder escaped = new StringBuilder(text.length() + 8).append(text, 0, clean);
    for (int i = clean; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!isControl(c) || (keepLines && (c == '\n' || c == '\t'))) {
        escaped.append(c);
      } else if (c == '\n') {
        escaped.append("\\n");
      } else if (c == '\t') {
        escaped.append("\\t");
      } else if (c == '\r') {
        escaped.append("\\r");
      } else {
        escaped.append("\\u").append(String.format("%04x", (int) c));
      }
    }
    return escaped.toString();
  }

  private static boolean isControl(char c) {
    return c < ' '
        || (c >= 0x7f && c < 0xa0)
        || c == 0x2028
        || c == 0x2029
        || (c >= 0x202a && c <= 0x202e)
        || (c >= 0x2066 && c <= 0x2069);
  }

  /** Terminal columns that {@code text} takes. */
  static int width(String text) {
    int width = 0;
    for (int i = 0; i < text.length(); ) {
      int point = text.codePointAt(i);
      width += width(point);
      i += Character.charCount(point);
    }
    return width;
  }

  /**
   * {@code text}, or its beginning and {@code ellipsis} when it takes more than {@code columns}.
   */
  static String cut(String text, int columns, String ellipsis) {
    if ((text.length() <= columns && isAscii(text)) || width(text) <= columns) {
      return text;
    }
    int room = columns - width(ellipsis);
    int end = 0;
    while (end < text.length()) {
      int point = text.codePointAt(end);
      room -= width(point);
      if (room < 0) {
        break;
      }
      end += Character.charCount(point);
    }
    return text.substring(0, end) + ellipsis;
  }

  private static boolean isAscii(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) > 0x7e) {
        return false;
      }
    }
    return true;
  }

  /** Columns of one character: 0 for marks, 2 for East Asian wide and emoji, else 1. */
  private static int width(int point) {
    if (point < 0x300) {
      return 1;
    }
    int type = Character.getType(point);
    if (type == Character.NON_SPACING_MARK
        || type == Character.ENCLOSING_MARK
        || type == Character.FORMAT) {
      return 0;
    }
    boolean wide =
        (point >= 0x1100 && point <= 0x115f)
            || (point >= 0x2e80 && point <= 0x303e)
            || (point >= 0x3041 && point <= 0xa4cf)
            || (point >= 0xac00 && point <= 0xd7a3)
            || (point >= 0xf900 && point <= 0xfaff)
            || (point >= 0xfe30 && point <= 0xfe6f)
            || (point >= 0xff00 && point <= 0xff60)
            || (point >= 0xffe0 && point <= 0xffe6)
            || (point >= 0x1f300 && point <= 0x1faff)
            || (point >= 0x20000 && point <= 0x3fffd);
    return wide ? 2 : 1;
  }
}
