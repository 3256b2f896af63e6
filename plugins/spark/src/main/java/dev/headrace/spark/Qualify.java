package dev.headrace.spark;

import dev.headrace.spark.SparkTokens.Token;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Spells out QUALIFY, which DuckDB has and Spark gets with 4.2:
 *
 * <pre>
 * SELECT list FROM … QUALIFY condition ORDER BY …
 * SELECT * EXCEPT (q) FROM (SELECT list, (condition) AS q FROM …) WHERE q ORDER BY …
 * </pre>
 *
 * <p>The word is reserved in DuckDB, which has read the text before, so it can be nothing else.
 */
final class Qualify {
  private static final String COLUMN = "`__headrace_qualify`";
  private static final Set<String> ENDS =
      Set.of("except", "fetch", "intersect", "limit", "offset", "order", "union", "window");

  private Qualify() {}

  static List<Token> spelledOut(List<Token> tokens) {
    List<Token> result = tokens;
    for (int at = find(result); at >= 0; at = find(result)) {
      List<Token> next = spelledOut(result, at);
      if (next.equals(result)) {
        return result; // Not of that form: Spark says what it thinks of it.
      }
      result = next;
    }
    return result;
  }

  private static int find(List<Token> tokens) {
    for (int i = 0; i < tokens.size(); i++) {
      if (tokens.get(i).is("qualify")) {
        return i;
      }
    }
    return -1;
  }

  private static List<Token> spelledOut(List<Token> tokens, int qualify) {
    int select = selectBefore(tokens, qualify);
    int from = select < 0 ? -1 : fromAfter(tokens, select, qualify);
    if (from < 0) {
      return tokens;
    }
    int end = endOf(tokens, qualify);
    int list = select + 1;
    while (tokens.get(list).isBlank()) {
      list++;
    }
    boolean distinct = tokens.get(list).is("distinct");
    List<Token> out = new ArrayList<>(tokens.subList(0, select));
    Token at = tokens.get(select);
    add(out, at, "SELECT " + (distinct ? "DISTINCT " : "") + "* EXCEPT (" + COLUMN + ") FROM (");
    add(out, at, "SELECT ");
    out.addAll(tokens.subList(distinct ? list + 1 : select + 1, from));
    add(out, tokens.get(qualify), ", (");
    out.addAll(tokens.subList(qualify + 1, end));
    add(out, tokens.get(qualify), ") AS " + COLUMN + " ");
    out.addAll(tokens.subList(from, qualify));
    add(out, tokens.get(qualify), ") WHERE " + COLUMN + " ");
    out.addAll(tokens.subList(end, tokens.size()));
    return out;
  }

  private static void add(List<Token> out, Token near, String text) {
    out.add(new Token(text, near.sourceStart(), false));
  }

  /** The SELECT that the clause belongs to: the last one on the same level of parentheses. */
  private static int selectBefore(List<Token> tokens, int qualify) {
    int depth = 0;
    for (int i = qualify - 1; i >= 0 && depth >= 0; i--) {
      Token token = tokens.get(i);
      depth += closes(token) - opens(token);
      if (depth == 0 && token.is("select")) {
        return i;
      }
    }
    return -1;
  }

  private static int fromAfter(List<Token> tokens, int select, int qualify) {
    int depth = 0;
    boolean afterDistinct = false; // As in: a IS DISTINCT FROM b.
    for (int i = select + 1; i < qualify; i++) {
      Token token = tokens.get(i);
      depth += opens(token) - closes(token);
      if (depth == 0 && token.is("from") && !afterDistinct) {
        return i;
      }
      afterDistinct = token.is("distinct") || (afterDistinct && token.isBlank());
    }
    return -1;
  }

  private static int endOf(List<Token> tokens, int qualify) {
    int depth = 0;
    for (int i = qualify + 1; i < tokens.size(); i++) {
      Token token = tokens.get(i);
      depth += opens(token) - closes(token);
      boolean ends =
          depth < 0
              || token.text().equals(";")
              || (depth == 0 && ENDS.stream().anyMatch(token::is));
      if (ends) {
        return i;
      }
    }
    return tokens.size();
  }

  private static int opens(Token token) {
    return token.text().equals("(") ? 1 : 0;
  }

  private static int closes(Token token) {
    return token.text().equals(")") ? 1 : 0;
  }
}
