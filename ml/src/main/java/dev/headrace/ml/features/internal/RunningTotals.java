package dev.headrace.ml.features.internal;

import dev.headrace.ml.features.Computation;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;

/**
 * Counts and totals of a view, side by side in as few whole numbers of 128 bits as hold them: what
 * is added up, looked up and subtracted is a word, and a word's difference holds the differences of
 * its fields, each in bits of its own. A field may be negative: it borrows from the one above it,
 * and gets it back when half its range is added before it is cut out.
 */
final class RunningTotals {
  private static final int WORD_BITS = WholeNumbers.MOST_BITS + 1;

  /** Where a field stands. */
  private record Place(Word word, int offset, int width, boolean signed) {}

  /** What is added up together. */
  private static final class Word {
    private final boolean packed;
    private final int index;
    private final List<String> each = new ArrayList<>();
    private int width;
    private BigInteger halves = BigInteger.ZERO;

    private Word(int index, boolean packed) {
      this.index = index;
      this.packed = packed;
    }
  }

  private final Facts facts;
  private final List<Word> words = new ArrayList<>();
  private final Map<String, Place> places = new LinkedHashMap<>();

  RunningTotals(List<Cell> cells, Facts facts) {
    this.facts = facts;
    for (Cell cell : cells) {
      count(cell);
      if (isTotal(cell)) {
        total(cell);
      }
    }
  }

  /** SQL of what one row adds to each word. */
  List<String> each() {
    return words.stream()
        .map(
            word ->
                word.packed
                    ? "cast(" + String.join(" + ", word.each) + " as hugeint)"
                    : word.each.getFirst())
        .toList();
  }

  /** What to add to the difference of a word, so that none of its fields is negative. */
  String halves(int word) {
    return words.get(word).halves.signum() == 0 ? "" : " + " + words.get(word).halves;
  }

  /**
   * SQL of a cell.
   *
   * @param differences names the difference of a word, {@link #halves} added
   */
  String cell(Cell cell, IntFunction<String> differences) {
    String n = field(count(cell), differences);
    if (!isTotal(cell)) {
      return "cast(" + n + " as bigint)";
    }
    String sum = whole(cell).original(field(total(cell), differences));
    return "case when %s > 0 then %s end"
        .formatted(
            n,
            cell.aggregation() instanceof Computation.Mean
                ? "cast(%s as double) / cast(%s as double)".formatted(sum, n)
                : sum);
  }

  private static boolean isTotal(Cell cell) {
    return !(cell.aggregation() instanceof Computation.Count);
  }

  private WholeNumbers whole(Cell cell) {
    return facts.whole(cell.of()).orElseThrow();
  }

  private Place count(Cell cell) {
    List<String> counted = new ArrayList<>();
    cell.condition().ifPresent(counted::add);
    cell.value()
        .filter(x -> facts.whole(x).map(WholeNumbers::nulls).orElse(true))
        .ifPresent(x -> counted.add(x + " is not null"));
    String each =
        counted.isEmpty()
            ? "1"
            : "case when " + String.join(" and ", counted) + " then 1 else 0 end";
    return places.computeIfAbsent(
        each, sql -> place(sql, Math.max(1, WholeNumbers.bits(facts.count())), false));
  }

  private Place total(Cell cell) {
    WholeNumbers whole = whole(cell);
    String value = whole.whole(cell.of());
    Optional<String> condition = cell.condition();
    String each =
        condition.isPresent() || whole.nulls()
            ? "case when %s then %s else 0 end"
                .formatted(condition.orElse("true"), orZero(whole, value))
            : value;
    return places.computeIfAbsent(
        each,
        sql ->
            whole.kind() == WholeNumbers.Kind.WIDE || whole.bits() >= WORD_BITS
                ? alone(sql)
                : place(sql, whole.bits() + 1, true));
  }

  private static String orZero(WholeNumbers whole, String value) {
    return whole.nulls() ? "coalesce(" + value + ", 0)" : value;
  }

  private Place alone(String each) {
    Word word = new Word(words.size(), false);
    word.each.add(each);
    words.add(word);
    return new Place(word, 0, 0, true);
  }

  private Place place(String each, int width, boolean signed) {
    Word word =
        words.stream()
            .filter(w -> w.packed && w.width + width <= WORD_BITS)
            .findFirst()
            .orElseGet(
                () -> {
                  Word next = new Word(words.size(), true);
                  words.add(next);
                  return next;
                });
    Place place = new Place(word, word.width, width, signed);
    word.each.add(
        word.width == 0
            ? "(" + each + ")"
            : "cast(%s as hugeint) * %s".formatted(each, BigInteger.TWO.pow(word.width)));
    if (signed) {
      word.halves = word.halves.add(half(place).shiftLeft(place.offset));
    }
    word.width += width;
    return place;
  }

  private static BigInteger half(Place place) {
    return BigInteger.ONE.shiftLeft(place.width - 1);
  }

  private static String field(Place place, IntFunction<String> differences) {
    String word = differences.apply(place.word.index);
    if (!place.word.packed) {
      return word;
    }
    String field = place.offset == 0 ? word : "(" + word + " >> " + place.offset + ")";
    if (place.offset + place.width < place.word.width) {
      BigInteger mask = BigInteger.ONE.shiftLeft(place.width).subtract(BigInteger.ONE);
      field = "(" + field + " & " + mask + ")";
    }
    return place.signed ? "(" + field + " - " + half(place) + ")" : field;
  }
}
