package dev.headrace.ml.learn.transform;

import dev.headrace.core.project.Names;
import dev.headrace.data.sql.SqlScanner;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads expressions of one row, operators binding as in DuckDB's SQL: {@code or}, {@code and},
 * {@code not}, {@code is}, comparisons, {@code between in like}, {@code ||}, {@code + -}, {@code *
 * / %}, signs.
 */
final class ExpressionParser {
  private static final int DEEPEST = 200;
  private static final LocalDateTime EPOCH = LocalDate.EPOCH.atStartOfDay();
  private static final Pattern NUMBER = Pattern.compile("(\\d+(\\.\\d*)?|\\.\\d+)([eE][+-]?\\d+)?");
  private static final Pattern WORD = Pattern.compile("[\\p{L}_][\\p{L}\\p{N}_]*");
  private static final Pattern COMPARISON = Pattern.compile("<=|>=|<>|!=|=|<|>");

  /** Words that begin or go on with something else than a column. */
  private static final Set<String> RESERVED =
      Set.of(
          "and",
          "or",
          "not",
          "is",
          "in",
          "between",
          "like",
          "case",
          "when",
          "then",
          "else",
          "end",
          "null",
          "true",
          "false",
          "select",
          "from",
          "as",
          "over",
          "distinct",
          "interval");

  private final String text;
  private int at;
  private int depth;

  ExpressionParser(String text) {
    this.text = text;
  }

  /**
   * The expression.
   *
   * @throws IllegalArgumentException if it is none
   */
  Node whole() {
    Node node = or();
    next();
    if (at < text.length()) {
      throw unexpected();
    }
    return node;
  }

  private Node or() {
    if (++depth > DEEPEST) {
      throw new IllegalArgumentException("must not be nested more than " + DEEPEST + " deep");
    }
    Node left = and();
    while (takeWord("or")) {
      left = call("or", left, and());
    }
    depth--;
    return left;
  }

  private Node and() {
    Node left = not();
    while (takeWord("and")) {
      left = call("and", left, not());
    }
    return left;
  }

  private Node not() {
    if (!takeWord("not")) {
      return is();
    }
    if (++depth > DEEPEST) {
      throw new IllegalArgumentException("must not be nested more than " + DEEPEST + " deep");
    }
    Node inner = not();
    depth--;
    return call("not", inner);
  }

  private Node is() {
    Node left = comparison();
    while (takeWord("is")) {
      boolean not = takeWord("not");
      if (!takeWord("null")) {
        throw unexpected();
      }
      Node missing = call("is null", left);
      left = not ? call("not", missing) : missing;
    }
    return left;
  }

  private Node comparison() {
    Node left = membership();
    next();
    Matcher operator = COMPARISON.matcher(text).region(at, text.length());
    if (!operator.lookingAt()) {
      return left;
    }
    at = operator.end();
    String word = operator.group().equals("!=") ? "<>" : operator.group();
    return call(word, left, membership());
  }

  private Node membership() {
    Node left = joined();
    int before = at;
    boolean not = takeWord("not");
    Node told;
    if (takeWord("between")) {
      Node low = joined();
      if (!takeWord("and")) {
        throw unexpected();
      }
      told = call("and", call(">=", left, low), call("<=", left, joined()));
    } else if (takeWord("in")) {
      take('(');
      List<Node> among = new ArrayList<>(List.of(left));
      do {
        among.add(or());
      } while (takes(','));
      take(')');
      told = new Node.Call("in", among);
    } else if (takeWord("like")) {
      throw Refusals.refused("like", "write contains(x, 'part') or starts_with(x, 'part')");
    } else {
      at = before;
      return left;
    }
    return not ? call("not", told) : told;
  }

  private Node joined() {
    Node left = sum();
    while (takes("||")) {
      left = call("||", left, sum());
    }
    return left;
  }

  private Node sum() {
    Node left = product();
    while (true) {
      if (takes('+')) {
        left = call("+", left, product());
      } else if (takes('-')) {
        left = call("-", left, product());
      } else {
        return left;
      }
    }
  }

