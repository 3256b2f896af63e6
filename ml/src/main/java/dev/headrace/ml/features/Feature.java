package dev.headrace.ml.features;

import java.util.Optional;

/**
 * One feature of a view: a declared one, or one of the several that a list of windows makes.
 *
 * @param name unique in its view
 * @param declared the name it is declared under
 * @param where SQL condition on the rows that count
 * @param window how far back rows count; empty for the whole past
 */
public record Feature(
    String name,
    String declared,
    Computation computation,
    Optional<String> where,
    Optional<Window> window) {}
