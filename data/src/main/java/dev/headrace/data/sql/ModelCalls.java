package dev.headrace.data.sql;

import dev.headrace.core.project.Names;
import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.error.Location;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds calls of models in a text, which DuckDB's parser does not know. Strings, quoted names and
 * comments are passed over as its scanner does; what is found is replaced by a name, and all the
 * rest is DuckDB's to read.
 */
public final class ModelCalls {
  private static final String FORM = "Write it as ml.%s(model NAME).";
  private static final String FORM_WITH_ROWS =
      "Write it as ml.%1$s(model NAME, (select …)) or ml.%1$s(model NAME, table NAME).";

  private final String sql;
  private final Location origin;
  private int at;

  private ModelCalls(String sql, Location origin) {
    this.sql = sql;
    this.origin = origin;
  }

  /**
   * The calls that are in no other call, in order of the text.
   *
   * @param origin where the text's first character is
   * @throws HeadraceException SQL_MODEL_CALL, with the place
   */
  public static List<ModelCall> find(String sql, Location origin) {
    return new ModelCalls(sql, origin).all();
  }

  private List<ModelCall> all() {
    List<ModelCall> calls = new ArrayList<>();
    boolean behindDot = false;
    while (at < sql.length()) {
      int start = at;
      String word = word();
      if (word.isEmpty()) {
        int next = SqlScanner.skipBlanks(sql, at);
        if (next == at) {
          behindDot = sql.charAt(at) == '.';
          next = SqlScanner.skipToken(sql, at);
        }
        at = next;
      } else if (word.equalsIgnoreCase("ml") && !behindDot) {
        call(start).ifPresent(calls::add);
        behindDot = false;
      } else {
        behindDot = false;
      }
    }
    return calls;
  }

  /** What stands behind {@code ml}; leaves the place behind {@code ml} where it is no call. */
  private Optional<ModelCall> call(int start) {
    int behind = at;
    if (!take('.')) {
      at = behind;
      return Optional.empty();
    }
    blanks();
    int named = at;
    String name = word();
    if (name.isEmpty() || !take('(')) {
      at = behind;
      return Optional.empty();
    }
    Optional<ModelFunction> known = ModelFunction.of(name);
    blanks();
    int first = at;
    if (!word().equalsIgnoreCase("model")) {
      if (known.isEmpty()) {
        at = behind;
        return Optional.empty();
      }
      throw wrong(first, name, "its first argument is a model", FORM.formatted(name));
    }
    if (known.isEmpty()) {
      throw wrong(
          named,
          name,
          "there is no such function of models",
          Names.suggest(name, ModelFunction.words()));
    }
    return Optional.of(arguments(start, known.get()));
  }

  private ModelCall arguments(int start, ModelFunction function) {
    blanks();
    int place = at;
    String reference = name();
    if (!quoted(place)) {
      reference += version();
    }
    if (reference.isEmpty()) {
      throw wrong(place, function.word(), "no model is named", FORM.formatted(function.word()));
    }
    ModelCall.Rows rows = new ModelCall.Own();
    if (take(',')) {
      rows = rows(function);
      if (peek(',')) {
        throw wrong(
            at,
            function.word(),
            "it takes a model and rows, and nothing else",
            "Declare the threshold with the model: evaluate: {threshold: 0.3}.");
      }
    }
    if (!take(')')) {
      throw wrong(
          at,
          function.word(),
          "a parenthesis should close it here",
          FORM_WITH_ROWS.formatted(function.word()));
    }
    return new ModelCall(function, reference, rows, start, at, Position.of(sql, start));
  }

  private ModelCall.Rows rows(ModelFunction function) {
    blanks();
    int open = at;
    if (peek('(')) {
      int end = SqlScanner.closing(sql, open);
      if (end < 0) {
        throw wrong(
            open,
            function.word(),
            "the parenthesis that opens here is never closed",
            FORM_WITH_ROWS.formatted(function.word()));
      }
      at = end;
      return new ModelCall.OfQuery(open, end);
    }
    if (word().equalsIgnoreCase("table")) {
      blanks();
      String name = name();
      if (!name.isEmpty()) {
        return new ModelCall.OfTable(name);
      }
    }
    throw wrong(
        open,
        function.word(),
        "rows are a query in parentheses or 'table NAME'",
        FORM_WITH_ROWS.formatted(function.word()));
  }

  /** {@code :3}, {@code :latest} or {@code @candidate} behind the name of a model. */
  private String version() {
    if (at >= sql.length() || (sql.charAt(at) != ':' && sql.charAt(at) != '@')) {
      return "";
    }
    int from = at++;
    while (at < sql.length() && (part(sql.charAt(at)) || sql.charAt(at) == '-')) {
      at++;
    }
    return sql.substring(from, at);
  }

  private boolean quoted(int place) {
    return place < sql.length() && sql.charAt(place) == '"';
  }

  /** A word, or what double quotes hold. */
  private String name() {
    if (!quoted(at)) {
      return word();
    }
    int end = SqlScanner.skipToken(sql, at);
    String name = sql.substring(at + 1, Math.max(at + 1, end - 1)).replace("\"\"", "\"");
    at = end;
    return name;
  }

  /** The word that begins here; empty where none does. */
  private String word() {
    int from = at;
    if (at < sql.length() && Character.isJavaIdentifierStart(sql.charAt(at)) && !isDollar(at)) {
      while (at < sql.length() && part(sql.charAt(at))) {
        at++;
      }
      if (at < sql.length() && sql.charAt(at) == '\'' && at - from == 1) {
        at = from; // Such as e'…', whose quotes have rules of their own.
        at = SqlScanner.skipToken(sql, at + 1);
      }
    } else if (at < sql.length() && Character.isDigit(sql.charAt(at))) {
      while (at < sql.length() && part(sql.charAt(at))) {
        at++;
      }
    }
    return sql.substring(from, at);
  }

  private boolean isDollar(int place) {
    return sql.charAt(place) == '$';
  }

  private static boolean part(char c) {
    return Character.isLetterOrDigit(c) || c == '_';
  }

  private void blanks() {
    at = SqlScanner.skipBlanks(sql, at);
  }

  private boolean peek(char wanted) {
    blanks();
    return at < sql.length() && sql.charAt(at) == wanted;
  }

  private boolean take(char wanted) {
    boolean there = peek(wanted);
    at += there ? 1 : 0;
    return there;
  }

  private HeadraceException wrong(int place, String function, String reason, String hint) {
    return new HeadraceException(
        SqlErrorCode.SQL_MODEL_CALL,
        "Cannot read the call of 'ml." + function + "': " + reason + ".",
        hint,
        Position.of(sql, Math.min(place, sql.length())).in(origin),
        null);
  }
}
