/**
 * What GrowthBook's kits answer for a payload of theirs, value for value, so that a team can move
 * here with its features and nobody changes variants.
 *
 * <p>Read {@link dev.headrace.decisions.assignment.growthbook.GrowthBook} first. It follows the
 * public description of how to build a kit, version 0.8 of its cases; what a kit does in a browser
 * (changing pages, calling home) is not here.
 */
@NullMarked
package dev.headrace.decisions.assignment.growthbook;

import org.jspecify.annotations.NullMarked;
