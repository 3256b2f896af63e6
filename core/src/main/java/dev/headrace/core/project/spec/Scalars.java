package dev.headrace.core.project.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.headrace.core.project.Names;
import dev.headrace.core.project.spec.Shape.Accepts;
import dev.headrace.core.project.spec.Shape.Scalar;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.Tag;

/** How single values are written: the types every spec record can use without further ado. */
final class Scalars {
  private static final List<String> ANY_SCALAR = List.of("string", "number", "boolean");

  private static final String DURATION_PATTERN =
      "^(?=.)([0-9]{1,9}d)?([0-9]{1,9}h)?([0-9]{1,9}m)?([0-9]{1,9}s)?([0-9]{1,9}ms)?$";
  private static final Pattern DURATION_PARTS =
      Pattern.compile(
          "(?:(\\d{1,9})d)?(?:(\\d{1,9})h)?(?:(\\d{1,9})m)?(?:(\\d{1,9})s)?(?:(\\d{1,9})ms)?");

  private static final Map<Class<?>, Scalar> KNOWN =
      Map.ofEntries(
          Map.entry(
              String.class,
              new Scalar("a text", Map.of("type", ANY_SCALAR), Accepts.TEXT, text -> text)),
          Map.entry(boolean.class, booleans()),
          Map.entry(Boolean.class, booleans()),
          Map.entry(int.class, integers(Integer.MIN_VALUE, Integer.MAX_VALUE)),
          Map.entry(Integer.class, integers(Integer.MIN_VALUE, Integer.MAX_VALUE)),
          Map.entry(long.class, integers(Long.MIN_VALUE, Long.MAX_VALUE)),
          Map.entry(Long.class, integers(Long.MIN_VALUE, Long.MAX_VALUE)),
          Map.entry(double.class, numbers(Scalars::finite)),
          Map.entry(Double.class, numbers(Scalars::finite)),
          Map.entry(BigDecimal.class, numbers(Scalars::decimal)),
          Map.entry(
              Duration.class,
              text(
                  "a duration such as 10s, 30m, 12h, 3d or 1d12h",
                  DURATION_PATTERN,
                  Scalars::duration)),
          Map.entry(
              LocalDate.class,
              text("a date such as 2026-01-31", "^[0-9]{4}-[0-9]{2}-[0-9]{2}$", Scalars::date)),
          Map.entry(
              ZoneId.class,
              text(
                  "a time zone of the IANA list such as Europe/Berlin",
                  "^[A-Za-z]",
                  Scalars::zone)),
          Map.entry(
              Percentage.class,
              text(
                  "a percentage from 0% to 100%, such as 1%",
                  Percentage.PATTERN, Percentage::parse)),
          Map.entry(
              ByteSize.class,
              text(
                  "a size with its unit, such as 512MB or 2GiB",
                  ByteSize.PATTERN,
                  ByteSize::parse)),
          Map.entry(
              Secret.class,
              new Scalar(
                  "a secret taken from ${env:NAME} or ${file:PATH}",
                  Map.of("type", "string", "pattern", "^\\$\\{(env|file):[^}]+\\}$"),
                  Accepts.SECRET,
                  Secret::new)));

  private Scalars() {}

  static @Nullable Scalar of(Class<?> type) {
    return KNOWN.get(type);
  }

  /** A value of a type that reads itself. */
  static Scalar parsed(String doc, Function<String, Object> parse) {
    return new Scalar(
        doc.isEmpty() ? "a text" : "this: " + doc, Map.of("type", ANY_SCALAR), Accepts.TEXT, parse);
  }

  private static Scalar text(String words, String pattern, Function<String, Object> read) {
    return new Scalar(words, Map.of("type", "string", "pattern", pattern), Accepts.TEXT, read);
  }

  private static Scalar booleans() {
    return new Scalar(
        "true or false",
        Map.of("type", "boolean"),
        Accepts.BOOLEAN,
        text -> text.equalsIgnoreCase("true"));
  }

