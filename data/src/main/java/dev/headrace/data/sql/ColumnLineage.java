package dev.headrace.data.sql;

import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Which input columns each output column of a statement takes its values from.
 *
 * <p>It follows values, not conditions: a column that is only filtered, joined or grouped by is no
 * source. What cannot be told for certain is {@link Unknown}; there is no guess.
 *
 * @param columns in the order of the output
 */
public record ColumnLineage(List<OutputColumn> columns) {
  public ColumnLineage {
    columns = List.copyOf(columns);
  }

  /** One column of the result. */
  public record OutputColumn(String name, Derivation derivation) {}

  /**
   * A column of an input.
   *
   * @param table in lower case
   * @param column as its schema writes it
   * @param steps what was done to a time on the way; told only by {@link SqlAnalyzer#days}
   */
  public record Source(String table, String column, List<Step> steps)
      implements Comparable<Source> {
    private static final Comparator<Source> ORDER =
        Comparator.comparing(Source::table)
            .thenComparing(Source::column)
            .thenComparing(source -> source.steps.toString());

    public Source {
      steps = List.copyOf(steps);
    }

    /** The column itself. */
    public Source(String table, String column) {
      this(table, column, List.of());
    }

    /** The same one step further. */
    public Source then(Step step) {
      return new Source(table, column, Stream.concat(steps.stream(), Stream.of(step)).toList());
    }

    @Override
    public int compareTo(Source other) {
      return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
      return table + "." + column;
    }
  }

  /** Where values come from. */
  public sealed interface Derivation {
    /** Both together; one that is unknown makes the whole unknown. */
    default Derivation and(Derivation other) {
      if (this instanceof Known mine && other instanceof Known theirs) {
        Set<Source> all = new TreeSet<>(mine.sources);
        all.addAll(theirs.sources);
        return new Known(all);
      }
      return this instanceof Unknown ? this : other;
    }
  }

  /**
   * Exactly these.
   *
   * @param sources none for a constant or a count of rows
   */
  public record Known(Set<Source> sources) implements Derivation {
    /** From no column. */
    public static final Known NOTHING = new Known(Set.of());

    public Known {
      sources = Set.copyOf(sources);
    }

    /** The sources in order. */
    public List<Source> inOrder() {
      return List.copyOf(new TreeSet<>(sources));
    }
  }

  /** What a statement does to a time. */
  public sealed interface Step {}

  /**
   * Made an instant, or a time or date without a zone, in the session's time zone where it is not
   * one.
   */
  public record Cast(boolean instant) implements Step {}

  /** {@code AT TIME ZONE} with a zone's name: an instant becomes a time without, and back. */
  public record InZone(String zone) implements Step {}

  /**
   * Cut down to the beginning of a unit of the session's time zone.
   *
   * @param day whether that is a day; otherwise an hour
   */
  public record Truncated(boolean day) implements Step {}

  /** Cut down to the beginning of one of the periods that divide a day; of instants, of UTC's. */
  public record Bucketed() implements Step {}

  /** It cannot be told. */
  public record Unknown(String reason) implements Derivation {}
}
