package dev.headrace.ml.features;

import dev.headrace.core.project.spec.Default;
import dev.headrace.core.project.spec.Doc;
import dev.headrace.core.project.spec.Inline;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One feature as declared, or several: one per window.
 *
 * @param computation what it is made of
 * @param window of each feature; none is the whole past
 */
@Doc("One feature; several windows make several, NAME_WINDOW each.")
public record FeatureSpec(
    @Inline Computation computation,
    @Doc("SQL condition on a row; only rows for which it is true count.") @Nullable String where,
    @Default("[]")
        @Doc("How far back rows count: a duration such as 7d, or a number such as 10 rows.")
        List<Window> window,
    @Doc("What it means, one sentence.") @Nullable String description) {}