  private static Scalar integers(long least, long most) {
    boolean narrow = most == Integer.MAX_VALUE;
    return new Scalar(
        "a whole number",
        Map.of("type", "integer", "minimum", least, "maximum", most),
        Accepts.INTEGER,
        text -> {
          BigInteger number = integer(text);
          if (number.compareTo(BigInteger.valueOf(least)) < 0
              || number.compareTo(BigInteger.valueOf(most)) > 0) {
            throw new IllegalArgumentException(
                "must be a whole number from " + least + " to " + most);
          }
          if (narrow) {
            return number.intValueExact();
          }
          return number.longValueExact();
        });
  }

  private static Scalar numbers(Function<String, Object> read) {
    return new Scalar("a number", Map.of("type", "number"), Accepts.NUMBER, read);
  }

  /** The integers of YAML's core schema: decimal, {@code 0o17} and {@code 0xFF}. */
  private static BigInteger integer(String text) {
    if (text.startsWith("0x")) {
      return new BigInteger(text.substring(2), 16);
    }
    if (text.startsWith("0o")) {
      return new BigInteger(text.substring(2), 8);
    }
    return new BigInteger(text);
  }

  private static Object finite(String text) {
    double number = decimal(text).doubleValue();
    if (Double.isInfinite(number)) {
      throw new IllegalArgumentException("must be a number below 1.8e308");
    }
    return number;
  }

  private static BigDecimal decimal(String text) {
    if (text.startsWith("0x") || text.startsWith("0o")) {
      return new BigDecimal(integer(text));
    }
    try {
      return new BigDecimal(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("must be a finite number", e);
    }
  }

  private static Duration duration(String text) {
    Matcher parts = DURATION_PARTS.matcher(text);
    if (text.isEmpty() || !parts.matches()) {
      throw new IllegalArgumentException("must be a duration such as 10s, 30m, 12h, 3d or 1d12h");
    }
    return Duration.ofDays(part(parts, 1))
        .plusHours(part(parts, 2))
        .plusMinutes(part(parts, 3))
        .plusSeconds(part(parts, 4))
        .plusMillis(part(parts, 5));
  }

  private static long part(Matcher parts, int group) {
    String digits = parts.group(group);
    return digits == null ? 0 : Long.parseLong(digits);
  }

  private static LocalDate date(String text) {
    try {
      return LocalDate.parse(text);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException("must be a date such as 2026-01-31", e);
    }
  }

  private static ZoneId zone(String text) {
    if (!text.equals("UTC") && !ZoneId.getAvailableZoneIds().contains(text)) {
      String near = Names.nearest(text, ZoneId.getAvailableZoneIds()).orElse("Europe/Berlin");
      throw new IllegalArgumentException("must be a time zone of the IANA list such as " + near);
    }
    return ZoneId.of(text);
  }

  /** A scalar of YAML's core schema as JSON; what is no number in JSON is a text. */
  static JsonNode json(Tag tag, String text) {
    JsonNodeFactory json = JsonNodeFactory.instance;
    if (tag.equals(Tag.BOOL)) {
      return json.booleanNode(text.equalsIgnoreCase("true"));
    }
    try {
      if (tag.equals(Tag.INT)) {
        BigInteger whole =
            text.startsWith("0x")
                ? new BigInteger(text.substring(2), 16)
                : text.startsWith("0o")
                    ? new BigInteger(text.substring(2), 8)
                    : new BigInteger(text);
        // As a reader of JSON would make it, so that the two are equal.
        return whole.bitLength() < Integer.SIZE
            ? json.numberNode(whole.intValue())
            : whole.bitLength() < Long.SIZE
                ? json.numberNode(whole.longValue())
                : json.numberNode(whole);
      }
      return tag.equals(Tag.FLOAT) && Double.isFinite(Double.parseDouble(text))
          ? json.numberNode(Double.parseDouble(text))
          : json.textNode(text);
    } catch (NumberFormatException e) {
      return json.textNode(text); // Not a number, and infinity, have no digits.
    }
  }
}
