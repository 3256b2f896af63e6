/**
 * Whether a result can be trusted: one line per question, with the figure that answers it.
 *
 * <p>Read {@link dev.headrace.decisions.experiments.health.HealthPanel}. Adds lines to a report;
 * only the sample ratio and missing variants make it invalid. Never changes an effect.
 */
@NullMarked
package dev.headrace.decisions.experiments.health;

import org.jspecify.annotations.NullMarked;
