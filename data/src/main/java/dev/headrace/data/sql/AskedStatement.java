package dev.headrace.data.sql;

import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.error.Location;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;

/**
 * A statement that asks models, made one that DuckDB's parser reads: every call is replaced by a
 * name that the text has nowhere and by blanks, so that all else keeps its place.
 */
public final class AskedStatement {
  private static final String NAME = "hr_ml_";

  private final String sql;
  private final Location origin;
  private final String text;
  private final SequencedMap<String, ModelCall> calls = new LinkedHashMap<>();

  private AskedStatement(String sql, Location origin) {
    this.sql = sql;
    this.origin = origin;
    StringBuilder replaced = new StringBuilder(sql);
    String lower = sql.toLowerCase(Locale.ROOT);
    int number = 0;
    for (ModelCall call : ModelCalls.find(sql, origin)) {
      do {
        number++;
      } while (lower.contains(NAME + number));
      String name = NAME + number;
      blank(replaced, call.start(), call.end());
      replaced.replace(call.start(), call.start() + name.length(), name);
      calls.put(name, call);
    }
    this.text = replaced.toString();
  }

  /**
   * Looks for calls; those within others come up in {@link #rows}.
   *
   * @param origin where the statement's first character is
   * @throws HeadraceException SQL_MODEL_CALL, with the place
   */
  public static AskedStatement of(String sql, Location origin) {
    return new AskedStatement(sql, origin);
  }

  /** The statement with names for calls. */
  public String text() {
    return text;
  }

  /** What the names stand for, in order of the text. */
  public SequencedMap<String, ModelCall> calls() {
    return Collections.unmodifiableSequencedMap(calls);
  }

  /**
   * Refuses a call where no relation can stand.
   *
   * @param named what the statement names in FROM
   * @throws HeadraceException SQL_MODEL_CALL
   */
  public void requireInFrom(Set<String> named) {
    calls.forEach(
        (name, call) -> {
          if (!named.contains(name)) {
            throw new HeadraceException(
                SqlErrorCode.SQL_MODEL_CALL,
                "Cannot use '%s, …)' here: it gives rows, not a value.".formatted(call.shown()),
                "Name it in FROM: select … from " + call.shown() + ", …).",
                call.position().in(origin),
                null);
          }
        });
  }

  /**
   * The statement that gives the rows a call is asked of, in its place, behind the steps of WITH
   * that it can see; empty where the call has none. It may ask models itself, and in the steps have
   * names of this statement.
   */
  public Optional<String> rows(ModelCall call) {
    int steps = SqlScanner.endOfSteps(text, call.start());
    return switch (call.rows()) {
      case ModelCall.Own _ -> Optional.empty();
      case ModelCall.OfTable(String table) ->
          Optional.of(
              behindSteps(
                  steps, call.start(), "from " + SqlQuotes.identifier(table), "", call.start()));
      case ModelCall.OfQuery(int start, int end) -> {
        if (steps > 0) {
          yield Optional.of(
              behindSteps(steps, call.start(), "from", sql.substring(start, end), start));
        }
        StringBuilder inner = new StringBuilder(sql.substring(0, end - 1));
        blank(inner, 0, start + 1);
        yield Optional.of(inner.toString());
      }
    };
  }

  private String behindSteps(int steps, int at, String from, String rows, int rowsAt) {
    StringBuilder inner = new StringBuilder(text.substring(0, at));
    blank(inner, steps, inner.length());
    inner.append(from);
    while (inner.length() < rowsAt) {
      inner.append(text.charAt(inner.length()) == '\n' ? '\n' : ' ');
    }
    return inner.append(rows).toString();
  }

  private static void blank(StringBuilder text, int from, int to) {
    for (int i = from; i < to; i++) {
      if (text.charAt(i) != '\n') {
        text.setCharAt(i, ' ');
      }
    }
  }
}
