package dev.headrace.data.sql;

import dev.headrace.data.sql.ModelStatement.IfThere;
import dev.headrace.data.sql.ModelStatement.Item;
import dev.headrace.data.sql.ModelStatement.Option;
import dev.headrace.data.sql.ModelStatement.Value;
import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.error.Location;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads {@code create model}, which DuckDB's parser does not know; its query is left to that. */
public final class ModelStatements {
  private static final String FORM =
      "Write it as create or replace model NAME options(model_type = 'logistic_reg',"
          + " input_label_cols = ['LABEL']) as select ….";
  private static final String TRANSFORM =
      "Write it as transform(ln(1 + spend) as spend_log, plan, LABEL).";
  private static final Set<String> CALLS = Set.of("hparam_range", "hparam_candidates", "struct");

  private static final Pattern NUMBER =
      Pattern.compile("[+-]?(\\d+(\\.\\d*)?|\\.\\d+)([eE][+-]?\\d+)?");

  private final String sql;
  private final Location origin;
  private final SqlCursor cursor;

  private ModelStatements(String sql, Location origin) {
    this.sql = sql;
    this.origin = origin;
    this.cursor = new SqlCursor(sql, 0);
  }

  /**
   * The statement, if the text begins as one.
   *
   * @param origin where the text's first character is
   * @throws HeadraceException SQL_CREATE_MODEL, with the place
   */
  public static Optional<ModelStatement> find(String sql, Location origin) {
    return new ModelStatements(sql, origin).statement();
  }

  private Optional<ModelStatement> statement() {
    if (!cursor.takeWord("create")) {
      return Optional.empty();
    }
    IfThere ifThere = IfThere.REFUSE;
    if (cursor.takeWord("or")) {
      if (!cursor.takeWord("replace")) {
        return Optional.empty();
      }
      ifThere = IfThere.REPLACE;
    }
    if (!cursor.takeWord("model")) {
      return Optional.empty();
    }
    if (ifThere == IfThere.REFUSE && cursor.takeWord("if")) {
      if (!cursor.takeWord("not") || !cursor.takeWord("exists")) {
        throw wrong(cursor.next(), "'if' goes on with 'not exists'", FORM);
      }
      ifThere = IfThere.KEEP;
    }
    int named = cursor.next();
    String name = cursor.name();
    if (name.isEmpty()) {
      throw wrong(named, "no model is named", FORM);
    }
    if (cursor.peek('.')) {
      throw wrong(named, "a model has one name, without a data set", FORM);
    }
    List<Item> transform = cursor.takeWord("transform") ? transform() : List.of();
    List<Option> options = cursor.takeWord("options") ? options() : List.of();
    if (transform.isEmpty() && cursor.takeWord("transform")) {
      transform = transform();
    }
    if (!cursor.takeWord("as")) {
      throw wrong(cursor.next(), "'as select …' should follow here", FORM);
    }
    StringBuilder select = new StringBuilder(SqlScanner.withoutSemicolons(sql));
    for (int i = 0; i < cursor.at(); i++) {
      if (select.charAt(i) != '\n') {
        select.setCharAt(i, ' ');
      }
    }
    if (select.toString().isBlank()) {
      throw wrong(cursor.next(), "the query is missing", FORM);
    }
    return Optional.of(
        new ModelStatement(
            name, ifThere, transform, options, select.toString(), Position.of(sql, named)));
  }

  private List<Item> transform() {
    List<Item> items = new ArrayList<>();
    if (!cursor.take('(')) {
      throw wrong(cursor.next(), "a parenthesis should open behind 'transform'", FORM);
    }
    do {
      items.add(item());
    } while (cursor.take(','));
    if (!cursor.take(')')) {
      throw wrong(cursor.next(), "the parenthesis behind 'transform' is never closed", FORM);
    }
    return items;
  }

