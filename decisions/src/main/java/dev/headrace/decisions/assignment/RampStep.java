package dev.headrace.decisions.assignment;

import dev.headrace.core.project.spec.Doc;
import dev.headrace.core.project.spec.Percentage;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/** A share of the units, from a day on. */
@Doc("How many units take part, from a day on.")
public record RampStep(
    @Doc("First day, in the project's time zone; absent: from the beginning.")
        @Nullable LocalDate from,
    @Doc("Share of the units that take part.") Percentage share) {
  public RampStep {
    Slots.buckets(share);
  }
}
