package dev.headrace.data.ingest.internal;

import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Type;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Everything that was seen of one column, struct field or list element: which kinds of values, and
 * the same of what they contain. Grows with the number of distinct keys, not of rows. Not
 * thread-safe.
 */
final class ValueProfile {
  /** An object with more keys than this is a map whose keys are data. */
  static final int MAX_STRUCT_FIELDS = 500;

  private static final int NUMBERS = Kind.LONG.bit() | Kind.BIG.bit() | Kind.DOUBLE.bit();

  private int kinds;
  private long nonNull;
  private final List<Key> keys = new ArrayList<>();
  private final Map<String, Key> byName = new HashMap<>();
  private @Nullable ValueProfile element;
  private @Nullable Key first;
  private boolean isMap;
  private int refused;
  private int doubted;
  private Wanted wanted = Wanted.ANYTHING;

  /** What the column's type makes of numbers. */
  enum Wanted {
    /** Doubles, or what is not known yet. */
    ANYTHING,
    /** Numbers that are exact. */
    NUMBER,
    /** Texts, of whatever stands there. */
    TEXT
  }

  /** One key of an object. */
  static final class Key {
    final String name;
    private final byte[] utf8;
    final ValueProfile profile = new ValueProfile();

    /** Whether a record had it, or a header named it; otherwise it is only expected. */
    boolean met;

    /** The object that had it last, to notice a key that occurs twice. */
    long lastObject = -1;

    private @Nullable Key next;
    private final boolean plain;

    Key(String name) {
      this.name = name;
      this.utf8 = name.getBytes(StandardCharsets.UTF_8);
      this.plain = name.chars().noneMatch(c -> c == '"' || c == '\\' || c < ' ');
    }

    /** Whether the key, written without escapes, stands at {@code from} with its closing quote. */
    private boolean isQuotedAt(byte[] b, int from, int end) {
      int to = from + utf8.length;
      return plain && to < end && b[to] == '"' && is(b, from, to);
    }

    int length() {
      return utf8.length;
    }

    /** By hand: keys are so short that calling the vector code takes longer than comparing. */
    private boolean is(byte[] b, int from, int to) {
      if (to - from != utf8.length) {
        return false;
      }
      for (int i = 0; i < utf8.length; i++) {
        if (utf8[i] != b[from + i]) {
          return false;
        }
      }
      return true;
    }
  }

  void saw(Kind kind) {
    kinds |= kind.bit();
    if (kind != Kind.NULL) {
      nonNull++;
    }
  }

  /** Takes back that a kind was seen, as the only value of that kind was not sound. */
  void forget(Kind kind) {
    kinds &= ~kind.bit();
  }

  boolean sawOnly(int bits) {
    return (kinds & ~bits) == 0;
  }

  /** The same of the records that were not {@link Trust#DOUBTFUL}. */
  boolean sawOnlyBesidesDoubts(int bits) {
    return (kinds & ~doubted & ~bits) == 0;
  }

  /** Whether a value of this kind makes its record {@link Trust#DOUBTFUL}. */
  boolean doubts(Kind kind) {
    return (doubted & kind.bit()) != 0;
  }

  /** Whether it is a column of texts already, so that it does not matter what they look like. */
  boolean isText() {
    return hasSeen(Kind.STRING) && !doubts(Kind.STRING);
  }

  /** Whether a value of this kind cannot be held by the type that the column has. */
  boolean refuses(Kind kind) {
    return (refused & kind.bit()) != 0;
  }

  /**
   * What values are expected to look like: only objects or lists are welcome where {@code type} is
   * made of them, and a record is doubtful where a value is not written as others of its type.
   */
  void expect(Type type) {
    wanted =
        switch (type) {
          case Type.Decimal _ -> Wanted.NUMBER;
          case Type.Primitive.INT, Type.Primitive.LONG -> Wanted.NUMBER;
          case Type.Primitive.STRING -> Wanted.TEXT;
          default -> Wanted.ANYTHING;
        };
    switch (type) {
      case Type.Struct struct -> {
        refused = Kind.ALL & ~(Kind.NULL.bit() | Kind.OBJECT.bit());
        struct.fields().forEach(field -> key(field.name()).profile.expect(field.type()));
      }
      case Type.MapOf map -> {
        refused = Kind.ALL & ~(Kind.NULL.bit() | Kind.OBJECT.bit());
        if (!isMap) {
          becomeMap();
        }
        element().expect(map.value());
      }
      case Type.ListOf list -> {
        refused = Kind.ALL & ~(Kind.NULL.bit() | Kind.ARRAY.bit());
        element().expect(list.element());
      }
      case Type.Primitive primitive -> expectKinds(usual(primitive));
      case Type.Decimal decimal -> expectKinds(NUMBERS);
    }
  }

  /** How exactly numbers have to be taken. */
  Wanted wants() {
    return wanted;
  }

  /** Values of a declared format are all texts, and none is more doubtful than another. */
  void expectFormatted() {
    expectKinds(Kind.ALL);
  }

  private void expectKinds(int usual) {
    refused = 0;
    doubted = Kind.ALL & ~usual & ~Kind.NULL.bit();
  }

