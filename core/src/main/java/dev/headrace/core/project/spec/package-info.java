/**
 * How a record describes what a user may write in YAML.
 *
 * <p>The record is the only description: strict binding, the JSON Schema and the reference page are
 * all derived from its components. Rules: a component {@code maxRejected} is the key {@code
 * max-rejected}; a component without {@link dev.headrace.core.project.spec.Default} that is not
 * {@code @Nullable} is required; {@code List<T>} also takes a single {@code T}; a record with a
 * static {@code parse(String)} is a scalar; a sealed interface of records is a choice, one of which
 * may be {@code @Plain}; a JsonNode is whatever JSON can say; an IllegalArgumentException of a
 * parse method or constructor becomes a problem at its place, its message put after the key's name
 * ("must be …").
 *
 * <p>Read {@link dev.headrace.core.project.spec.SpecBinder} first, then {@link
 * dev.headrace.core.project.spec.JsonSchemas} and {@link
 * dev.headrace.core.project.spec.ReferencePage}. Never throws for what a user wrote, never looks at
 * the process's environment.
 */
@NullMarked
package dev.headrace.core.project.spec;

import org.jspecify.annotations.NullMarked;
