/**
 * How a record describes what a user may write in YAML.
 *
 * <p>The record is the only description: strict binding, the JSON Schema and the reference page are
 * all derived from its components. Rules: a component {@code maxRejected} is the key {@code
 * max-rejected}; a component without {@link dev.headrace.core.project.spec.Default} that is not
 * {@code @Nullable} is required; {@code List<T>} also takes a single {@code T}; a record with a
 * static {@code parse(String)} is a scalar; a sealed interface of records is a choice.
 */
@NullMarked
package dev.headrace.core.project.spec;

import org.jspecify.annotations.NullMarked;
