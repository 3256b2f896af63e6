/**
 * For whom a rule is: conditions over the attributes of a unit.
 *
 * <p>Read {@link dev.headrace.decisions.assignment.targeting.Condition} first. The language is the
 * one of GrowthBook's kits, a map of attributes to values or operators. A condition is compiled
 * once, runs no code of anybody, and takes time linear in the attributes: regular expressions are
 * RE2's.
 */
@NullMarked
package dev.headrace.decisions.assignment.targeting;

import org.jspecify.annotations.NullMarked;
