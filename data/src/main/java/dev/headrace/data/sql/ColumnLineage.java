package dev.headrace.data.sql;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;

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

  /** A column of an input; the table in lower case, the column as its schema writes it. */
  public record Source(String table, String column) implements Comparable<Source> {
    @Override
    public int compareTo(Source other) {
      int byTable = table.compareTo(other.table);
      return byTable == 0 ? column.compareTo(other.column) : byTable;
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
      if (this instanceof Known(Set<Source> mine) && other instanceof Known(Set<Source> theirs)) {
        Set<Source> all = new TreeSet<>(mine);
        all.addAll(theirs);
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

  /** It cannot be told. */
  public record Unknown(String reason) implements Derivation {}
}
