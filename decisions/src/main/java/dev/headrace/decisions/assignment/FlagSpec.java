package dev.headrace.decisions.assignment;

import com.fasterxml.jackson.databind.JsonNode;
import dev.headrace.core.project.spec.Default;
import dev.headrace.core.project.spec.Doc;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a user declares about a flag: one file in {@code flags/}. */
@Doc("A value that is decided while a program runs, for each unit.")
public record FlagSpec(
    @Doc("What it is for.") @Nullable String description,
    @Doc("What programs ask for; absent: the file name.") @Nullable String key,
    @Doc("Type of all values; absent: that of the first variant.") @Nullable FlagType type,
    @Doc("Values by the name of their variant.") Map<String, JsonNode> variants,
    @Doc("The variant where no rule applies; absent: the program's own default.")
        @Nullable String default_,
    @Default("true") @Doc("false: every program uses its own default.") boolean enabled,
    @Default("[]") @Doc("Tried in order.") List<RuleSpec> rules,
    @Default("[]") @Doc("Labels for selection.") List<String> tags) {
  public FlagSpec {
    variants = Collections.unmodifiableMap(new LinkedHashMap<>(variants));
    rules = List.copyOf(rules);
    tags = List.copyOf(tags);
  }
}