  private Node product() {
    Node left = sign();
    while (true) {
      next();
      if (text.startsWith("//", at) || text.startsWith("**", at)) {
        throw Refusals.refused(
            text.substring(at, at + 2),
            text.charAt(at) == '/' ? "write floor(a / b)" : "write pow(a, b)");
      }
      if (takes('*')) {
        left = call("*", left, sign());
      } else if (takes('/')) {
        left = call("/", left, sign());
      } else if (takes('%')) {
        left = call("%", left, sign());
      } else {
        return left;
      }
    }
  }

  private Node sign() {
    if (takes('-')) {
      if (++depth > DEEPEST) {
        throw new IllegalArgumentException("must not be nested more than " + DEEPEST + " deep");
      }
      Node inner = sign();
      depth--;
      return inner instanceof Node.Figure(double number)
          ? new Node.Figure(-number)
          : call("negated", inner);
    }
    if (takes('+')) {
      return sign();
    }
    return zoned();
  }

  private Node zoned() {
    Node left = primary();
    while (true) {
      next();
      if (text.startsWith("::", at)) {
        throw Refusals.cast();
      }
      if (text.startsWith("^", at)) {
        throw Refusals.refused("^", "write pow(a, b)");
      }
      if (!takeWord("at")) {
        return left;
      }
      if (!takeWord("time") || !takeWord("zone")) {
        throw unexpected();
      }
      left = call("timezone", primary(), left);
    }
  }

  private Node primary() {
    next();
    if (at >= text.length()) {
      throw unexpected();
    }
    char first = text.charAt(at);
    if (first == '(') {
      at++;
      Node inner = or();
      take(')');
      return inner;
    }
    if (first == '\'') {
      return new Node.Text(quoted('\''));
    }
    if (first == '"') {
      return new Node.Column(quoted('"'));
    }
    Matcher number = NUMBER.matcher(text).region(at, text.length());
    if (number.lookingAt()) {
      at = number.end();
      double parsed = Double.parseDouble(number.group());
      if (Double.isInfinite(parsed)) {
        throw new IllegalArgumentException(
            "must be made of finite numbers, not '" + number.group() + "'");
      }
      return new Node.Figure(parsed);
    }
    String word = word();
    if (word.isEmpty()) {
      throw unexpected();
    }
    return named(word);
  }

  private Node named(String written) {
    String word = written.toLowerCase(Locale.ROOT);
    if (word.equals("true") || word.equals("false")) {
      return new Node.Truth(word.equals("true"));
    }
    if (word.equals("null")) {
      return new Node.Nothing();
    }
    if (word.equals("case")) {
      return choice();
    }
    if (word.equals("cast") || word.equals("try_cast")) {
      throw Refusals.cast();
    }
    if ((word.equals("timestamp") || word.equals("date")) && peek('\'')) {
      return moment();
    }
    if (word.equals("extract") && takes('(')) {
      return extracted();
    }
    if (takes('(')) {
      return call(written);
    }
    if (takes('.')) {
      String second = word();
      if (second.isEmpty()) {
        throw unexpected();
      }
      if (peek('(')) {
        throw Refusals.learnt(second.toLowerCase(Locale.ROOT));
      }
      throw Refusals.refused(
          written + "." + second, "name the column alone: an expression sees the columns of a row");
    }
    if (RESERVED.contains(word)) {
      at = text.lastIndexOf(written, at - 1);
      throw unexpected();
    }
    return new Node.Column(written);
  }

  private Node extracted() {
    String part = word();
    if (!takeWord("from")) {
      throw unexpected();
    }
    Node of = or();
    take(')');
    return part(part, of);
  }

