/**
 * What a user declares of an experiment, and what is checked of it when the project is read.
 *
 * <p>Read {@link dev.headrace.decisions.experiments.spec.ExperimentSpec}, then {@link
 * dev.headrace.decisions.experiments.spec.ExperimentKind}. Never reads data: whether columns and
 * priors fit is for those who see them to say, with the codes of {@link
 * dev.headrace.decisions.experiments.spec.ExperimentError}.
 */
@NullMarked
package dev.headrace.decisions.experiments.spec;

import org.jspecify.annotations.NullMarked;
