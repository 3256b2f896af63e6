package dev.headrace.ml.features.internal.walk;

import dev.headrace.spi.engine.Query;
import dev.headrace.spi.schema.Type.Primitive;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * Rows of one view, and the counts and totals that are wanted of them at every label.
 *
 * @param rows yields the key columns, the time in microseconds, if there are {@code flags} a whole
 *     number whose bits say which counts a row adds to, then the numbers; no nulls
 * @param count how many rows there are
 * @param flags how many bits
 * @param numbers what is totalled
 * @param outputs what comes back after the time of the newest visible row
 */
public record WalkedView(
    Query rows, long count, int flags, List<Numbers> numbers, List<Output> outputs)
    implements Walked {
  /** As many counts as fit a whole number. */
  public static final int MOST_FLAGS = 62;

  public WalkedView {
    numbers = List.copyOf(numbers);
    outputs = List.copyOf(outputs);
    if (flags > MOST_FLAGS) {
      throw new IllegalArgumentException(flags + " flags");
    }
  }

  @Override
  public List<Primitive> results() {
    List<Primitive> results = new ArrayList<>(List.of(Primitive.LONG));
    for (Output output : outputs) {
      boolean fraction =
          output instanceof Output.Total total
              && numbers.get(total.number()) instanceof Numbers.Fractions;
      results.add(fraction ? Primitive.DOUBLE : Primitive.LONG);
    }
    return results;
  }

  @Override
  public long bytes(long labels) {
    return count * EntityRows.bytesPerRow(words()) + labels * results().size() * Long.BYTES;
  }

  @Override
  public long heapBytes(long rows, long labels) {
    long spans = outputs.stream().map(Output::span).distinct().count();
    return (rows + labels) * (Scratch.BYTES_PER_ROW + Scratch.TOTAL_BYTES_PER_ROW)
        + labels * EntityWalk.bytesPerLabel(spans);
  }

  /** Columns beside keys and time. */
  int words() {
    return numbers.size() + (flags > 0 ? 1 : 0);
  }

  /** What is totalled; any total of any rows fits. */
  public sealed interface Numbers {
    /** Whole numbers, whose totals are less than 2 to the 63. */
    record Whole() implements Numbers {}

    /**
     * Fractions.
     *
     * @param scale times 2 to this power, each is a whole number
     * @param bits of the greatest total of these, the sign left out; at most 125
     */
    record Fractions(int scale, int bits) implements Numbers {
      /** Whether a total fits 64 bits, sign included. */
      boolean isNarrow() {
        return bits < Long.SIZE - 1;
      }

      /** Two to the power of the scale. */
      double unit() {
        return Math.scalb(1.0, scale);
      }
    }
  }

  /** A column that comes back. */
  public sealed interface Output {
    /** How far back rows count, in microseconds; the whole past where empty. */
    OptionalLong span();

    /**
     * How many rows.
     *
     * @param flag bit of those that count; -1 for all
     */
    record Count(int flag, OptionalLong span) implements Output {}

    /**
     * The total of a column of numbers; 0 of none.
     *
     * @param number index among the numbers
     */
    record Total(int number, OptionalLong span) implements Output {}
  }
}
