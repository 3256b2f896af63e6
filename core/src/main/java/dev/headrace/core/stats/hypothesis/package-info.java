/**
 * Tests on samples, counts and summaries.
 *
 * <p>{@link dev.headrace.core.stats.hypothesis.TTest} compares means, {@link
 * dev.headrace.core.stats.hypothesis.ShareTest} proportions, {@link
 * dev.headrace.core.stats.hypothesis.CountTest} tables of counts, {@link
 * dev.headrace.core.stats.hypothesis.RankTest} ranks, {@link
 * dev.headrace.core.stats.hypothesis.GroupTest} several groups, {@link
 * dev.headrace.core.stats.hypothesis.KolmogorovSmirnov} whole distributions, {@link
 * dev.headrace.core.stats.hypothesis.PermutationTest} whatever one likes, and {@link
 * dev.headrace.core.stats.hypothesis.Equivalence} shows that nothing has changed.
 */
@NullMarked
package dev.headrace.core.stats.hypothesis;

import org.jspecify.annotations.NullMarked;