  /** How most values of a type are written. */
  private static int usual(Type.Primitive type) {
    return switch (type) {
      case BOOLEAN -> Kind.BOOLEAN.bit();
      case INT, LONG -> Kind.LONG.bit();
      case FLOAT, DOUBLE -> NUMBERS;
      case DATE -> Kind.DATE.bit();
      case TIMESTAMP -> Kind.DATE.bit() | Kind.TIMESTAMP.bit();
      case TIMESTAMPTZ -> Kind.TIMESTAMPTZ.bit();
      case TIME, STRING, UUID, BINARY -> Kind.ALL;
    };
  }

  boolean hasSeen(Kind kind) {
    return (kinds & kind.bit()) != 0;
  }

  long nonNull() {
    return nonNull;
  }

  List<Key> keys() {
    return keys;
  }

  boolean isMap() {
    return isMap;
  }

  ValueProfile element() {
    if (element == null) {
      element = new ValueProfile();
    }
    return element;
  }

  /**
   * The key that followed {@code previous} last time, if it stands at {@code from}, behind an
   * opening quote: then nobody need look where the key ends. Null says nothing.
   */
  @Nullable Key expectedKey(byte[] b, int from, int end, @Nullable Key previous) {
    Key guess = previous == null ? first : previous.next;
    return guess != null && guess.isQuotedAt(b, from, end) ? guess : null;
  }

  /**
   * The key that an object shows behind {@code previous}. Records written by one program have their
   * keys in one order, so the guess that it is the one that followed last time, or the one behind
   * that, is nearly always right and costs a comparison of bytes.
   */
  Key key(byte[] b, int from, int to, boolean hasEscapes, @Nullable Key previous) {
    Key guess = previous == null ? first : previous.next;
    if (!hasEscapes && guess != null) {
      if (guess.is(b, from, to)) {
        return guess;
      }
      if (guess.next != null && guess.next.is(b, from, to)) {
        return guess.next;
      }
    }
    Key found = key(JsonText.key(b, from, to, hasEscapes));
    if (previous == null) {
      first = found;
    } else {
      previous.next = found;
    }
    return found;
  }

  Key key(String name) {
    Key known = byName.get(name);
    if (known == null) {
      known = new Key(name);
      byName.put(name, known);
      keys.add(known);
    }
    return known;
  }

  /** The key of that name; its spelling may differ in case. */
  Key keyIgnoringCase(String name) {
    for (Key key : keys) {
      if (key.name.equalsIgnoreCase(name)) {
        return key;
      }
    }
    return key(name);
  }

  /** The keys that one object has shown so far. */
  Set<String> keysOf(long object) {
    Set<String> names = new HashSet<>();
    for (Key key : keys) {
      if (key.lastObject == object) {
        names.add(key.name);
      }
    }
    return names;
  }

  /** From now on the keys of this object are data: their values become one element profile. */
  void becomeMap() {
    isMap = true;
    keys.forEach(key -> element().merge(key.profile));
    keys.clear();
    byName.clear();
    first = null;
  }

  void merge(ValueProfile other) {
    kinds |= other.kinds;
    nonNull += other.nonNull;
    if (other.isMap && !isMap) {
      becomeMap();
    }
    for (Key key : other.keys) {
      (isMap ? element() : key(key.name).profile).merge(key.profile);
      if (!isMap) {
        key(key.name).met |= key.met;
      }
    }
    if (other.element != null) {
      element().merge(other.element);
    }
  }

  /** The narrowest type that holds every value seen; string where they have nothing in common. */
  Type type() {
    int seen = kinds & ~Kind.NULL.bit();
    if (seen == 0) {
      return Type.Primitive.STRING;
    }
    if (only(seen, Kind.BOOLEAN.bit())) {
      return Type.Primitive.BOOLEAN;
    }
    if (only(seen, Kind.LONG.bit())) {
      return Type.Primitive.LONG;
    }
    if (only(seen, Kind.LONG.bit() | Kind.BIG.bit())) {
      return new Type.Decimal(38, 0);
    }
    if (only(seen, Kind.LONG.bit() | Kind.BIG.bit() | Kind.DOUBLE.bit())) {
      return Type.Primitive.DOUBLE;
    }
    if (only(seen, Kind.DATE.bit())) {
      return Type.Primitive.DATE;
    }
    if (only(seen, Kind.DATE.bit() | Kind.TIMESTAMP.bit())) {
      return Type.Primitive.TIMESTAMP;
    }
    if (only(seen, Kind.TIMESTAMPTZ.bit())) {
      return Type.Primitive.TIMESTAMPTZ;
    }
    if (only(seen, Kind.ARRAY.bit())) {
      return new Type.ListOf(0, element().type());
    }
    if (only(seen, Kind.OBJECT.bit())) {
      return objectType();
    }
    return Type.Primitive.STRING;
  }

  private Type objectType() {
    if (isMap) {
      return new Type.MapOf(0, Type.Primitive.STRING, 0, element().type());
    }
    if (keys.stream().noneMatch(key -> key.met)) {
      return Type.Primitive.STRING;
    }
    return new Type.Struct(
        keys.stream()
            .filter(key -> key.met)
            .map(key -> Field.unassigned(key.name, key.profile.type()))
            .toList());
  }

  private static boolean only(int seen, int allowed) {
    return (seen & ~allowed) == 0;
  }
}
