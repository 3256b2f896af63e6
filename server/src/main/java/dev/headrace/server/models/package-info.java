/**
 * Models over HTTP: {@code /v2}, the REST form of the Open Inference Protocol, version 2, with the
 * binary tensor extension.
 *
 * <p>Read {@link dev.headrace.server.models.InferenceRoutes} first. Translation only: what a model
 * takes and says is decided by {@code ml.serving}.
 */
@NullMarked
package dev.headrace.server.models;

import org.jspecify.annotations.NullMarked;
