/**
 * A project: a directory with {@code headrace.yaml} and folders of declarations.
 *
 * <p>Read {@link dev.headrace.core.project.Kind} first: the folder says the kind, the file name is
 * the asset's name. Parsing is strict and reports all problems together. Never runs anything.
 */
@NullMarked
package dev.headrace.core.project;

import org.jspecify.annotations.NullMarked;
