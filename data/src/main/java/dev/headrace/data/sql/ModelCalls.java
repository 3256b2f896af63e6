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
  private final SqlCursor cursor;

  private ModelCalls(String sql, Location origin) {
    this.sql = sql;
    this.origin = origin;
    this.cursor = new SqlCursor(sql, 0);
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
    while (!cursor.atEnd()) {
      int start = cursor.at();
      String word = cursor.word();
      if (word.isEmpty()) {
        behindDot = cursor.skip(behindDot);
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
    int behind = cursor.at();
    if (!cursor.take('.')) {
      cursor.back(behind);
      return Optional.empty();
    }
    int named = cursor.next();
    String name = cursor.word();
    if (name.isEmpty() || !cursor.take('(')) {
      cursor.back(behind);
      return Optional.empty();
    }
    Optional<ModelFunction> known = ModelFunction.of(name);
    int first = cursor.next();
    if (!cursor.word().equalsIgnoreCase("model")) {
      if (known.isEmpty()) {
        cursor.back(behind);
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
    int place = cursor.next();
    boolean quoted = cursor.isQuoted();
    String reference = cursor.name() + (quoted ? "" : cursor.version());
    if (reference.isEmpty()) {
      throw wrong(place, function.word(), "no model is named", FORM.formatted(function.word()));
    }
    ModelCall.Rows rows = new ModelCall.Own();
    if (cursor.take(',')) {
      rows = rows(function);
      if (cursor.peek(',')) {
        throw wrong(
            cursor.at(),
            function.word(),
            "it takes a model and rows, and nothing else",
            "Declare the threshold with the model: evaluate: {threshold: 0.3}.");
      }
    }
    if (!cursor.take(')')) {
      throw wrong(
          cursor.at(),
          function.word(),
          "a parenthesis should close it here",
          FORM_WITH_ROWS.formatted(function.word()));
    }
    return new ModelCall(function, reference, rows, start, cursor.at(), Position.of(sql, start));
  }

  private ModelCall.Rows rows(ModelFunction function) {
    int open = cursor.next();
    if (cursor.peek('(')) {
      int end = SqlScanner.closing(sql, open);
      if (end < 0) {
        throw wrong(
            open,
            function.word(),
            "the parenthesis that opens here is never closed",
            FORM_WITH_ROWS.formatted(function.word()));
      }
      cursor.back(end);
      return new ModelCall.OfQuery(open, end);
    }
    if (cursor.word().equalsIgnoreCase("table")) {
      cursor.next();
      String name = cursor.name();
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

  private HeadraceException wrong(int place, String function, String reason, String hint) {
    return new HeadraceException(
        SqlErrorCode.SQL_MODEL_CALL,
        "Cannot read the call of 'ml." + function + "': " + reason + ".",
        hint,
        Position.of(sql, Math.min(place, sql.length())).in(origin),
        null);
  }
}
