package dev.headrace.data.ingest.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Checks one JSON value against RFC 8259 and adds what it holds to a profile, in one pass over the
 * bytes and without making objects. Not thread-safe.
 */
final class JsonScanner {
  private static final int MAX_DEPTH = 200;
  private static final int TEMPORAL_MIN = 10;
  private static final int TEMPORAL_MAX = 35;
  private static final int SURE_LONG_DIGITS = 18;
  private static final int SURE_DOUBLE_DIGITS = 300;
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101010101010101L;
  private static final long HIGHS = 0x8080808080808080L;
  private static final long QUOTES = '"' * ONES;
  private static final long BACKSLASHES = '\\' * ONES;
  private static final long BLANKS = ' ' * ONES;

  private byte[] b = new byte[0];
  private int at;
  private int end;
  private int from;
  private long object;
  private @Nullable String wrong;
  private boolean doubtful;

  private final ExactNumbers exact = new ExactNumbers();

  /** What this value was the first to show; taken back if it turns out not to be sound. */
  private final List<Runnable> firsts = new ArrayList<>();

  /**
   * Reads the object in {@code bytes[from, to)}.
   *
   * @return null if it is sound; otherwise what is wrong, and where
   */
  @Nullable String scan(byte[] bytes, int from, int to, ValueProfile profile) {
    this.b = bytes;
    this.from = from;
    this.at = from;
    this.end = to;
    this.wrong = null;
    this.doubtful = false;
    firsts.clear();
    exact.clear();
    blanks();
    if (at == end || b[at] != '{') {
      fail(at == end ? "empty" : "not an object");
    } else if (object(profile, 0)) {
      blanks();
      if (at < end) {
        fail("more after the object");
      }
    }
    if (wrong != null) {
      firsts.reversed().forEach(Runnable::run);
    }
    return wrong;
  }

  /** Whether the sound object that was read last can be trusted. */
  Trust trust() {
    return doubtful ? Trust.DOUBTFUL : Trust.EXPECTED;
  }

  /** Whether the sound object that was read last has numbers that a double would change. */
  boolean hasExactNumbers() {
    return !exact.isEmpty();
  }

  /**
   * That object with these numbers in quotes, so that an engine that makes doubles of all numbers
   * hands them on as they are written. What is taken as a text as a whole is put into quotes as a
   * whole.
   */
  byte[] withExactNumbers() {
    return exact.quotedIn(b, from, end);
  }

  private void saw(ValueProfile profile, Kind kind) {
    if (profile.refuses(kind) && wrong == null) {
      wrong = "%s where the table holds an object or a list%s".formatted(words(kind), where());
      return;
    }
    if (!profile.hasSeen(kind)) {
      firsts.add(() -> profile.forget(kind));
    }
    profile.saw(kind);
    doubtful |= profile.doubts(kind);
  }

  /** Reads past one value of any kind without looking at what it is. */
  private boolean value(ValueProfile profile, int depth) {
    if (at == end) {
      return fail("it ends too early");
    }
    return switch (b[at]) {
      case '{', '[' -> nested(profile, depth + 1);
      case '"' -> string(profile);
      case 't' -> literal("true", Kind.BOOLEAN, profile);
      case 'f' -> literal("false", Kind.BOOLEAN, profile);
      case 'n' -> literal("null", Kind.NULL, profile);
      default -> number(profile);
    };
  }

  private boolean nested(ValueProfile profile, int depth) {
    boolean isText = exact.entersText(profile.wants());
    int start = at;
    boolean sound = b[at] == '{' ? object(profile, depth) : array(profile, depth);
    if (isText) {
      exact.leaveText(start, at);
    }
    return sound;
  }

