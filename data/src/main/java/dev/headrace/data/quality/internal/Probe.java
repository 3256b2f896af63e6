package dev.headrace.data.quality.internal;

import dev.headrace.spi.schema.Field;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One check resolved against the table's columns: what has to be measured to answer it. */
public sealed interface Probe {
  /** The columns it reads, apart from those of its condition. */
  List<String> columns();

  /** A probe that is answered row by row. */
  sealed interface ByRow extends Probe {
    /** The column it looks at. */
    Field field();

    /** A condition that is true exactly for the rows that fail. */
    String violation();

    /** A text that says of a failing row why it fails. */
    String reason();

    @Override
    default List<String> columns() {
      return List.of(field().name());
    }
  }

  /** The column is not null. */
  record Present(Field field) implements ByRow {
    @Override
    public String violation() {
      return Sql.name(field.name()) + " is null";
    }

    @Override
    public String reason() {
      return Sql.text(field.name() + " is null");
    }
  }

  /** The column lies in an interval. */
  record Within(Field field, Interval interval) implements ByRow {
    @Override
    public String violation() {
      return interval.violation(Sql.name(field.name()));
    }

    @Override
    public String reason() {
      return valueThen(field, ", expected " + interval.text());
    }

    /** Whether the least and greatest value decide it; NaN makes that unsafe for floating point. */
    public boolean decidedByBounds() {
      return !Literals.isFloating(field.type());
    }
  }

  /**
   * The column satisfies some condition on its value.
   *
   * @param condition SQL that is false for a failing value and null for null
   * @param expected for people, after "expected"
   */
  record Matching(Field field, Test test, String condition, String expected) implements ByRow {
    /** What the condition does with the value. */
    public enum Test {
      /** Compares it with others. */
      VALUES,
      /** Looks into the text. */
      PATTERN
    }

    @Override
    public String violation() {
      return "not (" + condition + ")";
    }

    @Override
    public String reason() {
      return valueThen(field, ", expected " + expected);
    }
  }

  /** The number of rows lies within bounds; null is no bound. */
  record Count(@Nullable Long min, @Nullable Long max) implements Probe {
    @Override
    public List<String> columns() {
      return List.of();
    }
  }

  /** The latest value is at most this old. */
  record Age(Field field, Duration allowed) implements Probe {
    @Override
    public List<String> columns() {
      return List.of(field.name());
    }
  }

  /** The columns together never repeat. */
  record Distinct(List<Field> fields) implements Probe {
    @Override
    public List<String> columns() {
      return fields.stream().map(Field::name).toList();
    }
  }

  /**
   * The values occur in another table.
   *
   * @param relation the name by which queries call that table
   * @param key its column
   * @param target the table and column, for people
   */
  record Referring(Field field, String relation, Field key, String target) implements Probe {
    @Override
    public List<String> columns() {
      return List.of(field.name());
    }
  }

  /** The user's own query, with the table's name filled in. */
  record Own(String sql) implements Probe {
    @Override
    public List<String> columns() {
      return List.of();
    }
  }

  private static String valueThen(Field field, String tail) {
    return Sql.text(field.name() + " is ")
        + " || "
        + Sql.shown(Sql.name(field.name()))
        + " || "
        + Sql.text(tail);
  }
}
