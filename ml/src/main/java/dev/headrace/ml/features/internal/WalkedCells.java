package dev.headrace.ml.features.internal;

import dev.headrace.ml.features.Computation;
import dev.headrace.ml.features.Window;
import dev.headrace.ml.features.internal.walk.LabelWalk;
import dev.headrace.ml.features.internal.walk.Walked;
import dev.headrace.ml.features.internal.walk.WalkedView;
import dev.headrace.ml.features.internal.walk.WalkedView.Numbers;
import dev.headrace.ml.features.internal.walk.WalkedView.Output;
import dev.headrace.spi.engine.Query;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Counts, totals and means of a view as they are walked for: what is read of a row, what comes
 * back, and how a cell is made of that.
 */
final class WalkedCells implements WalkedPart {
  /** Totals of whole numbers stay within 64 bits, sign included. */
  private static final int WHOLE_BITS = 62;

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

  @Override
  public ViewRows rows() {
    return rows;
  }

  @Override
  public Walked walked() {
    List<String> columns = new ArrayList<>(WalkedKeys.columns(rows));
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

  @Override
  public String cell(Cell cell) {
    String n = column(1 + count(cell));
    if (!isTotal(cell)) {
      return n;
    }
    String total = column(1 + total(cell));
    WholeNumbers whole = whole(cell);
    String sum = whole.kind() == WholeNumbers.Kind.FRACTION ? total : whole.original(total);
    return "case when %s > 0 then %s end"
        .formatted(
            n,
            cell.aggregation() instanceof Computation.Mean
                ? "cast(%s as double) / cast(%s as double)".formatted(sum, n)
                : sum);
  }

  @Override
  public String column(int result) {
    return rows.alias() + "_w_" + result;
  }
}