  private boolean object(ValueProfile profile, int depth) {
    if (depth > MAX_DEPTH) {
      return fail("nested more than " + MAX_DEPTH + " deep");
    }
    saw(profile, Kind.OBJECT);
    if (wrong != null) {
      return false;
    }
    long self = ++object;
    at++;
    blanks();
    if (at < end && b[at] == '}') {
      at++;
      return true;
    }
    Set<String> mapKeys = profile.isMap() ? new HashSet<>() : Set.of();
    ValueProfile.Key previous = null;
    while (true) {
      if (at == end || b[at] != '"') {
        return fail("a key in quotes is missing");
      }
      int keyFrom = at + 1;
      ValueProfile.Key key = profile.expectedKey(b, keyFrom, end, previous);
      boolean escapes = false;
      if (key != null) {
        at = keyFrom + key.length() + 1;
      } else {
        escapes = skipString();
        if (wrong != null) {
          return false;
        }
      }
      int keyTo = at - 1;
      ValueProfile inner;
      if (profile.isMap()) {
        String name = JsonText.key(b, keyFrom, keyTo, escapes);
        if (!mapKeys.add(name)) {
          return fail("key '" + name + "' occurs twice");
        }
        inner = profile.element();
      } else {
        if (key == null) {
          key = profile.key(b, keyFrom, keyTo, escapes, previous);
        }
        previous = key;
        if (!key.met) {
          if (depth == 0 && Layout.isFrameKey(key.name)) {
            return fail("the key '" + key.name + "' has a meaning of its own here");
          }
          key.met = true;
          ValueProfile.Key fresh = key;
          firsts.add(() -> fresh.met = false);
        }
        if (key.lastObject == self) {
          return fail("key '" + key.name + "' occurs twice");
        }
        key.lastObject = self;
        inner = key.profile;
        if (depth > 0 && profile.keys().size() > ValueProfile.MAX_STRUCT_FIELDS) {
          mapKeys = profile.keysOf(self);
          profile.becomeMap();
        }
      }
      blanks();
      if (at == end || b[at] != ':') {
        return fail("a colon is missing");
      }
      at++;
      blanks();
      if (!value(inner, depth)) {
        return false;
      }
      blanks();
      if (at == end) {
        return fail("it ends too early");
      }
      byte next = b[at++];
      if (next == '}') {
        return true;
      }
      if (next != ',') {
        at--;
        return fail("a comma or } is missing");
      }
      blanks();
    }
  }

  private boolean array(ValueProfile profile, int depth) {
    if (depth > MAX_DEPTH) {
      return fail("nested more than " + MAX_DEPTH + " deep");
    }
    saw(profile, Kind.ARRAY);
    if (wrong != null) {
      return false;
    }
    at++;
    blanks();
    if (at < end && b[at] == ']') {
      at++;
      return true;
    }
    ValueProfile element = profile.element();
    while (true) {
      if (!value(element, depth)) {
        return false;
      }
      blanks();
      if (at == end) {
        return fail("it ends too early");
      }
      byte next = b[at++];
      if (next == ']') {
        return true;
      }
      if (next != ',') {
        at--;
        return fail("a comma or ] is missing");
      }
      blanks();
    }
  }

  private boolean string(ValueProfile profile) {
    int start = at + 1;
    boolean escapes = skipString();
    if (wrong != null) {
      return false;
    }
    int length = at - 1 - start;
    boolean temporal =
        !escapes
            && length >= TEMPORAL_MIN
            && length <= TEMPORAL_MAX
            && b[start + 4] == '-'
            && !profile.isText();
    saw(profile, temporal ? Values.temporal(b, start, at - 1) : Kind.STRING);
    return wrong == null;
  }

  /** Moves behind the closing quote; tells whether there were escapes. */
  private boolean skipString() {
    boolean escapes = false;
    int i = at + 1;
    byte[] bytes = b;
    for (int last = end - 8; i <= last; i += 8) {
      long special = special((long) LONGS.get(bytes, i));
      if (special != 0) {
        i += Long.numberOfTrailingZeros(special) >> 3;
        break;
      }
    }
    while (i < end) {
      byte c = bytes[i];
      if (c == '"') {
        at = i + 1;
        return escapes;
      }
      if (c == '\\') {
        escapes = true;
        i = escape(i);
        if (i < 0) {
          return true;
        }
        continue;
      }
      if (c >= 0 && c < ' ') {
        at = i;
        fail("control character " + (int) c + " in a string");
        return escapes;
      }
      i++;
    }
    at = end;
    fail("a string has no closing quote");
    return escapes;
  }

  /** The high bit of the first byte that is a quote, a backslash or a control character. */
  private static long special(long x) {
    long quote = x ^ QUOTES;
    long backslash = x ^ BACKSLASHES;
    return ((quote - ONES & ~quote) | (backslash - ONES & ~backslash) | (x - BLANKS & ~x)) & HIGHS;
  }

  private int escape(int i) {
    int next = i + 1 < end ? b[i + 1] : -1;
    if (next == 'u') {
      int unit = hexadecimal(i + 2);
      if (unit >= 0 && !Character.isSurrogate((char) unit)) {
        return i + 6;
      }
      if (unit >= 0 && isPair(unit, i + 6)) {
        return i + 12;
      }
    } else if (next > 0 && "\"\\/bfnrt".indexOf(next) >= 0) {
      return i + 2;
    }
    at = i;
    fail("an escape is not valid");
    return -1;
  }

  /** Whether the escape at {@code i} is the second half of a character that {@code high} begins. */
  private boolean isPair(int high, int i) {
    return i + 1 < end
        && b[i] == '\\'
        && b[i + 1] == 'u'
        && Character.isHighSurrogate((char) high)
        && hexadecimal(i + 2) >= Character.MIN_LOW_SURROGATE
        && hexadecimal(i + 2) <= Character.MAX_LOW_SURROGATE;
  }

