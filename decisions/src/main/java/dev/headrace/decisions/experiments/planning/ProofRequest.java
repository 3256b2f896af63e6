package dev.headrace.decisions.experiments.planning;

import dev.headrace.decisions.experiments.spec.ExperimentSpec;
import java.time.LocalDate;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a proof is asked for.
 *
 * @param design the metric as the only goal, its unit, alpha and lookback
 * @param population table whose units are drawn; that of the metric where absent
 * @param until last day of the past that is looked at
 * @param days how many days of it, at most
 * @param effect relative, of the A/B runs
 * @param runs simulated experiments of either sort
 * @param size units in one of them; as many as the past has, up to {@code atMost}, where absent
 * @param atMost units that are kept in memory; of more, a random sample is
 * @param looks of methods for several looks
 */
public record ProofRequest(
    ExperimentSpec design,
    Optional<String> population,
    Optional<LocalDate> until,
    int days,
    double effect,
    int runs,
    OptionalInt size,
    int atMost,
    int looks,
    long seed) {}
