package dev.headrace.data.ingest;

import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A type as a user writes it: {@code long}, {@code decimal(12,2)}, {@code list<string>}, {@code
 * struct<a: int, b: map<string, double>>}; dates and timestamps may carry the format of the text,
 * {@code date(%d/%m/%Y)}. The usual names of SQL are understood too.
 *
 * @param format how the text is written, in the letters of C's {@code strptime}; null for ISO 8601
 */
public record ColumnType(Type type, @Nullable String format) {
  private static final Map<String, Type.Primitive> NAMES =
      Map.ofEntries(
          Map.entry("boolean", Type.Primitive.BOOLEAN),
          Map.entry("bool", Type.Primitive.BOOLEAN),
          Map.entry("int", Type.Primitive.INT),
          Map.entry("integer", Type.Primitive.INT),
          Map.entry("smallint", Type.Primitive.INT),
          Map.entry("long", Type.Primitive.LONG),
          Map.entry("bigint", Type.Primitive.LONG),
          Map.entry("float", Type.Primitive.FLOAT),
          Map.entry("real", Type.Primitive.FLOAT),
          Map.entry("double", Type.Primitive.DOUBLE),
          Map.entry("date", Type.Primitive.DATE),
          Map.entry("time", Type.Primitive.TIME),
          Map.entry("timestamp", Type.Primitive.TIMESTAMP),
          Map.entry("datetime", Type.Primitive.TIMESTAMP),
          Map.entry("timestamptz", Type.Primitive.TIMESTAMPTZ),
          Map.entry("instant", Type.Primitive.TIMESTAMPTZ),
          Map.entry("string", Type.Primitive.STRING),
          Map.entry("text", Type.Primitive.STRING),
          Map.entry("varchar", Type.Primitive.STRING),
          Map.entry("json", Type.Primitive.STRING),
          Map.entry("uuid", Type.Primitive.UUID),
          Map.entry("binary", Type.Primitive.BINARY),
          Map.entry("bytes", Type.Primitive.BINARY));

  /**
   * Reads a type.
   *
   * @throws HeadraceException INGEST_TYPE_UNKNOWN, naming the part that is not understood
   */
  public static ColumnType parse(String text) {
    return new Parser(text).parse();
  }

  /** A type as a user would write it. */
  public static String text(Type type) {
    return switch (type) {
      case Type.Primitive primitive -> primitive.name().toLowerCase(Locale.ROOT);
      case Type.Decimal decimal -> "decimal(" + decimal.precision() + "," + decimal.scale() + ")";
      case Type.Struct struct ->
          struct.fields().stream()
              .map(field -> field.name() + ": " + text(field.type()))
              .collect(Collectors.joining(", ", "struct<", ">"));
      case Type.ListOf list -> "list<" + text(list.element()) + ">";
      case Type.MapOf map -> "map<" + text(map.key()) + ", " + text(map.value()) + ">";
    };
  }

  /** Recursive descent over {@code name [ (arguments) | <arguments> ]}. */
  private static final class Parser {
    private final String text;
    private int at;

    Parser(String text) {
      this.text = text;
    }

    ColumnType parse() {
      String name = text.strip().toLowerCase(Locale.ROOT);
      int open = name.indexOf("(%");
      if (open > 0 && name.endsWith(")")) {
        Type type = NAMES.get(name.substring(0, open).strip());
        if (type == Type.Primitive.DATE
            || type == Type.Primitive.TIME
            || type == Type.Primitive.TIMESTAMP
            || type == Type.Primitive.TIMESTAMPTZ) {
          String stripped = text.strip();
          return new ColumnType(type, stripped.substring(open + 1, stripped.length() - 1));
        }
      }
      Type type = type();
      skipBlanks();
      if (at < text.length()) {
        throw unknown(text.substring(at));
      }
      return new ColumnType(type, null);
    }

    private Type type() {
      String name = word().toLowerCase(Locale.ROOT);
      return switch (name) {
        case "decimal", "numeric" -> decimal();
        case "list", "array" -> {
          expect('<');
          Type element = type();
          expect('>');
          yield new Type.ListOf(0, element);
        }
        case "map" -> {
          expect('<');
          Type key = type();
          expect(',');
          Type value = type();
          expect('>');
          yield new Type.MapOf(0, key, 0, value);
        }
        case "struct" -> struct();
        default -> {
          Type known = NAMES.get(name);
          if (known == null) {
            throw unknown(name);
          }
          yield known;
        }
      };
    }

    private Type decimal() {
      expect('(');
      String precision = word();
      String scale = "0";
      if (peek() == ',') {
        expect(',');
        scale = word();
      }
      expect(')');
      try {
        return new Type.Decimal(Integer.parseInt(precision), Integer.parseInt(scale));
      } catch (IllegalArgumentException e) {
        throw unknown("decimal(" + precision + "," + scale + ")");
      }
    }

    private Type struct() {
      expect('<');
      List<Field> fields = new ArrayList<>();
      do {
        if (!fields.isEmpty()) {
          expect(',');
        }
        String name = word();
        expect(':');
        fields.add(Field.unassigned(name, type()));
      } while (peek() == ',');
      expect('>');
      return new Type.Struct(fields);
    }

    private String word() {
      skipBlanks();
      int from = at;
      while (at < text.length() && ":,()<> \t".indexOf(text.charAt(at)) < 0) {
        at++;
      }
      if (from == at) {
        throw unknown(text.substring(from));
      }
      return text.substring(from, at);
    }

    private char peek() {
      skipBlanks();
      return at < text.length() ? text.charAt(at) : '\0';
    }

    private void expect(char wanted) {
      if (peek() != wanted) {
        throw unknown(text.substring(at));
      }
      at++;
    }

    private void skipBlanks() {
      while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
        at++;
      }
    }

    private HeadraceException unknown(String part) {
      return new HeadraceException(
          IngestError.INGEST_TYPE_UNKNOWN,
          "Cannot read type '" + text + "': '" + part + "' is not understood.",
          "Types are boolean, int, long, float, double, decimal(p,s), date, time, timestamp,"
              + " timestamptz, string, uuid, binary, list<…>, map<…, …>, struct<name: …>;"
              + " date and timestamp may carry a format, as in date(%d/%m/%Y).");
    }
  }
}
