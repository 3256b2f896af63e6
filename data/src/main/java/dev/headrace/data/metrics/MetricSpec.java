package dev.headrace.data.metrics;

import dev.headrace.core.project.spec.Default;
import dev.headrace.core.project.spec.Doc;
import dev.headrace.core.project.spec.Inline;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A metric as declared: one file in {@code metrics/}. */
@Doc("One definition of a metric, used wherever it is asked for; the file name is its name.")
public record MetricSpec(
    @Inline Measure measure,
    @Doc("The table that is measured; for a ratio and for derived metrics it is that of the parts.")
        @Nullable String table,
    @Doc("Column that says who a row is about: for retention, funnel and proportion of entities.")
        @Nullable String entity,
    @Doc("Column of the event time; the one that the table declares where absent.")
        @Nullable String time,
    @Doc(
            "SQL condition: only rows for which it is true are measured. Columns of joined tables"
                + " are written table.column.")
        @Nullable String where,
    @Doc(
            "How long rows count, such as 7d: asked by day, those of the last seven days up to each"
                + " day; in experiments those of the seven days from a unit's exposure on.")
        @Nullable Duration window,
    @Doc("Limits that values beyond are moved to, for sum, mean and quantile.") @Nullable Cap cap,
    @Default("0") @Doc("Where fewer rows (entities) than this were measured there is no value.")
        int minimumSample,
    @Doc("What it is counted in, for example USD, seconds or %.") @Nullable String unit,
    @Default("up") @Doc("Which way is good.") Direction direction,
    @Doc("What it means, one sentence.") @Nullable String description,
    @Default("[]") @Doc("Labels for --select tag:NAME.") List<String> tags) {
  public MetricSpec {
    tags = List.copyOf(tags);
  }
}
