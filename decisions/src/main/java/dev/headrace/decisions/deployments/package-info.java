/**
 * Deployments: which version of a model answers which request.
 *
 * <p>Read {@link dev.headrace.decisions.deployments.DeploymentSpec} (what a user declares) and
 * {@link dev.headrace.decisions.deployments.Deployment} (who gets which version). Nothing is
 * computed or fetched here; predicting is left to {@code ml.serving}.
 */
@NullMarked
package dev.headrace.decisions.deployments;

import org.jspecify.annotations.NullMarked;
