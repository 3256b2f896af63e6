package dev.headrace.decisions.assignment;

import com.fasterxml.jackson.databind.JsonNode;
import dev.headrace.core.project.spec.Default;
import dev.headrace.core.project.spec.Doc;
import dev.headrace.core.project.spec.Percentage;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One rule of a flag. */
@Doc("One rule; the first that applies decides.")
public record RuleSpec(
    @Doc("Name of the experiment this is; what it assigns is logged. Only with split.")
        @Nullable String experiment,
    @Default("{}") @Doc("Attributes that a unit must have: a condition.") JsonNode when,
    @Doc("The variant for every unit the rule is for.") @Nullable String serve,
    @Default("{}") @Doc("Variants with their shares, which sum to 100%.")
        Map<String, Percentage> split,
    @Default("{}") @Doc("Who takes part in a split.") AssignmentSpec assign) {
  public RuleSpec {
    split = Collections.unmodifiableMap(new LinkedHashMap<>(split));
    if ((serve == null) == split.isEmpty()) {
      throw new IllegalArgumentException("must have either 'serve' or 'split'");
    }
    if (experiment != null && split.isEmpty()) {
      throw new IllegalArgumentException("must have 'split' where it has 'experiment'");
    }
  }
}
