package dev.headrace.ml.features.internal;

import dev.headrace.data.sql.SqlQuotes;
import dev.headrace.ml.features.Computation;
import dev.headrace.ml.features.Window;
import dev.headrace.ml.features.internal.walk.KeyKind;
import dev.headrace.ml.features.internal.walk.LabelWalk;
import dev.headrace.ml.features.internal.walk.WalkedView;
import dev.headrace.ml.features.internal.walk.WalkedView.Numbers;
import dev.headrace.ml.features.internal.walk.WalkedView.Output;
import dev.headrace.spi.engine.Query;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Type;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/**
 * Counts, totals and means of a view as they are walked for: what is read of a row, what comes
 * back, and how a cell is made of that.
 */
final class WalkedCells {
  /** Totals of whole numbers stay within 64 bits, sign included. */
  private static final int WHOLE_BITS = 62;

  private static final String LARGEST =
      "select max(n) from (select count(*) as n, %s from %s r group by all) g";

  private final ViewRows rows;
  private final Facts facts;
  private final List<String> flags = new ArrayList<>();
  private final List<String> values = new ArrayList<>();
  private final List<Numbers> numbers = new ArrayList<>();
  private final List<Output> outputs = new ArrayList<>();

  private WalkedCells(ViewRows rows, Facts facts) {
    this.rows = rows;
    this.facts = facts;
  }

  /**
   * The cells of a view that accrue; empty where there are none, or not all of them fit.
   *
   * @param cells counts, totals and means
   */
  static Optional<WalkedCells> of(ViewRows rows, Facts facts, Collection<Cell> cells) {
    if (cells.isEmpty() || facts.count() > LabelWalk.MOST_ROWS) {
      return Optional.empty();
    }
    WalkedCells walked = new WalkedCells(rows, facts);
    for (Cell cell : cells) {
      if (isTotal(cell) && !fits(walked.whole(cell))) {
        return Optional.empty();
      }
      walked.count(cell);
      if (isTotal(cell)) {
        walked.total(cell);
      }
    }
    return walked.flags.size() > WalkedView.MOST_FLAGS ? Optional.empty() : Optional.of(walked);
  }

  private static boolean fits(WholeNumbers whole) {
    return switch (whole.kind()) {
      case FRACTION -> true;
      case INTEGER, DECIMAL -> whole.bits() <= WHOLE_BITS;
      case WIDE -> false;
    };
  }

  private static boolean isTotal(Cell cell) {
    return !(cell.aggregation() instanceof Computation.Count);
  }

  private WholeNumbers whole(Cell cell) {
    return facts.whole(cell.of()).orElseThrow();
  }

  private static OptionalLong span(Cell cell) {
    return cell.window().isPresent()
        ? OptionalLong.of(((Window.Span) cell.window().get()).micros())
        : OptionalLong.empty();
  }

  private int count(Cell cell) {
    List<String> counted = new ArrayList<>();
    cell.condition().ifPresent(counted::add);
    cell.value()
        .filter(x -> facts.whole(x).map(WholeNumbers::nulls).orElse(true))
        .ifPresent(x -> counted.add(x + " is not null"));
    int flag = counted.isEmpty() ? -1 : index(flags, String.join(" and ", counted));
    return index(outputs, new Output.Count(flag, span(cell)));
  }

  private int total(Cell cell) {
    WholeNumbers whole = whole(cell);
    boolean fraction = whole.kind() == WholeNumbers.Kind.FRACTION;
    String value =
        fraction
            ? "cast(" + cell.of() + " as double)"
            : "cast(" + whole.whole(cell.of()) + " as bigint)";
    String orZero = whole.nulls() ? "coalesce(" + value + ", 0)" : value;
    String each =
        cell.condition()
            .map(m -> "case when " + m + " then " + orZero + " else 0 end")
            .orElse(orZero);
    int number = index(values, each);
    if (number == numbers.size()) {
      numbers.add(
          fraction ? new Numbers.Fractions(whole.scale(), whole.bits()) : new Numbers.Whole());
    }
    return index(outputs, new Output.Total(number, span(cell)));
  }

  private static <T> int index(List<T> known, T wanted) {
    int index = known.indexOf(wanted);
    if (index >= 0) {
      return index;
    }
    known.add(wanted);
    return known.size() - 1;
  }