  private Node call(String written) {
    String name = written.toLowerCase(Locale.ROOT);
    List<Node> arguments = new ArrayList<>();
    if (!RowFunctions.isKnown(name)) {
      throw Refusals.unknown(name);
    }
    if (!takes(')')) {
      do {
        arguments.add(or());
      } while (takes(','));
      take(')');
    }
    int behind = at;
    if (takeWord("over")) {
      at = behind;
      throw Refusals.severalRows("a window");
    }
    if ((name.equals("date_part") || name.equals("datepart"))
        && arguments.size() == 2
        && arguments.getFirst() instanceof Node.Text(String part)) {
      return part(part, arguments.getLast());
    }
    RowFunctions.requireCount(name, arguments.size());
    return new Node.Call(name, arguments);
  }

  private static Node part(String part, Node of) {
    String name = part.toLowerCase(Locale.ROOT);
    if (!TimeFunctions.PARTS.contains(name)) {
      throw new IllegalArgumentException(
          "must take a known part of a time, and '%s' is none. %s"
              .formatted(part, Names.suggest(name, TimeFunctions.PARTS)));
    }
    return call(name, of);
  }

  private Node choice() {
    Optional<Node> simple = peekWord("when") ? Optional.empty() : Optional.of(or());
    List<Node.When> whens = new ArrayList<>();
    while (takeWord("when")) {
      Node condition = or();
      if (!takeWord("then")) {
        throw unexpected();
      }
      whens.add(new Node.When(simple.map(of -> call("=", of, condition)).orElse(condition), or()));
    }
    Node otherwise = takeWord("else") ? or() : null;
    if (whens.isEmpty() || !takeWord("end")) {
      throw unexpected();
    }
    return new Node.Choice(whens, otherwise);
  }

  private Node moment() {
    String written = quoted('\'');
    try {
      String iso = written.strip().replace(' ', 'T');
      LocalDateTime moment =
          iso.contains("T") ? LocalDateTime.parse(iso) : LocalDate.parse(iso).atStartOfDay();
      return new Node.Moment(ChronoUnit.MICROS.between(EPOCH, moment) / 1e6);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          "must write times as '2026-03-01' or '2026-03-01 12:30:00', not '" + written + "'", e);
    }
  }

  private static Node call(String name, Node... arguments) {
    return new Node.Call(name, List.of(arguments));
  }

  private IllegalArgumentException unexpected() {
    next();
    return new IllegalArgumentException(
        at >= text.length()
            ? "must be an expression of one row, and ends too early"
            : "must be an expression of one row, and cannot go on with '%s' at character %d"
                .formatted(text.substring(at, Math.min(text.length(), at + 12)), at + 1));
  }

  // The next token

  private void next() {
    at = SqlScanner.skipBlanks(text, at);
  }

  private boolean peek(char wanted) {
    next();
    return at < text.length() && text.charAt(at) == wanted;
  }

  private boolean takes(char wanted) {
    boolean there = peek(wanted);
    at += there ? 1 : 0;
    return there;
  }

  private boolean takes(String wanted) {
    next();
    boolean there = text.startsWith(wanted, at);
    at += there ? wanted.length() : 0;
    return there;
  }

  private void take(char wanted) {
    if (!takes(wanted)) {
      throw unexpected();
    }
  }

  private String word() {
    next();
    Matcher word = WORD.matcher(text).region(at, text.length());
    if (!word.lookingAt()) {
      return "";
    }
    at = word.end();
    return word.group();
  }

  private boolean peekWord(String wanted) {
    int before = at;
    boolean there = word().equalsIgnoreCase(wanted);
    at = before;
    return there;
  }

  private boolean takeWord(String wanted) {
    int before = at;
    if (word().equalsIgnoreCase(wanted)) {
      return true;
    }
    at = before;
    return false;
  }

  private String quoted(char quote) {
    StringBuilder held = new StringBuilder();
    for (int i = at + 1; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c != quote) {
        held.append(c);
      } else if (i + 1 < text.length() && text.charAt(i + 1) == quote) {
        held.append(c);
        i++;
      } else {
        at = i + 1;
        return held.toString();
      }
    }
    throw new IllegalArgumentException("must close the quotes that open at character " + (at + 1));
  }
}
