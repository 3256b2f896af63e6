package dev.headrace.data.diff;

import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Schema;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How one table differs between two environments or moments.
 *
 * @param change what came of it, as seen from the first
 * @param columns those that differ, in the order of the first and then the second
 * @param rowsBefore number of rows in the first; empty where it has no such table
 * @param rowsAfter number of rows in the second, likewise
 * @param rows how the rows differ; empty when either has none to compare or nobody asked
 */
public record TableDiff(
    String table,
    String kind,
    Change change,
    List<ColumnChange> columns,
    OptionalLong rowsBefore,
    OptionalLong rowsAfter,
    Optional<RowDiff> rows) {
  public TableDiff {
    columns = List.copyOf(columns);
  }

  /** Why a table differs. */
  public enum Change {
    /** Only the second has it. */
    ADDED("added"),
    /** Only the first has it. */
    REMOVED("removed"),
    /** It is defined in another way. */
    REDEFINED("redefined"),
    /** It is defined in the same way over an input that is not. */
    INPUT_REDEFINED("input redefined"),
    /** It is defined in the same way and was built from other data. */
    OTHER_DATA("other data"),
    /** Its checks changed; its rows did not. */
    RECHECKED("rechecked");

    private final String words;

    Change(String words) {
      this.words = words;
    }

    /** As a person would say it. */
    public String words() {
      return words;
    }
  }

  /**
   * A column that differs.
   *
   * @param before as it is in the first; empty when it is new
   * @param after as it is in the second; empty when it is gone
   */
  public record ColumnChange(Optional<Field> before, Optional<Field> after) {
    /** Columns whose type differs, or that only one of two schemas has. */
    public static List<ColumnChange> between(Schema before, Schema after) {
      List<ColumnChange> changes = new ArrayList<>();
      for (Field old : before.fields()) {
        Optional<Field> now = after.field(old.name());
        if (now.isEmpty() || !SameType.ignoringIds(old.type(), now.get().type())) {
          changes.add(new ColumnChange(Optional.of(old), now));
        }
      }
      for (Field now : after.fields()) {
        if (before.field(now.name()).isEmpty()) {
          changes.add(new ColumnChange(Optional.empty(), Optional.of(now)));
        }
      }
      return changes;
    }

    /** Its name. */
    public String name() {
      return after.or(() -> before).orElseThrow().name();
    }
  }
}
