package dev.headrace.data.ingest.internal;

import java.nio.charset.StandardCharsets;

/**
 * Tells the {@link Kind} of a text value. Exact on purpose: a value said to be a LONG, DATE or
 * TIMESTAMP converts without loss, so that no check is needed later.
 */
final class Values {
  private static final int MAX_LONG_DIGITS = 18;
  private static final int MAX_DECIMAL_DIGITS = 38;
  private static final int DATE_LENGTH = 10;

  /** A number of so many characters and no exponent is less than the greatest double. */
  private static final int MAX_SURE_LENGTH = 300;

  private Values() {}

  /** The kind of a field of delimited text; blanks around it do not count. */
  static Kind ofText(byte[] b, int from, int to, byte decimal) {
    while (from < to && b[from] == ' ') {
      from++;
    }
    while (to > from && b[to - 1] == ' ') {
      to--;
    }
    if (from == to) {
      return Kind.STRING;
    }
    byte first = b[from];
    if ((first >= '0' && first <= '9') || first == '-' || first == '+' || first == decimal) {
      Kind number = number(b, from, to, decimal);
      return number == Kind.STRING ? temporal(b, from, to) : number;
    }
    return isWord(b, from, to, "true") || isWord(b, from, to, "false") ? Kind.BOOLEAN : Kind.STRING;
  }

  /**
   * A number, or STRING. Whole numbers with leading zeros are identifiers (postal codes, article
   * numbers): their zeros must survive.
   */
  static Kind number(byte[] b, int from, int to, byte decimal) {
    Kind kind = numberAsWritten(b, from, to, decimal);
    return kind == Kind.DOUBLE && isInfinite(b, from, to, decimal) ? Kind.STRING : kind;
  }

  /** The same, though a double may be too small to hold it. */
  static Kind numberAsWritten(byte[] b, int from, int to, byte decimal) {
    int i = from;
    if (b[i] == '-' || b[i] == '+') {
      i++;
    }
    int whole = i;
    while (i < to && isDigit(b[i])) {
      i++;
    }
    int digits = i - whole;
    boolean leadingZero = digits > 1 && b[whole] == '0';
    if (i == to) {
      if (digits == 0 || leadingZero || b[from] == '+' || digits > MAX_DECIMAL_DIGITS) {
        return Kind.STRING;
      }
      return digits <= MAX_LONG_DIGITS ? Kind.LONG : big(b, from, to);
    }
    if (leadingZero) {
      return Kind.STRING;
    }
    int fraction = 0;
    if (b[i] == decimal) {
      i++;
      int start = i;
      while (i < to && isDigit(b[i])) {
        i++;
      }
      fraction = i - start;
    }
    if (digits + fraction == 0) {
      return Kind.STRING;
    }
    if (i < to && (b[i] == 'e' || b[i] == 'E')) {
      i++;
      if (i < to && (b[i] == '-' || b[i] == '+')) {
        i++;
      }
      int start = i;
      while (i < to && isDigit(b[i])) {
        i++;
      }
      if (i == start || i - start > 3) {
        return Kind.STRING;
      }
    }
    return i == to ? Kind.DOUBLE : Kind.STRING;
  }

  /** Whether a double would round the number to infinity. */
  static boolean isInfinite(byte[] b, int from, int to, byte decimal) {
    boolean maybe = to - from > MAX_SURE_LENGTH;
    for (int i = from; i < to && !maybe; i++) {
      maybe = b[i] == 'e' || b[i] == 'E';
    }
    if (!maybe) {
      return false;
    }
    String text = new String(b, from, to - from, StandardCharsets.US_ASCII);
    return Double.isInfinite(Double.parseDouble(text.replace((char) decimal, '.')));
  }

  /** DATE, TIMESTAMP, TIMESTAMPTZ or STRING. */
  static Kind temporal(byte[] b, int from, int to) {
    if (to - from < DATE_LENGTH || b[from + 4] != '-' || b[from + 7] != '-') {
      return Kind.STRING;
    }
    int year = digits(b, from, 4);
    int month = digits(b, from + 5, 2);
    int day = digits(b, from + 8, 2);
    if (year < 0 || month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) {
      return Kind.STRING;
    }
    int i = from + DATE_LENGTH;
    if (i == to) {
      return Kind.DATE;
    }
    if ((b[i] != ' ' && b[i] != 'T') || to - i < 6 || b[i + 3] != ':') {
      return Kind.STRING;
    }
    int hour = digits(b, i + 1, 2);
    int minute = digits(b, i + 4, 2);
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59) {
      return Kind.STRING;
    }
    i += 6;
    if (i + 2 < to && b[i] == ':') {
      int second = digits(b, i + 1, 2);
      if (second < 0 || second > 59) {
        return Kind.STRING;
      }
      i += 3;
      if (i < to && b[i] == '.') {
        int start = ++i;
        while (i < to && isDigit(b[i])) {
          i++;
        }
        if (i == start || i - start > 9) {
          return Kind.STRING;
        }
      }
    }
    return i == to ? Kind.TIMESTAMP : zone(b, i, to);
  }

  private static Kind zone(byte[] b, int i, int to) {
    if (b[i] == 'Z') {
      return i + 1 == to ? Kind.TIMESTAMPTZ : Kind.STRING;
    }
    if (b[i] != '+' && b[i] != '-') {
      return Kind.STRING;
    }
    int length = to - i;
    int hours = length >= 3 ? digits(b, i + 1, 2) : -1;
    int minutes =
        switch (length) {
          case 3 -> 0;
          case 6 -> b[i + 3] == ':' ? digits(b, i + 4, 2) : -1;
          default -> -1;
        };
    return hours >= 0 && hours <= 15 && minutes >= 0 && minutes <= 59
        ? Kind.TIMESTAMPTZ
        : Kind.STRING;
  }

  private static Kind big(byte[] b, int from, int to) {
    try {
      Long.parseLong(new String(b, from, to - from, StandardCharsets.US_ASCII));
      return Kind.LONG;
    } catch (NumberFormatException e) {
      return Kind.BIG;
    }
  }

  private static int daysIn(int year, int month) {
    return switch (month) {
      case 2 -> year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
      case 4, 6, 9, 11 -> 30;
      default -> 31;
    };
  }

  private static int digits(byte[] b, int from, int count) {
    int number = 0;
    for (int i = from; i < from + count; i++) {
      if (!isDigit(b[i])) {
        return -1;
      }
      number = number * 10 + b[i] - '0';
    }
    return number;
  }

  private static boolean isDigit(byte c) {
    return c >= '0' && c <= '9';
  }

  private static boolean isWord(byte[] b, int from, int to, String word) {
    if (to - from != word.length()) {
      return false;
    }
    for (int i = 0; i < word.length(); i++) {
      if ((b[from + i] | 0x20) != word.charAt(i)) {
        return false;
      }
    }
    return true;
  }
}
