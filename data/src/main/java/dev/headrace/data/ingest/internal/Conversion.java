package dev.headrace.data.ingest.internal;

import dev.headrace.data.duckdb.DuckDbTypes;
import dev.headrace.data.sql.SqlQuotes;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Type;
import dev.headrace.spi.schema.Type.Primitive;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * SQL that makes typed values of texts, and SQL that tells which texts do not fit.
 *
 * <p>A conversion never loses anything in silence but the digits of a decimal behind its scale: a
 * text that is not wholly of the type becomes null and is told apart by {@link #misfit}. DuckDB's
 * own casts are laxer (5.5 becomes the integer 6), so whole numbers and dates are looked at first,
 * unless the profile has shown that all of them are sound.
 */
final class Conversion {
  private final boolean decimalComma;
  private final boolean json;
  private final Trust trust;

  private Conversion(boolean decimalComma, boolean json, Trust trust) {
    this.decimalComma = decimalComma;
    this.json = json;
    this.trust = trust;
  }

  /** Of values that are all texts, from records of this trust. */
  static Conversion ofTexts(boolean decimalComma, Trust trust) {
    return new Conversion(decimalComma, false, trust);
  }

  /** Of values that DuckDB takes out of JSON: numbers and booleans where all are, else texts. */
  static Conversion ofJson(Trust trust) {
    return new Conversion(false, true, trust);
  }

  /** The DuckDB type of the same structure, whose leaves are what this converts. */
  String rawType(Type type, @Nullable String format, @Nullable ValueProfile seen) {
    return switch (type) {
      case Type.Struct struct ->
          struct.fields().stream()
              .map(
                  field ->
                      SqlQuotes.identifier(field.name())
                          + " "
                          + rawType(field.type(), null, member(seen, field.name())))
              .collect(Collectors.joining(", ", "STRUCT(", ")"));
      case Type.ListOf list -> rawType(list.element(), null, element(seen)) + "[]";
      case Type.MapOf map -> "MAP(VARCHAR, " + rawType(map.value(), null, element(seen)) + ")";
      case Primitive primitive ->
          isTakenAsItIs(primitive, format, seen) ? DuckDbTypes.toSql(primitive) : "VARCHAR";
      case Type.Decimal decimal -> "VARCHAR";
    };
  }

  /** Whether JSON's own value is the typed value. */
  private boolean isTakenAsItIs(
      Primitive type, @Nullable String format, @Nullable ValueProfile seen) {
    if (!json || format != null || seen == null) {
      return false;
    }
    int allowed =
        switch (type) {
          case BOOLEAN -> Kind.BOOLEAN.bit();
          case LONG -> Kind.LONG.bit();
          case DOUBLE -> Kind.LONG.bit() | Kind.BIG.bit() | Kind.DOUBLE.bit();
          case INT, FLOAT, DATE, TIME, TIMESTAMP, TIMESTAMPTZ, STRING, UUID, BINARY -> 0;
        };
    return allowed != 0 && sawOnly(seen, allowed | Kind.NULL.bit());
  }

  /** The typed value of {@code text}, which has the {@link #rawType} of {@code type}. */
  String typed(Type type, String text, @Nullable String format, @Nullable ValueProfile seen) {
    return typed(type, text, format, seen, 0);
  }

  private String typed(
      Type type, String text, @Nullable String format, @Nullable ValueProfile seen, int depth) {
    if (decimalComma && isNested(type)) {
      return ofTexts(false, trust).typed(type, text, format, seen, depth);
    }
    return switch (type) {
      case Primitive primitive -> primitive(primitive, text, format, seen);
      case Type.Decimal decimal ->
          seen != null && sawOnly(seen, numbers())
              ? cast(number(text), decimal)
              : plain(text, cast(number(text), decimal));
      case Type.Struct struct -> struct(struct, text, seen, depth);
      case Type.ListOf list -> {
        String x = "x" + depth;
        String element = typed(list.element(), x, null, element(seen), depth + 1);
        yield element.equals(x)
            ? text
            : "list_transform(" + text + ", lambda " + x + ": " + element + ")";
      }
      case Type.MapOf map -> {
        String x = "x" + depth;
        String key = typed(map.key(), x + ".key", null, null, depth + 1);
        String value = typed(map.value(), x + ".value", null, element(seen), depth + 1);
        if (key.equals(x + ".key") && value.equals(x + ".value")) {
          yield text;
        }
        yield "map_from_entries(list_transform(map_entries("
            + text
            + "), lambda "
            + x
            + ": struct_pack(key := "
            + key
            + ", value := "
            + value
            + ")))";
      }
    };
  }

  /** What is nested is JSON, which has points whatever the text around it has. */
  private static boolean isNested(Type type) {
    return !(type instanceof Primitive) && !(type instanceof Type.Decimal);
  }

  private String struct(Type.Struct struct, String text, @Nullable ValueProfile seen, int depth) {
    boolean asItIs = true;
    List<String> members = new ArrayList<>();
    for (Field field : struct.fields()) {
      String member = member(text, field);
      String typed = typed(field.type(), member, null, member(seen, field.name()), depth);
      asItIs &= typed.equals(member);
      members.add(SqlQuotes.identifier(field.name()) + " := " + typed);
    }
    return asItIs
        ? text
        : "CASE WHEN "
            + text
            + " IS NOT NULL THEN struct_pack("
            + String.join(", ", members)
            + ") END";
  }

  private String primitive(
      Primitive type, String text, @Nullable String format, @Nullable ValueProfile seen) {
    if (isTakenAsItIs(type, format, seen)) {
      return text;
    }
    if (format != null) {
      String read = "try_strptime(" + text + ", " + SqlQuotes.literal(format) + ")";
      return ifNumbered(text, cast(read, type));
    }
    return switch (type) {
      case STRING -> text;
      case INT, LONG ->
          seen != null && sawOnly(seen, wholeNumbers())
              ? cast(text, type)
              : onlyIf(
                  "regexp_full_match(%s, '\\s*[+-]?\\d+(%s0*)?\\s*')"
                      .formatted(text, decimalComma ? "," : "\\."),
                  number(text),
                  type);
      case DATE ->
          seen != null && sawOnly(seen, Kind.NULL.bit() | Kind.DATE.bit())
              ? cast(text, type)
              : ifNumbered(text, onlyIf("length(trim(" + text + ")) <= 10", text, type));
      case FLOAT, DOUBLE ->
          isSound(type, seen)
              ? cast(number(text), type)
              : plain(text, finite(cast(number(text), type), number(text)));
      case BINARY -> "TRY(from_base64(" + text + "))";
      case TIMESTAMP -> isSound(type, seen) ? cast(text, type) : ifNumbered(text, inUtc(text));
      case TIMESTAMPTZ ->
          isSound(type, seen) ? cast(text, type) : ifNumbered(text, cast(text, type));
      // 24:00 is a time of day to DuckDB, but to no table; a date is its midnight, and an offset
      // would be left out.
      case TIME ->
          "CASE WHEN regexp_full_match(%s, '\\s*\\d{1,2}:\\d{2}(:\\d{2}(\\.\\d+)?)?\\s*') AND %2$s < TIME '24:00:00' THEN %2$s END"
              .formatted(text, cast(text, type));
      case BOOLEAN, UUID -> cast(text, type);
    };
  }

  /** Beside a decimal comma a point separates thousands, or nobody knows what. */
  private String number(String text) {
    return decimalComma
        ? "CASE WHEN NOT contains(%1$s, '.') THEN replace(%1$s, ',', '.') END".formatted(text)
        : text;
  }

  /** DuckDB has 1_000 for a number, as its SQL has. */
  private static String plain(String text, String number) {
    return "CASE WHEN NOT contains(" + text + ", '_') THEN " + number + " END";
  }

  private static int numbers() {
    return Kind.NULL.bit() | Kind.LONG.bit() | Kind.BIG.bit() | Kind.DOUBLE.bit();
  }

  private static String cast(String expression, Type type) {
    return "TRY_CAST(" + expression + " AS " + DuckDbTypes.toSql(type) + ")";
  }

  /** Taken for a timestamp, DuckDB would leave out an offset or zone that the text names. */
  private static String inUtc(String text) {
    return "CASE WHEN regexp_matches(%s, '%s') THEN %s AT TIME ZONE 'UTC' ELSE %s END"
        .formatted(
            text,
            ":\\d{2}(\\.\\d+)?\\s*([+-]\\d|[A-Za-z])",
            cast(text, Primitive.TIMESTAMPTZ),
            cast(text, Primitive.TIMESTAMP));
  }

  /**
   * DuckDB takes words for times: "infinity", which comes out as a day of the year 294247, and
   * "epoch"; with a format, either is the year 1900.
   */
  private static String ifNumbered(String text, String typed) {
    return "CASE WHEN regexp_matches(" + text + ", '[0-9]') THEN " + typed + " END";
  }

  /** DuckDB rounds a number that is too great to infinity; only a text that says so may be it. */
  private static String finite(String number, String text) {
    return "CASE WHEN NOT isinf(%1$s) OR regexp_matches(%2$s, '(?i)inf') THEN %1$s END"
        .formatted(number, text);
  }

  private static String onlyIf(String condition, String text, Type type) {
    return "CASE WHEN " + condition + " THEN " + cast(text, type) + " END";
  }

  /** A condition that holds if a value in {@code text} does not fit; null if none can. */
  @Nullable String misfit(
      Type type, String text, @Nullable String format, @Nullable ValueProfile seen) {
    return misfit(type, text, format, seen, 0);
  }

  private @Nullable String misfit(
      Type type, String text, @Nullable String format, @Nullable ValueProfile seen, int depth) {
    if (decimalComma && isNested(type)) {
      return ofTexts(false, trust).misfit(type, text, format, seen, depth);
    }
    switch (type) {
      case Type.Struct struct -> {
        String any =
            struct.fields().stream()
                .map(
                    field ->
                        misfit(
                            field.type(),
                            member(text, field),
                            null,
                            member(seen, field.name()),
                            depth))
                .filter(condition -> condition != null)
                .collect(Collectors.joining(" OR "));
        return any.isEmpty() ? null : "coalesce(" + any + ", false)";
      }
      case Type.ListOf list -> {
        String x = "x" + depth;
        String inner = misfit(list.element(), x, null, element(seen), depth + 1);
        return inner == null ? null : anyOf(text, x, inner);
      }
      case Type.MapOf map -> {
        String x = "x" + depth;
        String key = misfit(map.key(), x + ".key", null, null, depth + 1);
        String value = misfit(map.value(), x + ".value", null, element(seen), depth + 1);
        String inner = key == null ? value : value == null ? key : key + " OR " + value;
        return inner == null ? null : anyOf("map_entries(" + text + ")", x, inner);
      }
      case Primitive primitive -> {
        if (primitive == Primitive.STRING || (format == null && isSound(primitive, seen))) {
          return null;
        }
      }
      case Type.Decimal decimal -> {
        // Every decimal is looked at: its whole digits may be too many.
      }
    }
    return "(" + text + " IS NOT NULL AND " + typed(type, text, format, seen, depth) + " IS NULL)";
  }

  private static String anyOf(String list, String x, String condition) {
    return "coalesce(len(list_filter("
        + list
        + ", lambda "
        + x
        + ": "
        + condition
        + ")) > 0, false)";
  }

  /** Whether everything seen is sure to convert, so that nothing need be checked. */
  private boolean isSound(Primitive type, @Nullable ValueProfile seen) {
    if (seen == null) {
      return false;
    }
    int allowed =
        switch (type) {
          case BOOLEAN -> Kind.BOOLEAN.bit();
          case LONG -> Kind.LONG.bit();
          case DOUBLE -> Kind.LONG.bit() | Kind.BIG.bit() | (decimalComma ? 0 : Kind.DOUBLE.bit());
          case DATE -> Kind.DATE.bit();
          case TIMESTAMP -> Kind.DATE.bit() | Kind.TIMESTAMP.bit();
          case TIMESTAMPTZ -> Kind.TIMESTAMPTZ.bit();
          case INT, FLOAT, TIME, STRING, UUID, BINARY -> 0;
        };
    return sawOnly(seen, allowed | Kind.NULL.bit());
  }

  private boolean sawOnly(ValueProfile seen, int bits) {
    return switch (trust) {
      case EXPECTED -> seen.sawOnlyBesidesDoubts(bits);
      case DOUBTFUL -> seen.sawOnly(bits);
    };
  }

  private static int wholeNumbers() {
    return Kind.NULL.bit() | Kind.LONG.bit();
  }

  private static String member(String text, Field field) {
    return "(" + text + ")." + SqlQuotes.identifier(field.name());
  }

  /** Nothing is known of what is inside texts. */
  private @Nullable ValueProfile member(@Nullable ValueProfile seen, String name) {
    if (!json || seen == null || seen.isMap()) {
      return null;
    }
    return seen.keys().stream()
        .filter(key -> key.name.equals(name))
        .map(key -> key.profile)
        .findFirst()
        .orElse(new ValueProfile());
  }

  private @Nullable ValueProfile element(@Nullable ValueProfile seen) {
    return !json || seen == null ? null : seen.element();
  }
}
