package dev.headrace.data.quality;

import dev.headrace.core.project.spec.Doc;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One promise about a table.
 *
 * <p>A null passes every check but {@code not-null}: whether a value may be missing and what it may
 * be are two promises. Columns are named without regard to case.
 */
public sealed interface Check {

  /** No null in any of the columns; each column is a check of its own. */
  @Doc("These columns have a value in every row.")
  record NotNull(List<String> columns) implements Check {
    public NotNull {
      columns = List.copyOf(columns);
    }
  }

  /**
   * No two rows agree on all of the columns together. Rows with a null in one of them are left out,
   * as a UNIQUE constraint of SQL does; NaN equals NaN.
   */
  @Doc("No two rows have the same values in these columns together.")
  record Unique(List<String> columns) implements Check {
    public Unique {
      columns = List.copyOf(columns);
    }
  }

  /** Every value is one of a list, compared as the column's type; text is case-sensitive. */
  @Doc("Per column, the values that may occur.")
  record AcceptedValues(Map<String, List<String>> columns) implements Check {
    public AcceptedValues {
      columns = ordered(columns);
    }
  }

  /** Every value lies in an interval of the column's own order; NaN lies in none. */
  @Doc("Per column, the interval its values lie in.")
  record Range(Map<String, Bounds> columns) implements Check {
    public Range {
      columns = ordered(columns);
    }
  }

  /**
   * Every value as a whole matches a regular expression (RE2 syntax: no look-around, no
   * back-references); the dot also matches a line break.
   */
  @Doc("Per text column, a regular expression (RE2) that the whole value matches.")
  record Regex(Map<String, String> columns) implements Check {
    public Regex {
      columns = ordered(columns);
    }
  }

  /** Every value occurs in a column of another table, written {@code table.column}. */
  @Doc("Per column, the table.column in which its values occur.")
  record ForeignKey(Map<String, String> columns) implements Check {
    public ForeignKey {
      columns = ordered(columns);
    }

    /** The table of a target; all of it where there is no column. */
    public static String tableOf(String target) {
      int dot = target.lastIndexOf('.');
      return (dot < 0 ? target : target.substring(0, dot)).strip();
    }
  }

  /** The table has a number of rows within bounds, both allowed. */
  @Doc("How many rows the table has.")
  record RowCount(
      @Doc("Least allowed number of rows.") @Nullable Long min,
      @Doc("Greatest allowed number of rows.") @Nullable Long max)
      implements Check {}

  /**
   * The latest value of a date or timestamp column is at most this old. Timestamps without a zone
   * are read as UTC; a date counts until its day ends in UTC. Without any value it does not hold.
   */
  @Doc("Per date or timestamp column, how old its latest value may be.")
  record Freshness(Map<String, Duration> columns) implements Check {
    public Freshness {
      columns = ordered(columns);
    }
  }

  /**
   * A query of the user's own, in which <code>{this}</code> is the table. If it yields one boolean
   * column, its one row must be true; any other query yields the rows that fail.
   */
  @Doc("A query over {this} that yields one true, or the failing rows.")
  record Sql(String query) implements Check {}

  private static <V> Map<String, V> ordered(Map<String, V> map) {
    return Collections.unmodifiableMap(new LinkedHashMap<>(map));
  }
}