  /** The number in four digits, or -1. */
  private int hexadecimal(int i) {
    if (i + 4 > end) {
      return -1;
    }
    int number = 0;
    for (int k = i; k < i + 4; k++) {
      int digit = b[k] < 0 ? -1 : Character.digit(b[k], 16);
      if (digit < 0) {
        return -1;
      }
      number = number << 4 | digit;
    }
    return number;
  }

  private boolean number(ValueProfile profile) {
    int start = at;
    Kind plain = plainNumber();
    if (plain != null) {
      exact.saw(b, start, at, plain, profile.wants());
      saw(profile, plain);
      return wrong == null;
    }
    while (at < end && isNumberByte(b[at])) {
      at++;
    }
    if (start == at || b[start] == '+' || b[start] == '.') {
      at = start;
      return fail("unexpected '" + character() + "'");
    }
    Kind kind = Values.numberAsWritten(b, start, at, (byte) '.');
    boolean bare = b[at - 1] == '.' || (b[start] == '-' && at > start + 1 && b[start + 1] == '.');
    if (bare || (kind == Kind.STRING && !isHuge(start, at))) {
      at = start;
      return fail("a number is not valid");
    }
    if (kind != Kind.LONG && kind != Kind.BIG && Values.isInfinite(b, start, at, (byte) '.')) {
      at = start;
      return fail("a number is greater than any double");
    }
    // A whole number of 39 digits or more is sound JSON, and longer than any number of the table.
    exact.saw(b, start, at, kind, profile.wants());
    saw(profile, kind);
    return wrong == null;
  }

  /** Moves behind a number without an exponent whose kind is plain to see; null says nothing. */
  private @Nullable Kind plainNumber() {
    byte[] bytes = b;
    int whole = bytes[at] == '-' ? at + 1 : at;
    int i = digitsEnd(bytes, whole);
    int digits = i - whole;
    if (digits == 0 || (digits > 1 && bytes[whole] == '0')) {
      return null;
    }
    if (i == end || !isNumberByte(bytes[i])) {
      if (digits > SURE_LONG_DIGITS) {
        return null;
      }
      at = i;
      return Kind.LONG;
    }
    int fraction = i + 1;
    if (bytes[i] != '.' || digits > SURE_DOUBLE_DIGITS) {
      return null;
    }
    i = digitsEnd(bytes, fraction);
    if (i == fraction || (i < end && isNumberByte(bytes[i]))) {
      return null;
    }
    at = i;
    return Kind.DOUBLE;
  }

  private int digitsEnd(byte[] bytes, int from) {
    int i = from;
    while (i < end && bytes[i] >= '0' && bytes[i] <= '9') {
      i++;
    }
    return i;
  }

  private boolean isHuge(int start, int to) {
    int i = b[start] == '-' ? start + 1 : start;
    if (b[i] == '0') {
      return false;
    }
    for (; i < to; i++) {
      if (b[i] < '0' || b[i] > '9') {
        return false;
      }
    }
    return true;
  }

  private boolean literal(String word, Kind kind, ValueProfile profile) {
    for (int i = 0; i < word.length(); i++) {
      if (at + i >= end || b[at + i] != word.charAt(i)) {
        return fail("unexpected '" + character() + "'");
      }
    }
    at += word.length();
    saw(profile, kind);
    return wrong == null;
  }

  private static String words(Kind kind) {
    return switch (kind) {
      case OBJECT -> "an object";
      case ARRAY -> "a list";
      case LONG, BIG, DOUBLE -> "a number";
      case BOOLEAN -> "a boolean";
      case NULL, DATE, TIMESTAMP, TIMESTAMPTZ, STRING -> "a text";
    };
  }

  private void blanks() {
    if (at < end && b[at] > ' ') {
      return;
    }
    while (at < end && (b[at] == ' ' || b[at] == '\t' || b[at] == '\n' || b[at] == '\r')) {
      at++;
    }
  }

  private static boolean isNumberByte(byte c) {
    return (c >= '0' && c <= '9') || c == '-' || c == '+' || c == '.' || c == 'e' || c == 'E';
  }

  private String character() {
    if (at >= end) {
      return "end";
    }
    int length = Math.min(4, end - at);
    String text = new String(b, at, length, StandardCharsets.UTF_8);
    return new String(Character.toChars(text.codePointAt(0)));
  }

  private boolean fail(String what) {
    if (wrong == null) {
      wrong = "not valid JSON: " + what + where();
    }
    return false;
  }

  private String where() {
    return " (byte " + (at - from + 1) + ")";
  }
}
