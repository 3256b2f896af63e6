package dev.headrace.data.duckdb;

import dev.headrace.data.sql.SqlQuotes;
import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Type;
import dev.headrace.spi.schema.Type.Decimal;
import dev.headrace.spi.schema.Type.ListOf;
import dev.headrace.spi.schema.Type.MapOf;
import dev.headrace.spi.schema.Type.Primitive;
import dev.headrace.spi.schema.Type.Struct;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Lake types and DuckDB's names for them, both ways.
 *
 * <p>DuckDB has more types than a lake table: smaller integers become INT, larger ones an exact
 * decimal, enums and JSON become STRING, a column that is always NULL becomes STRING. A type
 * without a faithful counterpart (INTERVAL, UNION, BIT, TIME WITH TIME ZONE …) is refused.
 */
public final class DuckDbTypes {
  private DuckDbTypes() {}

  /** The name of {@code type} in DuckDB's SQL. */
  public static String toSql(Type type) {
    return switch (type) {
      case Primitive primitive ->
          switch (primitive) {
            case BOOLEAN -> "BOOLEAN";
            case INT -> "INTEGER";
            case LONG -> "BIGINT";
            case FLOAT -> "FLOAT";
            case DOUBLE -> "DOUBLE";
            case DATE -> "DATE";
            case TIME -> "TIME";
            case TIMESTAMP -> "TIMESTAMP";
            case TIMESTAMPTZ -> "TIMESTAMP WITH TIME ZONE";
            case STRING -> "VARCHAR";
            case UUID -> "UUID";
            case BINARY -> "BLOB";
          };
      case Decimal decimal -> "DECIMAL(" + decimal.precision() + "," + decimal.scale() + ")";
      case Struct struct ->
          struct.fields().stream()
              .map(field -> SqlQuotes.identifier(field.name()) + " " + toSql(field.type()))
              .collect(Collectors.joining(", ", "STRUCT(", ")"));
      case ListOf list -> toSql(list.element()) + "[]";
      case MapOf map -> "MAP(" + toSql(map.key()) + ", " + toSql(map.value()) + ")";
    };
  }

  /**
   * The lake type nearest to a DuckDB type, nested fields without ids.
   *
   * @param column whose type it is, for the message
   * @param text as DESCRIBE gives it
   * @throws HeadraceException {@code DUCKDB_TYPE_UNSUPPORTED}
   */
  public static Type parse(String column, String text) {
    Reader reader = new Reader(column, text);
    Type type = reader.type();
    if (reader.at != text.length()) {
      throw reader.unsupported();
    }
    return type;
  }

  /** Whether a table can hold values of a type that DuckDB names so. */
  public static boolean isSupported(String text) {
    try {
      parse("", text);
      return true;
    } catch (HeadraceException e) {
      return false;
    }
  }

  /** A recursive descent over the text of a type. */
  private static final class Reader {
    private final String column;
    private final String text;
    private int at;

    Reader(String column, String text) {
      this.column = column;
      this.text = text;
    }

    Type type() {
      Type type = base();
      while (peek() == '[') {
        int close = text.indexOf(']', at);
        if (close < 0) {
          throw unsupported();
        }
        at = close + 1;
        type = new ListOf(0, type);
      }
      return type;
    }

    private Type base() {
      String name = word();
      return switch (name) {
        case "BOOLEAN" -> Primitive.BOOLEAN;
        case "TINYINT", "SMALLINT", "INTEGER", "UTINYINT", "USMALLINT" -> Primitive.INT;
        case "BIGINT", "UINTEGER" -> Primitive.LONG;
        case "UBIGINT" -> new Decimal(20, 0);
        case "HUGEINT", "UHUGEINT" -> new Decimal(38, 0);
        case "FLOAT" -> Primitive.FLOAT;
        case "DOUBLE" -> Primitive.DOUBLE;
        case "DATE" -> Primitive.DATE;
        case "TIME" -> withTimeZone() ? refuse() : Primitive.TIME;
        case "TIMESTAMP" -> withTimeZone() ? Primitive.TIMESTAMPTZ : Primitive.TIMESTAMP;
        case "TIMESTAMPTZ" -> Primitive.TIMESTAMPTZ;
        case "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS", "DATETIME" -> Primitive.TIMESTAMP;
        case "VARCHAR", "JSON", "NULL", "\"NULL\"" -> Primitive.STRING;
        case "UUID" -> Primitive.UUID;
        case "BLOB" -> Primitive.BINARY;
        case "ENUM" -> {
          if (peek() == '(') {
            skipParentheses();
          }
          yield Primitive.STRING;
        }
        case "DECIMAL" -> decimal();
        case "STRUCT" -> struct();
        case "MAP" -> map();
        default -> refuse();
      };
    }

