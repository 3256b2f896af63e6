/**
 * What the past tells of experiments to come: how long they take, and which methods hold.
 *
 * <p>Read {@link dev.headrace.decisions.experiments.planning.PastUnits} (the past as an experiment
 * in which nothing was changed), then {@link
 * dev.headrace.decisions.experiments.planning.ExperimentPlans} and {@link
 * dev.headrace.decisions.experiments.planning.ExperimentProofs}. The simulation itself is in {@code
 * proof}. Never looks at an experiment's own outcomes.
 */
@NullMarked
package dev.headrace.decisions.experiments.planning;

import org.jspecify.annotations.NullMarked;
