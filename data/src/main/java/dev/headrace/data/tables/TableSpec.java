package dev.headrace.data.tables;

import dev.headrace.core.project.SqlText;
import dev.headrace.core.project.spec.Body;
import dev.headrace.core.project.spec.Default;
import dev.headrace.core.project.spec.Doc;
import dev.headrace.data.quality.CheckSpec;
import dev.headrace.data.quality.Checked;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A SQL table as declared: the statement, and how its result is kept. */
@Doc("A table defined by one SELECT statement; the keys stand in its header comment.")
public record TableSpec(
    @Body SqlText sql,
    @Default("table") @Doc("How the result is kept: not at all, as a whole, or piece by piece.")
        Materialize materialize,
    @Doc(
            "Column of the result with the event time. An incremental table with a time is built"
                + " per UTC day: the statement limits itself with $from and $to.")
        @Nullable String time,
    @Default("0d")
        @Doc(
            "How late rows may arrive: this many of the newest days are built again, at least one.")
        Duration lookback,
    @Default("0d")
        @Doc(
            "How far before its own day a day reads its inputs, for sums over the last days: a late"
                + " row changes as many days behind its own.")
        Duration readsBack,
    @Doc(
            "First day to build; the first day of the inputs where absent. Days before it that were"
                + " built go with the next run.")
        @Nullable LocalDate start,
    @Default("[]")
        @Doc(
            "Columns that tell rows apart. An incremental table with a key but no time is merged:"
                + " new rows take the place of those with the same key.")
        List<String> key,
    @Default("[]") @Doc("What must hold before the result is published.") List<CheckSpec> checks,
    @Default("[]") @Doc("Labels for --select tag:NAME.") List<String> tags,
    @Doc("What the table is about, one sentence.") @Nullable String description)
    implements Checked {

  /** How a statement's result is kept. */
  public enum Materialize {
    /** Not at all: readers run the statement. */
    VIEW,
    /** All rows, written anew whenever something changed. */
    TABLE,
    /** By day or by key: only what changed is written. */
    INCREMENTAL
  }

  /** How the rows of one build relate to those that are there. */
  public enum Growth {
    NONE,
    BY_DAY,
    BY_KEY
  }

  /** The same table, its result kept in another way. */
  public TableSpec keptAs(Materialize other) {
    return new TableSpec(
        sql, other, time, lookback, readsBack, start, key, checks, tags, description);
  }

  /** What an incremental table grows by. */
  public Growth growth() {
    if (materialize != Materialize.INCREMENTAL) {
      return Growth.NONE;
    }
    return time != null ? Growth.BY_DAY : Growth.BY_KEY;
  }
}