  /** {@code COLUMN} or {@code EXPRESSION as NAME}. */
  private Item item() {
    int place = cursor.next();
    Position told = Position.of(sql, place);
    int as = -1;
    int depth = 0;
    while (!cursor.atEnd() && (depth > 0 || (!cursor.peek(',') && !cursor.peek(')')))) {
      int before = cursor.next();
      String word = cursor.word();
      if (!word.isEmpty()) {
        as = depth == 0 && word.equalsIgnoreCase("as") ? before : as;
      } else if (!cursor.atEnd()) {
        char c = sql.charAt(cursor.at());
        depth += c == '(' ? 1 : c == ')' ? -1 : 0;
        cursor.skip(false);
      }
    }
    if (cursor.atEnd()) {
      throw wrong(place, "the parenthesis behind 'transform' is never closed", FORM);
    }
    String text = sql.substring(place, as < 0 ? cursor.at() : as).strip();
    if (text.isEmpty() || text.startsWith("*")) {
      throw wrong(
          place,
          text.isEmpty() ? "'transform' names nothing here" : "'transform' names each column",
          TRANSFORM);
    }
    int end = cursor.at();
    if (as < 0) {
      cursor.back(place);
      String column = cursor.name();
      if (column.isEmpty() || cursor.next() < end) {
        throw wrong(place, "'" + text + "' has no name", TRANSFORM);
      }
      return new ModelStatement.Column(column, told);
    }
    cursor.back(as + 2);
    cursor.next();
    String name = cursor.name();
    if (name.isEmpty() || cursor.next() < end) {
      throw wrong(as, "a name should follow 'as'", TRANSFORM);
    }
    return new ModelStatement.Computed(name, text, told);
  }

  private List<Option> options() {
    List<Option> options = new ArrayList<>();
    if (!cursor.take('(')) {
      throw wrong(cursor.next(), "a parenthesis should open behind 'options'", FORM);
    }
    if (cursor.take(')')) {
      return options;
    }
    do {
      int place = cursor.next();
      String name = cursor.name().toLowerCase(Locale.ROOT);
      if (name.isEmpty() || !cursor.take('=')) {
        throw wrong(place, "an option is NAME = VALUE", FORM);
      }
      options.add(new Option(name, value(name), Position.of(sql, place)));
    } while (cursor.take(','));
    if (!cursor.take(')')) {
      throw wrong(cursor.next(), "a comma or a closing parenthesis should follow here", FORM);
    }
    return options;
  }

  private Value value(String option) {
    int place = cursor.next();
    if (cursor.atEnd()) {
      throw wrong(place, "option '" + option + "' has no value", FORM);
    }
    char first = sql.charAt(place);
    if (first == '\'' || first == '"') {
      return new ModelStatement.Text(cursor.quoted(first));
    }
    if (cursor.take('[')) {
      return new ModelStatement.Several(values(option, ']'));
    }
    Matcher number = NUMBER.matcher(sql).region(place, sql.length());
    if (number.lookingAt()) {
      cursor.back(number.end());
      return new ModelStatement.Figure(new BigDecimal(number.group()));
    }
    String word = cursor.word().toLowerCase(Locale.ROOT);
    if (word.equals("true") || word.equals("false")) {
      return new ModelStatement.Truth(word.equals("true"));
    }
    if (CALLS.contains(word) && cursor.take('(')) {
      return new ModelStatement.Call(word, values(option, ')'));
    }
    throw wrong(
        place,
        "option '" + option + "' is neither a text in quotes, a number, true, false nor a list",
        FORM);
  }

  private List<Value> values(String option, char end) {
    List<Value> values = new ArrayList<>();
    while (!cursor.take(end)) {
      values.add(value(option));
      if (!cursor.take(',') && !cursor.peek(end)) {
        throw wrong(cursor.next(), "the list of '" + option + "' is never closed", FORM);
      }
    }
    return values;
  }

  private HeadraceException wrong(int place, String reason, String hint) {
    return new HeadraceException(
        SqlErrorCode.SQL_CREATE_MODEL,
        "Cannot read 'create model': " + reason + ".",
        hint,
        Position.of(sql, Math.min(place, sql.length())).in(origin),
        null);
  }
}
