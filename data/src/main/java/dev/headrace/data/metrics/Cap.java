package dev.headrace.data.metrics;

import dev.headrace.core.project.spec.Doc;
import dev.headrace.core.project.spec.Percentage;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * Winsorising: values beyond a limit count as the limit, so that a few of them do not decide the
 * metric. In a query the values are those of rows, in an experiment those of units.
 */
@Doc("Limits that values beyond are moved to (winsorising).")
public record Cap(
    @Doc("Values below count as this.") @Nullable BigDecimal min,
    @Doc("Values above count as this.") @Nullable BigDecimal max,
    @Doc("Values above this quantile of all values of the question count as it.")
        @Nullable Percentage quantile) {}