    private Type decimal() {
      expect('(');
      int precision = number();
      expect(',');
      int scale = number();
      expect(')');
      return new Decimal(precision, scale);
    }

    private Type struct() {
      List<Field> fields = new ArrayList<>();
      expect('(');
      do {
        String name = fieldName();
        fields.add(Field.unassigned(name, type()));
      } while (accept(','));
      expect(')');
      return new Struct(fields);
    }

    private Type map() {
      expect('(');
      Type key = type();
      expect(',');
      Type value = type();
      expect(')');
      return new MapOf(0, key, 0, value);
    }

    private String fieldName() {
      skipSpaces();
      if (peek() != '"') {
        int start = at;
        while (at < text.length() && text.charAt(at) != ' ') {
          at++;
        }
        String name = text.substring(start, at);
        skipSpaces();
        return name;
      }
      StringBuilder name = new StringBuilder();
      at++;
      while (at < text.length()) {
        char c = text.charAt(at++);
        if (c != '"') {
          name.append(c);
        } else if (peek() == '"') {
          name.append('"');
          at++;
        } else {
          skipSpaces();
          return name.toString();
        }
      }
      throw unsupported();
    }

    private boolean withTimeZone() {
      if (text.startsWith(" WITH TIME ZONE", at)) {
        at += " WITH TIME ZONE".length();
        return true;
      }
      return false;
    }

    private String word() {
      skipSpaces();
      int start = at;
      while (at < text.length()
          && (Character.isLetterOrDigit(text.charAt(at)) || "_\"".indexOf(text.charAt(at)) >= 0)) {
        at++;
      }
      return text.substring(start, at).toUpperCase(Locale.ROOT);
    }

    private void skipParentheses() {
      boolean quoted = false;
      int depth = 0;
      while (at < text.length()) {
        char c = text.charAt(at++);
        if (c == '\'') {
          quoted = !quoted;
        } else if (!quoted && c == '(') {
          depth++;
        } else if (!quoted && c == ')' && --depth == 0) {
          return;
        }
      }
    }

    private int number() {
      skipSpaces();
      int start = at;
      while (Character.isDigit(peek())) {
        at++;
      }
      if (start == at) {
        throw unsupported();
      }
      return Integer.parseInt(text.substring(start, at));
    }

    private char peek() {
      return at < text.length() ? text.charAt(at) : '\0';
    }

    private boolean accept(char c) {
      skipSpaces();
      if (peek() == c) {
        at++;
        return true;
      }
      return false;
    }

    private void expect(char c) {
      if (!accept(c)) {
        throw unsupported();
      }
    }

    private void skipSpaces() {
      while (peek() == ' ') {
        at++;
      }
    }

    private Type refuse() {
      throw unsupported();
    }

    HeadraceException unsupported() {
      return new HeadraceException(
          DuckDbErrorCode.DUCKDB_TYPE_UNSUPPORTED,
          "Cannot use the column '" + column + "': a table has no type " + text + ".",
          text.startsWith("INTERVAL")
              ? "Turn it into a number, for example date_diff('second', a, b) or epoch(…)."
              : "Cast it, for example CAST("
                  + SqlQuotes.identifier(column)
                  + " AS VARCHAR) AS "
                  + SqlQuotes.identifier(column)
                  + ".");
    }
  }
}
