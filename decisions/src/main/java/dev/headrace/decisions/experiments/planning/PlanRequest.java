package dev.headrace.decisions.experiments.planning;

import dev.headrace.decisions.experiments.spec.ExperimentSpec;
import java.time.LocalDate;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What a plan is asked for. What is absent is taken from the design.
 *
 * @param name what the plan is called
 * @param design the experiment as declared, or as it would be
 * @param population table whose units will take part; that of the first metric where neither this
 *     nor the design names one
 * @param until last day of the past that is looked at
 * @param effect relative, above 0
 * @param power in (0, 1)
 * @param traffic share of the units that take part, in (0, 1]
 * @param unitsPerDay new units in all arms, where the population has no time that would tell
 * @param weeks the longest run time that is looked up in the past
 */
public record PlanRequest(
    String name,
    ExperimentSpec design,
    Optional<String> population,
    Optional<LocalDate> until,
    OptionalDouble effect,
    OptionalDouble power,
    OptionalDouble traffic,
    OptionalDouble unitsPerDay,
    int weeks) {}
