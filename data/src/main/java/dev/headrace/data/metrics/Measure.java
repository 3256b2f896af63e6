package dev.headrace.data.metrics;

import dev.headrace.core.project.spec.Default;
import dev.headrace.core.project.spec.Doc;
import dev.headrace.core.project.spec.Percentage;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a metric measures, and how values are put together. */
public sealed interface Measure {

  /** What one table's rows add up to: the measures that are aggregated in one pass over it. */
  sealed interface OfRows extends Measure {}

  /** How often entities of a table get from one state to another. */
  sealed interface OfEntities extends Measure {}

  /** What other metrics make together. */
  sealed interface OfMetrics extends Measure {}

  @Doc("How many rows: '*' for all, a column for those with a value, or 'distinct COLUMN'.")
  record Count(String counted) implements OfRows {}

  @Doc("The sum of a SQL expression over the rows; of no rows it is 0.")
  record Sum(String value) implements OfRows {}

  @Doc("The mean of a SQL expression over the rows that have a value of it.")
  record Mean(String value) implements OfRows {}

  /** With an entity in the metric: of its entities, those with at least one such row. */
  @Doc(
      "The share of rows for which a SQL condition is true; with 'entity', the share of entities"
          + " that have such a row.")
  record Proportion(String condition) implements OfRows {}

  @Doc("A quantile of a SQL expression over the rows that have a value of it, interpolated.")
  record Quantile(
      @Doc("The SQL expression.") String value,
      @Doc("Which quantile, above 0% and below 100%; 50% is the median.") Percentage at)
      implements OfRows {}

  @Doc(
      "One metric divided by another: both are put together first, then divided. Nothing where the"
          + " denominator is 0.")
  record Ratio(
      @Doc("A metric.") String numerator,
      @Doc("A metric; its zeros give no ratio.") String denominator)
      implements OfMetrics {}

  @Doc("Arithmetic over other metrics, as a SQL expression of their names.")
  record Derived(String expression) implements OfMetrics {}

  /**
   * Periods are those of the calendar in the project's time zone. Entities whose last period to
   * return in is not over yet, as far as the data goes, are left out: they would count as lost.
   */
  @Doc(
      "The share of entities that come back: with a row in one of the periods 'after' to 'until'"
          + " after the period of their first row.")
  record Retention(
      @Doc("The first period that counts as coming back, from 1.") int after,
      @Doc("The last one; the same where absent.") @Nullable Integer until,
      @Default("day") @Doc("What is counted: day, week or month.") Period period,
      @Doc("Table whose rows say that an entity is back; the metric's own where absent.")
          @Nullable String activity)
      implements OfEntities {
    /** The last period that counts. */
    public int last() {
      return until == null ? after : until;
    }
  }

  /** Periods of the calendar. */
  enum Period {
    DAY,
    WEEK,
    MONTH
  }

  @Doc(
      "The share of entities that take all steps in this order, counted from the first time they"
          + " take the first one.")
  record Funnel(
      @Doc("Two steps or more, in order.") List<Step> steps,
      @Doc("How long after the first step the last one may be.") Duration within)
      implements OfEntities {
    public Funnel {
      steps = List.copyOf(steps);
    }
  }

  @Doc("One step of a funnel.")
  record Step(
      @Doc("Its name: lower-case letters, digits and '_'.") String name,
      @Doc("Table whose rows are the step; the metric's own where absent.") @Nullable String table,
      @Doc("SQL condition: only rows for which it is true are the step.") @Nullable String where) {}
}