  /** What is read, and what comes back. */
  WalkedView view() {
    List<String> columns = new ArrayList<>();
    for (int i = 0; i < rows.keys().size(); i++) {
      columns.add(key("k" + i, rows.keys().get(i).type()));
    }
    columns.add("e");
    if (!flags.isEmpty()) {
      List<String> bits = new ArrayList<>();
      for (int i = 0; i < flags.size(); i++) {
        bits.add("case when %s then %d else 0 end".formatted(flags.get(i), 1L << i));
      }
      columns.add("cast(" + String.join(" + ", bits) + " as bigint)");
    }
    columns.addAll(values);
    Query read =
        Query.of(
            "select %s from (%s) r".formatted(String.join(", ", columns), rows.select()),
            Map.of(rows.source(), rows.relation()));
    return new WalkedView(read, facts.count(), flags.size(), numbers, outputs);
  }

  /** SQL of a cell; null is for the caller to say where nothing is visible. */
  String cell(Cell cell) {
    String n = column(count(cell));
    if (!isTotal(cell)) {
      return n;
    }
    String total = column(total(cell));
    WholeNumbers whole = whole(cell);
    String sum = whole.kind() == WholeNumbers.Kind.FRACTION ? total : whole.original(total);
    return "case when %s > 0 then %s end"
        .formatted(
            n,
            cell.aggregation() instanceof Computation.Mean
                ? "cast(%s as double) / cast(%s as double)".formatted(sum, n)
                : sum);
  }

  /** Where the time of the newest visible row is among the columns of the labels. */
  String seen() {
    return rows.alias() + "_w_e";
  }

  private String column(int output) {
    return rows.alias() + "_w_" + output;
  }

  /**
   * The columns that come back, named for the labels.
   *
   * @param relation that has them
   * @param place of the view among those that are walked together
   * @param moment of a label, as the engine reads it beside the results
   */
  String results(String relation, int place, String moment) {
    String first =
        "case when %s.t = coalesce(%s, %d) then %s.v%d_e else cast(error('labels were read in two orders') as bigint) end as %s"
            .formatted(relation, moment, LabelWalk.NEVER, relation, place, seen());
    StringBuilder columns = new StringBuilder(first);
    for (int o = 0; o < outputs.size(); o++) {
      columns.append(", %s.v%d_%d as %s".formatted(relation, place, o, column(o)));
    }
    return columns.toString();
  }

  /** How keys are read. */
  List<KeyKind> keys() {
    return rows.keys().stream()
        .map(key -> isText(key.type()) ? KeyKind.TEXT : KeyKind.WHOLE)
        .toList();
  }

  /** What a walk reads of labels; see {@link LabelWalk#labels}. */
  Query labels(LabelCheck checked) {
    List<String> columns = new ArrayList<>();
    List<String> present = new ArrayList<>();
    for (Field key : rows.keys()) {
      Field field = checked.columns().field(key.name()).orElseThrow();
      String name = SqlQuotes.identifier(field.name());
      String read = key(name, field.type());
      columns.add(isText(field.type()) ? read : "coalesce(" + read + ", 0)");
      present.add(name + " is not null");
    }
    Field time = checked.time();
    String moment = Dialect.micros(SqlQuotes.identifier(time.name()), time.type());
    columns.add("coalesce(%s, %d)".formatted(moment, LabelWalk.NEVER));
    present.add(SqlQuotes.identifier(time.name()) + " is not null");
    columns.add("cast(" + String.join(" and ", present) + " as bigint)");
    return Query.of(
        columns.stream().collect(Collectors.joining(", ", "select ", " from " + LabelCheck.LABELS)),
        Map.of(LabelCheck.LABELS, checked.labels().relation()));
  }

  /** How many rows the entity with most has. */
  Query rowsOfLargest() {
    return Query.of(
        LARGEST.formatted(String.join(", ", rows.keyNames()), "(" + rows.select() + ")"),
        Map.of(rows.source(), rows.relation()));
  }

  /** How many labels the entity with most has. */
  Query labelsOfLargest(LabelCheck checked) {
    String names =
        rows.keys().stream()
            .map(key -> SqlQuotes.identifier(key.name()))
            .collect(Collectors.joining(", "));
    return Query.of(
        LARGEST.formatted(names, LabelCheck.LABELS),
        Map.of(LabelCheck.LABELS, checked.labels().relation()));
  }

  private static boolean isText(Type type) {
    return type == Type.Primitive.STRING || type == Type.Primitive.UUID;
  }

  /** A key as a text or a whole number, one for one. */
  private static String key(String column, Type type) {
    return switch (type) {
      case Type.Primitive.STRING -> column;
      case Type.Primitive.UUID -> "cast(" + column + " as varchar)";
      case Type.Primitive.DATE -> Dialect.micros(column, type);
      default -> "cast(" + column + " as bigint)";
    };
  }
}
