package dev.headrace.decisions.assignment;

import com.fasterxml.jackson.databind.JsonNode;
import dev.headrace.core.project.spec.Default;
import dev.headrace.core.project.spec.Doc;
import dev.headrace.decisions.assignment.hash.Hashing;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Who takes part in an experiment, and how units are told apart. */
@Doc("Who takes part, and how units are told apart.")
public record AssignmentSpec(
    @Default("targetingKey") @Doc("The attribute whose value is hashed: a text or a whole number.")
        String unit,
    @Default("{}") @Doc("Attributes that a unit must have: a condition, see the page on flags.")
        JsonNode when,
    @Doc("The layer in which experiments exclude each other; needs slots.") @Nullable String layer,
    @Doc("The part of the layer that is this experiment's, such as 0%-50%.") @Nullable Slots slots,
    @Default("[]")
        @Doc("Share of the units that take part, by day; absent: all. Raising it moves nobody.")
        List<RampStep> ramp,
    @Default("true")
        @Doc("Whether the units of the global holdout and of the layer's are left out.")
        boolean holdout,
    @Default("headrace") @Doc("How a unit's place among the variants is computed.") Hashing hashing,
    @Doc("What is hashed beside the unit; absent: the experiment's name. Changing it deals anew.")
        @Nullable String salt,
    @Default("{}") @Doc("Variants by unit that somebody has fixed; such units are in no analysis.")
        Map<String, String> overrides) {
  public AssignmentSpec {
    ramp = List.copyOf(ramp);
    overrides = Collections.unmodifiableMap(new LinkedHashMap<>(overrides));
    if ((layer == null) != (slots == null)) {
      throw new IllegalArgumentException("must have 'layer' and 'slots' together");
    }
    if (salt != null && (salt.isEmpty() || salt.indexOf('\0') >= 0)) {
      throw new IllegalArgumentException("must have a 'salt' that is neither empty nor has a NUL");
    }
    boolean ascending = true;
    for (int i = 0; i < ramp.size(); i++) {
      RampStep step = ramp.get(i);
      boolean first = i == 0;
      RampStep before = first ? step : ramp.get(i - 1);
      ascending &=
          first
              || (step.from() != null
                  && (before.from() == null || before.from().isBefore(step.from())));
    }
    if (!ascending) {
      throw new IllegalArgumentException("must have a 'ramp' whose days ascend");
    }
  }
}
